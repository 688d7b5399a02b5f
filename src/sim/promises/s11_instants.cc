// S11: each instant of each schedule has exactly one outcome: it ran, was skipped, or was missed.
// The oracle is arithmetic: windows of the simulator open daily at a minute of UTC. Time is what
// the host's clock shows: one that is set back to before the plans began lives through instants
// that they could not have had, and each of those may have its one outcome (window/cursor.h: it
// counts from the earliest time that the clock was seen at, and what is handled is never handled
// again).
#include <fmt/format.h>

#include <map>
#include <optional>
#include <set>

#include "sim/promises/promises.h"
#include "sim/rows.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

constexpr std::int64_t kDayMs = 24 * 60 * 60 * 1000;

class InstantsChecker final : public Checker {
 public:
  explicit InstantsChecker(const Facts& facts) : facts_(facts) {}
  std::string_view promise() const override { return "S11 once per instant"; }

  void committed(const World& world) override {
    latest_ = std::max(latest_, world.host().now());
    earliest_ = std::min(earliest_.value_or(facts_.begun), world.host().now());
  }

  void rested(const World& world) override {
    const auto rows = rows_by_window(world);
    for (const auto& window : facts_.windows) {
      static const std::set<std::string> kNothing;
      const auto found = rows.find(window.name);
      const auto& recorded = found == rows.end() ? kNothing : found->second;
      const auto must = instants(window, facts_.begun, world.host().now());
      const auto may = instants(window, earliest_.value_or(facts_.begun), latest_);
      for (const auto& instant : must)
        if (!recorded.contains(instant))
          broken(world, fmt::format("{} of {} has no outcome", instant, window.name));
      for (const auto& instant : recorded)
        if (!may.contains(instant))
          broken(world,
                 fmt::format("{} has an outcome at {}, which it has not", window.name, instant));
    }
  }

 private:
  static std::set<std::string> instants(const WindowFacts& window, WallTime from, WallTime to) {
    std::set<std::string> all;
    for (auto day = unix_ms(from) / kDayMs; day <= unix_ms(to) / kDayMs; ++day) {
      const auto at = wall_ms(day * kDayMs + window.minute_of_day * 60'000LL);
      if (at > from && at <= to) all.insert(iso(at));
    }
    return all;
  }

  static std::map<std::string, std::set<std::string>> rows_by_window(const World& world) {
    std::map<std::string, std::set<std::string>> all;
    for (const auto& row : query(world.database(),
                                 "SELECT body FROM resources WHERE kind = 'ledger' AND id LIKE "
                                 "'mw-%/*'")) {
      const auto body = text::parse_json(row[0]);
      if (!body) continue;
      const auto& told = object_at(*body, "Row");
      all[str(text_at(told, "WindowName"))].insert(str(text_at(told, "Instant")));
    }
    return all;
  }

  const Facts& facts_;
  WallTime latest_{};
  std::optional<WallTime> earliest_;
};

}  // namespace

std::unique_ptr<Checker> make_instants_checker(const Facts& facts) {
  return std::make_unique<InstantsChecker>(facts);
}

}  // namespace hikae::sim
