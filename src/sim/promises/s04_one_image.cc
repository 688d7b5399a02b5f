// S4: at most one image of an instance for a run, whatever crashes or retries.
#include <fmt/format.h>

#include <map>

#include "sim/promises/promises.h"

namespace hikae::sim {
namespace {

class OneImageChecker final : public Checker {
 public:
  std::string_view promise() const override { return "S4 one image"; }

  void changed(const World& world, const sandbox::Change& change) override {
    if (change.what != "image-pending") return;
    const auto& image = world.history().images().at(change.resource);
    if (image.run.empty()) return;
    auto& first = first_[image.instance + "/" + image.run];
    if (!first.empty() && first != image.id)
      broken(world, fmt::format("run {} has made two images of {}: {} and {}", image.run,
                                image.instance, first, image.id));
    first = image.id;
  }

 private:
  std::map<std::string, std::string> first_;
};

}  // namespace

std::unique_ptr<Checker> make_one_image_checker() { return std::make_unique<OneImageChecker>(); }

}  // namespace hikae::sim
