#include "base/hash.h"
#include "plane/digest.h"
#include "plane/sqs/attributes.h"
#include "plane/sqs/message_text.h"
#include "plane/sqs/messages.h"
#include "plane/sqs/sqs.h"
#include "plane/sqs/tokens.h"

namespace hikae::plane {
namespace sqs {
namespace {

/// A message that was checked: what becomes its row, and what is answered of it.
struct Letter {
  Object row;
  Object answer;
  std::string token;  // empty: it cannot be known again
};

bool is_token(std::string_view text) {
  return is_name(text, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~", 128);
}

std::unexpected<Error> not_for_this_type(std::string_view parameter, std::string_view value) {
  return wrong_parameter(parameter, value,
                         "The request include parameter that is not valid for this queue type.");
}

/// What makes the message known when it comes again.
Result<std::string> token_of(const Value& queue, const Value& input) {
  const auto given = text_at(input, "MessageDeduplicationId");
  const auto group = text_at(input, "MessageGroupId");
  if (find(input, "MessageDeduplicationId") && !is_token(given))
    return wrong_parameter("MessageDeduplicationId", given,
                           "It can only include alphanumeric and punctuation characters. 1 to 128 "
                           "in length.");
  if (find(input, "MessageGroupId") && !is_token(group))
    return wrong_parameter("MessageGroupId", group,
                           "It can only include alphanumeric and punctuation characters. 1 to 128 "
                           "in length.");
  if (!is_fifo(queue)) return str(given);
  if (group.empty()) return missing_parameter("MessageGroupId");
  auto token = str(given);
  if (token.empty() && is_set(queue, "ContentBasedDeduplication"))
    token = sha256_hex(text_at(input, "MessageBody"));
  if (token.empty())
    return aws::aws_error("InvalidParameterValue",
                          "The queue should either have ContentBasedDeduplication enabled or "
                          "MessageDeduplicationId provided explicitly");
  return token;
}

Result<std::int64_t> delay_of(const Value& queue, const Value& input) {
  const auto own = number_of(queue, "DelaySeconds");
  if (is_fifo(queue) && int_at(input, "DelaySeconds").value_or(0) != 0)
    return not_for_this_type("DelaySeconds", std::to_string(*int_at(input, "DelaySeconds")));
  return bounded(input, "DelaySeconds", 0, kMostDelay, own);
}

Result<> check_system_attributes(const Object& attributes) {
  for (const auto& [name, attribute] : attributes)
    if (name != "AWSTraceHeader" || text_at(attribute, "DataType") != "String")
      return wrong_parameter("MessageSystemAttributes", name,
                             "The only one is AWSTraceHeader, of type String.");
  return check_message_attributes(attributes);
}

Result<> check_text(const Value& input) {
  const auto body = text_at(input, "MessageBody");
  if (body.empty()) return missing_parameter("MessageBody");
  if (!is_message_text(body))
    return aws::aws_error("InvalidMessageContents",
                          "Invalid characters found. Valid unicode characters are #x9 | #xA | #xD "
                          "| #x20 to #xD7FF | #xE000 to #xFFFD | #x10000 to #x10FFFF.");
  TRY_DO(check_message_attributes(object_at(input, "MessageAttributes")));
  return check_system_attributes(object_at(input, "MessageSystemAttributes"));
}

std::size_t bytes_of_input(const Value& input) {
  return text_at(input, "MessageBody").size() +
         bytes_of_attributes(object_at(input, "MessageAttributes"));
}

Result<> check_size(const Value& queue, const Value& input) {
  const auto most = number_of(queue, "MaximumMessageSize");
  if (bytes_of_input(input) <= static_cast<std::size_t>(most)) return {};
  return aws::aws_error(
      "InvalidParameterValue",
      "One or more parameters are invalid. Reason: Message must be shorter than " +
          std::to_string(most) + " bytes.");
}

void add_digests(const Value& input, Letter& letter) {
  letter.answer["MD5OfMessageBody"] = md5_hex(text_at(input, "MessageBody"));
  const auto attributes = md5_of_attributes(object_at(input, "MessageAttributes"));
  if (!attributes.empty()) letter.answer["MD5OfMessageAttributes"] = attributes;
  const auto system = md5_of_attributes(object_at(input, "MessageSystemAttributes"));
  if (!system.empty()) letter.answer["MD5OfMessageSystemAttributes"] = system;
}

/// `input` is SendMessage's, or an entry of SendMessageBatch.
Result<Letter> read_letter(const Ask& ask, const Value& queue, const Value& input) {
  TRY_DO(check_text(input));
  TRY_DO(check_size(queue, input));
  const auto delay = TRY(delay_of(queue, input));
  Letter letter;
  letter.token = TRY(token_of(queue, input));
  const auto now = unix_ms(ask.turn.now());
  letter.row = {
      {"Body", text_at(input, "MessageBody")},
      {"SentAt", now},
      {"VisibleAt", now + delay * 1000},
      {"Receives", 0},
      {"Bytes", bytes_of_input(input)},
      {"SenderId", ask.caller.empty() ? std::string_view(ask.scope.account) : ask.caller}};
  if (const auto& attributes = object_at(input, "MessageAttributes"); !attributes.empty())
    letter.row["Attributes"] = attributes;
  if (const auto& attributes = object_at(input, "MessageSystemAttributes"); !attributes.empty())
    letter.row["SystemAttributes"] = attributes;
  if (const auto* group = find(input, "MessageGroupId")) letter.row["GroupId"] = *group;
  if (!letter.token.empty()) letter.row["TokenId"] = letter.token;
  add_digests(input, letter);
  return letter;
}

/// Two groups may use one token for different messages where the queue says so.
std::string remembered_as(const Value& queue, const Letter& letter) {
  const auto scope = text_at(object_at(queue, "Attributes"), "DeduplicationScope");
  if (letter.token.empty() || scope != "messageGroup") return letter.token;
  return str(text_at(letter.row, "GroupId")) + "/" + letter.token;
}

Value add_sent(const Value& queue, const Value& sent, Object answer) {
  answer["MessageId"] = text_at(sent, "MessageId");
  if (is_fifo(queue)) answer["SequenceNumber"] = text_at(sent, "SequenceNumber");
  return answer;
}

Value post_letter(const Ask& ask, const Value& queue, Letter letter) {
  const auto token = remembered_as(queue, letter);
  const auto* before = token.empty() ? nullptr : token_row(ask, queue, token);
  if (before) return add_sent(queue, *before, std::move(letter.answer));
  Object sent{{"MessageId", new_uuid(ask.turn.entropy())}};
  letter.row["MessageId"] = sent["MessageId"];
  sent["SequenceNumber"] = add_message(ask, name_of(queue), std::move(letter.row));
  auto answer = add_sent(queue, sent, std::move(letter.answer));
  if (!token.empty()) remember_token(ask, queue, token, std::move(sent));
  return answer;
}

Result<Value> send_message(const Ask& ask) {
  const auto& queue = *TRY(queue_of(ask));
  auto letter = TRY(read_letter(ask, queue, ask.input));
  expire_messages(ask, queue);
  TRY_DO(check_room(ask, 1, int_at(letter.row, "Bytes").value_or(0)));
  return post_letter(ask, queue, std::move(letter));
}

Result<> check_batch_size(const Array& entries) {
  std::size_t bytes = 0;
  for (const auto& entry : entries) bytes += bytes_of_input(entry);
  if (bytes <= 262'144) return {};
  return aws::aws_error("AWS.SimpleQueueService.BatchRequestTooLong",
                        "Batch requests cannot be longer than 262144 bytes. You have sent " +
                            std::to_string(bytes) + " bytes.");
}

Result<Value> send_batch(const Ask& ask) {
  const auto& queue = *TRY(queue_of(ask));
  const auto& entries = list_at(ask.input, "Entries");
  TRY_DO(check_entries(entries));
  TRY_DO(check_batch_size(entries));
  expire_messages(ask, queue);
  TRY_DO(check_room(ask, kBatchEntries, 262'144));
  BatchAnswer answer;
  for (const auto& entry : entries) {
    auto letter = read_letter(ask, queue, entry);
    answer.add(entry, letter ? Result<Value>(post_letter(ask, queue, *std::move(letter)))
                             : std::unexpected(letter.error()));
  }
  return answer.take();
}

}  // namespace
}  // namespace sqs

void Sqs::add_sending() {
  const auto wakes = [this](sqs::QueueHandler handler) {
    return [this, handler](const Ask& ask) {
      auto answer = handler(ask);
      if (answer) wake_after(ask, text_at(ask.input, "QueueUrl"));
      return answer;
    };
  };
  on("SendMessage", wakes(sqs::send_message));
  on("SendMessageBatch", wakes(sqs::send_batch));
}

}  // namespace hikae::plane
