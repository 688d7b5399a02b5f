// Publishing: one machine for each subscription that wants the message, all in the turn that takes
// it. What a machine's id is made of (message, subscription) names the delivery for ever.
#include <set>

#include "delivery/delivery.h"
#include "plane/sns/post.h"
#include "plane/sns/sns.h"
#include "plane/sns/tokens.h"
#include "text/json.h"

namespace hikae::plane {
namespace sns {
namespace {

Object mail_input(const Posted& posted, const Value& subscription) {
  const auto protocol = text_at(subscription, "Protocol");
  Object input{{"SubscriptionArn", text_at(subscription, "SubscriptionArn")},
               {"Endpoint", text_at(subscription, "Endpoint")},
               {"TopicArn", text_at(posted.topic, "Arn")},
               {"DisplayName", text_at(object_at(posted.topic, "Attributes"), "DisplayName")},
               {"Message", posted.message.text_for(protocol)},
               {"MessageId", posted.id},
               {"Protocol", protocol}};
  if (!posted.message.subject.empty()) input["Subject"] = posted.message.subject;
  if (posted.kind == PostKind::Notice) input["Notice"] = true;
  return input;
}

/// In a notification attributes are {Type, Value}
/// (docs/reference/schedules-events-sns-lambda-cfn.md 3.3).
Object notified_attributes(const Object& attributes) {
  Object shown;
  for (const auto& [name, attribute] : attributes) {
    const auto type = text_at(attribute, "DataType");
    const auto member = type.starts_with("Binary") ? "BinaryValue" : "StringValue";
    shown[name] = Object{{"Type", type}, {"Value", text_at(attribute, member)}};
  }
  return shown;
}

std::string function_event(const Ask& ask, const Posted& posted, const Value& subscription) {
  const auto& message = posted.message;
  Object body{{"Type", "Notification"},
              {"MessageId", posted.id},
              {"TopicArn", text_at(posted.topic, "Arn")},
              {"Subject", message.subject.empty() ? Value() : Value(message.subject)},
              {"Message", message.text_for("lambda")},
              {"Timestamp", iso_ms(ask.turn.now())},
              {"MessageAttributes",
               message.by_protocol ? Object() : notified_attributes(message.attributes)}};
  return text::to_json(Object{
      {"Records", Array{Object{{"EventSource", "aws:sns"},
                               {"EventVersion", "1.0"},
                               {"EventSubscriptionArn", text_at(subscription, "SubscriptionArn")},
                               {"Sns", std::move(body)}}}}});
}

/// The notification as HTTP has it, without a signature: nobody signs for hikae.
std::string envelope(const Ask& ask, const Posted& posted) {
  const auto& message = posted.message;
  Object body{{"Type", "Notification"},
              {"MessageId", posted.id},
              {"TopicArn", text_at(posted.topic, "Arn")}};
  if (!message.subject.empty()) body["Subject"] = message.subject;
  body["Message"] = message.text_for("sqs");
  body["Timestamp"] = iso_ms(ask.turn.now());
  if (!message.by_protocol && !message.attributes.empty())
    body["MessageAttributes"] = notified_attributes(message.attributes);
  return text::to_json(body);
}

/// Raw: the message alone, its attributes as the queue's own.
Object queue_input(const Ask& ask, const Posted& posted, const Value& subscription) {
  const auto& message = posted.message;
  if (text_at(object_at(subscription, "Attributes"), "RawMessageDelivery") != "true")
    return {{"Body", envelope(ask, posted)}};
  Object input{{"Body", message.text_for("sqs")}};
  if (!message.by_protocol && !message.attributes.empty())
    input["MessageAttributes"] = message.attributes;
  return input;
}

/// The queue of a subscription's RedrivePolicy; empty where it has none.
std::string dead_letters_of(const Value& subscription) {
  const auto policy =
      text::parse_json(text_at(object_at(subscription, "Attributes"), "RedrivePolicy", "{}"));
  return policy ? str(text_at(*policy, "deadLetterTargetArn")) : std::string();
}

void start_machine_delivery(const Ask& ask, const Posted& posted, const Value& subscription,
                            Object input) {
  const auto arn = text_at(subscription, "SubscriptionArn");
  input["TargetArn"] = text_at(subscription, "Endpoint");
  input["EventId"] = posted.id;
  input["RuleArn"] = arn;
  if (const auto queue = dead_letters_of(subscription); !queue.empty())
    input["DeadLetterArn"] = queue;
  ask.turn.start(delivery::delivery_machine(ask.scope, posted.id, arn, ""), std::move(input));
}

}  // namespace

void start_delivery(const Ask& ask, const Posted& posted, const Value& subscription) {
  const auto protocol = text_at(subscription, "Protocol");
  if (protocol == "lambda")
    return start_machine_delivery(ask, posted, subscription,
                                  {{"Body", function_event(ask, posted, subscription)}});
  if (protocol == "sqs")
    return start_machine_delivery(ask, posted, subscription,
                                  queue_input(ask, posted, subscription));
  ask.turn.start(
      delivery::mail_machine(ask.scope, posted.id, text_at(subscription, "SubscriptionArn")),
      mail_input(posted, subscription));
}

namespace {

constexpr std::size_t kTokenBytes = 128;  // SNS's own

/// `input` is Publish's, or an entry of PublishBatch. A token that came before: the message that it
/// was, delivered no second time.
std::string post(const Ask& ask, const Value& input, const Value& topic, const Message& message) {
  const auto token = text_at(input, "MessageDeduplicationId");
  const auto id = token.empty() ? new_uuid(ask.turn.entropy())
                                : message_id_of(ask, text_at(topic, "Arn"), token);
  if (!token.empty() && was_published(ask, id)) return id;
  if (!token.empty()) remember_published(ask, id);
  const Posted posted{topic, message, id};
  for (const auto* subscription :
       subscriptions_of(ask.turn.tables(), ask.scope, text_at(topic, "Name"))) {
    const auto text = message.text_for(text_at(*subscription, "Protocol"));
    if (wants(*subscription, text, message.attributes)) start_delivery(ask, posted, *subscription);
  }
  return posted.id;
}

Result<> check_token(const Value& input) {
  if (text_at(input, "MessageDeduplicationId").size() <= kTokenBytes) return {};
  return invalid("MessageDeduplicationId Reason: it has at most 128 characters");
}

Result<Value> publish(const Ask& ask) {
  if (find(ask.input, "PhoneNumber"))
    return invalid("PhoneNumber Reason: hikae sends no short messages; publish to a topic");
  const auto arn = text_at(ask.input, "TopicArn", text_at(ask.input, "TargetArn"));
  if (arn.empty()) return invalid("TopicArn or TargetArn Reason: no value for required parameter");
  const auto* topic = TRY(topic_of(ask, arn));
  const auto message = TRY(read_message(ask.input));
  TRY_DO(check_token(ask.input));
  return Object{{"MessageId", post(ask, ask.input, *topic, message)}};
}

Result<> check_batch(const Array& entries) {
  if (entries.empty())
    return aws::aws_error("EmptyBatchRequest", "The batch request doesn't contain any entries.");
  if (entries.size() > 10)
    return aws::aws_error("TooManyEntriesInBatchRequest", "A batch has at most 10 entries.");
  std::set<std::string, std::less<>> ids;
  std::size_t bytes = 0;
  for (const auto& entry : entries) {
    const auto id = text_at(entry, "Id");
    if (!is_name(id, "-_", 80))
      return aws::aws_error("InvalidBatchEntryId", "The Id '" + str(id) + "' is not valid.");
    if (!ids.insert(str(id)).second)
      return aws::aws_error("BatchEntryIdsNotDistinct", "Two entries have the Id " + str(id) + ".");
    TRY_DO(check_token(entry));
    bytes += text_at(entry, "Message").size();
  }
  if (bytes > kMessageBytes)
    return aws::aws_error("BatchRequestTooLong", "The messages of a batch have at most 256 KiB.");
  return {};
}

Result<Value> publish_batch(const Ask& ask) {
  const auto* topic = TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  const auto& entries = list_at(ask.input, "PublishBatchRequestEntries");
  TRY_DO(check_batch(entries));
  Array successful, failed;
  for (const auto& entry : entries) {
    const auto id = text_at(entry, "Id");
    if (const auto message = read_message(entry))
      successful.push_back(Object{{"Id", id}, {"MessageId", post(ask, entry, *topic, *message)}});
    else
      failed.push_back(Object{{"Id", id},
                              {"Code", message.error().code},
                              {"Message", message.error().message},
                              {"SenderFault", true}});
  }
  return Object{{"Successful", std::move(successful)}, {"Failed", std::move(failed)}};
}

}  // namespace
}  // namespace sns

void Sns::add_publish() {
  on("Publish", sns::publish);
  on("PublishBatch", sns::publish_batch);
}

}  // namespace hikae::plane
