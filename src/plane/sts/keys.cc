#include "plane/sts/keys.h"

#include <openssl/crypto.h>

#include <algorithm>
#include <vector>

#include "plane/checks.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

constexpr std::array<std::string_view, 3> kLevelNames{"read-only", "operator", "admin"};

/// Keys belong to no account.
const Scope& everywhere() {
  static const Scope kNone;
  return kNone;
}

std::string place_of_key(std::string_view id) { return "access-key/" + str(id); }

std::unexpected<Error> no_such_key() {
  return fail(ErrorKind::Denied, "InvalidClientTokenId",
              "The security token included in the request is invalid.");
}

/// Without looking at how far two texts are the same.
bool is_same_secret(std::string_view a, std::string_view b) {
  return a.size() == b.size() && CRYPTO_memcmp(a.data(), b.data(), a.size()) == 0;
}

AccessKey key_of_row(const Value& row) {
  AccessKey key;
  key.id = text_at(row, "AccessKeyId");
  key.account = text_at(row, "Account");
  key.caller = text_at(row, "Caller");
  key.user_id = text_at(row, "UserId");
  key.user_name = text_at(row, "UserName");
  key.level = key_level(text_at(row, "Level")).value_or(KeyLevel::ReadOnly);
  key.status = text_at(row, "Status") == "Active" ? KeyStatus::Active : KeyStatus::Inactive;
  key.create_date = text_at(row, "CreateDate");
  if (const auto expires = parse_iso(text_at(row, "Expiration"))) key.expires = *expires;
  return key;
}

Object row_of_key(const AccessKey& key, std::string_view sealed, WallTime now) {
  Object row{{"AccessKeyId", key.id},
             {"Sealed", sealed},
             {"Account", key.account},
             {"Caller", key.caller},
             {"UserId", key.user_id},
             {"Level", to_string(key.level)},
             {"Status", key.status == KeyStatus::Active ? "Active" : "Inactive"},
             {"CreateDate", key.create_date.empty() ? iso(now) : key.create_date}};
  if (!key.user_name.empty()) row["UserName"] = key.user_name;
  if (key.expires) row["Expiration"] = iso(*key.expires);
  return row;
}

void erase_expired(engine::Turn& turn) {
  std::vector<std::string> gone;
  for (const auto& [id, row] : turn.tables().rows(everywhere(), kAccessKeyRows))
    if (const auto expires = parse_iso(text_at(row, "Expiration"));
        expires && *expires < turn.now() - hours(24))
      gone.push_back(id);
  for (const auto& id : gone) erase_key(turn, id);
}

}  // namespace

std::string_view to_string(KeyLevel level) { return kLevelNames[static_cast<std::size_t>(level)]; }

std::optional<KeyLevel> key_level(std::string_view name) {
  const auto at = std::ranges::find(kLevelNames, name);
  if (at == kLevelNames.end()) return std::nullopt;
  return static_cast<KeyLevel>(at - kLevelNames.begin());
}

Result<AccessKey> find_key(const engine::Tables& tables, const SecretBox& box,
                           std::string_view access_key_id) {
  const auto* row = tables.get(everywhere(), kAccessKeyRows, access_key_id);
  if (!row) return no_such_key();
  auto key = key_of_row(*row);
  const auto opened = TRY(box.open(text_at(*row, "Sealed"), place_of_key(key.id)));
  const auto secrets = TRY(text::parse_json(opened));
  key.secret = text_at(secrets, "Secret");
  key.token = text_at(secrets, "Token");
  return key;
}

Result<> check_usable(const AccessKey& key, std::string_view token, WallTime now) {
  if (key.status != KeyStatus::Active || !is_same_secret(key.token, token)) return no_such_key();
  if (!key.expires || now < *key.expires) return {};
  return fail(ErrorKind::Denied, "ExpiredToken",
              "The security token included in the request is expired");
}

Result<> put_key(engine::Turn& turn, const SecretBox& box, const AccessKey& key) {
  const auto secrets = text::to_json(Object{{"Secret", key.secret}, {"Token", key.token}});
  const auto sealed = TRY(box.seal(secrets, place_of_key(key.id)));
  erase_expired(turn);
  turn.tables().put(everywhere(), kAccessKeyRows, key.id, row_of_key(key, sealed, turn.now()));
  return {};
}

void erase_key(engine::Turn& turn, std::string_view access_key_id) {
  if (turn.tables().get(everywhere(), kAccessKeyRows, access_key_id))
    turn.tables().erase(everywhere(), kAccessKeyRows, access_key_id);
}

AccessKey new_access_key(Entropy& entropy, KeyKind kind) {
  AccessKey key;
  const bool lasts = kind == KeyKind::Lasting;
  key.id = new_key(entropy, lasts ? "AKIA" : "ASIA", 20);
  key.secret = random_hex(entropy, 40);
  if (!lasts) key.token = random_hex(entropy, 128);
  return key;
}

KeyLevel level_of_caller(const engine::Tables& tables, std::string_view caller) {
  if (caller.empty()) return KeyLevel::Admin;
  std::optional<KeyLevel> least;
  for (const auto& [id, row] : tables.rows(everywhere(), kAccessKeyRows)) {
    if (text_at(row, "Caller") != caller) continue;
    const auto level = key_level(text_at(row, "Level")).value_or(KeyLevel::ReadOnly);
    least = std::min(level, least.value_or(KeyLevel::Admin));
  }
  return least.value_or(KeyLevel::Operator);
}

}  // namespace hikae::plane
