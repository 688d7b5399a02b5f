// Text from outside made harmless for where it goes.
#pragma once

#include <string>
#include <string_view>

namespace hikae {

/// Appends a JSON string literal: quotes, escapes; control characters and U+2028/2029 as \u….
/// Bytes that are no UTF-8 become U+FFFD.
void append_json_string(std::string& out, std::string_view text);
/// For a terminal or a mail header: control characters and escapes become '?'.
[[nodiscard]] std::string printable(std::string_view text);
/// Columns on a terminal: East Asian wide characters count two, combining ones none.
[[nodiscard]] int columns_of(std::string_view text);

}  // namespace hikae
