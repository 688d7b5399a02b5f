// Base64 as AWS writes blobs (RFC 4648, section 4: with padding, without line breaks).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hikae::aws {

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing where the text is no base64. Padding may be missing at the end; line breaks are no part
/// of it.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);
/// from_base64() without making the bytes.
[[nodiscard]] bool is_base64(std::string_view text);

}  // namespace hikae::aws
