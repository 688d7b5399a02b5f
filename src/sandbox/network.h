// The network of a region, as every account finds it: one default VPC with a subnet a zone, an
// internet gateway, a route table, DHCP options. They follow from the scope and are stored nowhere;
// security groups and key pairs are rows.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "sandbox/records.h"

namespace hikae::sandbox {

struct Region;

struct SecurityRule {
  std::string id{};
  bool is_egress = false;
  std::string protocol{};  // "tcp", "udp", "icmp", a number, or "-1": every one
  std::int64_t from_port = -1;
  std::int64_t to_port = -1;
  // Exactly one of these:
  std::string cidr{};
  std::string cidr6{};
  std::string prefix_list{};
  std::string group{};

  std::string description{};
};

struct SecurityGroup {
  std::string id{};
  std::string name{};
  std::string description{};
  Tags tags{};
  std::vector<SecurityRule> rules{};
};

struct KeyPair {
  std::string id{};
  std::string name{};
  std::string type{};  // "rsa" or "ed25519"
  std::string fingerprint{};
  std::string public_key{};  // of an imported one
  WallTime created{};
  Tags tags{};
};

[[nodiscard]] std::string save(const SecurityGroup& row);
[[nodiscard]] std::string save(const KeyPair& row);
[[nodiscard]] Result<> load(std::string_view text, SecurityGroup& row);
[[nodiscard]] Result<> load(std::string_view text, KeyPair& row);
[[nodiscard]] std::vector<Term> terms_of(const SecurityGroup& row);
[[nodiscard]] std::vector<Term> terms_of(const KeyPair& row);

/// An id that follows from a text.
[[nodiscard]] std::string derived_id(std::string_view prefix, std::string text);
[[nodiscard]] std::string vpc_of(const Scope& scope);
[[nodiscard]] std::string subnet_of(const Scope& scope, std::string_view zone);
/// "default" of the default VPC.
[[nodiscard]] std::string default_group_of(const Scope& scope);
/// Of a machine's only network interface, and of what ties it to the machine.
[[nodiscard]] std::string interface_of(std::string_view instance);
[[nodiscard]] std::string interface_attachment_of(std::string_view instance);

inline constexpr std::string_view kVpcCidr = "172.31.0.0/16";
inline constexpr std::string_view kZoneLetters = "abc";
inline constexpr std::uint64_t kSubnetBlocks = 16;  // of 256 addresses: a subnet is a /20
/// The third byte of the zone's first address.
[[nodiscard]] std::uint64_t subnet_block(std::string_view zone);
/// A machine's groups; the default one where it was given none.
[[nodiscard]] std::vector<GroupRef> groups_of(const Instance& row, const Scope& scope);

/// The default group, unless it is there.
void add_default_group(Region& region, WallTime now);

}  // namespace hikae::sandbox
