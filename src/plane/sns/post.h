// A message in its topic, on its way to a subscription. Internal to this folder.
#pragma once

#include "plane/sns/message.h"
#include "plane/sns/rows.h"

namespace hikae::plane::sns {

enum class PostKind {
  Message,
  Notice,  // tells that another subscriber gets no mails: is itself told of to nobody
};

struct Posted {
  const Value& topic;
  const Message& message;
  std::string id;  // the MessageId
  PostKind kind = PostKind::Message;
};

/// Starts the machine that brings it to that subscription; what a machine's id is made of (message,
/// subscription) names the delivery for ever.
void start_delivery(const Ask& ask, const Posted& posted, const Value& subscription);

}  // namespace hikae::plane::sns
