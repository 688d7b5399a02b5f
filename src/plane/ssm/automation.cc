// Automation executions (docs/reference/ssm-automation.md 8.1): each is a machine of kind "run",
// be it a single run or the parent of many (runbook/rate.h). Here what is asked of one of them;
// automation_start.cc begins them, automation_list.cc lists them.
#include "plane/ssm/automation.h"

#include <fmt/format.h>

#include <algorithm>

#include "aws/errors.h"
#include "base/escape.h"
#include "plane/ssm/automation_quota.h"
#include "runbook/rate.h"
#include "runbook/signals.h"

namespace hikae::plane {
namespace automation {

MachineId run_id(const Scope& scope, std::string_view id) {
  return {scope, str(runbook::kRunKind), str(id)};
}

std::string executed_by(const Ask& ask) {
  return ask.caller.empty() ? "arn:aws:iam::" + ask.scope.account + ":user/hikae" : str(ask.caller);
}

Result<engine::View> find_run(const Ask& ask) {
  const auto id = text_at(ask.input, "AutomationExecutionId");
  if (auto view = ask.turn.kernel().view(run_id(ask.scope, id))) return *std::move(view);
  return aws::aws_error("AutomationExecutionNotFoundException",
                        "Automation execution " + printable(id.substr(0, 60)) +
                            " does not exist; list them with "
                            "DescribeAutomationExecutions");
}

Result<std::shared_ptr<const runbook::Document>> document_of(const engine::View& view,
                                                             Library& library) {
  auto document = library.by_hash(text_at(view.record, "DocumentHash"));
  if (document) return document;
  return aws::aws_error("InternalServerError",
                        "the document of execution " + view.id.id + " is gone");
}

Result<Value> described(const engine::View& view, Library& library) {
  const auto document = TRY(document_of(view, library));
  return runbook::describe_execution(view.id, view.record, *document);
}

std::unexpected<Error> not_of_enum(std::string_view member, std::string_view value,
                                   std::string_view allowed) {
  return aws::aws_error(
      "ValidationException",
      fmt::format("1 validation error detected: Value '{}' at '{}' failed to satisfy constraint: "
                  "Member must satisfy enum value set: [{}]",
                  printable(value.substr(0, 60)), member, allowed));
}

namespace {

/// What a Pending execution waits for, for people; the API has no member for it.
std::string reason_to_wait(const Ask& ask, const engine::View& view) {
  const auto resource = str(runbook::awaited_lease(view.record));
  if (resource.empty() || view.ended_at) return {};
  if (!resource.starts_with("ec2:"))
    return fmt::format("{} executions go on, as many as may at once; it begins when one ends",
                       ask.turn.kernel().leases().holders(resource));
  for (const auto& other : ask.turn.kernel().living_views(runbook::kRunKind))
    if (text_at(other.record, "lease") == resource && runbook::awaited_lease(other.record).empty())
      return fmt::format("execution {} ({}) works on {}; this one begins when it ends", other.id.id,
                         text_at(other.record, "DocumentName"), resource);
  return fmt::format("{} is being started again after an earlier execution; this one begins then",
                     resource);
}

Result<Value> get_execution(const Ask& ask, Library& library) {
  const auto view = TRY(find_run(ask));
  auto execution = TRY(described(view, library));
  if (auto why = reason_to_wait(ask, view); !why.empty())
    execution.as_object()["WaitsFor"] = std::move(why);
  return Object{{"AutomationExecution", std::move(execution)}};
}

Result<Value> stop_execution(const Ask& ask) {
  const auto view = TRY(find_run(ask));
  const auto type = text_at(ask.input, "Type", "Cancel");
  if (type != "Cancel" && type != "Complete") return not_of_enum("type", type, "Complete, Cancel");
  if (view.ended_at)
    return aws::aws_error("InvalidAutomationStatusUpdateException",
                          "Automation execution " + view.id.id + " has ended already");
  ask.turn.signal(view.id, type == "Complete" ? "complete" : "cancel", Object{});
  return Object{};
}

std::unexpected<Error> no_such_signal(const engine::View& view, std::string_view why) {
  return aws::aws_error("InvalidAutomationSignalException",
                        fmt::format("Automation execution {} {}", view.id.id, why));
}

Result<Value> send_signal(const Ask& ask, Library& library) {
  constexpr std::array kSignals{runbook::kSignalApprove,   runbook::kSignalReject,
                                runbook::kSignalStartStep, runbook::kSignalStopStep,
                                runbook::kSignalResume,    runbook::kSignalRevoke};
  const auto view = TRY(find_run(ask));
  const auto signal = text_at(ask.input, "SignalType");
  if (std::ranges::find(kSignals, signal) == kSignals.end())
    return not_of_enum("signalType", signal,
                       "Approve, Reject, StartStep, StopStep, Resume, Revoke");
  if (view.ended_at) return no_such_signal(view, "has ended already");
  switch (runbook::execution_of(view.record)) {
    case runbook::Execution::Queued: return no_such_signal(view, "has not begun yet");
    case runbook::Execution::Parent:
      return no_such_signal(view,
                            "runs its document once for each target: signal those executions");
    case runbook::Execution::Single: break;
  }
  const auto document = TRY(document_of(view, library));
  const auto* given = find(ask.input, "Payload");
  auto payload = runbook::signal_payload(given ? *given : Value(Object{}), executed_by(ask));
  TRY_DO(runbook::check_signal(view.id, view.record, *document, signal, payload));
  ask.turn.signal(view.id, str(signal), std::move(payload));
  return Object{};
}

}  // namespace
}  // namespace automation

void Ssm::add_automation() {
  on("StartAutomationExecution",
     [this](const Ask& ask) { return automation::start_execution(ask, library_); });
  on("GetAutomationExecution",
     [this](const Ask& ask) { return automation::get_execution(ask, library_); });
  on("DescribeAutomationExecutions",
     [this](const Ask& ask) { return automation::describe_executions(ask, library_); });
  on("DescribeAutomationStepExecutions",
     [this](const Ask& ask) { return automation::describe_steps(ask, library_); });
  on("StopAutomationExecution", automation::stop_execution);
  on("SendAutomationSignal",
     [this](const Ask& ask) { return automation::send_signal(ask, library_); });
  on("GetServiceSetting", automation::get_setting);
  on("UpdateServiceSetting", automation::update_setting);
  on("ResetServiceSetting", automation::reset_setting);
}

}  // namespace hikae::plane
