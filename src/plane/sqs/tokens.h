// Messages that came before: one that is sent again with its MessageDeduplicationId is the message
// that it was.
//
// A FIFO queue remembers for five minutes, as SQS says. A standard queue, where SQS knows no such
// thing, remembers for two days: that is how a delivery that is repeated after a crash stays one
// message (plane/sns/tokens.h does the same for topics). Rows stand in spans of time, the older
// first, so that the old ones are found without looking at the others.
#pragma once

#include "plane/sqs/rows.h"

namespace hikae::plane::sqs {

/// By "QUEUE/SPAN/TOKEN": {MessageId, SequenceNumber, At}.
inline constexpr std::string_view kTokenRows = "sqs-token";
inline constexpr std::size_t kTokensForgotten = 100;  // at once, so that a turn is bounded

/// The row of a token that is still remembered; nullptr where there is none.
[[nodiscard]] const Value* token_row(const Ask& ask, const Value& queue, std::string_view token);
/// Also forgets what is too old.
void remember_token(const Ask& ask, const Value& queue, std::string_view token, Object sent);
/// All of a queue that goes.
void forget_tokens(const Ask& ask, std::string_view queue);

}  // namespace hikae::plane::sqs
