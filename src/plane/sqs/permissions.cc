// AddPermission and RemovePermission: statements of the queue's policy, by their label.
#include <algorithm>

#include "plane/sqs/sqs.h"
#include "text/json.h"

namespace hikae::plane {
namespace sqs {
namespace {

constexpr std::size_t kStatements = 20;
constexpr std::string_view kActions[] = {"*",
                                         "SendMessage",
                                         "ReceiveMessage",
                                         "DeleteMessage",
                                         "ChangeMessageVisibility",
                                         "GetQueueUrl",
                                         "GetQueueAttributes"};

Object policy_of(const Value& queue) {
  const auto text = text_at(object_at(queue, "Attributes"), "Policy");
  auto policy = text::parse_json(text.empty() ? "{}" : text);
  if (policy && policy->is_object() && !policy->get_object().empty()) return policy->get_object();
  return {{"Version", "2012-10-17"},
          {"Id", str(text_at(queue, "Arn")) + "/SQSDefaultPolicy"},
          {"Statement", Array()}};
}

/// A policy may have one statement without a list around it.
Array statements_in(const Object& policy) {
  const auto* statements = find(policy, "Statement");
  if (!statements) return {};
  return statements->is_array() ? statements->get_array() : Array{*statements};
}

void put_policy(const Ask& ask, Value queue, Object policy, Array statements) {
  auto& attributes = queue.as_object()["Attributes"].as_object();
  if (statements.empty()) {
    attributes.erase("Policy");
  } else {
    policy["Statement"] = std::move(statements);
    attributes["Policy"] = text::to_json(policy);
  }
  queue.as_object()["ModifiedAt"] = unix_ms(ask.turn.now());
  const auto id = str(name_of(queue));
  ask.put(kQueueRows, id, std::move(queue));
}

Result<Object> statement_of(const Ask& ask, const Value& queue, std::string_view label) {
  Array principals, actions;
  for (const auto& account : list_at(ask.input, "AWSAccountIds")) {
    const auto id = text_of(account);
    if (id.size() != 12 || id.find_first_not_of("0123456789") != std::string_view::npos)
      return wrong_parameter("PrincipalId", id, "Unable to verify.");
    principals.push_back(Value("arn:aws:iam::" + str(id) + ":root"));
  }
  for (const auto& action : list_at(ask.input, "Actions")) {
    if (std::ranges::find(kActions, text_of(action)) == std::end(kActions))
      return wrong_parameter("ActionName", text_of(action), "Only the queue's own are allowed.");
    actions.push_back(Value("SQS:" + str(text_of(action))));
  }
  if (principals.empty()) return missing_parameter("AWSAccountIds");
  if (actions.empty()) return missing_parameter("Actions");
  return Object{{"Sid", label},
                {"Effect", "Allow"},
                {"Principal", Object{{"AWS", std::move(principals)}}},
                {"Action", std::move(actions)},
                {"Resource", text_at(queue, "Arn")}};
}

auto find_label(Array& statements, std::string_view label) {
  return std::ranges::find_if(
      statements, [&](const Value& statement) { return text_at(statement, "Sid") == label; });
}

Result<Value> add_permission(const Ask& ask) {
  const auto& queue = *TRY(queue_of(ask));
  const auto label = text_at(ask.input, "Label");
  if (!is_name(label, "-_", 80))
    return wrong_parameter("Label", label, "It has 1 to 80 letters, digits, - and _.");
  auto policy = policy_of(queue);
  auto statements = statements_in(policy);
  if (find_label(statements, label) != statements.end())
    return wrong_parameter("Label", label, "Already exists.");
  if (statements.size() >= kStatements)
    return aws::aws_error("OverLimit", "A queue's policy has at most 20 statements.", 403);
  statements.push_back(TRY(statement_of(ask, queue, label)));
  put_policy(ask, queue, std::move(policy), std::move(statements));
  return Object();
}

Result<Value> remove_permission(const Ask& ask) {
  const auto& queue = *TRY(queue_of(ask));
  const auto label = text_at(ask.input, "Label");
  auto policy = policy_of(queue);
  auto statements = statements_in(policy);
  const auto found = find_label(statements, label);
  if (found == statements.end())
    return wrong_parameter("Label", label, "can't find label on existing policy");
  statements.erase(found);
  put_policy(ask, queue, std::move(policy), std::move(statements));
  return Object();
}

}  // namespace
}  // namespace sqs

void Sqs::add_permissions() {
  on("AddPermission", sqs::add_permission);
  on("RemovePermission", sqs::remove_permission);
}

}  // namespace hikae::plane
