// Who else may use an image (LaunchPermission) or a snapshot (CreateVolumePermission): two forms of
// one call, which EC2 takes of both.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// Who gains and who loses the right.
struct Permissions {
  std::vector<std::string> add{};  // account ids, or "all"
  std::vector<std::string> remove{};

  [[nodiscard]] bool is_empty() const { return add.empty() && remove.empty(); }
};

/// What tells the calls about images and about snapshots apart.
struct PermissionNames {
  std::string_view member;     // "LaunchPermission"
  std::string_view groups;     // "UserGroups"
  std::string_view attribute;  // "launchPermission"
  std::string_view bad_item;   // code
};

inline constexpr PermissionNames kLaunchPermission{
    "LaunchPermission", "UserGroups", "launchPermission", "InvalidAMIAttributeItemValue"};
inline constexpr PermissionNames kCreateVolumePermission{
    "CreateVolumePermission", "GroupNames", "createVolumePermission", "InvalidParameterValue"};

/// Errors: `InvalidParameterValue` (OperationType, whom it names), the names' own code.
[[nodiscard]] Result<Permissions> read_permissions(const Incoming& in,
                                                   const PermissionNames& names);
void apply_permissions(const Permissions& permissions, bool& is_public,
                       std::set<std::string>& shared_with);
/// ExecutableUsers and RestorableByUserIds: whether one of `users` ("self", "all", account ids) has
/// been given the right. "self": the caller, by its id.
[[nodiscard]] bool is_given_to(const std::vector<std::string>& users, bool is_public,
                               const std::set<std::string>& shared_with,
                               const std::string& account);
/// `[{Group: all}, {UserId: …}]`
[[nodiscard]] Array render_permissions(bool is_public, const std::set<std::string>& shared_with);

}  // namespace hikae::sandbox
