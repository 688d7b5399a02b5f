#include "plane/lambda/left_stopped.h"

#include <fmt/format.h>

#include <map>
#include <set>

#include "runbook/power.h"

namespace hikae::plane::lambda {
namespace {

constexpr int kObligationsRead = 10'000;  // a month of a large group

/// What became of an obligation; empty where its instance is not left stopped by it.
std::string_view left_how(const engine::View& view) {
  if (!view.ended_at) {
    const bool run_goes_on = int_at(view.record, "ended").value_or(0) == 0;
    return run_goes_on ? "" : "hikae tries to start it";
  }
  const auto outcome = text_at(view.outcome, "Outcome");
  if (outcome == "GivenUp") return "hikae tried to start it for hours and gave up";
  if (outcome == "Held") return "it is on hold, so hikae did not start it";
  return "";
}

/// Of "instance/run".
std::string instance_in(std::string_view obligation) {
  return str(obligation.substr(0, obligation.find('/')));
}

}  // namespace

Array left_stopped(engine::Kernel& kernel, const Scope& scope) {
  std::set<std::string, std::less<>> seen;
  const auto is_newest = [&](std::string_view id) { return seen.insert(instance_in(id)).second; };
  std::map<std::string, engine::View, std::less<>> newest;
  for (auto& view : kernel.list(scope, runbook::kPowerKind, {kObligationsRead, 0, is_newest}))
    newest.emplace(instance_in(view.id.id), std::move(view));
  Array out;
  for (const auto& [instance, view] : newest)
    if (const auto how = left_how(view); !how.empty())
      out.push_back(
          Object{{"InstanceId", instance},
                 {"Detail", fmt::format("stopped by the run {}; {}",
                                        view.id.id.substr(view.id.id.find('/') + 1), how)}});
  return out;
}

}  // namespace hikae::plane::lambda
