// The problem: tasks of one priority run side by side, those of the next wait for all of them; a
// task takes its registered targets one after the other, and the instances of one target at most
// MaxConcurrency at once; it stops starting after MaxErrors failures, and at the cutoff.
//
// The idea: each task is a list of invocations in the order in which they may start, with a cursor
// (`next`), the number running and the number failed. Whatever happens, the same function looks
// whether the cursor may move. What will never start is closed with its reason at once, so that it
// is told early.
#include "window/task_runner.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "base/escape.h"
#include "window/command_runner.h"
#include "window/limit.h"
#include "window/overlap.h"
#include "window/targets.h"
#include "window/task_call.h"

namespace hikae::window {
namespace {

constexpr Duration kStartAgainAfter = minutes(1);
constexpr std::size_t kDetailBytes = 500;

/// A start that failed for good: nothing ran, but it counts as an error of the task.
void conclude_unstarted(Turn& turn, Slot slot, std::string details) {
  invocation_at(turn.o, slot).start = {};
  ++turn.o.tasks[slot.task].errors;
  conclude(turn, slot, Status::Failed, std::move(details));
}

void start_call(Turn& turn, Slot slot) {
  auto& one = invocation_at(turn.o, slot);
  const auto call = task_call(turn.o, slot.task, one);
  if (call)
    turn.commands.send(tag_for("start", slot), *call);
  else
    conclude_unstarted(turn, slot, "not started: " + call.error().text());
}

void start_invocation(Turn& turn, Slot slot) {
  auto& task = turn.o.tasks[slot.task];
  auto& one = invocation_at(turn.o, slot);
  one.status = Status::InProgress;
  one.start = turn.now;
  ++task.running;
  tell_invocation(turn, slot.task, one);
  start_call(turn, slot);
}

/// Without those that an earlier opening still works on.
std::size_t due_count(const TaskRun& task, std::optional<std::string_view> group = {}) {
  return static_cast<std::size_t>(std::ranges::count_if(task.invocations, [&](const auto& one) {
    return one.status != Status::SkippedOverlapping && (!group || one.group == *group);
  }));
}

struct NeverStarts {
  Status status;
  std::string_view reason;
};

std::optional<NeverStarts> why_never(const Occurrence& o, std::size_t at) {
  if (o.closed == Closed::WindowClosed)
    return NeverStarts{Status::TimedOut, "not started: window closed"};
  if (o.closed == Closed::Cancelled)
    return NeverStarts{Status::Cancelled, "not started: window execution cancelled"};
  const auto& task = o.tasks[at];
  const auto& limits = o.definition.tasks[at];
  if (!limits.targets.empty() && task.errors > errors_allowed(limits.max_errors, due_count(task)))
    return NeverStarts{Status::Cancelled, "not started: the task's error limit was reached"};
  return std::nullopt;
}

void close_rest(Turn& turn, std::size_t at, const NeverStarts& never) {
  auto& task = turn.o.tasks[at];
  while (task.next < task.invocations.size())
    conclude(turn, {at, task.next++}, never.status, str(never.reason));
}

/// A registered target begins when the one before has ended.
bool may_start_next(const TaskRun& task, const Task& limits) {
  if (task.running == 0) return true;
  const auto& next = task.invocations[task.next];
  if (next.group != task.invocations[task.next - 1].group) return false;
  return task.running < concurrency_of(limits.max_concurrency, due_count(task, next.group));
}

void fill_task(Turn& turn, std::size_t at) {
  auto& task = turn.o.tasks[at];
  while (task.next < task.invocations.size()) {
    if (const auto never = why_never(turn.o, at)) return close_rest(turn, at, *never);
    if (!may_start_next(task, turn.o.definition.tasks[at])) return;
    start_invocation(turn, {at, task.next++});
  }
}

/// A task with CANCEL_TASK that the cutoff cut short.
bool was_cut_short(const Occurrence& o, std::size_t at) {
  if (o.closed != Closed::WindowClosed ||
      o.definition.tasks[at].at_cutoff != CutoffBehavior::CancelTask)
    return false;
  return std::ranges::any_of(o.tasks[at].invocations, [](const Invocation& one) {
    return one.status == Status::TimedOut || (one.was_cut && one.status != Status::Success);
  });
}

Status worst_of(const Occurrence& o, std::size_t at) {
  const auto& task = o.tasks[at];
  if (was_cut_short(o, at)) return Status::TimedOut;
  for (const auto status : {Status::Failed, Status::TimedOut, Status::Cancelled})
    if (std::ranges::find(task.invocations, status, &Invocation::status) != task.invocations.end())
      return status;
  return !task.invocations.empty() && due_count(task) == 0 ? Status::SkippedOverlapping
                                                           : Status::Success;
}

std::string_view task_details(const TaskRun& task) {
  if (task.invocations.empty()) return "No invocations to execute.";
  switch (task.status) {
    case Status::Success: return "Success";
    case Status::TimedOut: return "TimedOut";
    case Status::Cancelled: return "Cancelled";
    case Status::SkippedOverlapping: return "SkippedOverlapping";
    default: return "Failed";
  }
}

void run_task(Turn& turn, std::size_t at) {
  auto& task = turn.o.tasks[at];
  if (task.status == Status::Pending) {
    task.status = Status::InProgress;
    task.start = turn.now;
    tell_task(turn, at);
  }
  fill_task(turn, at);
  if (turn.o.closed == Closed::WindowClosed) cancel_commands(turn, at);
  if (task.next < task.invocations.size() || task.running > 0) return;
  task.status = worst_of(turn.o, at);
  task.details = task_details(task);
  task.end = turn.now;
  tell_task(turn, at);
}

/// The lowest priority number that is not over yet.
std::optional<std::int64_t> present_priority(const Occurrence& o) {
  std::optional<std::int64_t> lowest;
  for (std::size_t at = 0; at < o.tasks.size(); ++at)
    if (!is_final(o.tasks[at].status))
      lowest = std::min(lowest.value_or(INT64_MAX), o.definition.tasks[at].priority);
  return lowest;
}

/// Whether the same request may succeed later, and sending it again can start nothing twice.
bool may_pass(const Task& task, const Error& error) {
  if (error.kind == ErrorKind::Throttled) return true;
  if (task.type != "AUTOMATION") return false;
  return error.kind == ErrorKind::Unavailable || error.kind == ErrorKind::Timeout ||
         error.code == "AutomationExecutionLimitExceededException" ||
         error.code == "AutomationExecutionLimitExceeded";
}

void take_start_error(Turn& turn, Slot slot, const Error& error) {
  const auto& task = turn.o.definition.tasks[slot.task];
  auto& one = invocation_at(turn.o, slot);
  if (!may_pass(task, error)) return conclude_unstarted(turn, slot, "not started: " + error.text());
  one.details = error.text();
  turn.commands.pause(tag_for("again", slot), kStartAgainAfter);
}

std::string function_failure(const Value& answer) {
  return fmt::format("the function failed ({}): {}", text_at(answer, "FunctionError"),
                     text_at(answer, "Payload").substr(0, kDetailBytes));
}

void take_function_answer(Turn& turn, Slot slot, const Value& answer) {
  if (text_at(answer, "FunctionError").empty())
    conclude(turn, slot, Status::Success, "Success");
  else
    conclude(turn, slot, Status::Failed, printable(function_failure(answer)));
}

Status run_status(std::string_view text) {
  if (text == "Success") return Status::Success;
  if (text == "TimedOut") return Status::TimedOut;
  if (text == "Cancelled") return Status::Cancelled;
  return Status::Failed;
}

std::string run_details(const Value& outcome) {
  const auto step = text_at(outcome, "FailedStep");
  const auto message = text_at(outcome, "FailureMessage");
  if (message.empty()) return str(text_at(outcome, "Status"));
  return step.empty() ? str(message) : fmt::format("step {}: {}", step, message);
}

/// What an earlier opening still works on is over before it began, and stands first.
void add_invocation(const Occurrence& o, std::size_t at, TaskRun& task, Invocation one,
                    WallTime now) {
  const auto* busy = busy_with(o, o.definition.tasks[at].id, one.target);
  if (!busy) return task.invocations.push_back(std::move(one));
  one.status = Status::SkippedOverlapping;
  one.details = "skipped: " + busy_reason(*busy);
  one.end = now;
  const auto place = task.invocations.begin() + static_cast<std::ptrdiff_t>(task.next++);
  task.invocations.insert(place, std::move(one));
}

void add_found(const Occurrence& o, std::size_t at, const Lookup& lookup, TaskRun& task,
               std::set<std::string>& known, WallTime now) {
  const auto group = lookup.key.starts_with("task:") ? std::string() : lookup.key;
  for (const auto& instance : lookup.found)
    if (is_eligible(o, instance) && known.insert(instance).second)
      add_invocation(o, at, task,
                     {.target = instance, .group = group, .details = {}, .run = {}, .note = {}},
                     now);
}

}  // namespace

std::string tag_for(std::string_view prefix, Slot slot) {
  return fmt::format("{}:{}:{}", prefix, slot.task, slot.invocation);
}

Invocation& invocation_at(Occurrence& o, Slot slot) {
  return o.tasks[slot.task].invocations[slot.invocation];
}

void conclude(Turn& turn, Slot slot, Status status, std::string details) {
  auto& task = turn.o.tasks[slot.task];
  auto& one = invocation_at(turn.o, slot);
  const bool ran = one.status == Status::InProgress;
  if (ran) --task.running;
  if (one.was_started() && status != Status::Success) ++task.errors;
  one.status = status;
  one.details = std::move(details);
  if (!one.note.empty()) one.details += "; " + one.note;
  one.end = turn.now;
  if (ran) tell_invocation(turn, slot.task, one);
  record_target(turn, one.target);
}

std::optional<Slot> slot_of(std::string_view tag, std::string_view prefix, const Occurrence& o) {
  if (!tag.starts_with(prefix)) return std::nullopt;
  tag.remove_prefix(prefix.size());
  Slot slot;
  const auto* end = tag.data() + tag.size();
  const auto first = std::from_chars(tag.data(), end, slot.task);
  if (first.ec != std::errc{} || first.ptr == end || *first.ptr != ':') return std::nullopt;
  const auto second = std::from_chars(first.ptr + 1, end, slot.invocation);
  if (second.ec != std::errc{} || second.ptr != end || slot.task >= o.tasks.size() ||
      slot.invocation >= o.tasks[slot.task].invocations.size())
    return std::nullopt;
  return slot;
}

void plan_tasks(Occurrence& o, WallTime now) {
  o.tasks.clear();
  for (std::size_t at = 0; at < o.definition.tasks.size(); ++at) {
    const auto& task = o.definition.tasks[at];
    TaskRun run;
    std::set<std::string> known;  // an instance in two registered targets is done once
    if (task.targets.empty()) add_invocation(o, at, run, {}, now);
    for (const auto* lookup : lookups_of(task, o.lookups))
      add_found(o, at, *lookup, run, known, now);
    o.tasks.push_back(std::move(run));
  }
}

bool advance_tasks(Turn& turn) {
  while (const auto priority = present_priority(turn.o)) {
    for (std::size_t at = 0; at < turn.o.tasks.size(); ++at)
      if (turn.o.definition.tasks[at].priority == *priority && !is_final(turn.o.tasks[at].status))
        run_task(turn, at);
    // Closed windows close the tasks of later priorities at once, so that it is told early.
    if (turn.o.closed != Closed::No)
      for (std::size_t at = 0; at < turn.o.tasks.size(); ++at) fill_task(turn, at);
    if (present_priority(turn.o) == priority) return false;
  }
  return true;
}

void take_start_answer(Turn& turn, Slot slot, const Result<Value>& answer) {
  auto& one = invocation_at(turn.o, slot);
  if (one.status != Status::InProgress) return;
  if (!answer) return take_start_error(turn, slot, answer.error());
  if (turn.o.definition.tasks[slot.task].type == "LAMBDA")
    return take_function_answer(turn, slot, *answer);
  if (turn.o.definition.tasks[slot.task].type == "RUN_COMMAND")
    return take_command_start(turn, slot, *answer);
  one.run = text_at(*answer, "AutomationExecutionId");
  one.details.clear();
  record_target(turn, one.target);
  turn.commands.await_end(tag_for("run", slot), {turn.scope, "run", one.run});
}

void start_again(Turn& turn, Slot slot) {
  const auto& one = invocation_at(turn.o, slot);
  if (one.status != Status::InProgress || !one.run.empty()) return;
  if (turn.o.closed == Closed::No) return start_call(turn, slot);
  conclude_unstarted(turn, slot,
                     fmt::format("not started: window closed; before: {}", one.details));
}

void take_run_end(Turn& turn, Slot slot, const Result<Value>& outcome) {
  if (invocation_at(turn.o, slot).status != Status::InProgress) return;
  if (outcome)
    conclude(turn, slot, run_status(text_at(*outcome, "Status")), run_details(*outcome));
  else
    conclude(turn, slot, Status::Failed, outcome.error().text());
}

}  // namespace hikae::window
