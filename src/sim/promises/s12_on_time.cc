// S12: nothing begins before its instant by the host's clock, nor so late that its window has
// closed.
#include <fmt/format.h>

#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

class OnTimeChecker final : public Checker {
 public:
  explicit OnTimeChecker(const Facts& facts) : facts_(facts) {}
  std::string_view promise() const override { return "S12 not early, not late"; }

  void rested(const World& world) override {
    int longest = 1;
    for (const auto& window : facts_.windows) longest = std::max(longest, window.hours_open);
    for (const auto& row :
         query(world.database(), "SELECT id, started_at FROM machines WHERE kind = 'occurrence'")) {
      const auto instant = parse_iso(row[0].substr(row[0].find('/') + 1));
      const auto started = wall_ms(std::stoll(row[1]));
      if (!instant) continue;
      if (started < *instant) broken(world, fmt::format("{} began at {}", row[0], iso(started)));
      if (started - *instant > hours(longest))
        broken(world,
               fmt::format("{} began at {}, when its window had closed", row[0], iso(started)));
    }
  }

 private:
  const Facts& facts_;
};

}  // namespace

std::unique_ptr<Checker> make_on_time_checker(const Facts& facts) {
  return std::make_unique<OnTimeChecker>(facts);
}

}  // namespace hikae::sim
