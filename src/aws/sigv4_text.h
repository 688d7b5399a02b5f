// Small readings of text that signing and verifying share.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace hikae::aws::sigv4 {

inline constexpr std::string_view kUnsignedPayload = "UNSIGNED-PAYLOAD";
inline constexpr std::string_view kUnsignedTrailer = "STREAMING-UNSIGNED-PAYLOAD-TRAILER";

/// Letters, digits and "-_.~" stay; every other byte becomes %XX, in upper case.
[[nodiscard]] std::string percent_encoded(std::string_view bytes);
/// A '%' without two hex digits behind it stays as it is; so does '+'.
[[nodiscard]] std::string percent_decoded(std::string_view text);
/// "a&&b" has three parts, "" has one.
[[nodiscard]] std::vector<std::string_view> split_at(std::string_view text, char mark);
[[nodiscard]] std::string joined(const std::vector<std::string>& parts, char mark);
[[nodiscard]] std::string lower_of(std::string_view text);
/// Equal but for the case of ASCII letters.
[[nodiscard]] bool is_same_name(std::string_view a, std::string_view b);

}  // namespace hikae::aws::sigv4
