// The rows of functions, and how a function is named.
#pragma once

#include "plane/checks.h"

namespace hikae::plane::lambda {

/// By name: {Configuration (as the API shows it), Location, Tags, Policy: {sid: statement}}.
inline constexpr std::string_view kFunctionRows = "lambda-function";
/// By name: {ZipFile} as it was given. A row of its own, so that a change of the configuration does
/// not write it again.
inline constexpr std::string_view kCodeRows = "lambda-code";

/// Published versions, by name + ":" + ten digits: the configuration as it was.
inline constexpr std::string_view kVersionRows = "lambda-version";

/// A row is read back as one JSON text, which has a limit of 8 MiB (base/limits.h).
inline constexpr std::size_t kZipFileBytes = 6 * 1024 * 1024;
inline constexpr std::size_t kVariableBytes = 4096;  // Lambda's own
inline constexpr std::size_t kPageItems = 50;        // Lambda's own
inline constexpr PageWords kPageWords{"Marker", "MaxItems", "InvalidParameterValueException"};

/// The name in a name, a partial or a full ARN, with or without a qualifier; empty: none is in it.
[[nodiscard]] std::string name_of_function(std::string_view text);
[[nodiscard]] std::string function_arn(const Scope& scope, std::string_view name);
[[nodiscard]] std::unexpected<Error> wrong_value(std::string why);
[[nodiscard]] std::unexpected<Error> no_function(const Scope& scope, std::string_view name);
/// The row of the input's FunctionName. Error: ResourceNotFoundException.
[[nodiscard]] Result<const Value*> function_of(const Ask& ask);

/// The configuration of $LATEST; empty where there is no such function.
[[nodiscard]] Value stored_configuration(const engine::Tables& tables, const Scope& scope,
                                         std::string_view name);

/// The version that the input names, by Qualifier or behind the function's name; may be empty.
[[nodiscard]] std::string qualifier_of(const Value& input);
/// The configuration of the function, or of the version asked for.
/// Error: ResourceNotFoundException.
[[nodiscard]] Result<Value> configuration_asked_for(const Ask& ask);
/// Makes $LATEST a version, unless it is the last one already; gives its configuration.
[[nodiscard]] Result<Value> publish(const Ask& ask, std::string_view name);
[[nodiscard]] Result<Value> delete_version(const Ask& ask, std::string_view name,
                                           std::string_view qualifier);
void erase_versions(const Ask& ask, std::string_view name);
/// The configurations of all functions and of all their versions.
[[nodiscard]] std::vector<Value> all_versions(const Ask& ask);

}  // namespace hikae::plane::lambda
