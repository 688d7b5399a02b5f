// Which messages were published already: a Publish with a MessageDeduplicationId that is repeated
// (the process died between the message and its record) is the same message, and goes to nobody a
// second time.
//
// On disk with the message, in its own commit. Remembered for two days; a delivery gives up after
// one.
#pragma once

#include "plane/service.h"

namespace hikae::plane::sns {

/// By "DAY/TOKEN": {MessageId}.
inline constexpr std::string_view kTokenRows = "sns-token";

/// The MessageId of every Publish with that token to that topic.
[[nodiscard]] std::string message_id_of(const Ask& ask, std::string_view topic_arn,
                                        std::string_view token);
[[nodiscard]] bool was_published(const Ask& ask, std::string_view message_id);
/// Also forgets what is too old: at most kTokensForgotten a call, so that the work is bounded.
void remember_published(const Ask& ask, const std::string& message_id);

inline constexpr std::size_t kTokensForgotten = 100;

}  // namespace hikae::plane::sns
