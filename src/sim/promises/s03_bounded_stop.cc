// S3: an instance is stopped no longer than stopped_max (an hour), and the time that a start takes,
// unless something stood in the way of the start itself or hikae was not running.
#include <fmt/format.h>

#include "sim/promises/promises.h"

namespace hikae::sim {
namespace {

constexpr Duration kMost = minutes(60 + 10);

class BoundedStopChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S3 bounded stop"; }

  void changed(const World& world, const sandbox::Change& change) override {
    if (change.what != "running") return;
    const auto& power = world.history().power().at(change.resource);
    const auto stopped = change.at - power.stopped_at;
    if (power.stopped_by != By::Hikae || stopped <= kMost) return;
    if (was_stood_in_the_way(world, power.stopped_at)) return;
    broken(world, fmt::format("{} was stopped for {}", change.resource, human(stopped)));
  }

 private:
  static bool was_stood_in_the_way(const World& world, WallTime since) {
    const auto& mix = world.weather().mix();
    return mix.of(Fault::NoCapacity) > 0 || mix.of(Fault::StartFails) > 0 ||
           world.history().had_trouble_since(since) || world.last_down() >= since;
  }
};

}  // namespace

std::unique_ptr<Checker> make_bounded_stop_checker() {
  return std::make_unique<BoundedStopChecker>();
}

}  // namespace hikae::sim
