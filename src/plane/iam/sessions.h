// The policies that sts:AssumeRole gave a session: it may no more than they and its role allow.
#pragma once

#include <string_view>

namespace hikae::plane::iam {

/// By the session's ARN, in the account without a region: {Policy (text), PolicyArns: [{arn}],
/// Expiration}. Sessions of one role and one name share it: the latest narrows all of them, until
/// it has expired.
inline constexpr std::string_view kSessionRows = "iam-session";

}  // namespace hikae::plane::iam
