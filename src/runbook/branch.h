// aws:branch (docs/reference/ssm-automation.md 5.4): choices in order, the first that is true wins.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/value.h"
#include "runbook/resolve.h"

namespace hikae::runbook {

/// The NextStep of the first choice that holds, else Default, else nullopt. `inputs` are as
/// written: a reference without a value makes its comparison false, never an error. `Invalid` where
/// a choice has no operator that is known.
[[nodiscard]] Result<std::optional<std::string>> choose_branch(const Object& inputs,
                                                               const References& references);

/// One condition, as LoopCondition has it: a comparison, or And, Or, Not.
[[nodiscard]] Result<bool> condition_holds(const Value& condition, const References& references);

}  // namespace hikae::runbook
