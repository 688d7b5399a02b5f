// A maintenance window as its machines read it, from the value that the plane stores
// (docs/reference/ssm-automation.md 9.1-9.3).
//
// Members: WindowId, Name, Schedule, ScheduleTimezone, ScheduleOffset, StartDate, EndDate, Duration
// and Cutoff (hours), Enabled, CreatedAt (ISO text), Targets [{WindowTargetId, ResourceType,
// Targets [{Key, Values}], OwnerInformation}], Tasks [{WindowTaskId, TaskArn, TaskType, Targets,
// TaskInvocationParameters, Priority, MaxConcurrency, MaxErrors, ServiceRoleArn,
// CutoffBehavior}], Tags [{Key, Value}];
// and hikae's own: GapPolicy "skip" (default) or "next", CatchUpMinutes (default: as long
// as the window would still be starting tasks).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"
#include "schedule/timetable.h"

namespace hikae::window {

struct TargetGroup {
  std::string id;  // WindowTargetId
  std::string owner_information;
  bool is_resource_group = false;
  Array criteria;  // [{Key, Values}]
};

/// What becomes of what runs when the cutoff comes (docs/reference/ssm-automation.md 9.5).
enum class CutoffBehavior {
  ContinueTask,
  CancelTask,  // commands are cancelled; runs and functions go on
};

struct Task {
  std::string id;  // WindowTaskId
  std::string arn;
  std::string type;  // "AUTOMATION", "LAMBDA", "RUN_COMMAND"
  std::string role;
  std::int64_t priority = 1;
  std::string max_concurrency;  // "10", "10%", or empty
  std::string max_errors;
  CutoffBehavior at_cutoff = CutoffBehavior::ContinueTask;
  Array targets;      // [{Key: WindowTargetIds | InstanceIds, Values}]
  Object parameters;  // TaskInvocationParameters
};

/// A window that opens no later than this after its instant is on time: timers are never exact.
inline constexpr Duration kOnTime = minutes(1);

struct Definition {
  std::string id;
  std::string name;
  bool enabled = true;
  WallTime created;
  Duration duration{};
  Duration cutoff{};
  std::optional<Duration> catch_up;
  bool requires_agent = true;  // the tag hikae:require-agent is not "false"
  std::vector<TargetGroup> groups;
  std::vector<Task> tasks;
  schedule::Timetable timetable;

  /// When the last task may start (exclusive).
  [[nodiscard]] WallTime closes_at(WallTime opened) const { return opened + duration - cutoff; }
};

/// The OwnerInformation of a registered target; empty where there is none.
[[nodiscard]] std::string_view owner_of(const Definition& definition, std::string_view group);

/// `Invalid` with the member's name and what to write.
[[nodiscard]] Result<Definition> read_definition(const Value& value);

/// The rules of 9.3 for a task as RegisterTaskWithMaintenanceWindow gets it: targets and limits go
/// together, limits have their form. Messages as AWS words them, where known.
[[nodiscard]] Result<> check_task(const Value& task);

}  // namespace hikae::window
