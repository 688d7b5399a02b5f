#include <fmt/format.h>

#include "base/hash.h"
#include "runbook/run.h"
#include "runbook/run_references.h"
#include "runbook/run_turn.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

std::string jump_text(Jump jump, const std::string& step) {
  switch (jump) {
    case Jump::Abort: return "Abort";
    case Jump::Continue: return "Continue";
    case Jump::Step: return "step:" + step;
  }
  return "Abort";
}

void put_iso(Object& out, std::string_view key, WallTime time) {
  if (time != WallTime{}) out[key] = iso_ms(time);
}

Object texts_by_name(const Object& values) {
  Object out;
  for (const auto& [name, value] : values) out[name] = as_texts(value);
  return out;
}

Object shown_inputs(const Object& inputs) {
  Object out;
  for (const auto& [name, value] : inputs) out[name] = text::to_json(value);
  return out;
}

// What the document says of a step, visited or not.
Object written_step(std::string_view run_id, const Step& step) {
  Object out;
  out["StepName"] = step.name;
  out["Action"] = step.action;
  if (step.timeout) out["TimeoutSeconds"] = to_seconds(*step.timeout);
  out["OnFailure"] = jump_text(step.on_failure, step.on_failure_step);
  out["MaxAttempts"] = step.max_attempts;
  out["StepStatus"] = to_string(Status::Pending);
  out["Inputs"] = Object{};
  out["StepExecutionId"] = uuid_of(fmt::format("step/{}/{}", run_id, step.name));
  out["OverriddenParameters"] = Object{};
  out["IsEnd"] = step.is_end;
  if (!step.next_step.empty()) out["NextStep"] = step.next_step;
  out["IsCritical"] = step.critical();
  return out;
}

Object failure_details(const Failure& failure) {
  return {{"FailureStage", to_string(failure.stage)},
          {"FailureType", to_string(failure.type)},
          {"Details", Object{}}};
}

Object visited_step(const MachineId& run, const RunRecord& record, const Document& document,
                    const StepRecord& step) {
  auto out = written_step(run.id, document.steps[step.index]);
  put_iso(out, "ExecutionStartTime", step.start);
  put_iso(out, "ExecutionEndTime", step.end);
  out["StepStatus"] = to_string(step.status);
  // A step whose references had no value has no resolved inputs to show.
  out["Inputs"] = shown_inputs(inputs_of_step(run, document, record, step).value_or(Object{}));
  if (!step.outputs.empty()) out["Outputs"] = texts_by_name(step.outputs);
  if (step.failure.text.empty()) return out;
  out["FailureMessage"] = step.failure.text;
  out["FailureDetails"] = failure_details(step.failure);
  return out;
}

Array step_executions(const MachineId& run, const RunRecord& record, const Document& document) {
  Array steps;
  std::vector<bool> is_visited(document.steps.size());
  for (const auto& step : record.steps) {
    is_visited[step.index] = true;
    steps.push_back(visited_step(run, record, document, step));
  }
  for (std::size_t i = 0; i < document.steps.size(); ++i)
    if (!is_visited[i]) steps.push_back(written_step(run.id, document.steps[i]));
  return steps;
}

bool fits(const RunRecord& record, const Document& document) {
  for (const auto& step : record.steps)
    if (step.index >= document.steps.size()) return false;
  return true;
}

void describe_flow(const MachineId& run, const RunRecord& record, const Document& document,
                   Object& out) {
  out["StepExecutions"] = step_executions(run, record, document);
  out["StepExecutionsTruncated"] = false;
  out["Outputs"] = is_terminal(record.status) ? document_outputs(document, record) : Object{};
  if (!record.attempt || record.steps.empty()) return;
  const auto& current = document.steps[record.steps.back().index];
  out["CurrentStepName"] = current.name;
  out["CurrentAction"] = current.action;
}

}  // namespace

Value describe_run(const MachineId& run, const Value& saved, const Document& document) {
  const auto loaded = load_record(saved);
  Object out;
  out["AutomationExecutionId"] = run.id;
  if (!loaded || !fits(*loaded, document)) {
    out["AutomationExecutionStatus"] = to_string(Status::Failed);
    out["FailureMessage"] =
        loaded ? "The saved run belongs to another document" : loaded.error().message;
    return out;
  }
  const auto& record = *loaded;
  out["DocumentName"] = record.document_name;
  out["DocumentVersion"] = record.document_version;
  put_iso(out, "ExecutionStartTime", record.start);
  put_iso(out, "ExecutionEndTime", record.end);
  out["AutomationExecutionStatus"] = to_string(record.status);
  describe_flow(run, record, document, out);
  out["Parameters"] = texts_by_name(record.parameters);
  if (const auto message = record.failure_message(); !message.empty())
    out["FailureMessage"] = message;
  out["Mode"] = "Auto";
  if (!record.parent.empty()) out["ParentAutomationExecutionId"] = record.parent;
  out["ExecutedBy"] = record.executed_by;
  out["Targets"] = Array{};
  out["ResolvedTargets"] = Object{{"ParameterValues", Array{}}, {"Truncated", false}};
  if (!record.tags.is_null()) out["Tags"] = record.tags;
  return out;
}

Value describe_run(std::string_view id, const Value& saved, const Document& document) {
  return describe_run(MachineId{{}, str(kRunKind), str(id)}, saved, document);
}

}  // namespace hikae::runbook
