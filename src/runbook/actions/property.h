// PropertySelector and DesiredValues (docs/reference/ssm-automation.md 4, 5.2).
#pragma once

#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::runbook {

/// Whether the name of an operation leaves no doubt that it changes something: it must not be asked
/// again and again.
[[nodiscard]] bool surely_mutates(std::string_view operation);
[[nodiscard]] Result<> check_property(const Object& inputs);
/// Whether the property that `inputs` select from `answer` has one of the desired values. A missing
/// property has none.
[[nodiscard]] bool property_is_desired(const Object& inputs, const Value& answer);
/// The property as found, for texts: "(missing)" where it is not there.
[[nodiscard]] std::string property_shown(const Object& inputs, const Value& answer);
/// `inputs` without Service, Api and the two.
[[nodiscard]] Value property_call_input(const Object& inputs);

}  // namespace hikae::runbook
