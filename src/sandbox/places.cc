// DescribeRegions and DescribeAvailabilityZones.
#include <fmt/format.h>

#include <array>

#include "sandbox/object_filters.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

/// The regions that need no opting in.
constexpr std::array<std::string_view, 17> kRegions{
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1",   "eu-central-1",   "eu-north-1", "eu-west-1",
    "eu-west-2",      "eu-west-3",      "sa-east-1",      "us-east-1",  "us-east-2",
    "us-west-1",      "us-west-2"};

std::string endpoint_of(std::string_view region) {
  return fmt::format("ec2.{}.amazonaws.com", region);
}

/// Keeps the rows whose member is in the list; a name that is in no row is an error.
Result<> keep_named(Array& rows, const Incoming& in, std::string_view list,
                    std::string_view member) {
  const auto names = TRY(text_list(in, list));
  if (names.empty()) return {};
  for (const auto& name : names)
    if (std::ranges::none_of(rows, [&](const Value& r) { return text_at(r, member) == name; }))
      return std::unexpected(
          invalid_value(name, list, fmt::format("There is no such {}.", member)));
  Array kept;
  for (auto& row : rows)
    if (std::ranges::find(names, text_at(row, member)) != names.end())
      kept.push_back(std::move(row));
  rows = std::move(kept);
  return {};
}

Array all_regions(std::string_view here) {
  Array rows;
  const auto add = [&](std::string_view name) {
    rows.push_back(Object{{"RegionName", name},
                          {"Endpoint", endpoint_of(name)},
                          {"OptInStatus", "opt-in-not-required"}});
  };
  for (const auto name : kRegions) add(name);
  if (std::ranges::find(kRegions, here) == kRegions.end()) add(here);
  return rows;
}

Array all_zones(const std::string& region) {
  Array rows;
  for (std::size_t i = 0; i < kZoneLetters.size(); ++i)
    rows.push_back(Object{{"ZoneName", region + kZoneLetters[i]},
                          {"ZoneId", fmt::format("{}-az{}", region, i + 1)},
                          {"RegionName", region},
                          {"GroupName", region},
                          {"NetworkBorderGroup", region},
                          {"ZoneType", "availability-zone"},
                          {"State", "available"},
                          {"OptInStatus", "opt-in-not-required"},
                          {"Messages", Array{}}});
  return rows;
}

constexpr std::array kRegionFields{PathField{"region-name", "RegionName"},
                                   PathField{"endpoint", "Endpoint"},
                                   PathField{"opt-in-status", "OptInStatus"}};
constexpr std::array kZoneFields{
    PathField{"zone-name", "ZoneName"},        PathField{"zone-id", "ZoneId"},
    PathField{"region-name", "RegionName"},    PathField{"state", "State"},
    PathField{"zone-type", "ZoneType"},        PathField{"group-name", "GroupName"},
    PathField{"opt-in-status", "OptInStatus"}, PathField{"message", "Messages.Message"},
    PathField{"parent-zone-id", ""},           PathField{"parent-zone-name", ""}};

}  // namespace

Result<Value> describe_regions(Incoming& in) {
  auto rows = all_regions(in.region.scope.region);
  TRY_DO(keep_named(rows, in, "RegionNames", "RegionName"));
  rows = TRY(fitting_objects(std::move(rows), in.input(), kRegionFields));
  TRY_DO(end_dry_run(in));
  return Object{{"Regions", std::move(rows)}};
}

Result<Value> describe_availability_zones(Incoming& in) {
  auto rows = all_zones(in.region.scope.region);
  TRY_DO(keep_named(rows, in, "ZoneNames", "ZoneName"));
  TRY_DO(keep_named(rows, in, "ZoneIds", "ZoneId"));
  rows = TRY(fitting_objects(std::move(rows), in.input(), kZoneFields));
  TRY_DO(end_dry_run(in));
  return Object{{"AvailabilityZones", std::move(rows)}};
}

}  // namespace hikae::sandbox
