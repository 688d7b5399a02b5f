#include "base/secret_box.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <limits>
#include <memory>
#include <optional>

namespace hikae {
namespace {

constexpr std::size_t kNonceBytes = 12;
constexpr std::size_t kTagBytes = 16;

struct FreeCipher {
  void operator()(EVP_CIPHER_CTX* context) const { EVP_CIPHER_CTX_free(context); }
};
using Cipher = std::unique_ptr<EVP_CIPHER_CTX, FreeCipher>;

unsigned char* bytes_of(std::string& text) { return reinterpret_cast<unsigned char*>(text.data()); }
const unsigned char* bytes_of(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

std::string hex_text(std::string_view bytes) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string hex;
  hex.reserve(bytes.size() * 2);
  for (const char c : bytes) {
    const auto byte = static_cast<unsigned char>(c);
    hex += kDigits[byte >> 4];
    hex += kDigits[byte & 15];
  }
  return hex;
}

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

std::optional<std::string> bytes_of_hex(std::string_view hex) {
  if (hex.size() % 2 != 0) return std::nullopt;
  std::string bytes;
  bytes.reserve(hex.size() / 2);
  for (std::size_t i = 0; i < hex.size(); i += 2) {
    const int high = digit_of(hex[i]), low = digit_of(hex[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    bytes += static_cast<char>(high * 16 + low);
  }
  return bytes;
}

/// Hashed from entropy and from what is sealed, under the key: even entropy that repeats itself
/// (a rehearsal's) gives the same nonce to the same text only.
std::string new_nonce(const SecretKey& key, Entropy& entropy, std::string_view plain,
                      std::string_view place) {
  std::string seed;
  for (int i = 0; i < 4; ++i) seed += std::to_string(entropy.next()) + "/";
  seed += std::to_string(place.size()) + "/" + std::string(place) + std::string(plain);
  std::array<unsigned char, 32> digest{};
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(std::string_view(seed)),
       seed.size(), digest.data(), nullptr);
  OPENSSL_cleanse(seed.data(), seed.size());
  return {digest.begin(), digest.begin() + kNonceBytes};
}

std::unexpected<Error> cannot_seal() {
  return fail(ErrorKind::Io, "a secret could not be sealed: the cipher of OpenSSL failed");
}

std::unexpected<Error> cannot_open() {
  return fail(ErrorKind::Io,
              "a stored secret cannot be opened: it was sealed with another key, or changed since; "
              "put back the key file that belongs to this database, or write the value anew");
}

/// Every length here is bounded by our own limits; OpenSSL counts in int.
bool fits(std::string_view text) {
  return text.size() < static_cast<std::size_t>(std::numeric_limits<int>::max()) / 2;
}

int length_of(std::string_view text) { return static_cast<int>(text.size()); }

}  // namespace

AesSecretBox::~AesSecretBox() { OPENSSL_cleanse(key_.data(), key_.size()); }

Result<std::string> AesSecretBox::seal(std::string_view plain, std::string_view place) const {
  const Cipher cipher(EVP_CIPHER_CTX_new());
  if (!cipher || !fits(plain) || !fits(place)) return cannot_seal();
  const std::string nonce = new_nonce(key_, entropy_, plain, place);
  std::string tag(kTagBytes, '\0'), secret(plain.size(), '\0');
  int written = 0, rest = 0;
  const bool sealed =
      EVP_EncryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                         bytes_of(std::string_view(nonce))) == 1 &&
      EVP_EncryptUpdate(cipher.get(), nullptr, &rest, bytes_of(place), length_of(place)) == 1 &&
      EVP_EncryptUpdate(cipher.get(), bytes_of(secret), &written, bytes_of(plain),
                        length_of(plain)) == 1 &&
      EVP_EncryptFinal_ex(cipher.get(), bytes_of(secret) + written, &rest) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_GET_TAG, kTagBytes, bytes_of(tag)) == 1;
  if (!sealed) return cannot_seal();
  return hex_text(nonce + tag + secret);
}

Result<std::string> AesSecretBox::open(std::string_view sealed, std::string_view place) const {
  auto bytes = bytes_of_hex(sealed);
  if (!bytes || bytes->size() < kNonceBytes + kTagBytes || !fits(*bytes) || !fits(place))
    return cannot_open();
  const Cipher cipher(EVP_CIPHER_CTX_new());
  if (!cipher) return cannot_open();
  auto tag = bytes->substr(kNonceBytes, kTagBytes);
  const auto secret = std::string_view(*bytes).substr(kNonceBytes + kTagBytes);
  std::string plain(secret.size(), '\0');
  int written = 0, rest = 0;
  const bool opened =
      EVP_DecryptInit_ex(cipher.get(), EVP_aes_256_gcm(), nullptr, key_.data(),
                         bytes_of(std::string_view(*bytes))) == 1 &&
      EVP_DecryptUpdate(cipher.get(), nullptr, &rest, bytes_of(place), length_of(place)) == 1 &&
      EVP_DecryptUpdate(cipher.get(), bytes_of(plain), &written, bytes_of(secret),
                        length_of(secret)) == 1 &&
      EVP_CIPHER_CTX_ctrl(cipher.get(), EVP_CTRL_GCM_SET_TAG, kTagBytes, bytes_of(tag)) == 1 &&
      EVP_DecryptFinal_ex(cipher.get(), bytes_of(plain) + written, &rest) == 1;
  if (!opened) return cannot_open();
  return plain;
}

}  // namespace hikae
