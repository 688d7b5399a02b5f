// S2: hikae starts nothing that it did not stop, and stops only what its tag says, while a window
// is open or a person has asked for a backup.
#include <fmt/format.h>

#include <algorithm>

#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

/// A look at the tag, and what stands between it and the stop (a wait for a settled state).
constexpr Duration kTagAge = minutes(40);

class TheftChecker final : public Checker {
 public:
  explicit TheftChecker(const Facts& facts) : facts_(facts) {}
  std::string_view promise() const override { return "S2 no theft"; }

  void changed(const World& world, const sandbox::Change& change) override {
    if (History::who(change) != By::Hikae) return;
    if (change.what == "pending") started(world, change);
    if (change.what == "stopping") stopped(world, change);
  }

 private:
  void started(const World& world, const sandbox::Change& change) {
    const auto& power = world.history().power().at(change.resource);
    if (power.stopped_by != By::Hikae)
      broken(world, change.resource + " was started by hikae, which had not stopped it");
  }

  void stopped(const World& world, const sandbox::Change& change) {
    const auto values = world.history().tag_values(world.cloud(), world.scope(), change.resource,
                                                   world.config().tags.stop, world.now() - kTagAge);
    if (std::ranges::find(values, "true") == values.end())
      broken(world, change.resource + " was stopped although its tag does not ask for it");
    if (!is_agreed(world, change.resource))
      broken(world, change.resource + " was stopped outside of every window");
  }

  [[nodiscard]] bool is_agreed(const World& world, const std::string& instance) const {
    const auto now = world.host().now();
    for (const auto& window : facts_.windows) {
      const auto minute = unix_ms(now) / 60'000 % 1440;
      const auto since = (minute - window.minute_of_day + 1440) % 1440;
      if (since <= window.hours_open * 60) return true;
    }
    // A run that a person began: no occurrence names it.
    const auto asked = query(world.database(),
                             "SELECT j.event FROM machines m JOIN journal j ON j.machine = m.no "
                             "AND j.seq = 1 WHERE m.kind = 'run' AND m.ended_at IS NULL");
    return std::ranges::any_of(asked, [&](const Row& row) {
      return row[0].find(instance) != std::string::npos &&
             row[0].find("hikae:stop-before") == std::string::npos;
    });
  }

  const Facts& facts_;
};

}  // namespace

std::unique_ptr<Checker> make_theft_checker(const Facts& facts) {
  return std::make_unique<TheftChecker>(facts);
}

}  // namespace hikae::sim
