// ssm:DescribeInstanceInformation: what the agents on the machines have told. A machine whose agent
// never registered is not in the list at all (docs/reference/hazards.md P5, P39).
#include <fmt/format.h>

#include <array>

#include "sandbox/agents.h"

#include "sandbox/machines.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

constexpr std::string_view kAgentVersion = "3.3.1345.0";

WallTime whole_minute(WallTime t) { return t - t.time_since_epoch() % minutes(1); }

std::string_view platform_type(const Instance& row) {
  return row.platform == "windows" ? "Windows" : "Linux";
}

Object information(const Instance& row, const Incoming& in) {
  const bool windows = row.platform == "windows";
  const auto ping = pings_now(row, in.seen) ? whole_minute(in.seen) : row.last_ping;
  return {{"InstanceId", row.id},
          {"PingStatus", ping_status(row, in.seen, in.world.delays())},
          {"LastPingDateTime", iso_ms(ping)},
          {"AgentVersion", kAgentVersion},
          {"IsLatestVersion", true},
          {"PlatformType", platform_type(row)},
          {"PlatformName", windows ? "Microsoft Windows Server 2022 Datacenter" : "Amazon Linux"},
          {"PlatformVersion", windows ? "10.0.20348" : "2023"},
          {"ResourceType", "EC2Instance"},
          {"IPAddress", row.private_ip},
          {"ComputerName",
           fmt::format("{}.{}.compute.internal", row.private_ip, in.region.scope.region)},
          {"SourceId", row.id},
          {"SourceType", "AWS::EC2::Instance"}};
}

/// Values here are exact: SSM's filters know no wildcards.
struct InformationFilter {
  std::string key;
  std::vector<std::string> values;

  bool has(std::string_view value) const {
    return std::ranges::find(values, value) != values.end();
  }
};

constexpr std::array<std::string_view, 9> kInformationKeys{
    "InstanceIds",   "PingStatus", "AgentVersion", "PlatformTypes",    "ResourceType",
    "ActivationIds", "IamRole",    "tag-key",      "AssociationStatus"};

Result<InformationFilter> read_information_filter(const Value& item, std::string_view key_member,
                                                  std::string_view values_member) {
  InformationFilter filter{str(text_at(item, key_member)), {}};
  for (const auto& value : list_at(item, values_member)) filter.values.emplace_back(text_of(value));
  const bool is_known = filter.key.starts_with("tag:") ||
                        std::ranges::find(kInformationKeys, filter.key) != kInformationKeys.end();
  if (!is_known)
    return std::unexpected(ec2_error(
        "InvalidFilterKey", fmt::format("The filter key '{}' is not valid; it is tag:KEY or one "
                                        "of: {}",
                                        filter.key, fmt::join(kInformationKeys, ", "))));
  if (filter.values.empty())
    return std::unexpected(ec2_error("InvalidInstanceInformationFilterValue",
                                     fmt::format("The filter '{}' has no values", filter.key)));
  return filter;
}

Result<std::vector<InformationFilter>> read_information_filters(const Value& input) {
  std::vector<InformationFilter> filters;
  const auto& modern = list_at(input, "Filters");
  const auto& old = list_at(input, "InstanceInformationFilterList");
  if (!modern.empty() && !old.empty())
    return std::unexpected(ec2_error(
        "ValidationException", "Filters and InstanceInformationFilterList exclude each other"));
  for (const auto& item : modern)
    filters.push_back(TRY(read_information_filter(item, "Key", "Values")));
  for (const auto& item : old)
    filters.push_back(TRY(read_information_filter(item, "key", "valueSet")));
  return filters;
}

/// An id that is no managed machine's is an error, not an empty answer.
Result<> check_named(const std::vector<InformationFilter>& filters) {
  for (const auto& filter : filters) {
    if (filter.key != "InstanceIds") continue;
    for (const auto& id : filter.values)
      if (!is_well_formed(id, kInstanceIds))
        return std::unexpected(
            ec2_error("InvalidInstanceId", fmt::format("The instance id '{}' is not valid", id)));
  }
  return {};
}

bool tag_is(const Instance& row, std::string_view key, const InformationFilter& filter) {
  const auto tag = row.tags.find(key);
  return tag != row.tags.end() && filter.has(tag->second);
}

bool information_fits(const Instance& row, const InformationFilter& filter, const Incoming& in) {
  if (filter.key == "InstanceIds") return filter.has(row.id);
  if (filter.key == "PingStatus") return filter.has(ping_status(row, in.seen, in.world.delays()));
  if (filter.key == "AgentVersion") return filter.has(kAgentVersion);
  if (filter.key == "PlatformTypes") return filter.has(platform_type(row));
  if (filter.key == "ResourceType") return filter.has("EC2Instance");
  if (filter.key == "IamRole") return filter.has(row.profile);
  if (filter.key == "tag-key")
    return std::ranges::any_of(row.tags, [&](const auto& tag) { return filter.has(tag.first); });
  if (filter.key.starts_with("tag:"))
    return tag_is(row, std::string_view(filter.key).substr(4), filter);
  return false;  // ActivationIds, AssociationStatus: no machine here has any
}

std::vector<const Instance*> registered_rows(const Incoming& in,
                                             const std::vector<InformationFilter>& filters) {
  std::vector<const Instance*> rows;
  for (const auto& [id, current] : in.region.instances.rows()) {
    const auto* row = in.see(in.region.instances, id);
    if (!row || !is_registered(*row, in.seen)) continue;
    if (std::ranges::all_of(filters, [&](const InformationFilter& filter) {
          return information_fits(*row, filter, in);
        }))
      rows.push_back(row);
  }
  return rows;
}

constexpr PageRules kInformationPages{
    .operation = "DescribeInstanceInformation", .least = 5, .most = 50, .usual = 10};

}  // namespace

bool pings_now(const Instance& row, WallTime now) {
  return row.agent == Agent::Online && row.power == Power::Running && now >= row.agent_from;
}

bool is_registered(const Instance& row, WallTime now) {
  if (row.agent == Agent::None || row.power == Power::Terminated) return false;
  return row.last_ping > WallTime{} || pings_now(row, now);
}

std::string_view ping_status(const Instance& row, WallTime now, const Delays& delays) {
  if (row.agent == Agent::Inactive) return "Inactive";
  if (row.agent == Agent::Lost) return "ConnectionLost";
  if (pings_now(row, now)) return "Online";
  return now - row.last_ping < delays.agent_lost ? "Online" : "ConnectionLost";
}

Result<Value> describe_instance_information(Incoming& in) {
  auto page = read_page(in.input(), kInformationPages);
  if (!page) {
    const bool is_token = page.error().code == "InvalidPaginationToken";
    return std::unexpected(
        ec2_error(is_token ? "InvalidNextToken" : "ValidationException", page.error().message));
  }
  const auto filters = TRY(read_information_filters(in.input()));
  TRY_DO(check_named(filters));
  auto rows = registered_rows(in, filters);
  Object output;
  cut_page(
      rows, *page, [](const Instance* row) { return row->id; }, output);
  Array list;
  for (const auto* row : rows) list.push_back(information(*row, in));
  output["InstanceInformationList"] = std::move(list);
  return output;
}

}  // namespace hikae::sandbox
