// One opening of a maintenance window: the machine of kind "occurrence", id
// "<window-id>/<instant>". It finds its targets when it opens, runs its tasks by priority, and ends
// when all of them have (docs/reference/ssm-automation.md 9.5-9.8).
//
// `Started.input`: occurrence_input(). Signal: "cancel" (what has not started never will; what runs
// goes on). Outcome: {"Status", "StatusDetails"} as GetMaintenanceWindowExecution names them.
//
// Ledger: "<window-id>/<instant>/*" for the occurrence, "<window-id>/<instant>/<instance-id>" for
// each target; Outcome Started, Success, Failed, TimedOut, Cancelled, Skipped or NotStarted.
// Events: AWS's state changes of the execution and of its tasks; hikae's own "Backup Skipped",
// "Backup Not Started", "Backup Late" (opened late, after downtime) and "Backup Task Failed" (a
// function or command that failed), one an occurrence and kind, with all instances in it. Skipped
// are targets that cannot be worked on, and (an event of its own, with "blocking") those that an
// earlier occurrence still works on.
#pragma once

#include <memory>
#include <string>

#include "base/machine.h"

namespace hikae::window {

inline constexpr std::string_view kOccurrenceKind = "occurrence";

[[nodiscard]] std::unique_ptr<MachineKind> make_occurrence_kind();

[[nodiscard]] std::string occurrence_id(std::string_view window_id, WallTime instant);

enum class OpenAs {
  Running,
  Overlapping,  // too many earlier ones have not ended: recorded as SKIPPED_OVERLAPPING
};
/// `earlier`: the ids of the window's occurrences that have not ended. Their targets are skipped,
/// each with the execution that holds it up; all others are worked on.
[[nodiscard]] Value occurrence_input(const Value& definition, WallTime instant, OpenAs how,
                                     const Array& earlier = {});

/// The WindowExecutionId of an occurrence: a UUID made of its name.
[[nodiscard]] std::string execution_id(std::string_view window_id, WallTime instant);

/// What the API shows of an occurrence, from what `Machine::save` gave; instants are ISO text.
struct Description {
  /// GetMaintenanceWindowExecution: WindowId, WindowExecutionId, TaskIds, Status, StatusDetails,
  /// StartTime, EndTime (absent while it runs).
  Object execution;
  /// GetMaintenanceWindowExecutionTask, one for each task.
  Array tasks;
  /// DescribeMaintenanceWindowExecutionTaskInvocations, of all tasks: each has TaskExecutionId.
  Array invocations;
};
[[nodiscard]] Description describe_occurrence(const Value& saved);

}  // namespace hikae::window
