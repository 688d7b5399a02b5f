// Runs an occurrence's tasks on its targets: priorities, concurrency, error limits, cutoff
// (docs/reference/ssm-automation.md 9.3, 9.5). Internal to this folder.
#pragma once

#include <optional>
#include <string_view>

#include "window/occurrence_tell.h"

namespace hikae::window {

/// Which invocation a tag names: "start:2:17" is task 2, invocation 17.
struct Slot {
  std::size_t task = 0;
  std::size_t invocation = 0;
};
[[nodiscard]] std::optional<Slot> slot_of(std::string_view tag, std::string_view prefix,
                                          const Occurrence& o);

/// Makes the invocations of every task from what the lookups found.
void plan_tasks(Occurrence& o, WallTime now);
/// Starts what may start now, ends tasks that are over; true once all of them are.
bool advance_tasks(Turn& turn);

[[nodiscard]] std::string tag_for(std::string_view prefix, Slot slot);
[[nodiscard]] Invocation& invocation_at(Occurrence& o, Slot slot);
/// Gives an invocation its last status.
void conclude(Turn& turn, Slot slot, Status status, std::string details);

/// The answer of a start call; a run is then awaited by "run:…", a command by "command:…".
void take_start_answer(Turn& turn, Slot slot, const Result<Value>& answer);
/// A call that failed for a passing reason is sent again.
void start_again(Turn& turn, Slot slot);
/// The end of a run.
void take_run_end(Turn& turn, Slot slot, const Result<Value>& outcome);

}  // namespace hikae::window
