#include <algorithm>

#include "plane/sns/rows.h"
#include "plane/sns/sns.h"
#include "text/json.h"

namespace hikae::plane {
namespace sns {
namespace {

constexpr std::string_view kEffectiveDelivery =
    R"({"http":{"defaultHealthyRetryPolicy":{"minDelayTarget":20,"maxDelayTarget":20,)"
    R"("numRetries":3,"numMaxDelayRetries":0,"numNoDelayRetries":0,"numMinDelayRetries":0,)"
    R"("backoffFunction":"linear"},"disableSubscriptionOverrides":false}})";

}  // namespace

std::string default_policy(const Scope& scope, std::string_view arn) {
  const Array actions{"SNS:GetTopicAttributes",
                      "SNS:SetTopicAttributes",
                      "SNS:AddPermission",
                      "SNS:RemovePermission",
                      "SNS:DeleteTopic",
                      "SNS:Subscribe",
                      "SNS:ListSubscriptionsByTopic",
                      "SNS:Publish"};
  return text::to_json(Object{
      {"Version", "2008-10-17"},
      {"Id", "__default_policy_ID"},
      {"Statement",
       Array{Object{
           {"Sid", "__default_statement_ID"},
           {"Effect", "Allow"},
           {"Principal", Object{{"AWS", "*"}}},
           {"Action", actions},
           {"Resource", arn},
           {"Condition", Object{{"StringEquals", Object{{"AWS:SourceOwner", scope.account}}}}}}}}});
}

namespace {

Result<Object> given_attributes(const Value& input) {
  Object attributes;
  for (const auto& [name, value] : object_at(input, "Attributes")) {
    TRY_DO(check_topic_attribute(name, text_of(value)));
    attributes[name] = value;
  }
  return attributes;
}

/// Creating a topic once more is fine as long as nothing else is asked of it.
Result<Value> topic_again(const Value& topic, const Object& attributes, const Object& tags) {
  const auto& present = object_at(topic, "Attributes");
  for (const auto& [name, value] : attributes)
    if (text_at(present, name) != text_of(value))
      return invalid("Attributes Reason: Topic already exists with different attributes");
  if (!tags.empty() && tags != object_at(topic, "Tags"))
    return invalid("Tags Reason: Topic already exists with different tags");
  return Object{{"TopicArn", text_at(topic, "Arn")}};
}

Result<Value> create_topic(const Ask& ask) {
  const auto name = text_at(ask.input, "Name");
  if (name.ends_with(".fifo"))
    return invalid("Name Reason: FIFO topics are not answered by this version");
  if (!is_name(name, "-_", 256))
    return invalid("Topic Name: '" + str(name) + "' must be 1 to 256 letters, digits, - and _");
  auto attributes = TRY(given_attributes(ask.input));
  Object tags;
  add_tags(tags, list_at(ask.input, "Tags"));
  if (const auto* topic = ask.row(kTopicRows, name)) return topic_again(*topic, attributes, tags);
  if (ask.rows(kTopicRows).size() >= kTopics)
    return aws::aws_error("TopicLimitExceeded", "There are 10,000 topics already");
  const auto arn = arn_of("sns", ask.scope, name);
  ask.put(kTopicRows, name,
          Object{{"Name", name},
                 {"Arn", arn},
                 {"CreatedAt", iso(ask.turn.now())},
                 {"Attributes", std::move(attributes)},
                 {"Tags", std::move(tags)}});
  return Object{{"TopicArn", arn}};
}

/// As in SNS, a topic that is not there has been deleted.
Result<Value> delete_topic(const Ask& ask) {
  const auto topic = topic_of(ask, text_at(ask.input, "TopicArn"));
  if (!topic && topic.error().code == "NotFound") return Object();
  const auto name = str(text_at(*TRY(topic), "Name"));
  std::vector<std::string> ids;
  for (const auto* subscription : subscriptions_of(ask.turn.tables(), ask.scope, name))
    ids.push_back(TRY(subscription_id(ask, text_at(*subscription, "SubscriptionArn"))));
  for (const auto& id : ids) ask.erase(kSubscriptionRows, id);
  ask.erase(kTopicRows, name);
  return Object();
}

Result<Value> get_topic_attributes(const Ask& ask) {
  const auto* topic = TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  const auto arn = text_at(*topic, "Arn");
  const auto confirmed =
      subscriptions_of(ask.turn.tables(), ask.scope, text_at(*topic, "Name")).size();
  Object attributes{{"TopicArn", arn},
                    {"Owner", ask.scope.account},
                    {"DisplayName", ""},
                    {"Policy", default_policy(ask.scope, arn)},
                    {"EffectiveDeliveryPolicy", kEffectiveDelivery},
                    {"SubscriptionsConfirmed", std::to_string(confirmed)},
                    {"SubscriptionsPending", "0"},
                    {"SubscriptionsDeleted", "0"}};
  for (const auto& [name, value] : object_at(*topic, "Attributes")) attributes[name] = value;
  return Object{{"Attributes", std::move(attributes)}};
}

Result<Value> set_topic_attributes(const Ask& ask) {
  auto topic = *TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  const auto name = text_at(ask.input, "AttributeName");
  const auto value = text_at(ask.input, "AttributeValue");
  auto& attributes = topic.as_object()["Attributes"].as_object();
  if (value.empty()) {
    attributes.erase(name);  // back to what it is by default
  } else {
    TRY_DO(check_topic_attribute(name, value));
    attributes[name] = value;
  }
  ask.put(kTopicRows, str(text_at(topic, "Name")), topic);
  return Object();
}

Result<Value> list_topics(const Ask& ask) {
  const auto& rows = ask.rows(kTopicRows);
  const auto page = TRY(page_of(ask.input, rows.size(), kTopicsPerPage, kPageWords));
  auto at = std::next(rows.begin(), static_cast<std::ptrdiff_t>(page.first));
  Array topics;
  for (std::size_t i = 0; i < page.count; ++i, ++at)
    topics.push_back(Object{{"TopicArn", text_at(at->second, "Arn")}});
  Object answer{{"Topics", std::move(topics)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<const Value*> tagged_topic(const Ask& ask) {
  auto topic = topic_of(ask, text_at(ask.input, "ResourceArn"));
  if (!topic && topic.error().code == "NotFound") topic.error().code = "ResourceNotFound";
  return topic;
}

Result<Value> tag_topic(const Ask& ask) {
  auto topic = *TRY(tagged_topic(ask));
  auto& tags = topic.as_object()["Tags"].as_object();
  add_tags(tags, list_at(ask.input, "Tags"));
  if (tags.size() > 50) return aws::aws_error("TagLimitExceeded", "A topic has at most 50 tags");
  ask.put(kTopicRows, str(text_at(topic, "Name")), topic);
  return Object();
}

Result<Value> untag_topic(const Ask& ask) {
  auto topic = *TRY(tagged_topic(ask));
  drop_tags(topic.as_object()["Tags"].as_object(), list_at(ask.input, "TagKeys"));
  ask.put(kTopicRows, str(text_at(topic, "Name")), topic);
  return Object();
}

Result<Value> list_tags(const Ask& ask) {
  const auto* topic = TRY(tagged_topic(ask));
  return Object{{"Tags", list_of_tags(object_at(*topic, "Tags"))}};
}

}  // namespace
}  // namespace sns

Sns::Sns(engine::Kernel& kernel) : Service("sns", kernel) {
  add_topics();
  add_topic_tags();
  add_subscriptions();
  add_subscription_attributes();
  add_publish();
  add_permissions();
}

void Sns::add_topics() {
  on("CreateTopic", sns::create_topic);
  on("DeleteTopic", sns::delete_topic);
  on("GetTopicAttributes", sns::get_topic_attributes);
  on("SetTopicAttributes", sns::set_topic_attributes);
  on("ListTopics", sns::list_topics);
}

void Sns::add_topic_tags() {
  on("TagResource", sns::tag_topic);
  on("UntagResource", sns::untag_topic);
  on("ListTagsForResource", sns::list_tags);
}

}  // namespace hikae::plane
