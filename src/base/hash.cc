#include "base/hash.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <array>

#include "base/invariant.h"

namespace hikae {
namespace {

/// Asked for once: OpenSSL takes longer to find the algorithm than to hash a short text.
const EVP_MD* sha256_algorithm() {
  static const EVP_MD* const found = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  INVARIANT(found != nullptr, "OpenSSL has SHA-256");
  return found;
}

}  // namespace

std::string sha256_hex(std::string_view bytes) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  const int done =
      EVP_Digest(bytes.data(), bytes.size(), digest.data(), nullptr, sha256_algorithm(), nullptr);
  INVARIANT(done == 1, "OpenSSL hashes whatever bytes it is given");
  constexpr std::string_view kHex = "0123456789abcdef";
  std::string hex;
  hex.reserve(digest.size() * 2);
  for (const auto byte : digest) {
    hex += kHex[byte >> 4];
    hex += kHex[byte & 15];
  }
  return hex;
}

std::string hex_of(std::string_view seed, std::size_t digits) {
  return sha256_hex(seed).substr(0, digits);
}

std::string uuid_of(std::string_view seed) {
  auto hex = sha256_hex(seed).substr(0, 32);
  hex[12] = '4';
  hex[16] = '8';
  return hex.substr(0, 8) + "-" + hex.substr(8, 4) + "-" + hex.substr(12, 4) + "-" +
         hex.substr(16, 4) + "-" + hex.substr(20);
}

}  // namespace hikae
