// What a role or a user may: the policies of hikae's tables, put before src/iam with `iam:
// enforce`.
//
// Bound are callers that are known here: a role (its own ARN where a service of hikae calls in its
// name, or that of a session), and a user of IAM. hikae itself and the installation's own keys
// (sts/keys.h) are not bound; for sts:AssumeRole they are the account.
//
// Runs on the engine's thread and changes nothing. Whatever cannot be read denies.
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include "aws/cloud.h"
#include "base/time.h"
#include "engine/tables.h"

namespace hikae::plane::access {

/// {key: value} of an instance, an image, a snapshot, a volume, by its id.
using MachineTags = std::function<Object(const Scope&, std::string_view id)>;

/// What decisions are made on.
struct Ground {
  const engine::Tables& tables;
  WallTime now;
  const MachineTags& machine_tags;
};

/// As hikae.yaml says (`iam: enforce`).
[[nodiscard]] bool is_enforced(const engine::Tables& tables);

/// Whether the caller may make this call; its names are the model's. Errors: `Denied`, in the code
/// of the service (UnauthorizedOperation, AccessDeniedException, AccessDenied, AuthorizationError)
/// and AWS's words. hikae's own services ("hikae-…") are for who is not bound, and for machines.
[[nodiscard]] Result<> check_call(const Ground& ground, const aws::Request& request);

/// Whether a service may take a role: its trust policy, with aws:SourceAccount and aws:SourceArn.
[[nodiscard]] Result<> check_taken(const Ground& ground, const Scope& scope,
                                   std::string_view role_arn, std::string_view service,
                                   std::string_view source_arn);

/// Whether the caller may hand the role to the service (iam:PassRole).
[[nodiscard]] Result<> check_passed(const Ground& ground, const Scope& scope,
                                    std::string_view caller, std::string_view role_arn,
                                    std::string_view service);

/// In whose name a function of that name calls: a session of its role; empty where there is no such
/// function, where it has no role, or where nothing is enforced. Error: `Denied` where its role
/// does not trust lambda.amazonaws.com.
[[nodiscard]] Result<std::string> caller_of_function(const engine::Tables& tables, WallTime now,
                                                     const Scope& scope, std::string_view name);

}  // namespace hikae::plane::access
