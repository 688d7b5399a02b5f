// Whoever makes a call, and whether a statement's Principal means it.
#pragma once

#include <string>
#include <string_view>

#include "iam/policy.h"

namespace hikae::iam {

/// - a role's session: "arn:aws:sts::123456789012:assumed-role/R/session", with the role's own ARN
///   in `role_arn`;
/// - a role in whose name a service calls, a user, an account's root: `arn`;
/// - a service: `service` ("ssm.amazonaws.com"), all else empty.
struct Principal {
  std::string arn;
  std::string role_arn;  // of a role or its session; else empty
  std::string account;
  std::string service;
};

/// How a Principal element means it.
enum class Naming {
  None,
  Account,  // its account: what it may there is for that account's own policies to say
  Itself,   // the role, the user, the service, or everybody
  Session,  // this very session of the role
};
[[nodiscard]] Naming naming_of(const Principals& principals, const Principal& principal);

}  // namespace hikae::iam
