// Names that must be the same after a crash are hashes of durable facts, never random.
#pragma once

#include <string>
#include <string_view>

namespace hikae {

/// Lower-case hex of SHA-256.
[[nodiscard]] std::string sha256_hex(std::string_view bytes);
/// A UUID-shaped text made of a hash of `seed`: the same seed gives the same id.
[[nodiscard]] std::string uuid_of(std::string_view seed);
/// The first `digits` (at most 64) hex digits of the hash of `seed`: for ids like `mw-…`, `ami-…`.
[[nodiscard]] std::string hex_of(std::string_view seed, std::size_t digits);

}  // namespace hikae
