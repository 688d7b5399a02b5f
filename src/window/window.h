// A maintenance window: the machine of kind "window", one for each enabled one. It knows only when
// the window opens; what happens then is its occurrence's (window/occurrence.h).
//
// `Started.input` and the payload of "update": the definition (window/definition.h).
// Signals: "update" {definition}, "disable", "delete" (an occurrence that runs goes on).
// Outcome: {"Reason": "deleted"}.
//
// Every instant of the schedule has exactly one outcome, across restarts, edits and clock changes
// (docs/reference/reliability.md S11): run; Missed (hikae was down too long); or Skipped because
// clocks jumped over it. Each is a row of the ledger with the key "<window-id>/<instant>/*"; a time
// that never came has its local time there; one row "<window-id>/<from>..<to>/*" stands for what a
// very long downtime held beyond 1,000 instants. Missed and skipped ones are told as one event of
// source "hikae" for all that one downtime held: detail.instants (the first 20), count, first,
// last.
//
// An occurrence is told which earlier ones have not ended; it leaves their targets alone
// (window/overlap.h). More than 100 of them: it is skipped as a whole.
#pragma once

#include <memory>
#include <string>

#include "base/machine.h"

namespace hikae::window {

inline constexpr std::string_view kWindowKind = "window";

[[nodiscard]] std::unique_ptr<MachineKind> make_window_kind();

/// The next instant at which a window with that definition opens (GetMaintenanceWindow's
/// NextExecutionTime); nothing where it is disabled, over, or not readable.
[[nodiscard]] std::optional<WallTime> next_opening(const Value& definition, WallTime after);
/// At most `count` of them; fewer, or none, where the schedule ends or the window is disabled.
/// Error: `Invalid` where the definition cannot be read.
[[nodiscard]] Result<std::vector<WallTime>> next_openings(const Value& definition, WallTime after,
                                                          std::size_t count);

}  // namespace hikae::window
