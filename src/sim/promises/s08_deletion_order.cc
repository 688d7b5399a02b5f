// S8: the image goes first, its snapshots after it: no image refers to a snapshot that is gone, and
// at rest no snapshot of ours is left of an image that hikae has deleted.
//
// What a pruning that died has left is the next pruning's to clear away. So it is broken where
// there has been one that nothing disturbed, which kept as many younger good ones as are wanted: an
// image that would be kept if it were still there may have been deregistered by hand, and its
// snapshots are kept for whoever wants it back.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "sim/promises/generations.h"
#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

/// Pruning touches no younger ones: their image may not be visible yet.
constexpr Duration kYoung = hours(25);

class DeletionOrderChecker final : public Checker {
 public:
  explicit DeletionOrderChecker(const Facts& facts) : facts_(facts) {}
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
          is_due(world, image, snapshot))
        broken(world, fmt::format("{} is left of {}, which was deleted at {}",
                                  text_at(snapshot, "SnapshotId"), image.id, iso(*image.gone_at)));
    }
  }

 private:
  [[nodiscard]] bool is_due(const World& world, const ImageState& image,
                            const Value& snapshot) const {
    if (!world.healed_at()) return false;
    if (*image.gone_at > *world.healed_at()) return true;
    const auto began = parse_iso(text_at(snapshot, "StartTime"));
    return began && *began + kYoung < *world.healed_at() &&
           was_pruned_since(world, image.instance, *world.healed_at()) && has_younger(world, image);
  }

  static bool was_pruned_since(const World& world, const std::string& instance, WallTime since) {
    for (const auto& run : run_rows(world.database()))
      if (run.root == run.id && run.instance == instance && run.status == "Success" &&
          query_number(world.database(), "SELECT started_at FROM machines WHERE no = ?",
                       {std::to_string(run.no)}) > unix_ms(since))
        return true;
    return false;
  }

  /// As many good ones as are wanted.
  [[nodiscard]] bool has_younger(const World& world, const ImageState& gone) const {
    std::string tag;
    for (const auto& one : world.cloud().instances(world.scope()))
      if (text_at(one, "InstanceId") == gone.instance)
        tag = tag_value(one, world.config().tags.generations).value_or("");
    const auto wanted = generations_kept(tag, facts_);
    const auto younger = std::ranges::count_if(world.history().images(), [&](const auto& entry) {
      const auto& image = entry.second;
      return image.instance == gone.instance && image.bears_marks && image.state == "available" &&
             image.created > gone.created && !is_marked_doubtful(world, image.id);
    });
    return wanted && younger >= *wanted;
  }

  const Facts& facts_;
};

}  // namespace

std::unique_ptr<Checker> make_deletion_order_checker(const Facts& facts) {
  return std::make_unique<DeletionOrderChecker>(facts);
}

}  // namespace hikae::sim
