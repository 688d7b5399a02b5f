// S6: after every deletion at least N good generations of the instance that the same plan made are
// there, and the newest good one of a plan is never deleted. Pending, failed, doubtful and foreign
// images do not count.
#include <fmt/format.h>

#include <algorithm>

#include "sim/promises/generations.h"
#include "sim/promises/promises.h"

namespace hikae::sim {
namespace {

/// What people changed since may have been seen by nobody yet; and the answers of a day in which
/// reads were stale are minutes old.
constexpr Duration kSeenLate = minutes(20);
constexpr int kEverything = 1'000'000;

class GenerationsChecker final : public Checker {
 public:
  explicit GenerationsChecker(const Facts& facts) : facts_(facts) {}
  std::string_view promise() const override { return "S6 never fewer than N"; }

  void changed(const World& world, const sandbox::Change& change) override {
    if (change.what != "image-deregistered" || History::who(change) != By::Hikae) return;
    const auto& gone = world.history().images().at(change.resource);
    if (!gone.was_available) return;
    int left = 0;
    bool newer = false;
    for (const auto& [id, image] : world.history().images()) {
      if (image.instance != gone.instance || !counts(world, image)) continue;
      if (!are_of_one_plan(image, gone)) continue;
      ++left;
      newer = newer || image.created > gone.created;
    }
    const auto wanted = wanted_of(world, gone.instance);
    if (left < wanted)
      broken(world, fmt::format("{} of {} was deleted and {} good ones are left, not {}", gone.id,
                                gone.instance, left, wanted));
    if (!newer && gone.bears_marks)
      broken(world,
             fmt::format("{}, the newest good one of {}, was deleted", gone.id, gone.instance));
  }

 private:
  // One without a plan is the only plan's (docs/decisions/0015).
  static bool are_of_one_plan(const ImageState& one, const ImageState& other) {
    return one.plan == other.plan || one.plan.empty() || other.plan.empty();
  }

  static bool counts(const World& world, const ImageState& image) {
    if (!image.bears_marks || !image.was_available) return false;
    if (image.gone_at)
      return image.gone_by == By::Operator && world.now() - *image.gone_at < kSeenLate;
    return image.state == "available" && !is_marked_doubtful(world, image.id);
  }

  /// The least that a tag, or else the plan, has wanted lately.
  [[nodiscard]] int wanted_of(const World& world, const std::string& instance) const {
    int least = kEverything;
    for (const auto& text :
         world.history().tag_values(world.cloud(), world.scope(), instance,
                                    world.config().tags.generations, world.now() - kSeenLate))
      least = std::min(least, generations_kept(text, facts_).value_or(kEverything));
    return least;
  }

  const Facts& facts_;
};

}  // namespace

std::unique_ptr<Checker> make_generations_checker(const Facts& facts) {
  return std::make_unique<GenerationsChecker>(facts);
}

}  // namespace hikae::sim
