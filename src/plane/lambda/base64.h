// Base64 as blobs are written in JSON (RFC 4648, with padding).
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hikae::plane::lambda {

[[nodiscard]] std::string to_base64(std::string_view bytes);
/// Nothing where the text is no base64.
[[nodiscard]] std::optional<std::string> from_base64(std::string_view text);

}  // namespace hikae::plane::lambda
