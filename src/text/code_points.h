// UTF-8 as code points.
#pragma once

#include <string>
#include <string_view>

namespace hikae::text {

/// A byte that begins no character becomes U+FFFD.
[[nodiscard]] std::u32string code_points(std::string_view text);
/// The length of the UTF-8 sequence at `at`, or 0 where there is no valid one.
[[nodiscard]] std::size_t utf8_length(std::string_view text, std::size_t at);
void append_code_point(std::string& out, char32_t point);

}  // namespace hikae::text
