#include "window/occurrence_tell.h"

#include <fmt/format.h>

#include <algorithm>

#include "window/occurrence.h"
#include "window/targets.h"

namespace hikae::window {
namespace {

std::string row_key(const Occurrence& o, std::string_view target) {
  return fmt::format("{}/{}/{}", o.definition.id, iso(o.instant), target);
}

Object row_of(const Turn& turn, std::string_view target, std::string_view outcome,
              std::string_view reason, std::string_view run) {
  const auto& o = turn.o;
  return {{"Window", o.definition.id},
          {"WindowName", o.definition.name},
          {"Instant", iso(o.instant)},
          {"Target", target},
          {"Outcome", outcome},
          {"Reason", reason},
          {"RunId", run},
          {"At", iso(turn.now)}};
}

/// The word of the ledger for an invocation. Worse ones stand later in `severity_of`.
std::string_view outcome_of(const Invocation& one) {
  if (one.status == Status::Pending) return "Waiting";
  if (!is_final(one.status)) return "Started";
  if (one.status == Status::SkippedOverlapping) return "Skipped";
  if (!one.was_started()) return "NotStarted";
  switch (one.status) {
    case Status::Success: return "Success";
    case Status::TimedOut: return "TimedOut";
    case Status::Cancelled: return "Cancelled";
    default: return "Failed";
  }
}

int severity_of(std::string_view outcome) {
  constexpr std::string_view kOrder[] = {"Success",  "Cancelled", "Skipped", "NotStarted",
                                         "TimedOut", "Failed",    "Waiting", "Started"};
  return static_cast<int>(std::ranges::find(kOrder, outcome) - std::begin(kOrder));
}

std::vector<std::pair<std::size_t, const Invocation*>> invocations_on(const Occurrence& o,
                                                                      std::string_view instance) {
  std::vector<std::pair<std::size_t, const Invocation*>> list;
  for (std::size_t task = 0; task < o.tasks.size(); ++task)
    for (const auto& one : o.tasks[task].invocations)
      if (one.target == instance) list.emplace_back(task, &one);
  return list;
}

Object task_part(const Occurrence& o, std::size_t task, const Invocation& one) {
  return {{"WindowTaskId", o.definition.tasks[task].id},
          {"Outcome", outcome_of(one)},
          {"Reason", one.details},
          {"RunId", one.run}};
}

/// A run or a command is decided once it exists; a function, once it was invoked.
bool is_decided(const Task& task, const Invocation& one) {
  if (is_final(one.status)) return true;
  return one.status == Status::InProgress && (task.type == "LAMBDA" || !one.run.empty());
}

bool all_decided(const Occurrence& o) {
  for (std::size_t task = 0; task < o.tasks.size(); ++task)
    for (const auto& one : o.tasks[task].invocations)
      if (!is_decided(o.definition.tasks[task], one)) return false;
  return true;
}

void add_reason(std::string& reasons, std::string_view reason) {
  if (reason.empty() || reasons.find(reason) != std::string::npos) return;
  if (!reasons.empty()) reasons += "; ";
  reasons += reason;
}

Object times_of(WallTime start, WallTime end) {
  Object times{{"start-time", iso_ms(start)}};
  if (end != WallTime{}) times["end-time"] = iso_ms(end);
  return times;
}

}  // namespace

void record_occurrence(Turn& turn, std::string_view outcome, std::string_view reason) {
  turn.o.ledger.write(turn.commands, row_key(turn.o, "*"), row_of(turn, "*", outcome, reason, ""));
}

void record_target(Turn& turn, const std::string& instance) {
  if (instance.empty()) return;
  const auto list = invocations_on(turn.o, instance);
  const auto worst = std::ranges::max_element(
      list, {}, [](const auto& entry) { return severity_of(outcome_of(*entry.second)); });
  if (worst == list.end()) return;
  const auto& one = *worst->second;
  auto row = row_of(turn, instance, outcome_of(one), one.details, one.run);
  if (list.size() > 1) {
    Array parts;
    for (const auto& [task, each] : list) parts.push_back(task_part(turn.o, task, *each));
    row["Tasks"] = std::move(parts);
  }
  turn.o.ledger.write(turn.commands, row_key(turn.o, instance), std::move(row));
}

void record_skipped(Turn& turn) {
  Array instances;
  std::string reasons;
  for (const auto& [instance, reason] : skipped_targets(turn.o)) {
    turn.o.ledger.write(turn.commands, row_key(turn.o, instance),
                        row_of(turn, instance, "Skipped", reason, ""));
    instances.emplace_back(instance);
    add_reason(reasons, reason);
  }
  if (!instances.empty()) tell_problem(turn, {"Backup Skipped", std::move(instances), reasons});
}

void tell_nothing_found(Turn& turn) {
  tell_problem(
      turn,
      {"Backup Not Started", {}, "the window's targets match no instance: check the group's tag"});
}

void tell_late(Turn& turn) {
  const auto& o = turn.o;
  tell_problem(turn, {"Backup Late",
                      {},
                      fmt::format("hikae was not running when the window should have opened, or "
                                  "its clock was set forward; it opened {} late, and runs",
                                  human(turn.now - o.instant))});
}

void tell_problem(Turn& turn, Problem problem) {
  const auto& o = turn.o;
  auto key = fmt::format("{}/{}/{}", problem.type, o.definition.id, iso(o.instant));
  if (!problem.part.empty()) key += "/" + str(problem.part);
  auto detail = std::move(problem.more);
  detail["window"] = o.definition.id;
  detail["window-name"] = o.definition.name;
  detail["instant"] = iso(o.instant);
  detail["instances"] = std::move(problem.instances);
  detail["reason"] = problem.reason;
  tell(turn.commands, turn.scope,
       {std::move(key), "hikae", str(problem.type), turn.now,
        window_arn(turn.scope, o.definition.id), std::move(detail)});
}

void tell_execution(Turn& turn) {
  const auto& o = turn.o;
  auto detail = times_of(o.start, o.end);
  detail["window-id"] = o.definition.id;
  detail["window-execution-id"] = o.execution_id();
  detail["status"] = to_string(o.status);
  tell(turn.commands, turn.scope,
       {fmt::format("execution/{}/{}", o.execution_id(), to_string(o.status)), "aws.ssm",
        "Maintenance Window Execution State-change Notification", turn.now,
        window_arn(turn.scope, o.definition.id), std::move(detail)});
}

void tell_task(Turn& turn, std::size_t task) {
  const auto& o = turn.o;
  const auto& run = o.tasks[task];
  auto detail = times_of(run.start, run.end);
  detail["window-id"] = o.definition.id;
  detail["window-execution-id"] = o.execution_id();
  detail["task-execution-id"] = o.task_execution_id(task);
  detail["status"] = to_string(run.status);
  tell(turn.commands, turn.scope,
       {fmt::format("task/{}/{}", o.task_execution_id(task), to_string(run.status)), "aws.ssm",
        "Maintenance Window Task Execution State-change Notification", turn.now,
        window_arn(turn.scope, o.definition.id), std::move(detail)});
}

void tell_invocation(Turn& turn, std::size_t task, const Invocation& one) {
  const auto& o = turn.o;
  const bool is_command = o.definition.tasks[task].type == "RUN_COMMAND";
  const auto status =
      is_final(one.status) && !is_command ? std::string_view("COMPLETE") : to_string(one.status);
  auto detail = times_of(one.start, one.end);
  detail["window-id"] = o.definition.id;
  detail["window-execution-id"] = o.execution_id();
  detail["task-execution-id"] = o.task_execution_id(task);
  detail["status"] = status;
  if (!one.group.empty()) detail["window-target-id"] = one.group;
  if (const auto owner = owner_of(o.definition, one.group); !owner.empty())
    detail["owner-information"] = owner;
  tell(turn.commands, turn.scope,
       {fmt::format("invocation/{}/{}", o.invocation_id(task, one), status), "aws.ssm",
        "Maintenance Window Task Target Invocation State-change Notification", turn.now,
        window_arn(turn.scope, o.definition.id), std::move(detail)});
}

void tell_not_started(Turn& turn) {
  auto& o = turn.o;
  if (o.told_not_started || !all_decided(o)) return;
  o.told_not_started = true;
  Array instances;
  std::string reasons;
  for (const auto& task : o.tasks)
    for (const auto& one : task.invocations) {
      if (one.was_started() || !is_final(one.status)) continue;
      if (one.status == Status::SkippedOverlapping) continue;  // told when it was found out
      if (!one.target.empty()) instances.emplace_back(one.target);
      add_reason(reasons, one.details);
    }
  if (!reasons.empty()) tell_problem(turn, {"Backup Not Started", std::move(instances), reasons});
}

void tell_failed_functions(Turn& turn) {
  const auto& o = turn.o;
  Array instances;
  std::string reasons;
  for (std::size_t task = 0; task < o.tasks.size(); ++task) {
    if (o.definition.tasks[task].type == "AUTOMATION") continue;
    for (const auto& one : o.tasks[task].invocations) {
      if (!one.was_started() || one.status == Status::Success || !is_final(one.status)) continue;
      if (!one.target.empty()) instances.emplace_back(one.target);
      add_reason(reasons, fmt::format("{}: {}", o.definition.tasks[task].arn, one.details));
    }
  }
  if (!reasons.empty()) tell_problem(turn, {"Backup Task Failed", std::move(instances), reasons});
}

}  // namespace hikae::window
