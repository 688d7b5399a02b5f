// The form and size of policy documents: what a policy must have before it may be stored.
#pragma once

#include <string_view>

#include "base/result.h"
#include "iam/policy.h"

namespace hikae::plane {

using PolicyUse = hikae::iam::PolicyUse;

/// Error: `Invalid` with the given code (IAM's is MalformedPolicyDocument), in AWS's words.
[[nodiscard]] Result<> check_policy(std::string_view json_text, PolicyUse use,
                                    std::string_view error_code);

/// Error: `Invalid`, LimitExceeded: "Cannot exceed quota for PolicySize: 6144".
[[nodiscard]] Result<> check_policy_size(std::string_view json_text, std::size_t most,
                                         std::string_view quota);

}  // namespace hikae::plane
