// What must not lie on disk in clear: values of SecureString parameters and the secrets of access
// keys are sealed before they enter a row, so neither the database nor a copy of it shows them.
//
// The key is the caller's to keep (src/os keeps it in a file of the data folder, mode 0600); who
// loses it loses what was sealed. One thread.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/ports.h"
#include "base/result.h"

namespace hikae {

class SecretBox {
 public:
  virtual ~SecretBox() = default;
  /// Text that may be stored. `place` names where it will stand ("parameter/…/db", a key's id): it
  /// opens there and nowhere else.
  [[nodiscard]] virtual Result<std::string> seal(std::string_view plain,
                                                 std::string_view place) const = 0;
  /// Error: `Io` where it was sealed by another key or for another place, or was changed since.
  [[nodiscard]] virtual Result<std::string> open(std::string_view sealed,
                                                 std::string_view place) const = 0;
};

using SecretKey = std::array<unsigned char, 32>;

/// AES-256-GCM with a random nonce of 96 bits: hex of nonce, tag and ciphertext. Good for 2^32
/// seals with one key.
class AesSecretBox final : public SecretBox {
 public:
  AesSecretBox(const SecretKey& key, Entropy& entropy) : key_(key), entropy_(entropy) {}
  ~AesSecretBox() override;
  AesSecretBox(const AesSecretBox&) = delete;
  AesSecretBox& operator=(const AesSecretBox&) = delete;
  [[nodiscard]] Result<std::string> seal(std::string_view plain,
                                         std::string_view place) const override;
  [[nodiscard]] Result<std::string> open(std::string_view sealed,
                                         std::string_view place) const override;

 private:
  SecretKey key_;
  Entropy& entropy_;
};

}  // namespace hikae
