// The record of an occurrence, and its form on disk. Internal to this folder.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "window/definition.h"
#include "window/tell.h"

namespace hikae::window {

/// The statuses of executions, tasks and invocations (docs/reference/ssm-automation.md 9.7).
enum class Status {
  Pending,
  InProgress,
  Success,
  Failed,
  TimedOut,
  Cancelling,
  Cancelled,
  SkippedOverlapping,
};
[[nodiscard]] std::string_view to_string(Status status);  // "IN_PROGRESS"
[[nodiscard]] Status status_named(std::string_view text);
[[nodiscard]] bool is_final(Status status);

/// One task on one target, or a task without targets (`target` is empty).
struct Invocation {
  std::string target;  // instance id
  std::string group;   // WindowTargetId, or empty
  Status status = Status::Pending;
  std::string details;
  std::string run;   // AutomationExecutionId, or CommandId
  WallTime start{};  // zero: never started
  WallTime end{};
  bool was_cut = false;  // its command was asked to end at the cutoff
  std::string note;      // what went wrong beside it: said with its end

  [[nodiscard]] bool was_started() const { return start != WallTime{}; }
};

/// A task of the definition while it runs; the invocations of one registered target stand together.
/// Those whose target an earlier opening still works on stand before all others, and are over.
struct TaskRun {
  Status status = Status::Pending;
  std::string details;
  WallTime start{};
  WallTime end{};
  std::vector<Invocation> invocations;
  std::size_t next = 0;  // the first invocation not started yet
  std::size_t running = 0;
  std::size_t errors = 0;
};

/// The search for the instances of one registered target, or of the ids a task names itself.
struct Lookup {
  std::string key;  // WindowTargetId, or "task:" and the WindowTaskId
  Array criteria;   // [{Key, Values}]
  std::vector<std::string> found;
};

/// Where an earlier opening of the window still works on a target, or will (window/overlap.h).
struct Busy {
  std::string occurrence;  // its execution id
  std::string run;         // AutomationExecutionId or CommandId; empty: not started there, no run
  WallTime since{};        // zero: it waits there for its turn
  bool is_command = false;
};

enum class Phase { Looking, Agents, Running, Over, Asking };
enum class Closed { No, WindowClosed, Cancelled };

struct Occurrence {
  Value input;
  Definition definition;  // of input
  WallTime instant{};

  Phase phase = Phase::Looking;
  Status status = Status::Pending;
  std::string details;
  WallTime start{};
  WallTime end{};
  Closed closed = Closed::No;

  std::vector<std::string> unanswered;  // earlier occurrences that have not said what they do
  std::map<std::string, Busy> busy;     // by instance id, or "task:" and the WindowTaskId

  std::vector<Lookup> lookups;
  std::size_t lookup_at = 0;
  std::string page;       // NextToken of the lookup that runs
  std::size_t pages = 0;  // read so far
  std::set<std::string> agents;

  std::vector<TaskRun> tasks;  // as definition.tasks
  bool told_not_started = false;
  Ledger ledger;

  [[nodiscard]] std::string execution_id() const;
  [[nodiscard]] std::string task_execution_id(std::size_t task) const;
  [[nodiscard]] std::string invocation_id(std::size_t task, const Invocation& invocation) const;
};

[[nodiscard]] Value save_occurrence(const Occurrence& occurrence);
[[nodiscard]] Result<Occurrence> load_occurrence(const Value& saved);
/// Reads the definition and the instant out of `Started.input`.
[[nodiscard]] Result<> read_occurrence_input(Occurrence& occurrence, const Value& input);

}  // namespace hikae::window
