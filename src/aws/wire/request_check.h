// What a service itself checks in a request, in its words: required members, least lengths and
// values. Unknown members and wrong types were dealt with while reading.
#pragma once

#include "aws/table.h"
#include "aws/wire.h"

namespace hikae::aws::wire {

/// Error: `Invalid`, in the code of the dialect ("ValidationException", "MissingParameter").
[[nodiscard]] Result<> check_request(const Found& found, const Value& input);

/// The operation's input is a stream of events.
[[nodiscard]] bool takes_event_stream(const table::Operation& operation);

}  // namespace hikae::aws::wire
