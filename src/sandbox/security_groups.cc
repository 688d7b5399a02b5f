// Security groups: kept and shown, with their rules; nothing is filtered by them.
#include <fmt/format.h>

#include <array>

#include "base/limits.h"
#include "sandbox/network_places.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/security_rules.h"
#include "sandbox/tagging.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kGroupTextMost = 255;
constexpr std::size_t kGroupsMost = 2'500;

constexpr std::array kGroupFields{
    PathField{"description", "Description"},
    PathField{"egress.ip-permission.cidr", "IpPermissionsEgress.IpRanges.CidrIp"},
    PathField{"egress.ip-permission.from-port", "IpPermissionsEgress.FromPort"},
    PathField{"egress.ip-permission.group-id", "IpPermissionsEgress.UserIdGroupPairs.GroupId"},
    PathField{"egress.ip-permission.group-name", "IpPermissionsEgress.UserIdGroupPairs.GroupName"},
    PathField{"egress.ip-permission.ipv6-cidr", "IpPermissionsEgress.Ipv6Ranges.CidrIpv6"},
    PathField{"egress.ip-permission.prefix-list-id",
              "IpPermissionsEgress.PrefixListIds.PrefixListId"},
    PathField{"egress.ip-permission.protocol", "IpPermissionsEgress.IpProtocol"},
    PathField{"egress.ip-permission.to-port", "IpPermissionsEgress.ToPort"},
    PathField{"egress.ip-permission.user-id", "IpPermissionsEgress.UserIdGroupPairs.UserId"},
    PathField{"group-id", "GroupId"},
    PathField{"group-name", "GroupName"},
    PathField{"ip-permission.cidr", "IpPermissions.IpRanges.CidrIp"},
    PathField{"ip-permission.from-port", "IpPermissions.FromPort"},
    PathField{"ip-permission.group-id", "IpPermissions.UserIdGroupPairs.GroupId"},
    PathField{"ip-permission.group-name", "IpPermissions.UserIdGroupPairs.GroupName"},
    PathField{"ip-permission.ipv6-cidr", "IpPermissions.Ipv6Ranges.CidrIpv6"},
    PathField{"ip-permission.prefix-list-id", "IpPermissions.PrefixListIds.PrefixListId"},
    PathField{"ip-permission.protocol", "IpPermissions.IpProtocol"},
    PathField{"ip-permission.to-port", "IpPermissions.ToPort"},
    PathField{"ip-permission.user-id", "IpPermissions.UserIdGroupPairs.UserId"},
    PathField{"owner-id", "OwnerId"},
    PathField{"vpc-id", "VpcId"}};

constexpr std::array kRuleFields{PathField{"group-id", "GroupId"},
                                 PathField{"security-group-rule-id", "SecurityGroupRuleId"}};

Object group_object(const SecurityGroup& row, const Scope& scope) {
  return {{"GroupId", row.id},
          {"GroupName", row.name},
          {"Description", row.description},
          {"OwnerId", scope.account},
          {"VpcId", vpc_of(scope)},
          {"IpPermissions", render_permissions(row, scope, false)},
          {"IpPermissionsEgress", render_permissions(row, scope, true)},
          {"Tags", render(row.tags)}};
}

Error no_such_group(std::string_view id) {
  return ec2_error("InvalidGroup.NotFound",
                   fmt::format("The security group '{}' does not exist", id));
}

const SecurityGroup* group_by_name(const Incoming& in, std::string_view name) {
  for (const auto id : in.region.groups.candidates({"group-name", name}))
    if (in.region.groups.find(id)->name == name) return in.region.groups.find(id);
  return nullptr;
}

/// GroupId, or GroupName of the default VPC.
Result<const SecurityGroup*> named_group(const Incoming& in) {
  const auto id = text_at(in.input(), "GroupId");
  const auto name = text_at(in.input(), "GroupName");
  if (id.empty() && name.empty()) return std::unexpected(missing_parameter("GroupId"));
  const auto* group = id.empty() ? group_by_name(in, name) : in.region.groups.find(id);
  if (!group) return std::unexpected(no_such_group(id.empty() ? name : id));
  return group;
}

Result<std::string> group_text(const Incoming& in, std::string_view name) {
  auto text = TRY(required_text(in, name));
  if (text.size() <= kGroupTextMost) return text;
  return std::unexpected(invalid_value(text, name, "The limit is 255 characters."));
}

Result<SecurityGroup> read_new_group(const Incoming& in) {
  SecurityGroup group;
  group.name = TRY(group_text(in, "GroupName"));
  group.description = TRY(group_text(in, "Description"));
  if (group.name.starts_with("sg-"))
    return std::unexpected(invalid_value(group.name, "GroupName", "It cannot begin with sg-."));
  const auto vpc = text_at(in.input(), "VpcId");
  if (!vpc.empty() && vpc != vpc_of(in.region.scope))
    return std::unexpected(
        ec2_error("InvalidVpcID.NotFound", fmt::format("The vpc ID '{}' does not exist", vpc)));
  const auto tags = TRY(read_tag_specifications(in, {"security-group"}));
  if (!tags.empty()) group.tags = tags.begin()->second;
  return group;
}

bool is_used(const Incoming& in, const SecurityGroup& group) {
  for (const auto& [id, row] : in.region.instances.rows())
    if (row.power != Power::Terminated &&
        std::ranges::find(row.groups, group.id, &GroupRef::id) != row.groups.end())
      return true;
  for (const auto& [id, other] : in.region.groups.rows())
    if (id != group.id &&
        std::ranges::find(other.rules, group.id, &SecurityRule::group) != other.rules.end())
      return true;
  return false;
}

/// GroupNames as well as GroupIds.
Result<Array> groups_by_name(const Incoming& in) {
  Array rows;
  const auto names = TRY(text_list(in, "GroupNames"));
  for (const auto& name : names) {
    const auto* group = group_by_name(in, name);
    if (!group) return std::unexpected(no_such_group(name));
    rows.push_back(group_object(*group, in.region.scope));
  }
  if (names.empty())
    for (const auto& [id, group] : in.region.groups.rows())
      rows.push_back(group_object(group, in.region.scope));
  return rows;
}

Result<Value> authorize(Incoming& in, bool is_egress) {
  const auto& group = *TRY(named_group(in));
  auto rules = TRY(read_permissions_of(in, is_egress));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_be_added(group, rules));
  Array added;
  for (auto& rule : rules) {
    rule.id = in.world.new_id("sgr-");
    added.push_back(render_rule(group.id, rule, in.region.scope));
  }
  in.region.groups.change(group.id, in.now, [&](SecurityGroup& g) {
    g.rules.insert(g.rules.end(), rules.begin(), rules.end());
  });
  return Object{{"Return", true}, {"SecurityGroupRules", std::move(added)}};
}

Result<Value> revoke(Incoming& in, bool is_egress) {
  const auto& group = *TRY(named_group(in));
  const auto doomed = TRY(rules_to_revoke(in, group, is_egress));
  TRY_DO(end_dry_run(in));
  in.region.groups.change(group.id, in.now, [&](SecurityGroup& g) {
    std::erase_if(g.rules, [&](const SecurityRule& rule) { return doomed.contains(rule.id); });
  });
  return Object{{"Return", true}};
}

}  // namespace

Result<Value> create_security_group(Incoming& in) {
  auto group = TRY(read_new_group(in));
  TRY_DO(end_dry_run(in));
  if (group_by_name(in, group.name))
    return std::unexpected(ec2_error(
        "InvalidGroup.Duplicate", fmt::format("The security group '{}' already exists for VPC '{}'",
                                              group.name, vpc_of(in.region.scope))));
  if (in.region.groups.rows().size() >= kGroupsMost)
    return std::unexpected(ec2_error("SecurityGroupLimitExceeded",
                                     fmt::format("There are {} groups already", kGroupsMost)));
  group.id = in.world.new_id("sg-");
  group.rules.push_back(
      {.id = in.world.new_id("sgr-"), .is_egress = true, .protocol = "-1", .cidr = "0.0.0.0/0"});
  Object output{{"GroupId", group.id}, {"Tags", render(group.tags)}};
  in.region.groups.add(std::move(group), in.now);
  return output;
}

Result<Value> delete_security_group(Incoming& in) {
  const auto& group = *TRY(named_group(in));
  TRY_DO(end_dry_run(in));
  if (group.name == "default")
    return std::unexpected(ec2_error(
        "CannotDelete", fmt::format("the specified group: \"{}\" name: \"default\" cannot be "
                                    "deleted by a user",
                                    group.id)));
  if (is_used(in, group))
    return std::unexpected(ec2_error("DependencyViolation",
                                     fmt::format("resource {} has a dependent object", group.id)));
  in.region.groups.erase(std::string(group.id), in.now);
  return Object{};
}

Result<Value> describe_security_groups(Incoming& in) {
  return describe_objects(
      in, {"SecurityGroups", "GroupIds", "GroupId", "InvalidGroup.NotFound", "security group"},
      TRY(groups_by_name(in)), kGroupFields);
}

Result<Value> describe_security_group_rules(Incoming& in) {
  Array rows;
  for (const auto& [id, group] : in.region.groups.rows())
    for (const auto& rule : group.rules) rows.push_back(render_rule(id, rule, in.region.scope));
  return describe_objects(in,
                          {"SecurityGroupRules", "SecurityGroupRuleIds", "SecurityGroupRuleId",
                           "InvalidSecurityGroupRuleId.NotFound", "security group rule ID"},
                          std::move(rows), kRuleFields);
}

Result<Value> authorize_security_group_ingress(Incoming& in) { return authorize(in, false); }
Result<Value> authorize_security_group_egress(Incoming& in) { return authorize(in, true); }
Result<Value> revoke_security_group_ingress(Incoming& in) { return revoke(in, false); }
Result<Value> revoke_security_group_egress(Incoming& in) { return revoke(in, true); }

}  // namespace hikae::sandbox
