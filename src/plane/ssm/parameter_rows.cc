#include "plane/ssm/parameter_rows.h"

#include <algorithm>
#include <charconv>

namespace hikae::plane::parameter {
namespace {

constexpr std::string_view kBootstrapVersion = "/cdk-bootstrap/hnb659fds/version";

std::string place_of(const Scope& scope, std::string_view name) {
  return "parameter/" + scope.account + "/" + scope.region + "/" + str(name);
}

std::optional<std::int64_t> number_of(std::string_view text) {
  std::int64_t number = 0;
  const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || at != text.data() + text.size()) return std::nullopt;
  return number;
}

bool has_label(const Value& row, std::string_view label) {
  return std::ranges::any_of(list_at(row, "Labels"),
                             [&](const Value& v) { return text_of(v) == label; });
}

}  // namespace

std::unexpected<Error> not_valid(std::string why) {
  return aws::aws_error("ValidationException", std::move(why));
}

std::unexpected<Error> not_found(std::string_view name) {
  return aws::aws_error("ParameterNotFound", "Parameter " + str(name) + " not found.");
}

Selected selected(std::string_view text) {
  std::string name(text);
  if (const auto parts = parts_of_arn(text);
      parts.service == "ssm" && parts.resource.starts_with("parameter/")) {
    const auto resource = parts.resource.substr(10);
    // "parameter/a/b" is the parameter /a/b, "parameter/a" the parameter a.
    name = (resource.find('/') == std::string_view::npos ? "" : "/") + str(resource);
  }
  const auto colon = name.find(':');
  if (colon == std::string::npos) return {name, ""};
  return {name.substr(0, colon), name.substr(colon + 1)};
}

std::string version_id(std::string_view name, std::int64_t version) {
  const auto digits = std::to_string(version);
  return str(name) + ":" + std::string(10 - std::min<std::size_t>(10, digits.size()), '0') + digits;
}

std::vector<const Value*> versions_of(const Ask& ask, std::string_view name) {
  std::vector<const Value*> versions;
  const auto prefix = str(name) + ":";
  const auto& rows = ask.rows(kVersionRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    versions.push_back(&at->second);
  if (const auto* latest = ask.row(kParameterRows, name)) versions.push_back(latest);
  return versions;
}

Result<const Value*> find_version(const Ask& ask, const Selected& wanted) {
  const auto* latest = ask.row(kParameterRows, wanted.name);
  if (!latest) latest = builtin(wanted.name);
  if (!latest) return not_found(wanted.name);
  if (wanted.selector.empty()) return latest;
  const auto number = number_of(wanted.selector);
  for (const auto* row : versions_of(ask, wanted.name))
    if (number ? int_at(*row, "Version") == number : has_label(*row, wanted.selector)) return row;
  if (number && int_at(*latest, "Version") == number) return latest;
  return aws::aws_error("ParameterVersionNotFound", "Systems Manager could not find version " +
                                                        wanted.selector + " of " + wanted.name +
                                                        ". Verify the version and try again.");
}

Result<std::string> value_of(const Ask& ask, const SecretBox& box, std::string_view name,
                             const Value& row, Secrets secrets) {
  const auto sealed = text_at(row, "Sealed");
  if (sealed.empty()) return str(text_at(row, "Value"));
  if (secrets == Secrets::Sealed) return str(sealed);
  return box.open(sealed, place_of(ask.scope, name));
}

Result<std::string> sealed_value(const Ask& ask, const SecretBox& box, std::string_view name,
                                 std::string_view value) {
  return box.seal(value, place_of(ask.scope, name));
}

Result<Object> shown_parameter(const Ask& ask, const SecretBox& box, const Selected& wanted,
                               const Value& row, Secrets secrets) {
  Object shown{{"Name", wanted.name},
               {"Type", text_at(row, "Type")},
               {"Value", TRY(value_of(ask, box, wanted.name, row, secrets))},
               {"Version", int_at(row, "Version").value_or(1)}};
  if (!wanted.selector.empty()) shown["Selector"] = ":" + wanted.selector;
  if (const auto* date = find(row, "LastModifiedDate")) shown["LastModifiedDate"] = *date;
  const std::string_view name = wanted.name;
  shown["ARN"] =
      arn_of("ssm", ask.scope, "parameter/" + str(name.substr(name.starts_with("/") ? 1 : 0)));
  shown["DataType"] = text_at(row, "DataType", "text");
  return shown;
}

const Value* builtin(std::string_view name) {
  static const Value kBootstrap = Object{{"Type", "String"}, {"Value", "21"}, {"Version", 1}};
  return name == kBootstrapVersion ? &kBootstrap : nullptr;
}

}  // namespace hikae::plane::parameter
