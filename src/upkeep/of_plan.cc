#include "upkeep/of_plan.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "upkeep/tags.h"

namespace hikae::upkeep {
namespace {

constexpr std::size_t kPlanShown = 80;

bool is_another_plans(const FoundImage& found, const InstanceId& instance, std::string_view plan) {
  return found.image.ours == retention::Ours::Yes && found.image.source == instance &&
         !found.plan.empty() && found.plan != plan;
}

}  // namespace

std::string why_of_another_plan(std::string_view tagged, std::string_view plan,
                                retention::Plans plans) {
  if (tagged == plan) return {};
  if (!tagged.empty())
    return fmt::format("the plan {} made it (tag {})", printable(tagged.substr(0, kPlanShown)),
                       kPlanTag);
  if (plans == retention::Plans::One) return {};
  return fmt::format("no plan made it (no tag {}), and several back this instance up", kPlanTag);
}

retention::Plans leave_to_other_plans(std::vector<FoundImage>& images, const InstanceId& instance,
                                      std::string_view plan) {
  const bool several = std::ranges::any_of(
      images, [&](const FoundImage& found) { return is_another_plans(found, instance, plan); });
  const auto plans = several ? retention::Plans::Several : retention::Plans::One;
  for (auto& found : images) {
    if (found.image.ours == retention::Ours::No) continue;
    found.image.not_ours = why_of_another_plan(found.plan, plan, plans);
    if (!found.image.not_ours.empty()) found.image.ours = retention::Ours::No;
  }
  return plans;
}

}  // namespace hikae::upkeep
