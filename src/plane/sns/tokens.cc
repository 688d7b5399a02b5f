#include "plane/sns/tokens.h"

#include "base/hash.h"

namespace hikae::plane::sns {
namespace {

constexpr int kDaysRemembered = 2;

/// "2026-01-01/"; rows of one day stand together, older days first.
std::string day_prefix(WallTime at) { return iso(at).substr(0, 10) + "/"; }

}  // namespace

std::string message_id_of(const Ask& ask, std::string_view topic_arn, std::string_view token) {
  return uuid_of("sns-message\n" + ask.scope.account + "\n" + ask.scope.region + "\n" +
                 str(topic_arn) + "\n" + str(token));
}

bool was_published(const Ask& ask, std::string_view message_id) {
  // Tomorrow's too: the clock may have been set back since.
  for (int day = -1; day <= kDaysRemembered; ++day)
    if (ask.row(kTokenRows, day_prefix(ask.turn.now() - hours(24) * day) + str(message_id)))
      return true;
  return false;
}

void remember_published(const Ask& ask, const std::string& message_id) {
  const auto oldest = day_prefix(ask.turn.now() - hours(24) * kDaysRemembered);
  std::vector<std::string> old;
  for (const auto& [key, row] : ask.rows(kTokenRows)) {
    if (key >= oldest || old.size() == kTokensForgotten) break;
    old.push_back(key);
  }
  for (const auto& key : old) ask.erase(kTokenRows, key);
  ask.put(kTokenRows, day_prefix(ask.turn.now()) + message_id, Object{{"MessageId", message_id}});
}

}  // namespace hikae::plane::sns
