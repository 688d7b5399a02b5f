// AWS::SNS::Topic, Subscription, TopicPolicy.
#include "base/hash.h"
#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

Object topic_attributes(const ResourceAsk& ask) {
  Object attributes;
  copy_members(ask.properties, attributes, {"DisplayName"});
  return attributes;
}

Value topic_made(std::string_view arn) {
  return made(arn, Object{{"TopicArn", arn}, {"TopicName", arn.substr(arn.rfind(':') + 1)}});
}

Chain create_topic(const ResourceAsk& ask) {
  Chain chain;
  Object input{{"Name", ask.name_or_made_up("TopicName", 256)},
               {"Attributes", topic_attributes(ask)}};
  copy_members(ask.properties, input, {"Tags"});
  chain.add("sns", "CreateTopic", std::move(input));
  for (const auto& subscription : list_at(ask.properties, "Subscription"))
    chain.add([subscription](const Answers& answers) {
      Object subscribe{{"TopicArn", text_at(answers[0], "TopicArn")},
                       {"ReturnSubscriptionArn", true}};
      copy_members(subscription, subscribe, {"Protocol", "Endpoint"});
      return Call{"sns", "Subscribe", std::move(subscribe), {}};
    });
  chain.result = [](const Answers& answers) { return topic_made(text_at(answers[0], "TopicArn")); };
  return chain;
}

Chain update_topic(const ResourceAsk& ask) {
  Chain chain;
  chain.add("sns", "SetTopicAttributes",
            Object{{"TopicArn", ask.physical_id},
                   {"AttributeName", "DisplayName"},
                   {"AttributeValue", ask.text("DisplayName")}});
  chain.result = always(topic_made(ask.physical_id));
  return chain;
}

Chain delete_topic(const ResourceAsk& ask) {
  Chain chain;
  chain.add("sns", "DeleteTopic", Object{{"TopicArn", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

Chain create_subscription(const ResourceAsk& ask) {
  Chain chain;
  Object attributes;
  for (const auto member : {"FilterPolicy", "RedrivePolicy", "DeliveryPolicy"})
    if (const auto* value = ask.property(member)) attributes[member] = json_text(*value);
  for (const auto member : {"FilterPolicyScope", "RawMessageDelivery"})
    if (const auto* value = ask.property(member)) attributes[member] = json_text(*value);
  Object input{{"ReturnSubscriptionArn", true}};
  copy_members(ask.properties, input, {"TopicArn", "Protocol", "Endpoint"});
  if (!attributes.empty()) input["Attributes"] = std::move(attributes);
  chain.add("sns", "Subscribe", std::move(input));
  chain.result = [](const Answers& answers) {
    const auto arn = text_at(answers[0], "SubscriptionArn");
    return made(arn, Object{{"Arn", arn}});
  };
  return chain;
}

/// Each attribute that is another now; one that is named no more goes back to what it is without.
Chain update_subscription(const ResourceAsk& ask) {
  constexpr std::pair<std::string_view, std::string_view> kAttributes[] = {
      {"FilterPolicyScope", "MessageAttributes"},
      {"FilterPolicy", ""},
      {"RawMessageDelivery", "false"},
      {"RedrivePolicy", ""},
      {"DeliveryPolicy", ""}};
  Chain chain;
  for (const auto& [name, otherwise] : kAttributes) {
    if (!is_changed(ask, name)) continue;
    const auto* wanted = ask.property(name);
    chain.add("sns", "SetSubscriptionAttributes",
              Object{{"SubscriptionArn", ask.physical_id},
                     {"AttributeName", name},
                     {"AttributeValue", wanted ? json_text(*wanted) : str(otherwise)}});
  }
  chain.result = always(Object{});
  return chain;
}

Chain delete_subscription(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NotFound"};
  chain.add("sns", "Unsubscribe", Object{{"SubscriptionArn", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

Chain set_topic_policy(const ResourceAsk& ask) {
  Chain chain;
  const auto* policy = ask.property("PolicyDocument");
  for (const auto& topic : list_at(ask.properties, "Topics"))
    chain.add("sns", "SetTopicAttributes",
              Object{{"TopicArn", text_of(topic)},
                     {"AttributeName", "Policy"},
                     {"AttributeValue", policy ? json_text(*policy) : "{}"}});
  const auto id = ask.physical_id.empty() ? ask.name_or_made_up("", 128) : ask.physical_id;
  chain.result = always(made(id, Object{{"Id", id}}));
  return chain;
}

}  // namespace

const Provider* sns_provider(std::string_view type) {
  static constexpr Provider kTopic{create_topic, update_topic, delete_topic};
  static constexpr Provider kSubscription{create_subscription, update_subscription,
                                          delete_subscription};
  static constexpr Provider kTopicPolicy{set_topic_policy, set_topic_policy, nothing};
  if (type == "AWS::SNS::Topic") return &kTopic;
  if (type == "AWS::SNS::Subscription") return &kSubscription;
  return type == "AWS::SNS::TopicPolicy" ? &kTopicPolicy : nullptr;
}

}  // namespace hikae::plane
