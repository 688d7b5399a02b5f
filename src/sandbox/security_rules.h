// The rules of security groups as calls give them and answers show them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// IpPermissions, or the call's own IpProtocol, ports and CidrIp; ids are empty. Errors:
/// `MissingParameter`, `InvalidParameterValue`, `InvalidGroup.NotFound`.
[[nodiscard]] Result<std::vector<SecurityRule>> read_permissions_of(const Incoming& in,
                                                                    bool is_egress);
/// Errors: `InvalidPermission.Duplicate`, `RulesPerSecurityGroupLimitExceeded`.
[[nodiscard]] Result<> can_be_added(const SecurityGroup& group,
                                    const std::vector<SecurityRule>& rules);
/// The ids of the group's rules that SecurityGroupRuleIds or IpPermissions name. Errors:
/// `InvalidPermission.NotFound`, `InvalidSecurityGroupRuleId.NotFound`.
[[nodiscard]] Result<std::set<std::string>> rules_to_revoke(const Incoming& in,
                                                            const SecurityGroup& group,
                                                            bool is_egress);
/// Of one direction, put together by protocol and ports.
[[nodiscard]] Array render_permissions(const SecurityGroup& group, const Scope& scope,
                                       bool is_egress);
/// As in DescribeSecurityGroupRules.
[[nodiscard]] Object render_rule(std::string_view group, const SecurityRule& rule,
                                 const Scope& scope);

}  // namespace hikae::sandbox
