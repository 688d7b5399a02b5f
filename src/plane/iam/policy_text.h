// The form of policy documents: what a policy must have before it may be stored.
#pragma once

#include <string_view>

#include "base/result.h"

namespace hikae::plane {

/// Where a policy hangs decides what its statements must name.
enum class PolicyUse {
  Identity,  // on a role: Resource, no Principal
  Trust,     // who may take a role: Principal, no Resource
  Resource,  // on a topic or a function: Principal and Resource
};

/// JSON, an object, a known Version, and statements with Effect, Action and what their use asks
/// for. Error: `Invalid` with the given code (IAM's is MalformedPolicyDocument).
[[nodiscard]] Result<> check_policy(std::string_view json_text, PolicyUse use,
                                    std::string_view error_code);

}  // namespace hikae::plane
