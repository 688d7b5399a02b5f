#include "runbook/run.h"
#include "runbook/run_references.h"
#include "runbook/run_turn.h"
#include "runbook/signals.h"
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
Object written_step(const MachineId& run, const Step& step) {
  Object out;
  out["StepName"] = step.name;
  out["Action"] = step.action;
  if (step.timeout) out["TimeoutSeconds"] = to_seconds(*step.timeout);
  out["OnFailure"] = jump_text(step.on_failure, step.on_failure_step);
  out["MaxAttempts"] = step.max_attempts;
  out["StepStatus"] = to_string(Status::Pending);
  out["Inputs"] = Object{};
  out["StepExecutionId"] = step_execution_id(run, step);
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

// The loop in whose iteration a step was visited.
Object parent_details(const MachineId& run, const RunRecord& record, const Document& document,
                      const StepRecord& step, std::size_t loop_at) {
  const auto& loop = document.steps[record.steps[loop_at].index];
  Object out{{"StepExecutionId", step_execution_id(run, document, record, loop_at)},
             {"StepName", loop.name},
             {"Action", loop.action},
             {"Iteration", step.iteration}};
  const auto value = iterator_value(
      {*document.steps[step.index].loop, step.iteration, &record.steps[loop_at].iterators});
  if (!value.is_null()) out["IteratorValue"] = as_text(value);
  return out;
}

/// Goes through the visited steps in their order, with what each of them could see.
class StepsShown {
 public:
  StepsShown(const MachineId& run, const RunRecord& record, const Document& document)
      : run_(run), record_(record), document_(document) {}

  Array list() {
    std::vector<bool> is_visited(document_.steps.size());
    for (std::size_t at = 0; at < record_.steps.size(); ++at) {
      is_visited[record_.steps[at].index] = true;
      list_.push_back(visited(at));
      seen_.note(record_.steps[at], at);
    }
    for (std::size_t i = 0; i < document_.main_steps; ++i)
      if (!is_visited[i]) list_.push_back(written_step(run_, document_.steps[i]));
    return std::move(list_);
  }

 private:
  Object visited(std::size_t at) {
    const auto& step = record_.steps[at];
    const auto& written = document_.steps[step.index];
    auto out = written_step(run_, written);
    out["StepExecutionId"] = step_execution_id(run_, document_, record_, at);
    put_iso(out, "ExecutionStartTime", step.start);
    put_iso(out, "ExecutionEndTime", step.end);
    out["StepStatus"] = to_string(step.status);
    // A step whose references had no value has no resolved inputs to show.
    out["Inputs"] = shown_inputs(inputs_of(step, written).value_or(Object{}));
    if (!step.outputs.empty()) out["Outputs"] = texts_by_name(step.outputs);
    if (step.iteration > 0)
      out["ParentStepDetails"] = parent_details(run_, record_, document_, step, loop_at_);
    if (written.body_size > 0) loop_at_ = at;
    if (step.failure.text.empty()) return out;
    out["FailureMessage"] = step.failure.text;
    out["FailureDetails"] = failure_details(step.failure);
    return out;
  }

  Result<Object> inputs_of(const StepRecord& step, const Step& written) const {
    Viewpoint from{seen_, std::nullopt, step.start};
    if (step.iteration > 0)
      from.loop = LoopPlace{*written.loop, step.iteration, &record_.steps[loop_at_].iterators};
    return inputs_seen_from(run_, document_, record_, written, from);
  }

  const MachineId& run_;
  const RunRecord& record_;
  const Document& document_;
  Visits seen_;
  std::size_t loop_at_ = 0;  // the last loop that was visited
  Array list_;
};

Object variables_shown(const RunRecord& record, const Document& document) {
  Object out;
  for (const auto& variable : document.variables) {
    const auto* set = find(record.visits.variables(), variable.name);
    if (set || variable.default_value)
      out[variable.name] = as_texts(set ? *set : *variable.default_value);
  }
  return out;
}

void describe_flow(const MachineId& run, const RunRecord& record, const Document& document,
                   Object& out) {
  out["StepExecutions"] = StepsShown(run, record, document).list();
  out["StepExecutionsTruncated"] = false;
  out["Outputs"] = is_terminal(record.status) ? document_outputs(document, record) : Object{};
  if (!document.variables.empty()) out["Variables"] = variables_shown(record, document);
  if (!record.held && (!record.attempt || record.steps.empty())) return;
  const auto& current = document.steps[record.held ? *record.held : record.current().index];
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
  out["Mode"] = record.interactive ? "Interactive" : "Auto";
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
