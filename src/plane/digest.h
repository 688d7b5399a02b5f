// Digests that AWS's services write into their answers: MD5 of bodies and messages, and the
// checksums of S3. None of them keeps anything secret.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hikae::plane {

/// The digest's bytes.
[[nodiscard]] std::string md5_of(std::string_view bytes);
/// Lower-case hex of it.
[[nodiscard]] std::string md5_hex(std::string_view bytes);
[[nodiscard]] std::string hex_text(std::string_view bytes);
/// By S3's name, "CRC32", "CRC32C", "SHA1" or "SHA256": the checksum's bytes, big-endian. Nothing
/// for another name.
[[nodiscard]] std::optional<std::string> checksum_of(std::string_view algorithm,
                                                     std::string_view bytes);

}  // namespace hikae::plane
