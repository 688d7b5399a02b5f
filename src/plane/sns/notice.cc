#include "plane/sns/notice.h"

#include "base/hash.h"
#include "plane/sns/post.h"
#include "text/json.h"

namespace hikae::plane::sns {
namespace {

constexpr Duration kNoticeAgain = hours(24);

bool was_told_lately(const Ask& ask, std::string_view subscription) {
  const auto* row = ask.row(kNoticeRows, subscription);
  const auto at = row ? parse_iso(text_at(*row, "At")) : fail(ErrorKind::NotFound, "");
  return at && ask.turn.now() < *at + kNoticeAgain;
}

/// Rows that no longer hold anything back, among them those of subscriptions that are gone.
void forget_old_notices(const Ask& ask) {
  std::vector<std::string> old;
  for (const auto& [subscription, row] : ask.rows(kNoticeRows))
    if (!was_told_lately(ask, subscription)) old.push_back(subscription);
  for (const auto& subscription : old) ask.erase(kNoticeRows, subscription);
}

std::string notice_text(const Ask& ask, const std::string& id, const Value& row) {
  return text::to_json(
      Object{{"version", "0"},
             {"id", id},
             {"detail-type", "Mail Not Delivered"},
             {"source", "hikae"},
             {"account", ask.scope.account},
             {"time", iso(ask.turn.now())},
             {"region", ask.scope.region},
             {"resources", Array{Value(text_at(row, "TopicArn"))}},
             {"detail", Object{{"to", text_at(row, "To")},
                               {"subject", text_at(row, "Subject")},
                               {"reason", "mails to " + str(text_at(row, "To")) +
                                              " are not delivered; the first of them: " +
                                              str(text_at(row, "Reason"))}}}});
}

}  // namespace

void tell_other_subscribers(const Ask& ask, std::string_view key, const Value& row) {
  const auto dead = text_at(row, "SubscriptionArn");
  const auto topic = topic_of(ask, text_at(row, "TopicArn"));
  if (is_true_at(row, "Notice") || !topic || was_told_lately(ask, dead)) return;
  forget_old_notices(ask);
  ask.put(kNoticeRows, dead, Object{{"At", iso(ask.turn.now())}});
  Message message;
  const auto id = uuid_of("sns-notice\n" + str(key));
  message.text = notice_text(ask, id, row);
  const Posted posted{**topic, message, id, PostKind::Notice};
  for (const auto* subscription :
       subscriptions_of(ask.turn.tables(), ask.scope, text_at(**topic, "Name")))
    if (text_at(*subscription, "SubscriptionArn") != dead)
      start_delivery(ask, posted, *subscription);
}

}  // namespace hikae::plane::sns
