// Parameters as they are stored, and what names one: "/a/b", "/a/b:3", "/a/b:label", an ARN.
// Private to SSM's parameters.
#pragma once

#include <optional>
#include <vector>

#include "base/secret_box.h"
#include "plane/checks.h"

namespace hikae::plane::parameter {

/// The latest version, by name: {Type, Value | Sealed, Version, LastModifiedDate,
/// LastModifiedUser, DataType, Tier, Description?, AllowedPattern?, KeyId?, Labels, Tags}. A
/// SecureString has Sealed instead of Value.
inline constexpr std::string_view kParameterRows = "parameter";
/// The versions before it, by name + ":" + ten digits.
inline constexpr std::string_view kVersionRows = "parameter-version";

inline constexpr std::size_t kVersions = 100;       // of one parameter: Parameter Store's own
inline constexpr std::size_t kParameters = 10'000;  // of one account and region
inline constexpr std::size_t kStandardBytes = 4096;
inline constexpr std::size_t kAdvancedBytes = 8192;
inline constexpr std::size_t kPathPage = 10;
inline constexpr std::size_t kListPage = 50;

[[nodiscard]] std::unexpected<Error> not_valid(std::string why);
[[nodiscard]] std::unexpected<Error> not_found(std::string_view name);

/// A name (of an ARN too) and what stands behind its ':'.
struct Selected {
  std::string name;
  std::string selector;  // "3", "label", or empty: the latest
};
[[nodiscard]] Selected selected(std::string_view text);

[[nodiscard]] std::string version_id(std::string_view name, std::int64_t version);
/// All versions, the oldest first; empty where there is no such parameter.
[[nodiscard]] std::vector<const Value*> versions_of(const Ask& ask, std::string_view name);
/// Errors: ParameterNotFound, ParameterVersionNotFound.
[[nodiscard]] Result<const Value*> find_version(const Ask& ask, const Selected& wanted);

enum class Secrets { Sealed, Opened };
[[nodiscard]] inline Secrets secrets_in(const Value& input) {
  return is_true_at(input, "WithDecryption") ? Secrets::Opened : Secrets::Sealed;
}
/// The version's value: of a SecureString, as it is sealed or (Opened) in clear.
[[nodiscard]] Result<std::string> value_of(const Ask& ask, const SecretBox& box,
                                           std::string_view name, const Value& row,
                                           Secrets secrets);
[[nodiscard]] Result<std::string> sealed_value(const Ask& ask, const SecretBox& box,
                                               std::string_view name, std::string_view value);
/// "Parameter": what GetParameter and its kin answer.
[[nodiscard]] Result<Object> shown_parameter(const Ask& ask, const SecretBox& box,
                                             const Selected& wanted, const Value& row,
                                             Secrets secrets);

/// What CDK's bootstrap leaves behind; a template asks for it before anything else. Answered when
/// nobody has put it, so that a CDK template applies to a hikae that was never bootstrapped.
[[nodiscard]] const Value* builtin(std::string_view name);

/// ParameterFilters of DescribeParameters and GetParametersByPath.
struct Filter {
  std::string key;
  std::string option;
  std::vector<std::string> values;
};
[[nodiscard]] Result<std::vector<Filter>> read_filters(const Value& input, bool by_path);
[[nodiscard]] bool passes(const Filter& filter, std::string_view name, const Value& row);
/// Whether `name` lies below `path`: right below it, or at any depth.
[[nodiscard]] bool is_below(std::string_view name, std::string_view path, bool at_any_depth);

}  // namespace hikae::plane::parameter
