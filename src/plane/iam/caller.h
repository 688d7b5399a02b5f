// Who a caller is to IAM, and what hangs on it. Internal to this folder.
#pragma once

#include <optional>

#include "iam/evaluate.h"
#include "plane/iam/access.h"

namespace hikae::plane::access {

struct Caller {
  hikae::iam::Principal principal;
  hikae::iam::Policies policies;  // identity and session
  hikae::iam::Context context;    // aws:PrincipalArn and its like
  bool is_service = false;        // a service of hikae in a role's name: nobody has shown a key
};

/// Absent: not bound. Error: a policy that cannot be read.
[[nodiscard]] Result<std::optional<Caller>> caller_of(const engine::Tables& tables,
                                                      std::string_view arn);
/// The account itself, which may all that its own policies can give.
[[nodiscard]] Caller account_caller(std::string_view account, std::string_view arn);

/// The row of the role with that ARN (with its path or without); nullptr where there is none.
[[nodiscard]] const Value* role_row(const engine::Tables& tables, std::string_view account,
                                    std::string_view arn);

}  // namespace hikae::plane::access
