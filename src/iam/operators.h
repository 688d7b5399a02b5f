// The names of condition operators.
#pragma once

#include <optional>
#include <string_view>

#include "iam/policy.h"

namespace hikae::iam {

/// Operator, quantifier and IfExists filled in; key and values empty. Absent where AWS has no
/// operator of that name.
[[nodiscard]] std::optional<Condition> operator_of(std::string_view name);

}  // namespace hikae::iam
