#include "aws/sigv4_digest.h"

#include <openssl/evp.h>

#include <memory>

#include "base/invariant.h"

namespace hikae::aws::sigv4 {
namespace {

constexpr std::size_t kBlockBytes = 64;

struct FreeDigestContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// Looked up once: OpenSSL 3 searches its providers at each look-up by name.
const EVP_MD* sha256_method() {
  static const EVP_MD* const method = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  INVARIANT(method != nullptr, "OpenSSL knows SHA-256");
  return method;
}

Sha256Digest digest_of_two(std::string_view first, std::string_view second) {
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigestContext> context(EVP_MD_CTX_new());
  Sha256Digest out;
  const bool is_done = context && EVP_DigestInit_ex(context.get(), sha256_method(), nullptr) == 1 &&
                       EVP_DigestUpdate(context.get(), first.data(), first.size()) == 1 &&
                       EVP_DigestUpdate(context.get(), second.data(), second.size()) == 1 &&
                       EVP_DigestFinal_ex(context.get(), out.data(), nullptr) == 1;
  INVARIANT(is_done, "SHA-256 of bytes in memory cannot fail");
  return out;
}

std::string_view bytes_of_digest(const Sha256Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

}  // namespace

Sha256Digest sha256_of(std::string_view bytes) { return digest_of_two(bytes, {}); }

Sha256Digest hmac_sha256(std::string_view key, std::string_view bytes) {
  if (key.size() > kBlockBytes) return hmac_sha256(sha256_of(key), bytes);
  std::array<char, kBlockBytes> inner;
  std::array<char, kBlockBytes> outer;
  for (std::size_t i = 0; i < kBlockBytes; ++i) {
    const char byte = i < key.size() ? key[i] : '\0';
    inner[i] = static_cast<char>(byte ^ 0x36);
    outer[i] = static_cast<char>(byte ^ 0x5c);
  }
  const auto digest = digest_of_two({inner.data(), inner.size()}, bytes);
  return digest_of_two({outer.data(), outer.size()}, bytes_of_digest(digest));
}

Sha256Digest hmac_sha256(const Sha256Digest& key, std::string_view bytes) {
  return hmac_sha256(bytes_of_digest(key), bytes);
}

std::string digest_hex(const Sha256Digest& digest) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  out.reserve(2 * digest.size());
  for (const auto byte : digest) {
    out += kDigits[byte >> 4];
    out += kDigits[byte & 15];
  }
  return out;
}

}  // namespace hikae::aws::sigv4
