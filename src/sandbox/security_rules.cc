#include "sandbox/security_rules.h"

#include <fmt/format.h>

#include <array>
#include <tuple>

namespace hikae::sandbox {
namespace {

constexpr std::size_t kRulesMost = 1'000;

auto meaning_of(const SecurityRule& r) {
  return std::tie(r.is_egress, r.protocol, r.from_port, r.to_port, r.cidr, r.cidr6, r.prefix_list,
                  r.group);
}

std::string protocol_name(std::string_view given) {
  if (given == "6") return "tcp";
  if (given == "17") return "udp";
  return given == "1" ? "icmp" : str(given);
}

Result<SecurityRule> rule_base(const Value& permission, bool is_egress) {
  SecurityRule rule{.is_egress = is_egress,
                    .protocol = protocol_name(text_at(permission, "IpProtocol"))};
  if (rule.protocol.empty()) return std::unexpected(missing_parameter("IpProtocol"));
  if (rule.protocol == "-1") return rule;
  rule.from_port = int_at(permission, "FromPort").value_or(-1);
  rule.to_port = int_at(permission, "ToPort").value_or(-1);
  const bool has_ports = rule.protocol == "tcp" || rule.protocol == "udp";
  if (has_ports && (rule.from_port < 0 || rule.to_port < rule.from_port || rule.to_port > 65535))
    return std::unexpected(invalid_value(fmt::format("{}-{}", rule.from_port, rule.to_port),
                                         "FromPort/ToPort", "Ports are 0 to 65535, in order."));
  return rule;
}

Result<std::string> named_peer(const Incoming& in, const Value& pair) {
  auto id = str(text_at(pair, "GroupId"));
  const auto name = text_at(pair, "GroupName");
  for (const auto candidate : in.region.groups.candidates({"group-name", name}))
    if (id.empty() && in.region.groups.find(candidate)->name == name) id = str(candidate);
  if (in.region.groups.find(id)) return id;
  return std::unexpected(
      ec2_error("InvalidGroup.NotFound",
                fmt::format("The security group '{}' does not exist", id.empty() ? name : id)));
}

struct PeerList {
  std::string_view list;
  std::string_view member;
  std::string SecurityRule::*into;
};

constexpr std::array kPeerLists{
    PeerList{"IpRanges", "CidrIp", &SecurityRule::cidr},
    PeerList{"Ipv6Ranges", "CidrIpv6", &SecurityRule::cidr6},
    PeerList{"PrefixListIds", "PrefixListId", &SecurityRule::prefix_list}};

Result<> check_cidr(std::string_view cidr) {
  if (!cidr.empty() && cidr.find('/') != std::string_view::npos) return {};
  return std::unexpected(
      ec2_error("InvalidParameterValue", fmt::format("CIDR block {} is malformed", cidr)));
}

Result<> expand(const Incoming& in, const Value& permission, bool is_egress,
                std::vector<SecurityRule>& rules) {
  const auto base = TRY(rule_base(permission, is_egress));
  for (const auto& peers : kPeerLists)
    for (const auto& item : list_at(permission, peers.list)) {
      auto& rule = rules.emplace_back(base);
      rule.*peers.into = str(text_at(item, peers.member));
      rule.description = str(text_at(item, "Description"));
      if (peers.list != "PrefixListIds") TRY_DO(check_cidr(rule.*peers.into));
    }
  for (const auto& pair : list_at(permission, "UserIdGroupPairs")) {
    auto& rule = rules.emplace_back(base);
    rule.group = TRY(named_peer(in, pair));
    rule.description = str(text_at(pair, "Description"));
  }
  return {};
}

/// The oldest form: one rule in the members of the call itself.
Result<> expand_flat(const Incoming& in, bool is_egress, std::vector<SecurityRule>& rules) {
  auto rule = TRY(rule_base(in.input(), is_egress));
  const auto cidr = text_at(in.input(), "CidrIp");
  const auto peer = text_at(in.input(), "SourceSecurityGroupName");
  if (!peer.empty()) rule.group = TRY(named_peer(in, Object{{"GroupName", peer}}));
  if (peer.empty()) {
    TRY_DO(check_cidr(cidr));
    rule.cidr = str(cidr);
  }
  rules.push_back(std::move(rule));
  return {};
}

Object peer_object(std::string_view member, const std::string& peer, const SecurityRule& rule) {
  Object out{{member, peer}};
  if (!rule.description.empty()) out["Description"] = rule.description;
  return out;
}

void add_peer(const SecurityRule& rule, const Scope& scope, Object& permission) {
  for (const auto& peers : kPeerLists)
    if (const auto& peer = rule.*peers.into; !peer.empty())
      permission[peers.list].get_array().push_back(peer_object(peers.member, peer, rule));
  if (rule.group.empty()) return;
  auto pair = peer_object("GroupId", rule.group, rule);
  pair["UserId"] = scope.account;
  permission["UserIdGroupPairs"].get_array().push_back(std::move(pair));
}

Object empty_permission(const SecurityRule& rule) {
  Object out{{"IpProtocol", rule.protocol},
             {"IpRanges", Array{}},
             {"Ipv6Ranges", Array{}},
             {"PrefixListIds", Array{}},
             {"UserIdGroupPairs", Array{}}};
  if (rule.protocol == "-1") return out;
  out["FromPort"] = rule.from_port;
  out["ToPort"] = rule.to_port;
  return out;
}

}  // namespace

Result<std::vector<SecurityRule>> read_permissions_of(const Incoming& in, bool is_egress) {
  std::vector<SecurityRule> rules;
  const auto& permissions = list_at(in.input(), "IpPermissions");
  for (const auto& permission : permissions) TRY_DO(expand(in, permission, is_egress, rules));
  if (permissions.empty()) TRY_DO(expand_flat(in, is_egress, rules));
  if (rules.empty()) return std::unexpected(missing_parameter("IpPermissions"));
  return rules;
}

Result<> can_be_added(const SecurityGroup& group, const std::vector<SecurityRule>& rules) {
  if (group.rules.size() + rules.size() > kRulesMost)
    return std::unexpected(
        ec2_error("RulesPerSecurityGroupLimitExceeded",
                  fmt::format("A security group has at most {} rules", kRulesMost)));
  for (const auto& rule : rules)
    for (const auto& had : group.rules)
      if (meaning_of(rule) == meaning_of(had))
        return std::unexpected(
            ec2_error("InvalidPermission.Duplicate",
                      fmt::format("the specified rule \"peer: {}{}{}{}, {}, from port: {}, to "
                                  "port: {}, ALLOW\" already exists",
                                  rule.cidr, rule.cidr6, rule.prefix_list, rule.group,
                                  rule.protocol, rule.from_port, rule.to_port)));
  return {};
}

Result<std::set<std::string>> rules_to_revoke(const Incoming& in, const SecurityGroup& group,
                                              bool is_egress) {
  std::set<std::string> ids;
  for (const auto& id : TRY(text_list(in, "SecurityGroupRuleIds"))) {
    if (std::ranges::find(group.rules, id, &SecurityRule::id) == group.rules.end())
      return std::unexpected(
          ec2_error("InvalidSecurityGroupRuleId.NotFound",
                    fmt::format("The security group rule ID '{}' does not exist", id)));
    ids.insert(id);
  }
  if (!ids.empty()) return ids;
  for (const auto& rule : TRY(read_permissions_of(in, is_egress))) {
    const auto found = std::ranges::find_if(
        group.rules, [&](const SecurityRule& had) { return meaning_of(had) == meaning_of(rule); });
    if (found == group.rules.end())
      return std::unexpected(
          ec2_error("InvalidPermission.NotFound",
                    "The specified rule does not exist in this security group."));
    ids.insert(found->id);
  }
  return ids;
}

Array render_permissions(const SecurityGroup& group, const Scope& scope, bool is_egress) {
  std::map<std::tuple<std::string, std::int64_t, std::int64_t>, Object> together;
  for (const auto& rule : group.rules) {
    if (rule.is_egress != is_egress) continue;
    const auto [at, is_new] = together.try_emplace({rule.protocol, rule.from_port, rule.to_port});
    if (is_new) at->second = empty_permission(rule);
    add_peer(rule, scope, at->second);
  }
  Array list;
  for (auto& [key, permission] : together) list.push_back(std::move(permission));
  return list;
}

Object render_rule(std::string_view group, const SecurityRule& rule, const Scope& scope) {
  Object out{{"SecurityGroupRuleId", rule.id}, {"GroupId", group},
             {"GroupOwnerId", scope.account},  {"IsEgress", rule.is_egress},
             {"IpProtocol", rule.protocol},    {"FromPort", rule.from_port},
             {"ToPort", rule.to_port},         {"Tags", Array{}}};
  if (!rule.cidr.empty()) out["CidrIpv4"] = rule.cidr;
  if (!rule.cidr6.empty()) out["CidrIpv6"] = rule.cidr6;
  if (!rule.prefix_list.empty()) out["PrefixListId"] = rule.prefix_list;
  if (!rule.group.empty())
    out["ReferencedGroupInfo"] = Object{{"GroupId", rule.group}, {"UserId", scope.account}};
  if (!rule.description.empty()) out["Description"] = rule.description;
  return out;
}

}  // namespace hikae::sandbox
