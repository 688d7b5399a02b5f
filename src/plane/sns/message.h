// A message on its way into a topic: checked, and with the text that each protocol gets.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "base/value.h"

namespace hikae::plane::sns {

inline constexpr std::size_t kMessageBytes = 262'144;

struct Message {
  std::string text;  // as published
  std::string subject;
  Object attributes;                  // as in the API: {name: {DataType, StringValue, …}}
  std::optional<Object> by_protocol;  // MessageStructure json

  [[nodiscard]] std::string_view text_for(std::string_view protocol) const;
  /// What counts against kMessageBytes.
  [[nodiscard]] std::size_t bytes() const;
};

/// Reads Message, Subject, MessageStructure and MessageAttributes of Publish, or of one entry of
/// PublishBatch (docs/reference/schedules-events-sns-lambda-cfn.md 3.1). Errors: InvalidParameter.
[[nodiscard]] Result<Message> read_message(const Value& input);

}  // namespace hikae::plane::sns
