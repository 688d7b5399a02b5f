// S5: good means good. A backup that ended in Success has an image that became available, of that
// very instance, marked as born by that run; and whose snapshots, while it is there, are complete.
#include <fmt/format.h>

#include <set>

#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

class GoodChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S5 good means good"; }

  void rested(const World& world) override {
    std::set<std::string> good;
    for (const auto& [id, image] : world.history().images())
      if (image.was_available && image.bears_marks && is_whole(world, image))
        good.insert(image.instance + "/" + image.run);
    for (const auto& run : run_rows(world.database())) {
      const bool is_backup = run.document.find("backup") != std::string::npos;
      if (!is_backup || run.status != "Success" || run.root != run.id) continue;
      if (!good.contains(run.instance + "/" + run.id))
        broken(world, fmt::format("run {} of {} ended in Success without a good image", run.id,
                                  run.instance));
    }
  }

 private:
  static bool is_whole(const World& world, const ImageState& image) {
    if (image.state != "available") return true;
    for (const auto& snapshot : world.cloud().snapshots(world.scope()))
      if (text_at(snapshot, "ImageId") == image.id && text_at(snapshot, "State") != "completed")
        return false;
    return true;
  }
};

}  // namespace

std::unique_ptr<Checker> make_good_checker() { return std::make_unique<GoodChecker>(); }

}  // namespace hikae::sim
