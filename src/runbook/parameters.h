// Types of parameters and their values (docs/reference/ssm-automation.md 1.3).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"
#include "runbook/document.h"

namespace hikae::runbook {

[[nodiscard]] bool is_parameter_type(std::string_view type);
/// The kind a type's values have: "AWS::EC2::Instance::Id" -> "String", "List<…>" -> "StringList".
[[nodiscard]] std::string_view base_type(std::string_view type);
/// The pattern each value of a resource type must match; empty: none.
[[nodiscard]] std::string_view pattern_of(std::string_view type);

/// A default as written in the document, as a value of the type.
[[nodiscard]] Result<Value> typed_default(const Value& written, std::string_view type);
/// Values as given at start (a list of texts; maps as JSON text) as a value of the type.
[[nodiscard]] Result<Value> typed_given(const Array& texts, std::string_view type);
/// allowedValues, allowedPattern, the type's own pattern, counts and lengths. What the author wrote
/// as default always fits. Errors carry InvalidAutomationExecutionParametersException.
[[nodiscard]] Result<> check_constraints(const Parameter& parameter, const Value& value);
/// Whether a value may be put into a variable: of its type as it is, without conversion, within its
/// own constraints and those of 5.19.
[[nodiscard]] Result<> check_variable_value(const Parameter& variable, const Value& value);
/// `{{ssm:…}}` anywhere in a default: it comes from Parameter Store at start.
[[nodiscard]] bool is_from_store(const Value& default_value);

}  // namespace hikae::runbook
