// S7: nothing is deleted that hikae did not make for that very instance, or that is held.
#include <fmt/format.h>

#include "sim/promises/promises.h"

namespace hikae::sim {
namespace {

/// A hold that was put on meanwhile may have been seen by nobody yet.
constexpr Duration kHoldSeen = minutes(20);

class OnlyOursChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S7 only ours"; }

  void changed(const World& world, const sandbox::Change& change) override {
    if (History::who(change) != By::Hikae) return;
    if (change.what == "image-deregistered") image_gone(world, change.resource);
    if (change.what == "snapshot-deleted") snapshot_gone(world, change.resource);
  }

  // Snapshots cannot be looked at any more when they are gone.
  void leaving(const World& world, const aws::Request& request) override {
    if (request.operation != "DeleteSnapshot") return;
    const auto id = str(text_at(request.input, "SnapshotId"));
    for (const auto& snapshot : world.cloud().snapshots(world.scope()))
      if (text_at(snapshot, "SnapshotId") == id && why_not_ours(snapshot).size() > 0)
        foreign_.emplace(id, why_not_ours(snapshot));
  }

 private:
  void image_gone(const World& world, const std::string& id) {
    const auto& image = world.history().images().at(id);
    if (!image.bears_marks)
      broken(world, fmt::format("{} \"{}\" was deleted, which hikae did not make", id, image.name));
    const auto holds = world.history().tag_values(world.cloud(), world.scope(), image.instance,
                                                  "hikae:hold", world.now() - kHoldSeen);
    bool was_free = holds.empty();
    for (const auto& hold : holds) was_free = was_free || hold.empty() || hold == "false";
    if (!was_free) broken(world, fmt::format("{} of {} was deleted on hold", id, image.instance));
  }

  void snapshot_gone(const World& world, const std::string& id) {
    if (const auto found = foreign_.find(id); found != foreign_.end())
      broken(world, fmt::format("{} was deleted although {}", id, found->second));
  }

  static std::string why_not_ours(const Value& snapshot) {
    if (tag_value(snapshot, "AutoBackup") != "true") return "it has no tag AutoBackup=true";
    if (!tag_value(snapshot, "hikae:run")) return "no run of hikae made it";
    return {};
  }

  std::map<std::string, std::string> foreign_;
};

}  // namespace

std::unique_ptr<Checker> make_only_ours_checker() { return std::make_unique<OnlyOursChecker>(); }

}  // namespace hikae::sim
