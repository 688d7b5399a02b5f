#include "plane/sts/key_ring.h"

#include "plane/sts/keys.h"

namespace hikae::plane {
namespace {

aws::KeyRole role_of_level(KeyLevel level) {
  switch (level) {
    case KeyLevel::ReadOnly: return aws::KeyRole::ReadOnly;
    case KeyLevel::Operator: return aws::KeyRole::Operator;
    case KeyLevel::Admin: return aws::KeyRole::Admin;
  }
  return aws::KeyRole::ReadOnly;
}

}  // namespace

std::optional<aws::KnownKey> TableKeyRing::find_key(std::string_view access_key) const {
  auto key = plane::find_key(kernel_.tables(), box_, access_key);
  if (!key || key->status != KeyStatus::Active) return std::nullopt;
  aws::KnownKey known;
  known.secret = std::move(key->secret);
  known.session_token = std::move(key->token);
  known.account = std::move(key->account);
  known.caller = std::move(key->caller);
  known.role = role_of_level(key->level);
  known.expires = key->expires;
  return known;
}

}  // namespace hikae::plane
