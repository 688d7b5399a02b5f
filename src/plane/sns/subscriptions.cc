#include <algorithm>

#include "plane/sns/rows.h"
#include "plane/sns/sns.h"

namespace hikae::plane {
namespace sns {
namespace {

/// One address, and nothing that could become a second header line or a second recipient.
bool is_address(std::string_view text) {
  const auto at = text.find('@');
  if (text.size() > 320 || at == 0 || at == std::string_view::npos || at + 1 == text.size())
    return false;
  if (text.find('@', at + 1) != std::string_view::npos) return false;
  return std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= ' ' || c == 127 ||
           std::string_view(",;:<>()[]\\\"").find(c) != std::string_view::npos;
  });
}

Result<> check_queue_endpoint(std::string_view endpoint) {
  const auto parts = parts_of_arn(endpoint);
  if (parts.service != "sqs" || parts.resource.empty())
    return invalid("SQS endpoint ARN Reason: '" + str(endpoint) + "' names no queue");
  if (!parts.resource.ends_with(".fifo")) return {};
  return invalid("Endpoint Reason: FIFO SQS Queues can not be subscribed to standard SNS topics");
}

Result<> check_endpoint(std::string_view protocol, std::string_view endpoint) {
  if (protocol == "email" || protocol == "email-json") {
    if (is_address(endpoint)) return {};
    return invalid("Email address Reason: '" + str(endpoint) + "' is not one mail address");
  }
  if (protocol == "lambda") {
    const auto parts = parts_of_arn(endpoint);
    if (parts.service == "lambda" && parts.resource.starts_with("function:")) return {};
    return invalid("Lambda endpoint ARN Reason: '" + str(endpoint) + "' names no function");
  }
  if (protocol == "sqs") return check_queue_endpoint(endpoint);
  constexpr std::string_view kLater[] = {"http", "https", "sms", "application", "firehose"};
  if (std::ranges::find(kLater, protocol) != std::end(kLater))
    return invalid("Protocol Reason: subscriptions of " + str(protocol) +
                   " are not delivered by this version; use email, email-json, lambda or sqs");
  return invalid("Protocol Reason: there is no protocol '" + str(protocol) + "'");
}

Result<Object> attributes_of(const Value& input, std::string_view protocol) {
  const auto& given = object_at(input, "Attributes");
  const auto scope = text_at(given, "FilterPolicyScope", "MessageAttributes");
  Object attributes;
  for (const auto& [name, value] : given) {
    TRY_DO(check_subscription_attribute(protocol, name, text_of(value), scope));
    attributes[name] = value;
  }
  return attributes;
}

/// Subscribing once more gives the same subscription, unless something else is asked of it.
Result<Value> subscription_again(const Value& present, const Object& attributes) {
  for (const auto& [name, value] : attributes)
    if (text_at(object_at(present, "Attributes"), name) != text_of(value))
      return invalid("Attributes Reason: Subscription already exists with different attributes");
  return Object{{"SubscriptionArn", text_at(present, "SubscriptionArn")}};
}

Value add_subscription(const Ask& ask, const Value& topic, Object attributes) {
  const auto id = new_uuid(ask.turn.entropy());
  const auto name = str(text_at(topic, "Name"));
  const auto arn = str(text_at(topic, "Arn")) + ":" + id;
  ask.put(kSubscriptionRows, name + "/" + id,
          Object{{"SubscriptionArn", arn},
                 {"TopicArn", text_at(topic, "Arn")},
                 {"Owner", ask.scope.account},
                 {"Protocol", text_at(ask.input, "Protocol")},
                 {"Endpoint", text_at(ask.input, "Endpoint")},
                 {"CreatedAt", iso(ask.turn.now())},
                 {"Attributes", std::move(attributes)}});
  return Object{{"SubscriptionArn", arn}};
}

Result<Value> subscribe(const Ask& ask) {
  const auto* topic = TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  const auto protocol = text_at(ask.input, "Protocol");
  const auto endpoint = text_at(ask.input, "Endpoint");
  TRY_DO(check_endpoint(protocol, endpoint));
  auto attributes = TRY(attributes_of(ask.input, protocol));
  const auto present = subscriptions_of(ask.turn.tables(), ask.scope, text_at(*topic, "Name"));
  for (const auto* one : present)
    if (text_at(*one, "Protocol") == protocol && text_at(*one, "Endpoint") == endpoint)
      return subscription_again(*one, attributes);
  if (present.size() >= kSubscriptions)
    return aws::aws_error("SubscriptionLimitExceeded", "A topic has at most 1,000 subscriptions");
  return add_subscription(ask, *topic, std::move(attributes));
}

/// No token is ever given out: a subscription is confirmed when it is made.
Result<Value> confirm_subscription(const Ask& ask) {
  TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  return invalid(
      "Token Reason: it was not given out by hikae; subscriptions are confirmed when they are "
      "made");
}

Result<Value> unsubscribe(const Ask& ask) {
  const auto id = TRY(subscription_id(ask, text_at(ask.input, "SubscriptionArn")));
  if (ask.row(kSubscriptionRows, id)) ask.erase(kSubscriptionRows, id);
  return Object();
}

Object shown(const Value& subscription) {
  return members_of_object(subscription,
                           {"SubscriptionArn", "Owner", "Protocol", "Endpoint", "TopicArn"});
}

Result<Value> list_page(const Ask& ask, const std::vector<const Value*>& all) {
  const auto page = TRY(page_of(ask.input, all.size(), kTopicsPerPage, kPageWords));
  Array list;
  for (std::size_t i = 0; i < page.count; ++i) list.push_back(shown(*all[page.first + i]));
  Object answer{{"Subscriptions", std::move(list)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> list_subscriptions(const Ask& ask) {
  std::vector<const Value*> all;
  for (const auto& [id, subscription] : ask.rows(kSubscriptionRows)) all.push_back(&subscription);
  return list_page(ask, all);
}

Result<Value> list_by_topic(const Ask& ask) {
  const auto* topic = TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  return list_page(ask, subscriptions_of(ask.turn.tables(), ask.scope, text_at(*topic, "Name")));
}

Result<Value> get_attributes(const Ask& ask) {
  const auto* subscription = TRY(subscription_of(ask, text_at(ask.input, "SubscriptionArn")));
  auto attributes = shown(*subscription);
  attributes["PendingConfirmation"] = "false";
  attributes["ConfirmationWasAuthenticated"] = "true";
  attributes["RawMessageDelivery"] = "false";
  for (const auto& [name, value] : object_at(*subscription, "Attributes")) attributes[name] = value;
  return Object{{"Attributes", std::move(attributes)}};
}

Result<Value> set_attributes(const Ask& ask) {
  const auto arn = text_at(ask.input, "SubscriptionArn");
  auto subscription = *TRY(subscription_of(ask, arn));
  const auto name = text_at(ask.input, "AttributeName");
  const auto value = text_at(ask.input, "AttributeValue");
  auto& attributes = subscription.as_object()["Attributes"].as_object();
  const auto scope = str(text_at(attributes, "FilterPolicyScope", "MessageAttributes"));
  TRY_DO(check_subscription_attribute(text_at(subscription, "Protocol"), name, value, scope));
  if (value.empty())
    attributes.erase(name);
  else
    attributes[name] = value;
  ask.put(kSubscriptionRows, TRY(subscription_id(ask, arn)), std::move(subscription));
  return Object();
}

}  // namespace
}  // namespace sns

void Sns::add_subscriptions() {
  on("Subscribe", sns::subscribe);
  on("ConfirmSubscription", sns::confirm_subscription);
  on("Unsubscribe", sns::unsubscribe);
  on("ListSubscriptions", sns::list_subscriptions);
  on("ListSubscriptionsByTopic", sns::list_by_topic);
}

void Sns::add_subscription_attributes() {
  on("GetSubscriptionAttributes", sns::get_attributes);
  on("SetSubscriptionAttributes", sns::set_attributes);
}

}  // namespace hikae::plane
