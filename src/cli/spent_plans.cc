#include "cli/spent_plans.h"

#include <fmt/format.h>

#include <algorithm>

#include "plan/compile.h"
#include "plan/firing.h"

namespace hikae::cli {
namespace {

bool stands_there(const Array& windows, std::string_view name, const plan::Plan& plan) {
  return std::ranges::any_of(windows, [&](const Value& window) {
    return text_at(window, "Name") == name && text_at(window, "Schedule") == plan.schedule;
  });
}

}  // namespace

Result<> refuse_spent_plans(Session& session, const plan::Config& config) {
  for (const auto& plan : config.plans) {
    if (TRY(plan::next_opening(plan, session.now()))) continue;
    const auto windows = TRY(session.call("ssm", "DescribeMaintenanceWindows", Object{}));
    if (stands_there(list_at(windows, "WindowIdentities"), plan::window_name(config, plan), plan))
      continue;
    return fail(ErrorKind::Invalid,
                fmt::format("plan {}: its schedule {} ({}) never fires from now, {}, on, so it "
                            "would back up nothing; write a later moment, or remove the plan",
                            plan.name, plan.schedule, plan.zone, iso(session.now())));
  }
  return {};
}

}  // namespace hikae::cli
