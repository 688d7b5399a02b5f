#include "runbook/rate_targets.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/escape.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kTargetEntries = 5;
constexpr std::size_t kValuesOfATarget = 50;
constexpr std::int64_t kInstancesOfAPage = 1000;
constexpr std::string_view kTagKeyPrefix = "tag:";

std::unexpected<Error> invalid_target(std::string message) {
  return fail(ErrorKind::Invalid, "InvalidTarget", std::move(message));
}

bool is_tag_target(std::string_view key) {
  return key == "tag-key" || (key.starts_with(kTagKeyPrefix) && key.size() > kTagKeyPrefix.size());
}

bool is_named(std::string_view key) { return key == "ParameterValues" || key == "InstanceIds"; }

bool is_every_instance(const Value& target) {
  const auto& values = list_at(target, "Values");
  return text_at(target, "Key") == "AWS::EC2::Instance" && values.size() == 1 &&
         text_of(values.front()) == "*";
}

Result<> check_target(const Value& target, std::size_t entries) {
  const auto key = text_at(target, "Key");
  const auto& values = list_at(target, "Values");
  if (key == "ResourceGroup" || key.starts_with("resource-groups:"))
    return invalid_target(
        fmt::format("The target key {} is not answered: hikae knows no resource "
                    "groups. Name the group's tag instead (tag:KEY).",
                    key));
  if (values.empty() || values.size() > kValuesOfATarget)
    return invalid_target(fmt::format("The target {} has {} values: give 1 to {}",
                                      printable(key.substr(0, 60)), values.size(),
                                      kValuesOfATarget));
  if (is_tag_target(key)) return {};
  if (!is_named(key) && !is_every_instance(target))
    return invalid_target(
        fmt::format("The target key {} is not known: use tag:KEY, tag-key, ParameterValues, "
                    "InstanceIds, or AWS::EC2::Instance with the value *",
                    printable(key.substr(0, 60))));
  if (entries == 1) return {};
  return invalid_target(fmt::format("The target {} stands alone: give no other beside it", key));
}

/// The wildcards of EC2's filters, taken by their letter.
Array without_wildcards(const Array& values) {
  Array out;
  for (const auto& value : values) {
    std::string text;
    for (const char c : text_of(value)) {
      if (c == '\\' || c == '*' || c == '?') text += '\\';
      text += c;
    }
    out.emplace_back(std::move(text));
  }
  return out;
}

void add_target_filters(Array& filters, const Value& target) {
  const auto key = text_at(target, "Key");
  const auto values = without_wildcards(list_at(target, "Values"));
  if (key.starts_with(kTagKeyPrefix)) {
    filters.push_back(Object{{"Name", key}, {"Values", values}});
  } else if (key == "tag-key") {
    // Several keys must all be there, while the values of one filter are alternatives.
    for (const auto& value : values)
      filters.push_back(Object{{"Name", "tag-key"}, {"Values", Array{value}}});
  }
}

bool is_among(const Array& values, std::string_view text) {
  return std::ranges::any_of(values, [&](const Value& value) { return text_of(value) == text; });
}

bool is_tagged(const Value& instance, std::string_view key, const Array* values) {
  return std::ranges::any_of(list_at(instance, "Tags"), [&](const Value& tag) {
    return text_at(tag, "Key") == key && (!values || is_among(*values, text_at(tag, "Value")));
  });
}

bool meets_target(const Value& instance, const Value& target) {
  const auto key = text_at(target, "Key");
  const auto& values = list_at(target, "Values");
  if (key.starts_with(kTagKeyPrefix))
    return is_tagged(instance, key.substr(kTagKeyPrefix.size()), &values);
  if (key == "tag-key")
    return std::ranges::all_of(
        values, [&](const Value& value) { return is_tagged(instance, text_of(value), nullptr); });
  return is_every_instance(target);
}

}  // namespace

Result<> check_targets(const Array& targets) {
  if (targets.size() > kTargetEntries)
    return invalid_target(
        fmt::format("{} targets are given: at most {}", targets.size(), kTargetEntries));
  for (const auto& target : targets) TRY_DO(check_target(target, targets.size()));
  return {};
}

bool names_its_values(const Array& targets) {
  return !targets.empty() && is_named(text_at(targets.front(), "Key"));
}

std::vector<std::string> named_values(const Array& targets) {
  std::vector<std::string> values;
  std::set<std::string_view> seen;
  for (const auto& target : targets)
    for (const auto& value : list_at(target, "Values"))
      if (seen.insert(text_of(value)).second) values.emplace_back(text_of(value));
  return values;
}

Call targets_call(const Array& targets, std::string_view page, std::string_view caller) {
  Array filters;
  for (const auto& target : targets) add_target_filters(filters, target);
  filters.push_back(Object{{"Name", "instance-state-name"},
                           {"Values", Array{"pending", "running", "stopping", "stopped"}}});
  Object input{{"Filters", std::move(filters)}, {"MaxResults", kInstancesOfAPage}};
  if (!page.empty()) input["NextToken"] = page;
  return {"ec2", "DescribeInstances", std::move(input), str(caller)};
}

std::vector<std::string> targets_in(const Array& targets, const Value& answer) {
  std::vector<std::string> found;
  for (const auto& reservation : list_at(answer, "Reservations"))
    for (const auto& instance : list_at(reservation, "Instances"))
      if (std::ranges::all_of(targets,
                              [&](const Value& target) { return meets_target(instance, target); }))
        found.emplace_back(text_at(instance, "InstanceId"));
  return found;
}

}  // namespace hikae::runbook
