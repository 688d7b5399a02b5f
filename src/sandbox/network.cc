#include "sandbox/network.h"

#include <fmt/format.h>

#include <map>

#include "base/hash.h"
#include "sandbox/archive.h"
#include "sandbox/world.h"

namespace hikae::sandbox {

template <class A>
void members(A& a, SecurityRule& r) {
  a("id", r.id);
  a("is_egress", r.is_egress);
  a("protocol", r.protocol);
  a("from_port", r.from_port);
  a("to_port", r.to_port);
  a("cidr", r.cidr);
  a("cidr6", r.cidr6);
  a("prefix_list", r.prefix_list);
  a("group", r.group);
  a("description", r.description);
}

template <class A>
void members(A& a, SecurityGroup& r) {
  a("id", r.id);
  a("name", r.name);
  a("description", r.description);
  a("tags", r.tags);
  a("rules", r.rules);
}

template <class A>
void members(A& a, KeyPair& r) {
  a("id", r.id);
  a("name", r.name);
  a("type", r.type);
  a("fingerprint", r.fingerprint);
  a("public_key", r.public_key);
  a("created", r.created);
  a("tags", r.tags);
}

std::string save(const SecurityGroup& row) { return row_text(row); }
std::string save(const KeyPair& row) { return row_text(row); }
Result<> load(std::string_view text, SecurityGroup& row) { return read_row(text, row); }
Result<> load(std::string_view text, KeyPair& row) { return read_row(text, row); }

std::vector<Term> terms_of(const SecurityGroup& row) {
  std::vector<Term> terms{{"group-name", row.name}};
  for (const auto& [key, value] : row.tags) terms.emplace_back(key, value);
  return terms;
}

std::vector<Term> terms_of(const KeyPair& row) {
  std::vector<Term> terms{{"key-name", row.name}};
  for (const auto& [key, value] : row.tags) terms.emplace_back(key, value);
  return terms;
}

/// The same few come with every instance of every answer.
std::string derived_id(std::string_view prefix, std::string text) {
  constexpr std::size_t kDigits = 17;
  constexpr std::size_t kRemembered = 4096;
  thread_local std::map<std::string, std::string> known;
  if (known.size() >= kRemembered) known.clear();
  const auto [at, is_new] = known.try_emplace(std::move(text));
  if (is_new) at->second = hex_of(at->first, kDigits);
  return str(prefix) + at->second;
}

std::string vpc_of(const Scope& scope) {
  return derived_id("vpc-", fmt::format("vpc {} {}", scope.account, scope.region));
}

std::string subnet_of(const Scope& scope, std::string_view zone) {
  return derived_id("subnet-", fmt::format("subnet {} {}", scope.account, zone));
}

std::string default_group_of(const Scope& scope) {
  return derived_id("sg-", fmt::format("group {} {}", scope.account, scope.region));
}

std::string interface_of(std::string_view instance) {
  return derived_id("eni-", fmt::format("interface {}", instance));
}

std::string interface_attachment_of(std::string_view instance) {
  return derived_id("eni-attach-", fmt::format("attachment {}", instance));
}

std::uint64_t subnet_block(std::string_view zone) {
  const auto at = zone.empty() ? 0 : kZoneLetters.find(zone.back());
  return (at == std::string_view::npos ? 0 : at) * kSubnetBlocks;
}

std::vector<GroupRef> groups_of(const Instance& row, const Scope& scope) {
  if (!row.groups.empty()) return row.groups;
  return {{default_group_of(scope), "default"}};
}

void add_default_group(Region& region, WallTime now) {
  const auto id = default_group_of(region.scope);
  if (region.groups.find(id)) return;
  region.groups.add(
      {.id = id,
       .name = "default",
       .description = "default VPC security group",
       .rules = {{.id = derived_id("sgr-", id + " in"), .protocol = "-1", .group = id},
                 {.id = derived_id("sgr-", id + " out"),
                  .is_egress = true,
                  .protocol = "-1",
                  .cidr = "0.0.0.0/0"}}},
      now);
}

}  // namespace hikae::sandbox
