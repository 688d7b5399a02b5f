// Types of parameters and their values (docs/reference/ssm-automation.md 1.3).
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

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
/// `{{ssm:…}}` anywhere in a default: it comes from Parameter Store at start.
[[nodiscard]] bool is_from_store(const Value& default_value);

}  // namespace hikae::runbook
