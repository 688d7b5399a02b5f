// Commands and their invocations as SSM shows them.
#pragma once

#include "base/value.h"
#include "sandbox/commands.h"

namespace hikae::sandbox {

[[nodiscard]] Object render_command(const CommandRow& row);
/// With `CommandPlugins` where `details` says so.
enum class CommandDetails { No, Yes };
[[nodiscard]] Object render_invocation(const CommandRow& row, const CommandInvocation& one,
                                       CommandDetails details);
/// As GetCommandInvocation shows it.
[[nodiscard]] Object render_result(const CommandRow& row, const CommandInvocation& one);

}  // namespace hikae::sandbox
