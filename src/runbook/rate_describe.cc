// What the API shows of a rate-controlled execution and of one that waits for its place
// (docs/reference/ssm-automation.md 7.2, 8.1).
#include <fmt/format.h>

#include <algorithm>

#include "base/hash.h"
#include "runbook/rate.h"
#include "runbook/rate_limits.h"
#include "runbook/rate_queue.h"
#include "runbook/rate_turn.h"
#include "runbook/run_record.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

Object shown_start_inputs(const RateRecord& record, const RateChild& child) {
  return {{"DocumentName", text::to_json(Value(text_at(record.input, "DocumentName")))},
          {"DocumentVersion", text::to_json(Value(text_at(record.input, "DocumentVersion")))},
          {"RuntimeParameters", text::to_json(rate_child_parameters(record.input, child.value))}};
}

Object described_child(const MachineId& id, const RateRecord& record, std::size_t number) {
  const auto& child = record.children[number];
  const auto run = rate_child_id(id, number);
  Object out{{"StepName", child.value},
             {"Action", "aws:executeAutomation"},
             {"StepStatus", to_string(child.status)},
             {"StepExecutionId", uuid_of(fmt::format("step/{}/{}", id.id, number))},
             {"Inputs", shown_start_inputs(record, child)},
             {"OverriddenParameters", Object{}}};
  if (child.start == WallTime{}) return out;
  out["ExecutionStartTime"] = iso_ms(child.start);
  if (child.end != WallTime{}) out["ExecutionEndTime"] = iso_ms(child.end);
  out["Outputs"] =
      Object{{"ExecutionId", Array{Value(run)}}, {"Status", Array{Value(to_string(child.status))}}};
  if (!child.message.empty()) out["FailureMessage"] = child.message;
  return out;
}

Object progress_of(const RateRecord& record) {
  const auto count = [&](Status status) {
    return static_cast<std::int64_t>(
        std::ranges::count(record.children, status, &RateChild::status));
  };
  return {{"TotalSteps", static_cast<std::int64_t>(record.children.size())},
          {"SuccessSteps", count(Status::Success)},
          {"FailedSteps", count(Status::Failed)},
          {"CancelledSteps", count(Status::Cancelled)},
          {"TimedOutSteps", count(Status::TimedOut)}};
}

Object resolved_targets(const RateRecord& record) {
  Array values;
  const auto shown = std::min(record.children.size(), kTargetsShown);
  for (std::size_t i = 0; i < shown; ++i) values.emplace_back(record.children[i].value);
  return {{"ParameterValues", std::move(values)}, {"Truncated", shown < record.children.size()}};
}

void describe_request(const Value& asked, Object& out) {
  for (const std::string_view member : {"DocumentName", "DocumentVersion", "ExecutedBy"})
    out[member] = text_at(asked, member);
  out["Parameters"] = object_at(asked, "Parameters");
  out["Mode"] = text_at(asked, "Mode", "Auto");
  if (const auto parent = text_at(asked, "ParentId"); !parent.empty())
    out["ParentAutomationExecutionId"] = parent;
  if (const auto* tags = find(asked, "Tags")) out["Tags"] = *tags;
  out["Targets"] = list_at(asked, "Targets");
  if (!asks_for_rate_control(asked)) return;
  if (const auto& maps = list_at(asked, "TargetMaps"); !maps.empty()) out["TargetMaps"] = maps;
  if (const auto name = text_at(asked, "TargetParameterName"); !name.empty())
    out["TargetParameterName"] = name;
  out["MaxConcurrency"] = text_at(asked, "MaxConcurrency", kConcurrencyByDefault);
  out["MaxErrors"] = text_at(asked, "MaxErrors", kErrorsByDefault);
}

Array children_shown(const MachineId& id, const RateRecord& record, std::size_t most) {
  Array steps;
  const auto shown = std::min(record.children.size(), most);
  for (std::size_t i = 0; i < shown; ++i) steps.push_back(described_child(id, record, i));
  return steps;
}

Value unreadable(const MachineId& id, const Error& error) {
  return Object{{"AutomationExecutionId", id.id},
                {"AutomationExecutionStatus", to_string(Status::Failed)},
                {"FailureMessage", error.message}};
}

Value describe_parent(const MachineId& id, const Value& saved) {
  const auto loaded = load_rate(saved);
  if (!loaded) return unreadable(id, loaded.error());
  const auto& record = *loaded;
  Object out{{"AutomationExecutionId", id.id}};
  describe_request(record.input, out);
  out["AutomationExecutionStatus"] = to_string(record.status);
  if (record.start != WallTime{}) out["ExecutionStartTime"] = iso_ms(record.start);
  if (record.end != WallTime{}) out["ExecutionEndTime"] = iso_ms(record.end);
  out["StepExecutions"] = children_shown(id, record, kTargetsShown);
  out["StepExecutionsTruncated"] = record.children.size() > kTargetsShown;
  out["ResolvedTargets"] = resolved_targets(record);
  out["ProgressCounters"] = progress_of(record);
  out["Outputs"] = Object{};
  if (record.is_over())
    if (const auto why = rate_failure(record); !why.empty()) out["FailureMessage"] = why;
  return out;
}

/// A single run that was not begun: as one that waits for its first step.
Value describe_waiting(const MachineId& id, const Value& input, const Document& document) {
  const auto* given = find(input, "Parameters");
  RunRecord record;
  record.document_name = text_at(input, "DocumentName");
  record.document_version = text_at(input, "DocumentVersion");
  record.document_hash = text_at(input, "DocumentHash");
  record.executed_by = text_at(input, "ExecutedBy");
  record.parent = text_at(input, "ParentId");
  record.interactive = text_at(input, "Mode") == "Interactive";
  record.parameters =
      bind_parameters(document, given ? *given : Value(Object{})).value_or(Object{});
  if (const auto* tags = find(input, "Tags")) record.tags = *tags;
  return describe_run(id, save_record(record), document);
}

Value describe_queued(const MachineId& id, const Value& saved, const Document& document) {
  const auto& queued = load_queued(saved);
  Value out;
  if (asks_for_rate_control(queued.input)) {
    RateRecord record;
    record.input = queued.input;
    out = describe_parent(id, save_rate(record));
  } else {
    out = describe_waiting(id, queued.input, document);
  }
  if (!queued.was_cancelled()) return out;
  auto& members = out.as_object();
  members["AutomationExecutionStatus"] = to_string(Status::Cancelled);
  members["ExecutionStartTime"] = members["ExecutionEndTime"] = iso_ms(queued.cancelled);
  return out;
}

}  // namespace

Value describe_execution(const MachineId& id, const Value& saved, const Document& document) {
  Value out;
  switch (execution_of(saved)) {
    case Execution::Queued: out = describe_queued(id, saved, document); break;
    case Execution::Parent: out = describe_parent(id, saved); break;
    case Execution::Single: out = describe_run(id, saved, document); break;
  }
  const auto target = text_at(object_at(out, "Tags"), kTargetTag);
  if (!target.empty()) out.as_object()["Target"] = target;
  return out;
}

Array steps_of_execution(const MachineId& id, const Value& saved, const Document& document) {
  if (execution_of(saved) != Execution::Parent)
    return list_at(describe_execution(id, saved, document), "StepExecutions");
  const auto record = load_rate(saved);
  return record ? children_shown(id, *record, record->children.size()) : Array{};
}

}  // namespace hikae::runbook
