// ssm:PutParameter: what a new version must keep to.
#include <algorithm>
#include <set>

#include "plane/ssm/parameter_rows.h"
#include "plane/ssm/ssm.h"
#include "text/regex.h"

namespace hikae::plane {
namespace parameter {
namespace {

constexpr std::size_t kNameBytes = 1011;  // Parameter Store's own
constexpr std::size_t kLevels = 15;
constexpr std::size_t kResourceTags = 50;

bool has_reserved_prefix(std::string_view name) {
  if (name.starts_with('/')) name.remove_prefix(1);
  std::string lower(name.substr(0, 3));
  std::ranges::transform(lower, lower.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return lower == "aws" || lower == "ssm";
}

Result<> check_name(std::string_view name) {
  if (!is_name(name, "_.-/", kNameBytes))
    return not_valid(
        "Parameter name: can't be prefixed with \"ssm\" (case-insensitive). If formed as a path, "
        "it can consist of sub-paths divided by slash symbol; each sub-path can be formed as a mix "
        "of letters, numbers and the following 3 symbols .-_");
  if (name.find('/') != std::string_view::npos && !name.starts_with('/'))
    return not_valid("Parameter name must be a fully qualified name.");
  if (name.ends_with('/') || name.find("//") != std::string_view::npos)
    return not_valid("Parameter name '" + str(name) + "' has an empty part between its slashes");
  if (has_reserved_prefix(name))
    return not_valid("No access to reserved parameter name: " + str(name) + ".");
  if (static_cast<std::size_t>(std::ranges::count(name, '/')) > kLevels)
    return aws::aws_error("HierarchyLevelLimitExceededException",
                          "A parameter's hierarchy has at most 15 levels.");
  return {};
}

Result<std::string> wanted_type(const Value& input, const Value* old) {
  const auto before = old ? text_at(*old, "Type") : std::string_view();
  const auto type = text_at(input, "Type", before);
  if (type.empty()) return not_valid("A parameter type is required when you create a parameter.");
  if (type != "String" && type != "StringList" && type != "SecureString")
    return aws::aws_error("UnsupportedParameterType",
                          "The parameter type is not supported: " + str(type));
  if (before.empty() || before == type) return str(type);
  return aws::aws_error("HierarchyTypeMismatchException",
                        "Parameter Store does not support changing a parameter type: delete the "
                        "parameter and put it again");
}

Result<std::string> wanted_tier(const Value& input, const Value* old, std::size_t bytes) {
  const auto before = old ? text_at(*old, "Tier", "Standard") : std::string_view("Standard");
  const auto asked = text_at(input, "Tier", before);
  if (asked == "Standard" && before == "Advanced")
    return not_valid(
        "This parameter uses the advanced-parameter tier. You can't downgrade a parameter from the "
        "advanced-parameter tier to the standard-parameter tier.");
  const bool may_grow = asked == "Intelligent-Tiering" || before == "Advanced";
  const bool is_advanced =
      asked == "Advanced" || (may_grow && bytes > kStandardBytes) || before == "Advanced";
  if (!is_advanced && bytes > kStandardBytes)
    return not_valid(
        "Standard tier parameters support a maximum parameter value of 4096 characters. To create "
        "a larger parameter value, upgrade the parameter to use the advanced-parameter tier.");
  if (bytes > kAdvancedBytes)
    return not_valid(
        "Advanced tier parameters support a maximum parameter value of 8192 characters.");
  return std::string(is_advanced ? "Advanced" : "Standard");
}

Result<> check_pattern(std::string_view pattern, std::string_view value) {
  if (pattern.empty()) return {};
  const auto compiled = text::Regex::compile(pattern);
  if (!compiled)
    return aws::aws_error("InvalidAllowedPatternException",
                          "The allowed pattern cannot be read: " + compiled.error().message);
  if (compiled->matches(value).value_or(false)) return {};
  return aws::aws_error(
      "ParameterPatternMismatchException",
      "Parameter value, cannot be validated against allowedPattern: " + str(pattern));
}

Result<> check_data_type(std::string_view type, std::string_view value) {
  if (type == "text" || type == "aws:ssm:integration") return {};
  if (type != "aws:ec2:image")
    return not_valid("The following data type is not supported: " + str(type) +
                     " (Data type names are all lowercase.)");
  if (value.starts_with("ami-")) return {};
  return not_valid("Invalid value for data type aws:ec2:image: '" + str(value) +
                   "' is no image id");
}

Result<> check_request(const Ask& ask, const Value* old) {
  if (old && !is_true_at(ask.input, "Overwrite"))
    return aws::aws_error("ParameterAlreadyExists",
                          "The parameter already exists. To overwrite this value, set the "
                          "overwrite option in the request to true.");
  if (find(ask.input, "Tags") && is_true_at(ask.input, "Overwrite"))
    return not_valid(
        "Invalid request: tags and overwrite can't be used together. To create a parameter with "
        "tags, please remove overwrite flag. To update tags for an existing parameter, please use "
        "AddTagsToResource or RemoveTagsFromResource.");
  if (list_at(ask.input, "Tags").size() > kResourceTags)
    return not_valid("A parameter has at most 50 tags.");
  if (const auto policies = text_at(ask.input, "Policies"); !policies.empty() && policies != "[]")
    return aws::aws_error("InvalidPolicyTypeException",
                          "hikae keeps no policies of parameters (expiration, notification)");
  if (text_at(ask.input, "Value").empty())
    return not_valid(
        "1 validation error detected: Value '' at 'value' failed to satisfy constraint: Member "
        "must have length greater than or equal to 1.");
  if (!old && ask.rows(kParameterRows).size() >= kParameters)
    return aws::aws_error("ParameterLimitExceeded",
                          "There are 10,000 parameters: delete one that is not needed.");
  return {};
}

/// Room for one more: the oldest version goes, unless somebody has labelled it.
Result<> check_room(const std::vector<const Value*>& versions, std::string_view name) {
  if (versions.size() < kVersions || list_at(*versions.front(), "Labels").empty()) return {};
  return aws::aws_error(
      "ParameterMaxVersionLimitExceeded",
      "You attempted to create a new version of " + str(name) +
          " by calling the PutParameter API with the overwrite flag. Version " +
          std::to_string(int_at(*versions.front(), "Version").value_or(0)) +
          ", the oldest version, can't be deleted because it has a label associated with it. Move "
          "the label to another version of the parameter, and try again.");
}

/// Members that a new version takes from the one before where the request says nothing.
void carry_over(const Value& input, const Value* old, Object& row) {
  for (const auto member : {"Description", "AllowedPattern", "KeyId"}) {
    const auto* value = find(input, member);
    if (!value && old) value = find(*old, member);
    if (value) row[member] = *value;
  }
}

Result<Object> new_row(const Ask& ask, const SecretBox& box, std::string_view name,
                       const Value* old) {
  const auto value = text_at(ask.input, "Value");
  const auto type = TRY(wanted_type(ask.input, old));
  const auto data_type =
      text_at(ask.input, "DataType", old ? text_at(*old, "DataType", "text") : "text");
  Object row{
      {"Type", type},
      {"Version", (old ? int_at(*old, "Version").value_or(0) : 0) + 1},
      {"LastModifiedDate", iso_ms(ask.turn.now())},
      {"LastModifiedUser",
       ask.caller.empty() ? "arn:aws:iam::" + ask.scope.account + ":user/hikae" : str(ask.caller)},
      {"DataType", data_type},
      {"Tier", TRY(wanted_tier(ask.input, old, value.size()))},
      {"Labels", Array()}};
  carry_over(ask.input, old, row);
  TRY_DO(check_pattern(text_at(row, "AllowedPattern"), value));
  TRY_DO(check_data_type(data_type, value));
  if (type == "SecureString") {
    if (!row.contains("KeyId")) row["KeyId"] = "alias/aws/ssm";
    row["Sealed"] = TRY(sealed_value(ask, box, name, value));
  } else {
    if (find(ask.input, "KeyId"))
      return not_valid("KeyId is not allowed for the parameter type " + type + ".");
    row["Value"] = value;
  }
  return row;
}

/// The version before becomes history.
void put_behind(const Ask& ask, std::string_view name, Value old,
                const std::vector<const Value*>& versions) {
  const auto oldest = versions.size() >= kVersions
                          ? version_id(name, int_at(*versions.front(), "Version").value_or(0))
                          : std::string();
  const auto id = version_id(name, int_at(old, "Version").value_or(0));
  old.as_object().erase("Tags");
  ask.put(kVersionRows, id, std::move(old));
  if (!oldest.empty()) ask.erase(kVersionRows, oldest);
}

Result<Value> put_parameter(const Ask& ask, const SecretBox& box) {
  const auto name = selected(text_at(ask.input, "Name")).name;
  TRY_DO(check_name(name));
  const auto* old = ask.row(kParameterRows, name);
  TRY_DO(check_request(ask, old));
  const auto versions = versions_of(ask, name);
  TRY_DO(check_room(versions, name));
  auto row = TRY(new_row(ask, box, name, old));
  Object tags = old ? object_at(*old, "Tags") : Object();
  add_tags(tags, list_at(ask.input, "Tags"));
  row["Tags"] = std::move(tags);
  Object answer{{"Version", row["Version"]}, {"Tier", row["Tier"]}};
  if (old) put_behind(ask, name, *old, versions);
  ask.put(kParameterRows, name, std::move(row));
  return answer;
}

}  // namespace
}  // namespace parameter

void Ssm::add_parameters() {
  on("PutParameter", [this](const Ask& ask) { return parameter::put_parameter(ask, box_); });
  add_parameter_views();
  add_parameter_lists();
  add_parameter_labels();
}

}  // namespace hikae::plane
