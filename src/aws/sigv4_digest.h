// SHA-256 and HMAC for signatures, as bytes and as hex.
#pragma once

#include <string>
#include <string_view>

#include "aws/sigv4.h"

namespace hikae::aws::sigv4 {

[[nodiscard]] Sha256Digest sha256_of(std::string_view bytes);
[[nodiscard]] Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes);
[[nodiscard]] Sha256Digest hmac_sha256(const Sha256Digest& key, std::string_view bytes);
/// 64 lower-case digits.
[[nodiscard]] std::string digest_hex(const Sha256Digest& digest);

}  // namespace hikae::aws::sigv4
