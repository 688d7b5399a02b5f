// How many executions go on at once, and how many wait (docs/reference/ssm-automation.md 7.3).
// Internal to this folder.
//
// A place is a lease of the engine that several may hold; who waits for one is Pending, and comes
// in the order of asking, also after a restart. Executions that are begun by a step of another one
// take no place: a run that has stopped an instance must never wait for others before it can start
// it.
#pragma once

#include <string>

#include "plane/service.h"

namespace hikae::plane::automation {

enum class Line { Executions, RateControls };

/// The resource of the line (runbook/rate.h, Place), with as many places as the settings say.
[[nodiscard]] std::string place_in(const Ask& ask, Line line);
/// Error AutomationExecutionLimitExceededException where all places are taken and the queue is
/// full.
[[nodiscard]] Result<> refuse_while_queue_is_full(const Ask& ask, Line line);

// Service settings: /ssm/automation/enable-adaptive-concurrency (True: 500 executions), and hikae's
// own /hikae/automation/{concurrent,queued}-{executions,rate-controls}.
[[nodiscard]] Result<Value> get_setting(const Ask& ask);
[[nodiscard]] Result<Value> update_setting(const Ask& ask);
[[nodiscard]] Result<Value> reset_setting(const Ask& ask);

}  // namespace hikae::plane::automation
