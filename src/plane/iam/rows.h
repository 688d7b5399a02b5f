// IAM's rows and the words they are answered in.
#pragma once

#include "plane/checks.h"

namespace hikae::plane::iam {

inline constexpr std::string_view kRoleRows = "iam-role";                 // by RoleName
inline constexpr std::string_view kPolicyRows = "iam-policy";             // by ARN
inline constexpr std::string_view kUserRows = "iam-user";                 // by UserName
inline constexpr std::string_view kProfileRows = "iam-instance-profile";  // by name
inline constexpr std::size_t kKeysOfUser = 2;                             // IAM's own
inline constexpr std::size_t kPageItems = 100;                            // IAM's own default
inline constexpr PageWords kPageWords{"Marker", "MaxItems", "InvalidInput"};
/// A role's policies together: IAM's quota (10,240 characters), so that a row stays small.
inline constexpr std::size_t kPolicyBytes = 10'240;

/// The account without a region.
[[nodiscard]] Scope global(const Scope& scope);
[[nodiscard]] const engine::Tables::Rows& rows(const Ask& ask, std::string_view kind);
[[nodiscard]] const Value* row(const Ask& ask, std::string_view kind, std::string_view id);
void put(const Ask& ask, std::string_view kind, std::string_view id, Value row);
void erase(const Ask& ask, std::string_view kind, std::string_view id);

/// The row of the input's RoleName. Error: NoSuchEntity.
[[nodiscard]] Result<const Value*> role_of(const Ask& ask);
/// The input's UserName, or the name of whoever asks.
[[nodiscard]] std::string user_named(const Ask& ask);
/// The row of that user. Error: NoSuchEntity.
[[nodiscard]] Result<const Value*> user_of(const Ask& ask);
/// The rows of that user's access keys (sts/keys.h).
[[nodiscard]] std::vector<const Value*> keys_of_user(const Ask& ask, std::string_view user_name);
/// Whether an instance profile holds the role.
[[nodiscard]] bool is_in_profile(const Ask& ask, std::string_view role_name);
/// "Role": what GetRole, CreateRole and ListRoles answer.
[[nodiscard]] Object shown_role(const Value& row);
[[nodiscard]] std::string percent_encoded(std::string_view text);

/// Hexadecimal in capitals, of a hash: an id that is always the same.
[[nodiscard]] std::string upper_hex_of(std::string_view seed, std::size_t digits);
/// "arn:aws:iam::123456789012:role/path/name".
[[nodiscard]] std::string iam_arn(const Scope& scope, std::string_view type, std::string_view path,
                                  std::string_view name);
[[nodiscard]] Result<> check_iam_name(std::string_view member, std::string_view name,
                                      std::size_t most);
[[nodiscard]] Result<std::string> path_of(const Value& input);
/// MaxSessionDuration, or an hour.
[[nodiscard]] Result<std::int64_t> session_seconds(const Value& input);

/// Adds Marker and IsTruncated.
void end_page(Object& answer, const Page& page);

}  // namespace hikae::plane::iam
