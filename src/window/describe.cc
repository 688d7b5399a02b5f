#include "text/json.h"
#include "window/occurrence.h"
#include "window/occurrence_state.h"
#include "window/task_call.h"

namespace hikae::window {
namespace {

void put_state(Object& out, Status status, std::string_view details, WallTime start, WallTime end) {
  out["Status"] = to_string(status);
  out["StatusDetails"] = details;
  if (start != WallTime{}) out["StartTime"] = iso_ms(start);
  if (end != WallTime{}) out["EndTime"] = iso_ms(end);
}

Object described_task(const Occurrence& o, std::size_t at) {
  const auto& task = o.definition.tasks[at];
  const auto& run = o.tasks[at];
  // The service shows 1 for both limits of a task without targets.
  const auto limit = [](const std::string& text) { return text.empty() ? "1" : text; };
  Object out{{"WindowExecutionId", o.execution_id()},
             {"TaskExecutionId", o.task_execution_id(at)},
             {"TaskArn", task.arn},
             {"Type", task.type},
             {"TaskType", task.type},
             {"ServiceRole", task.role},
             {"Priority", task.priority},
             {"MaxConcurrency", limit(task.max_concurrency)},
             {"MaxErrors", limit(task.max_errors)},
             {"TaskParameters", Array{}}};
  put_state(out, run.status, run.details, run.start, run.end);
  return out;
}

/// What the invocation was started with, as JSON text.
std::string parameters_of(const Occurrence& o, std::size_t at, const Invocation& one) {
  const auto call = task_call(o, at, one);
  if (!call) return "{}";
  const auto* payload = find(call->input, "Payload");
  if (payload && payload->is_string()) return str(text_of(*payload));
  return text::to_json(object_at(call->input, "Parameters"));
}

Object described_invocation(const Occurrence& o, std::size_t at, const Invocation& one) {
  Object out{
      {"WindowExecutionId", o.execution_id()},    {"TaskExecutionId", o.task_execution_id(at)},
      {"InvocationId", o.invocation_id(at, one)}, {"ExecutionId", one.run},
      {"TaskType", o.definition.tasks[at].type},  {"Parameters", parameters_of(o, at, one)}};
  put_state(out, one.status, one.details, one.start, one.end);
  if (const auto owner = owner_of(o.definition, one.group); !owner.empty())
    out["OwnerInformation"] = owner;
  if (!one.group.empty()) out["WindowTargetId"] = one.group;
  return out;
}

}  // namespace

Description describe_occurrence(const Value& saved) {
  Description out;
  const auto loaded = load_occurrence(saved);
  if (!loaded) return out;
  const auto& o = *loaded;
  Array task_ids;
  for (std::size_t at = 0; at < o.tasks.size(); ++at) {
    task_ids.emplace_back(o.task_execution_id(at));
    out.tasks.push_back(described_task(o, at));
    for (const auto& one : o.tasks[at].invocations)
      out.invocations.push_back(described_invocation(o, at, one));
  }
  out.execution = {{"WindowId", o.definition.id},
                   {"WindowExecutionId", o.execution_id()},
                   {"TaskIds", std::move(task_ids)}};
  put_state(out.execution, o.status, o.details, o.start, o.end);
  return out;
}

}  // namespace hikae::window
