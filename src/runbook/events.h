// The events that runs send to the bus (docs/reference/ssm-automation.md 7.6), and hikae's own.
// An event's id is a hash of what it tells, so a replay makes the same event.
#pragma once

#include <string>
#include <string_view>

#include "base/machine.h"
#include "runbook/document.h"
#include "runbook/run_record.h"

namespace hikae::runbook {

inline constexpr std::string_view kEventKind = "event";
inline constexpr std::string_view kStepEventType = "EC2 Automation Step Status-change Notification";

/// Of source "hikae": a stop went out without its tag (run_stop.cc).
inline constexpr std::string_view kInstanceNotMarked = "Instance Not Marked";

/// Starts the machine that carries the event; its id is the event's.
void emit_event(Commands& commands, const Scope& scope, Value event);

/// "EC2 Automation Execution Status-change Notification", of the record's status.
[[nodiscard]] Value execution_event(const MachineId& run, const RunRecord& record, WallTime now);
/// "EC2 Automation Step Status-change Notification", of the step under way.
[[nodiscard]] Value step_event(const MachineId& run, const RunRecord& record,
                               const Document& document, WallTime now);
/// An event with source "hikae"; `seed` is unique to what it tells.
[[nodiscard]] Value hikae_event(const Scope& scope, std::string_view seed,
                                std::string_view detail_type, Array resources, Object detail,
                                WallTime now);

[[nodiscard]] std::string instance_arn(const Scope& scope, std::string_view instance_id);
/// "Nov 29, 2016 7:43:20 PM", in UTC.
[[nodiscard]] std::string us_time(WallTime time);

}  // namespace hikae::runbook
