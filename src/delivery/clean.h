// Text from tags, documents and events made harmless and short before it stands in a mail.
#pragma once

#include <string>
#include <string_view>

namespace hikae::delivery {

/// One line: white space is a space, no control characters, at most `characters` of them; what was
/// cut ends in "…".
[[nodiscard]] std::string clean_line(std::string_view text, std::size_t characters);
/// Several lines: line breaks and nothing else that controls; a tab is four spaces.
[[nodiscard]] std::string clean_lines(std::string_view text);
/// The longest beginning of at most `bytes` bytes that ends between two characters.
[[nodiscard]] std::string_view beginning_of(std::string_view text, std::size_t bytes);
/// Whether `text` is made of letters, digits and "-_.:/" only, so that it may stand in a command
/// that a person copies.
[[nodiscard]] bool is_plain_id(std::string_view text);
/// "i-" and 8 to 17 hexadecimal digits.
[[nodiscard]] bool is_instance_id(std::string_view text);
[[nodiscard]] bool is_image_id(std::string_view text);

}  // namespace hikae::delivery
