// Looking at one stack (createStack, deleteStack; docs/reference/ssm-automation.md 5.10).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::runbook {

/// The stack of that name or id in an answer of DescribeStacks; nullptr where it is not in it.
[[nodiscard]] const Value* stack_in(const Value& answer, std::string_view name_or_id);
/// Nothing is going on with it.
[[nodiscard]] bool stack_is_settled(std::string_view status);
/// CloudFormation says ValidationError where there is no such stack.
[[nodiscard]] bool says_no_stack(const Error& error);
/// "CREATE_FAILED, the reason".
[[nodiscard]] std::string stack_status_shown(const Value& stack);
/// StackId, StackStatus and StackStatusReason, as far as they are there.
[[nodiscard]] Object stack_outputs(const Value& stack);
/// A letter, then letters, digits and hyphens, at most 128.
[[nodiscard]] Result<std::string> stack_name(const Object& inputs);

}  // namespace hikae::runbook
