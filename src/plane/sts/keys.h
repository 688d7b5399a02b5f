// Access keys: one table for all of them, whoever made them: the installation's own, those of IAM
// users, and the temporary ones of AssumeRole and GetSessionToken. What the server's door verifies
// signatures with.
//
// Rows belong to no account (a key is looked up before its account is known); their secret is
// sealed (base/secret_box.h). On disk as any row: with the turn that puts it. Engine's thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/secret_box.h"
#include "engine/kernel.h"

namespace hikae::plane {

/// {AccessKeyId, Sealed, Account, Caller, UserId, UserName?, Level, Status, CreateDate,
/// Expiration?}, by AccessKeyId.
inline constexpr std::string_view kAccessKeyRows = "access-key";

/// What the holder may do, each more than the one before.
enum class KeyLevel { ReadOnly, Operator, Admin };
[[nodiscard]] std::string_view to_string(KeyLevel level);  // "read-only", "operator", "admin"
[[nodiscard]] std::optional<KeyLevel> key_level(std::string_view name);

enum class KeyStatus { Active, Inactive };

struct AccessKey {
  std::string id;         // "AKIA…"; temporary ones "ASIA…"
  std::string secret;     // in clear: in memory only, never to be logged
  std::string token;      // of temporary keys; else empty
  std::string account;    // twelve digits
  std::string caller;     // ARN in whose name its requests run ("arn:aws:iam::…:user/me")
  std::string user_id;    // what GetCallerIdentity answers ("AIDA…", "AROA…:session")
  std::string user_name;  // of an IAM user's key; else empty
  KeyLevel level = KeyLevel::ReadOnly;
  KeyStatus status = KeyStatus::Active;
  std::string create_date;  // ISO-8601; put_key fills it in where it is empty
  std::optional<WallTime> expires;
};

/// The key of that id, with its secret. Errors: `Denied`, "InvalidClientTokenId", where there is
/// none; `Io` where the secret cannot be opened.
[[nodiscard]] Result<AccessKey> find_key(const engine::Tables& tables, const SecretBox& box,
                                         std::string_view access_key_id);

/// Whether a request that carries `token` may use it now. Errors, all `Denied`:
/// "InvalidClientTokenId" where the key is inactive or the token is another, "ExpiredToken".
[[nodiscard]] Result<> check_usable(const AccessKey& key, std::string_view token, WallTime now);

/// Puts it into the table, and takes away temporary ones that have expired.
[[nodiscard]] Result<> put_key(engine::Turn& turn, const SecretBox& box, const AccessKey& key);
void erase_key(engine::Turn& turn, std::string_view access_key_id);

/// A new key's id and secret ("AKIA" or "ASIA"); of temporary ones also the token.
enum class KeyKind { Lasting, Temporary };
[[nodiscard]] AccessKey new_access_key(Entropy& entropy, KeyKind kind);

/// What whoever asks may pass on: a key is never mightier than the one that made it. hikae itself
/// (an empty caller) is Admin; a caller with keys has the least of their levels; a role that only
/// runs inside hikae is Operator.
[[nodiscard]] KeyLevel level_of_caller(const engine::Tables& tables, std::string_view caller);

}  // namespace hikae::plane
