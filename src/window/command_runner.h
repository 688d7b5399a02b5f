// Tasks of type RUN_COMMAND: one ssm:SendCommand for each instance, then ssm:GetCommandInvocation
// until it has ended (docs/reference/ssm-automation.md 9.3, 9.5). Internal to this folder.
#pragma once

#include "window/task_runner.h"

namespace hikae::window {

/// The answer of SendCommand: the command is then awaited by "command:…", and given up by "cap:…".
void take_command_start(Turn& turn, Slot slot, const Value& answer);
/// Whether an answer of GetCommandInvocation is the last one.
[[nodiscard]] bool ends_command(const Result<Value>& answer);
void take_command_end(Turn& turn, Slot slot, const Result<Value>& answer);
/// A command that nobody has seen end.
void take_command_cap(Turn& turn, Slot slot);

/// At the cutoff of a task with CANCEL_TASK: ssm:CancelCommand for every command that runs, once.
void cancel_commands(Turn& turn, std::size_t task);
void take_cancel_answer(Turn& turn, Slot slot, const Result<Value>& answer);

}  // namespace hikae::window
