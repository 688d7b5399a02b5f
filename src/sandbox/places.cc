// DescribeRegions and DescribeAvailabilityZones.
#include <fmt/format.h>

#include <array>

#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

/// The regions that need no opting in.
constexpr std::array<std::string_view, 17> kRegions{
    "ap-northeast-1", "ap-northeast-2", "ap-northeast-3", "ap-south-1", "ap-southeast-1",
    "ap-southeast-2", "ca-central-1",   "eu-central-1",   "eu-north-1", "eu-west-1",
    "eu-west-2",      "eu-west-3",      "sa-east-1",      "us-east-1",  "us-east-2",
    "us-west-1",      "us-west-2"};

constexpr std::string_view kZoneLetters = "abc";

std::string endpoint_of(std::string_view region) {
  return fmt::format("ec2.{}.amazonaws.com", region);
}

struct PlaceField {
  std::string_view filter;
  std::string_view member;
};

/// Filters over answers: few rows, so no index.
Result<bool> place_fits(const Object& row, const std::vector<Filter>& filters,
                        std::span<const PlaceField> fields) {
  for (const auto& filter : filters) {
    const auto field = std::ranges::find(fields, filter.name, &PlaceField::filter);
    if (field == fields.end())
      return std::unexpected(
          ec2_error("InvalidParameterValue", "The filter '" + filter.name + "' is invalid"));
    if (!filter.accepts(text_at(row, field->member))) return false;
  }
  return true;
}

Result<Array> keep_fitting(Array rows, const Incoming& in, std::span<const PlaceField> fields) {
  const auto filters = TRY(read_filters(in.input()));
  Array kept;
  for (auto& row : rows)
    if (TRY(place_fits(row.get_object(), filters, fields))) kept.push_back(std::move(row));
  return kept;
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

constexpr std::array kRegionFields{PlaceField{"region-name", "RegionName"},
                                   PlaceField{"endpoint", "Endpoint"},
                                   PlaceField{"opt-in-status", "OptInStatus"}};
constexpr std::array kZoneFields{
    PlaceField{"zone-name", "ZoneName"},     PlaceField{"zone-id", "ZoneId"},
    PlaceField{"region-name", "RegionName"}, PlaceField{"state", "State"},
    PlaceField{"zone-type", "ZoneType"},     PlaceField{"group-name", "GroupName"}};

}  // namespace

Result<Value> describe_regions(Incoming& in) {
  auto rows = all_regions(in.region.scope.region);
  TRY_DO(keep_named(rows, in, "RegionNames", "RegionName"));
  rows = TRY(keep_fitting(std::move(rows), in, kRegionFields));
  TRY_DO(end_dry_run(in));
  return Object{{"Regions", std::move(rows)}};
}

Result<Value> describe_availability_zones(Incoming& in) {
  auto rows = all_zones(in.region.scope.region);
  TRY_DO(keep_named(rows, in, "ZoneNames", "ZoneName"));
  TRY_DO(keep_named(rows, in, "ZoneIds", "ZoneId"));
  rows = TRY(keep_fitting(std::move(rows), in, kZoneFields));
  TRY_DO(end_dry_run(in));
  return Object{{"AvailabilityZones", std::move(rows)}};
}

}  // namespace hikae::sandbox
