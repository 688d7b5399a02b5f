// L1, L2: once faults are over every run reaches its end, and every power obligation with it.
#include <fmt/format.h>

#include "sim/promises/promises.h"
#include "sim/rows.h"

namespace hikae::sim {
namespace {

class LivenessChecker final : public Checker {
 public:
  std::string_view promise() const override { return "L1 everything ends"; }

  void rested(const World& world) override {
    if (!world.house()) return broken(world, "hikae does not begin again: " + world.broken());
    for (const auto& row : query(world.database(),
                                 "SELECT kind, id FROM machines WHERE ended_at IS NULL AND kind "
                                 "NOT IN ('window', 'rule')"))
      broken(world, fmt::format("{} {} has not ended", row[0], row[1]));
  }
};

}  // namespace

std::unique_ptr<Checker> make_liveness_checker() { return std::make_unique<LivenessChecker>(); }

}  // namespace hikae::sim
