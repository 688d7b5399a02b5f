// S15: an event is matched once: the end of a run is one message to each address, however often it
// is delivered. Copies of one message have one Message-ID.
#include <fmt/format.h>

#include <map>
#include <set>

#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

class EventOnceChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S15 event once"; }

  void rested(const World& world) override {
    std::map<std::string, std::set<std::string>> messages;  // by address and run
    for (const auto& mail : world.mailbox().taken())
      if (is_end_of_run(mail.subject))
        messages[mail.to + " " + run_in(mail.text)].insert(mail.message_id);
    for (const auto& [about, ids] : messages)
      if (ids.size() > 1)
        broken(world, fmt::format("{} different messages of one end: {}", ids.size(), about));
  }

 private:
  static bool is_end_of_run(std::string_view subject) {
    for (const auto* begin : {"[hikae] FAILED", "[hikae] TIMED OUT", "[hikae] CANCELLED"})
      if (subject.starts_with(begin)) return true;
    return false;
  }

  static std::string run_in(std::string_view text) {
    constexpr std::string_view kKey = "\"ExecutionId\"";
    const auto at = text.find(kKey);
    if (at == std::string_view::npos) return str(text.substr(0, 200));
    const auto begin = text.find('"', at + kKey.size()) + 1;
    return str(text.substr(begin, text.find('"', begin) - begin));
  }
};

}  // namespace

std::unique_ptr<Checker> make_event_once_checker() { return std::make_unique<EventOnceChecker>(); }

}  // namespace hikae::sim
