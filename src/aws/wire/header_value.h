// Values in headers (rest-json, rest-xml).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/table.h"
#include "aws/wire/reading.h"
#include "base/value.h"

namespace hikae::aws::wire {

/// A scalar, a list with commas between, or a `jsonvalue` as base64 of its JSON.
[[nodiscard]] std::string header_text(const Value& value, const table::Member& member, Side side);
[[nodiscard]] Value header_value(std::string_view text, const table::Member& member,
                                 Reading& reading);
/// A header cannot hold line breaks and other control characters.
[[nodiscard]] bool fits_header(std::string_view text);
/// Such characters become spaces.
[[nodiscard]] std::string made_to_fit_header(std::string text);
[[nodiscard]] bool has_prefix(std::string_view header, std::string_view prefix);

}  // namespace hikae::aws::wire
