// S14: every backup that failed, timed out or was cancelled, and every window that was missed, is
// in a mail to each address, or among the dead letters.
#include <fmt/format.h>

#include "sim/promises/promises.h"
#include "sim/rows.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

class ToldChecker final : public Checker {
 public:
  explicit ToldChecker(const Facts& facts) : facts_(facts) {}
  std::string_view promise() const override { return "S14 told"; }

  void rested(const World& world) override {
    for (const auto& run : run_rows(world.database())) {
      const bool is_backup = run.document.find("backup") != std::string::npos;
      const bool is_bad =
          run.status == "Failed" || run.status == "TimedOut" || run.status == "Cancelled";
      if (is_backup && is_bad && run.root == run.id) must_be_told(world, run.id, run.status);
    }
    for (const auto& [window, instant] : missed(world))
      must_be_told(world, instant, "missed by " + window);
  }

 private:
  void must_be_told(const World& world, const std::string& what, const std::string& why) {
    for (const auto& address : facts_.notified) {
      bool told = false;
      for (const auto& mail : world.mailbox().taken())
        told = told || (mail.to == address && mail.text.find(what) != std::string::npos);
      if (!told && !is_dead(world, what))
        broken(world, fmt::format("{} was not told of {} ({})", address, what, why));
    }
  }

  static bool is_dead(const World& world, const std::string& what) {
    return query_number(world.database(),
                        "SELECT count(*) FROM resources WHERE kind = 'ledger' AND body LIKE "
                        "'%\"Dead\"%' AND instr(body, ?) > 0",
                        {what}) > 0;
  }

  [[nodiscard]] std::vector<std::pair<std::string, std::string>> missed(const World& world) const {
    std::vector<std::pair<std::string, std::string>> all;
    for (const auto& row : query(world.database(),
                                 "SELECT body FROM resources WHERE kind = 'ledger' AND id LIKE "
                                 "'mw-%/*' AND body LIKE '%\"Missed\"%'")) {
      const auto body = text::parse_json(row[0]);
      if (!body) continue;
      const auto& told = object_at(*body, "Row");
      for (const auto& window : facts_.windows)
        if (window.name == text_at(told, "WindowName"))
          all.emplace_back(window.name, str(text_at(told, "Instant")));
    }
    return all;
  }

  const Facts& facts_;
};

}  // namespace

std::unique_ptr<Checker> make_told_checker(const Facts& facts) {
  return std::make_unique<ToldChecker>(facts);
}

}  // namespace hikae::sim
