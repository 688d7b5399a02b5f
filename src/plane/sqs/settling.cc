// What a consumer says of messages it was given: done with, or not yet.
#include "aws/base64.h"
#include "plane/sqs/receipt.h"
#include "plane/sqs/sqs.h"

namespace hikae::plane {
namespace sqs {
namespace {

std::unexpected<Error> no_receipt(std::string_view handle) {
  return aws::aws_error("ReceiptHandleIsInvalid", "The input receipt handle \"" +
                                                      str(handle.substr(0, 200)) +
                                                      "\" is not a valid receipt handle.");
}

/// `input` is DeleteMessage's, or an entry of its batch. What is gone is deleted already.
Result<Value> delete_one(const Ask& ask, const Value& queue, const Value& input) {
  const auto handle = text_at(input, "ReceiptHandle");
  const auto receipt = TRY(receipt_of(ask, queue, handle));
  if (!receipt.row) return Object();
  if (is_fifo(queue) && is_visible(*receipt.row, ask.turn.now()))
    return wrong_parameter("ReceiptHandle", handle, "The receipt handle has expired.");
  erase_message(ask, receipt.row_id);
  return Object();
}

Result<Value> change_one(const Ask& ask, const Value& queue, const Value& input) {
  const auto handle = text_at(input, "ReceiptHandle");
  if (!int_at(input, "VisibilityTimeout")) return missing_parameter("VisibilityTimeout");
  const auto seconds_more = TRY(bounded(input, "VisibilityTimeout", 0, kMostVisibility, 0));
  const auto receipt = TRY(receipt_of(ask, queue, handle));
  if (!receipt.row)
    return wrong_parameter("ReceiptHandle", handle,
                           "Message does not exist or is not available for visibility timeout "
                           "change.");
  if (is_visible(*receipt.row, ask.turn.now()))
    return aws::aws_error("AWS.SimpleQueueService.MessageNotInflight",
                          "The message referred to isn't in flight.");
  auto row = receipt.row->as_object();
  row["VisibleAt"] = unix_ms(ask.turn.now()) + seconds_more * 1000;
  ask.put(kMessageRows, receipt.row_id, std::move(row));
  return Object();
}

using SettleOne = Result<Value> (*)(const Ask&, const Value& queue, const Value& input);

Result<Value> settle(const Ask& ask, SettleOne one) {
  const auto& queue = *TRY(queue_of(ask));
  return one(ask, queue, ask.input);
}

Result<Value> settle_batch(const Ask& ask, SettleOne one) {
  const auto& queue = *TRY(queue_of(ask));
  const auto& entries = list_at(ask.input, "Entries");
  TRY_DO(check_entries(entries));
  BatchAnswer answer;
  for (const auto& entry : entries) answer.add(entry, one(ask, queue, entry));
  return answer.take();
}

}  // namespace

std::string receipt_handle(std::string_view row_id, std::string_view secret) {
  return aws::to_base64(str(row_id) + "\n" + str(secret));
}

Result<Receipt> receipt_of(const Ask& ask, const Value& queue, std::string_view handle) {
  const auto text = aws::from_base64(handle).value_or("");
  const auto end = text.find('\n');
  if (end == std::string::npos || !text.starts_with(str(name_of(queue)) + "/"))
    return no_receipt(handle);
  Receipt receipt{text.substr(0, end), nullptr};
  const auto* row = ask.row(kMessageRows, receipt.row_id);
  if (row && text_at(*row, "Receipt") == text.substr(end + 1)) receipt.row = row;
  return receipt;
}

}  // namespace sqs

/// Whatever is settled may let somebody wait no longer: a group goes on, a message is seen again.
void Sqs::add_settling() {
  const auto settles = [this](const char* operation, auto settle, sqs::SettleOne one) {
    on(operation, [this, settle, one](const Ask& ask) {
      auto answer = settle(ask, one);
      if (answer) wake_after(ask, text_at(ask.input, "QueueUrl"));
      return answer;
    });
  };
  settles("DeleteMessage", sqs::settle, sqs::delete_one);
  settles("DeleteMessageBatch", sqs::settle_batch, sqs::delete_one);
  settles("ChangeMessageVisibility", sqs::settle, sqs::change_one);
  settles("ChangeMessageVisibilityBatch", sqs::settle_batch, sqs::change_one);
}

}  // namespace hikae::plane
