// Receipt handles: what a receiver names a message by that it was given. Internal to this folder.
#pragma once

#include "plane/sqs/messages.h"

namespace hikae::plane::sqs {

/// `secret` is new for each receive.
[[nodiscard]] std::string receipt_handle(std::string_view row_id, std::string_view secret);

struct Receipt {
  std::string row_id;
  const Value* row =
      nullptr;  // absent: the message is gone, or somebody else has received it since
};
/// The message that a handle of this queue stands for. Errors: ReceiptHandleIsInvalid.
[[nodiscard]] Result<Receipt> receipt_of(const Ask& ask, const Value& queue,
                                         std::string_view handle);

}  // namespace hikae::plane::sqs
