// S8: the image goes first, its snapshots after it: no image refers to a snapshot that is gone, and
// at rest no snapshot of ours is left of an image that hikae has deleted.
#include <fmt/format.h>

#include <set>

#include "sim/promises/promises.h"

namespace hikae::sim {
namespace {

/// What a night of faults has left behind is the next night's to clear away.
constexpr Duration kClearedAway = hours(36);

class DeletionOrderChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S8 order of deletion"; }

  void changed(const World& world, const sandbox::Change& change) override {
    if (change.what != "snapshot-deleted") return;
    for (const auto& image : world.cloud().images(world.scope()))
      for (const auto& mapping : list_at(image, "BlockDeviceMappings"))
        if (text_at(object_at(mapping, "Ebs"), "SnapshotId") == change.resource)
          broken(world, fmt::format("{} refers to {}, which was deleted", text_at(image, "ImageId"),
                                    change.resource));
  }

  void rested(const World& world) override {
    std::set<std::string> held;
    for (const auto& instance : world.cloud().instances(world.scope()))
      if (tag_value(instance, "hikae:hold")) held.emplace(text_at(instance, "InstanceId"));
    for (const auto& snapshot : world.cloud().snapshots(world.scope())) {
      const auto found = world.history().images().find(str(text_at(snapshot, "ImageId")));
      if (found == world.history().images().end()) continue;
      const auto& image = found->second;
      if (image.gone_by == By::Hikae && tag_value(snapshot, "hikae:run") &&
          !tag_value(snapshot, "hikae:hold") && !held.contains(image.instance) &&
          is_due(world, *image.gone_at))
        broken(world, fmt::format("{} is left of {}, which was deleted at {}",
                                  text_at(snapshot, "SnapshotId"), image.id, iso(*image.gone_at)));
    }
  }

 private:
  static bool is_due(const World& world, WallTime gone) {
    const bool was_quiet = world.healed_at() && gone > *world.healed_at();
    return was_quiet || world.now() - gone > kClearedAway;
  }
};

}  // namespace

std::unique_ptr<Checker> make_deletion_order_checker() {
  return std::make_unique<DeletionOrderChecker>();
}

}  // namespace hikae::sim
