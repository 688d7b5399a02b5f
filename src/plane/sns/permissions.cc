// Statements of a topic's policy, added and removed by their label.
#include <algorithm>

#include "plane/sns/rows.h"
#include "plane/sns/sns.h"
#include "text/json.h"

namespace hikae::plane {
namespace sns {
namespace {

constexpr std::string_view kTopicActions[] = {"Publish",
                                              "Subscribe",
                                              "Receive",
                                              "DeleteTopic",
                                              "AddPermission",
                                              "RemovePermission",
                                              "GetTopicAttributes",
                                              "SetTopicAttributes",
                                              "ListSubscriptionsByTopic"};

bool is_account(std::string_view text) {
  return text.size() == 12 &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<Array> principals_in(const Value& input) {
  Array principals;
  for (const auto& account : list_at(input, "AWSAccountId")) {
    if (!is_account(text_of(account)))
      return invalid("AWSAccountId Reason: '" + str(text_of(account)) + "' is no account id");
    principals.push_back(Value("arn:aws:iam::" + str(text_of(account)) + ":root"));
  }
  if (principals.empty()) return invalid("AWSAccountId Reason: at least one is needed");
  return principals;
}

Result<Array> actions_in(const Value& input) {
  Array actions;
  for (const auto& action : list_at(input, "ActionName")) {
    if (std::ranges::find(kTopicActions, text_of(action)) == std::end(kTopicActions))
      return invalid("Policy statement action out of service scope! ('" + str(text_of(action)) +
                     "')");
    actions.push_back(Value("SNS:" + str(text_of(action))));
  }
  if (actions.empty()) return invalid("ActionName Reason: at least one is needed");
  return actions;
}

/// The topic's policy, its statements as a list.
Result<Object> policy_of(const Ask& ask, const Value& topic) {
  const auto text = text_at(object_at(topic, "Attributes"), "Policy");
  auto policy = TRY(text::parse_json(text.empty() ? default_policy(ask.scope, text_at(topic, "Arn"))
                                                  : str(text)));
  auto& statements = policy.as_object()["Statement"];
  if (!statements.is_array()) statements = Array{Value(statements)};
  return policy.as_object();
}

void put_policy(const Ask& ask, Value topic, const Object& policy) {
  topic.as_object()["Attributes"].as_object()["Policy"] = text::to_json(policy);
  const auto name = str(text_at(topic, "Name"));
  ask.put(kTopicRows, name, std::move(topic));
}

auto labelled(Array& statements, std::string_view label) {
  return std::ranges::find_if(statements,
                              [&](const Value& one) { return text_at(one, "Sid") == label; });
}

Result<Value> add_permission(const Ask& ask) {
  const auto& topic = *TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  const auto label = text_at(ask.input, "Label");
  if (!is_name(label, "-_", 80))
    return invalid("Label Reason: it must be 1 to 80 letters, digits, - and _");
  auto principals = TRY(principals_in(ask.input));
  auto actions = TRY(actions_in(ask.input));
  auto policy = TRY(policy_of(ask, topic));
  auto& statements = policy["Statement"].as_array();
  if (labelled(statements, label) != statements.end()) return invalid("Statement already exists");
  statements.push_back(Object{{"Sid", label},
                              {"Effect", "Allow"},
                              {"Principal", Object{{"AWS", std::move(principals)}}},
                              {"Action", std::move(actions)},
                              {"Resource", text_at(topic, "Arn")}});
  if (text::to_json(policy).size() > kAttributeBytes)
    return invalid("Policy Reason: it would have over 30 KiB");
  put_policy(ask, topic, policy);
  return Object();
}

Result<Value> remove_permission(const Ask& ask) {
  const auto& topic = *TRY(topic_of(ask, text_at(ask.input, "TopicArn")));
  auto policy = TRY(policy_of(ask, topic));
  auto& statements = policy["Statement"].as_array();
  const auto at = labelled(statements, text_at(ask.input, "Label"));
  if (at == statements.end())
    return invalid("Label Reason: the topic's policy has no statement '" +
                   str(text_at(ask.input, "Label")) + "'");
  statements.erase(at);
  put_policy(ask, topic, policy);
  return Object();
}

}  // namespace
}  // namespace sns

void Sns::add_permissions() {
  on("AddPermission", sns::add_permission);
  on("RemovePermission", sns::remove_permission);
}

}  // namespace hikae::plane
