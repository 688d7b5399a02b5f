// From a rule's target to the API call that delivers to it.
#pragma once

#include "base/machine.h"

namespace hikae::delivery {

/// `input` is a delivery's (delivery/delivery.h); `token` makes a second start of a document the
/// first. Errors: `Unsupported` where hikae cannot deliver to such a target, `Invalid` where the
/// ARN, its place or the body is wrong.
[[nodiscard]] Result<Call> call_of_target(const Scope& scope, const Value& input,
                                          std::string_view token);

}  // namespace hikae::delivery
