// The rows and events of an occurrence. Internal to this folder.
#pragma once

#include "base/machine.h"
#include "window/occurrence_state.h"

namespace hikae::window {

/// What every function of an occurrence works with during one `decide`.
struct Turn {
  Occurrence& o;
  const Scope& scope;
  WallTime now;
  Commands& commands;
};

/// Writes the row of the occurrence itself.
void record_occurrence(Turn& turn, std::string_view outcome, std::string_view reason);
/// Writes the row of one target, gathered from all its invocations.
void record_target(Turn& turn, const std::string& instance);
/// Writes a row for each skipped target and tells all of them in one event.
void record_skipped(Turn& turn);
/// Tells that the window found no target at all.
void tell_nothing_found(Turn& turn);

/// AWS's state-change events of 9.8, with the present status.
void tell_execution(Turn& turn);
void tell_task(Turn& turn, std::size_t task);
/// As AWS does, of all but Run Command only that it is IN_PROGRESS or COMPLETE.
void tell_invocation(Turn& turn, std::size_t task, const Invocation& invocation);

/// Once everything has started or never will: one event "Backup Not Started" for all that never
/// did. Does nothing before, and nothing twice.
void tell_not_started(Turn& turn);
/// One event "Backup Task Failed" for all functions and commands that failed; runs tell of their
/// own failures.
void tell_failed_functions(Turn& turn);
/// The window opened later than it should have, and runs all the same.
void tell_late(Turn& turn);

/// hikae's own event of an occurrence.
struct Problem {
  std::string_view type;  // "Backup Skipped", "Backup Not Started", …
  Array instances;
  std::string reason;
  std::string_view part = {};  // tells two events of one type and occurrence apart
  Object more = {};            // further members of the detail
};
void tell_problem(Turn& turn, Problem problem);

}  // namespace hikae::window
