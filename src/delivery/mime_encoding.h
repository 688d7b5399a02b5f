// Base64 without line breaks, for encoded words.
#pragma once

#include <string>
#include <string_view>

namespace hikae::delivery {

[[nodiscard]] std::string base64(std::string_view bytes);

}  // namespace hikae::delivery
