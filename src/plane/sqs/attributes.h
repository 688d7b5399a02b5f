// A queue's attributes: which there are, what they may hold, what they are where nobody said.
#pragma once

#include <optional>

#include "plane/sqs/rows.h"

namespace hikae::plane::sqs {

/// Of CreateQueue and SetQueueAttributes. Errors: InvalidAttributeName, InvalidAttributeValue,
/// NonExistentQueue for a dead-letter queue that is not there.
[[nodiscard]] Result<> check_attribute(const Ask& ask, std::string_view queue_name,
                                       std::string_view name, std::string_view value);

/// A number among them, its default where it was not given.
[[nodiscard]] std::int64_t number_of(const Value& queue, std::string_view attribute);
[[nodiscard]] bool is_set(const Value& queue, std::string_view attribute);

struct Redrive {
  std::string target;  // the name of the dead-letter queue
  std::int64_t most_receives = 0;
};
/// Where its dead letters go; nothing where they stay, or that queue is gone.
[[nodiscard]] std::optional<Redrive> redrive_of(const Ask& ask, const Value& queue);
/// The ARN in its RedrivePolicy; empty where it has none.
[[nodiscard]] std::string dead_letter_arn(const Value& queue);

}  // namespace hikae::plane::sqs
