// What a topic's other subscribers hear when mails to one of them cannot be delivered.
#pragma once

#include "plane/service.h"

namespace hikae::plane::sns {

/// By SubscriptionArn: {At}: when its topic was last told of it.
inline constexpr std::string_view kNoticeRows = "sns-notice";

/// `row` is the ledger's of a dead mail: {TopicArn, SubscriptionArn, To, Subject, Reason, Notice}.
/// Tells every other subscriber of the topic, once a day for each subscription; never of a notice
/// that died itself, so that two dead subscribers do not keep telling each other.
void tell_other_subscribers(const Ask& ask, std::string_view key, const Value& row);

}  // namespace hikae::plane::sns
