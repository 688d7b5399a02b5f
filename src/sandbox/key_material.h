// Key pairs as OpenSSH knows them: made by OpenSSL, or read from what somebody has imported.
// Pure but for OpenSSL's own search for primes.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::sandbox {

/// What is kept of a key, and for a new one what is shown once and then forgotten.
struct KeyMaterial {
  std::string type{};         // "rsa" or "ed25519"
  std::string public_key{};   // one OpenSSH line without a comment: "ssh-ed25519 AAAA…"
  std::string fingerprint{};  // as EC2 writes it for this type and origin
  std::string secret{};       // of a new key: PEM
};

/// An RSA key of 2048 bits. Errors of both: `InternalError` where OpenSSL fails.
[[nodiscard]] Result<KeyMaterial> make_rsa_key();
/// An Ed25519 key that follows from `drawn`, a random text; `name` is its comment.
[[nodiscard]] Result<KeyMaterial> make_ed25519_key(std::string_view drawn, std::string_view name);
/// An OpenSSH line, an RFC 4716 block, or the Base64 of a DER public key (RSA). Errors:
/// `InvalidKey.Format`.
[[nodiscard]] Result<KeyMaterial> read_public_key(std::string_view text);

}  // namespace hikae::sandbox
