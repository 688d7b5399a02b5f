// The call that starts a task on a target, with the pseudo parameters of
// docs/reference/ssm-automation.md 9.6 replaced. Internal to this folder.
#pragma once

#include "base/machine.h"
#include "window/occurrence_state.h"

namespace hikae::window {

/// ssm:StartAutomationExecution with a client token made of (window, instant, task, target),
/// lambda:Invoke, or ssm:SendCommand. `Unsupported` for other task types; `Invalid` where a task
/// without targets uses TARGET_ID, TARGET_TYPE, RESOURCE_ID or WINDOW_TARGET_ID.
[[nodiscard]] Result<Call> task_call(const Occurrence& occurrence, std::size_t task,
                                     const Invocation& invocation);

}  // namespace hikae::window
