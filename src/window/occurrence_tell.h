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

/// Once everything has started or never will: one event "Backup Not Started" for all that never
/// did. Does nothing before, and nothing twice.
void tell_not_started(Turn& turn);
/// One event "Backup Task Failed" for all functions that failed; runs tell of their own failures.
void tell_failed_functions(Turn& turn);
/// hikae's own event of an occurrence: "Backup Skipped", "Backup Not Started", …
void tell_problem(Turn& turn, std::string_view detail_type, Array instances,
                  std::string_view reason);

}  // namespace hikae::window
