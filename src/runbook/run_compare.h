// How values of documents are compared with one another: by text, by number, by boolean.
#pragma once

#include <compare>
#include <optional>

#include "base/value.h"

namespace hikae::runbook {

/// The order of two values read as numbers (numbers, or texts that are wholly one); nullopt where
/// one of them is none.
[[nodiscard]] std::optional<std::partial_ordering> compare_numbers(const Value& left,
                                                                   const Value& right);
/// true/false, or a text that says so in any case.
[[nodiscard]] std::optional<bool> as_boolean(const Value& value);
/// Equal in text, or as booleans ignoring case, or as numbers (section 4, DesiredValues).
[[nodiscard]] bool equal_loosely(const Value& left, const Value& right);
[[nodiscard]] bool equal_ignoring_case(std::string_view left, std::string_view right);

}  // namespace hikae::runbook
