// S4: at most one image of an instance for a run, whatever crashes or retries. One that somebody
// else has deregistered before the only CreateImage of the run was answered is made up for: there
// is still one, and nobody could have seen the other.
#include <fmt/format.h>

#include <map>

#include "sim/promises/promises.h"
#include "sim/rows.h"

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
    if (!first.empty() && first != image.id && !is_made_up_for(world, first, image.run))
      broken(world, fmt::format("run {} has made two images of {}: {} and {}", image.run,
                                image.instance, first, image.id));
    first = image.id;
  }

 private:
  static bool is_made_up_for(const World& world, const std::string& first, const std::string& run) {
    const auto& gone = world.history().images().at(first);
    if (gone.gone_by != By::Operator) return false;
    constexpr auto kOfTheRun =
        "SELECT count(*) FROM effects e JOIN machines m ON m.no = e.machine WHERE m.id = ? "
        "AND e.operation = 'CreateImage'";
    constexpr auto kUnanswered =
        "SELECT count(*) FROM effects e JOIN machines m ON m.no = e.machine WHERE m.id = ? "
        "AND e.operation = 'CreateImage' AND e.settled_at IS NULL";
    return query_number(world.database(), kOfTheRun, {run}) == 1 &&
           query_number(world.database(), kUnanswered, {run}) == 1;
  }

  std::map<std::string, std::string> first_;
};

}  // namespace

std::unique_ptr<Checker> make_one_image_checker() { return std::make_unique<OneImageChecker>(); }

}  // namespace hikae::sim
