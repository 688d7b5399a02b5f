// Receiving: which messages a consumer gets. Internal to this folder.
//
// What is visible is given in the order in which it came. In a FIFO queue a message that is out (or
// delayed) holds back all later ones of its group; the others go on. A message that was received
// too often goes to the dead-letter queue instead.
#pragma once

#include <optional>

#include "plane/sqs/messages.h"

namespace hikae::plane::sqs {

/// A ReceiveMessage that was checked.
struct WantedMessages {
  std::int64_t most = 1;
  std::int64_t visibility = 30;  // seconds
  std::int64_t wait = 0;         // seconds
};
[[nodiscard]] Result<WantedMessages> read_receive(const Value& queue, const Value& input);

struct Received {
  Array messages;                            // as ReceiveMessage answers them
  std::optional<WallTime> next_visible;      // of those that are not; absent where there is none
  std::vector<std::string> dead_letters_to;  // queues that got some
};
[[nodiscard]] Received receive_now(const Ask& ask, const Value& queue,
                                   const WantedMessages& wanted);

}  // namespace hikae::plane::sqs
