#include "plane/sqs/receiving.h"

#include <algorithm>
#include <set>

#include "base/entropy.h"
#include "plane/digest.h"
#include "plane/sqs/attributes.h"
#include "plane/sqs/message_text.h"
#include "plane/sqs/receipt.h"

namespace hikae::plane::sqs {
namespace {

/// What a look through the queue found.
struct Picked {
  std::vector<std::string> to_give;
  std::vector<std::string> to_bury;
  std::optional<WallTime> next_visible;
};

Picked pick(const Ask& ask, const Value& queue, const WantedMessages& wanted,
            const std::optional<Redrive>& redrive) {
  Picked picked;
  std::set<std::string, std::less<>> held;  // groups that wait for an earlier one of theirs
  const bool fifo = is_fifo(queue);
  each_message(ask, name_of(queue), [&](const std::string& id, const Value& row) {
    const auto group = fifo ? text_at(row, "GroupId") : std::string_view();
    if (!is_visible(row, ask.turn.now())) {
      const auto at = wall_ms(int_at(row, "VisibleAt").value_or(0));
      picked.next_visible = std::min(picked.next_visible.value_or(at), at);
      if (fifo) held.insert(str(group));
    } else if (fifo && held.contains(group)) {
      return true;
    } else if (redrive && int_at(row, "Receives").value_or(0) >= redrive->most_receives) {
      picked.to_bury.push_back(id);
    } else {
      picked.to_give.push_back(id);
    }
    return static_cast<std::int64_t>(picked.to_give.size()) < wanted.most &&
           picked.to_bury.size() < kExpiredAtOnce;
  });
  return picked;
}

/// The queue that a dead letter came from stays with it; so does when it was sent first.
void bury_letter(const Ask& ask, const Value& queue, const std::string& id,
                 const std::string& target) {
  auto row = ask.row(kMessageRows, id)->as_object();
  erase_message(ask, id);
  for (const auto* member : {"Receipt", "FirstAt"}) row.erase(member);
  row["Receives"] = 0;
  row["VisibleAt"] = unix_ms(ask.turn.now());
  row["SourceArn"] = text_at(queue, "Arn");
  add_message(ask, target, std::move(row));
}

Object system_attributes(const Value& row, const std::string& id, const Value& queue) {
  const auto number = [&](std::string_view member) {
    return std::to_string(int_at(row, member).value_or(0));
  };
  Object all{{"SenderId", text_at(row, "SenderId")},
             {"SentTimestamp", number("SentAt")},
             {"ApproximateReceiveCount", number("Receives")},
             {"ApproximateFirstReceiveTimestamp", number("FirstAt")}};
  if (const auto* group = find(row, "GroupId")) all["MessageGroupId"] = *group;
  if (const auto* source = find(row, "SourceArn")) all["DeadLetterQueueSourceArn"] = *source;
  if (const auto* trace = find(object_at(row, "SystemAttributes"), "AWSTraceHeader"))
    all["AWSTraceHeader"] = text_at(*trace, "StringValue");
  if (!is_fifo(queue)) return all;
  all["MessageDeduplicationId"] = text_at(row, "TokenId");
  all["SequenceNumber"] = id.substr(id.rfind('/') + 1);
  return all;
}

/// Newer clients name them by another member than older ones.
Object wanted_system_attributes(const Value& input, const Object& all) {
  Object shown;
  for (const auto* member : {"AttributeNames", "MessageSystemAttributeNames"})
    for (const auto& name : list_at(input, member))
      for (const auto& [attribute, value] : all)
        if (text_of(name) == "All" || text_of(name) == std::string_view(attribute))
          shown[attribute] = value;
  return shown;
}

Object message_shown(const Ask& ask, const Value& queue, const std::string& id, const Value& row,
                     std::string_view secret) {
  Object message{{"MessageId", text_at(row, "MessageId")},
                 {"ReceiptHandle", receipt_handle(id, secret)},
                 {"MD5OfBody", md5_hex(text_at(row, "Body"))},
                 {"Body", text_at(row, "Body")}};
  auto system = wanted_system_attributes(ask.input, system_attributes(row, id, queue));
  if (!system.empty()) message["Attributes"] = std::move(system);
  auto attributes =
      wanted_attributes(object_at(row, "Attributes"), list_at(ask.input, "MessageAttributeNames"));
  if (attributes.empty()) return message;
  message["MD5OfMessageAttributes"] = md5_of_attributes(attributes);
  message["MessageAttributes"] = std::move(attributes);
  return message;
}

Object give(const Ask& ask, const Value& queue, const std::string& id, std::int64_t visibility) {
  auto row = ask.row(kMessageRows, id)->as_object();
  const auto now = unix_ms(ask.turn.now());
  const auto secret = random_hex(ask.turn.entropy(), 16);
  row["Receives"] = int_at(row, "Receives").value_or(0) + 1;
  row["VisibleAt"] = now + visibility * 1000;
  row["Receipt"] = secret;
  if (!row.contains("FirstAt")) row["FirstAt"] = now;
  auto shown = message_shown(ask, queue, id, row, secret);
  ask.put(kMessageRows, id, std::move(row));
  return shown;
}

}  // namespace

Result<WantedMessages> read_receive(const Value& queue, const Value& input) {
  WantedMessages wanted;
  wanted.most = TRY(bounded(input, "MaxNumberOfMessages", 1, 10, 1));
  wanted.visibility = TRY(bounded(input, "VisibilityTimeout", 0, kMostVisibility,
                                  number_of(queue, "VisibilityTimeout")));
  wanted.wait = TRY(bounded(input, "WaitTimeSeconds", 0, kMostWait,
                            number_of(queue, "ReceiveMessageWaitTimeSeconds")));
  return wanted;
}

Received receive_now(const Ask& ask, const Value& queue, const WantedMessages& wanted) {
  expire_messages(ask, queue);
  const auto redrive = redrive_of(ask, queue);
  const auto picked = pick(ask, queue, wanted, redrive);
  Received received;
  received.next_visible = picked.next_visible;
  for (const auto& id : picked.to_give)
    received.messages.push_back(give(ask, queue, id, wanted.visibility));
  for (const auto& id : picked.to_bury) bury_letter(ask, queue, id, redrive->target);
  if (!picked.to_bury.empty()) received.dead_letters_to.push_back(redrive->target);
  return received;
}

}  // namespace hikae::plane::sqs
