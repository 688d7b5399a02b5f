// Who may invoke a function: the statements of its policy. Stored, not evaluated by this version.
#include <algorithm>

#include "plane/lambda/lambda.h"
#include "plane/lambda/rows.h"
#include "text/json.h"

namespace hikae::plane {
namespace lambda {
namespace {

constexpr std::size_t kPolicyBytes = 20'480;  // Lambda's own

Value principal_of(std::string_view principal) {
  if (principal == "*") return "*";
  const bool is_account =
      std::ranges::all_of(principal, [](char c) { return c >= '0' && c <= '9'; });
  if (is_account) return Object{{"AWS", "arn:aws:iam::" + str(principal) + ":root"}};
  if (principal.starts_with("arn:")) return Object{{"AWS", principal}};
  return Object{{"Service", principal}};
}

Object condition_of(const Value& input) {
  Object condition;
  if (const auto arn = text_at(input, "SourceArn"); !arn.empty())
    condition["ArnLike"] = Object{{"AWS:SourceArn", arn}};
  constexpr std::pair<std::string_view, std::string_view> kEquals[] = {
      {"SourceAccount", "AWS:SourceAccount"},
      {"PrincipalOrgID", "aws:PrincipalOrgID"},
      {"EventSourceToken", "lambda:EventSourceToken"},
      {"FunctionUrlAuthType", "lambda:FunctionUrlAuthType"}};
  Object equals;
  for (const auto& [member, key] : kEquals)
    if (const auto value = text_at(input, member); !value.empty()) equals[key] = value;
  if (!equals.empty()) condition["StringEquals"] = std::move(equals);
  return condition;
}

Value statement_of(const Ask& ask, std::string_view function) {
  Object statement{{"Sid", text_at(ask.input, "StatementId")},
                   {"Effect", "Allow"},
                   {"Principal", principal_of(text_at(ask.input, "Principal"))},
                   {"Action", text_at(ask.input, "Action")},
                   {"Resource", function_arn(ask.scope, function)}};
  auto condition = condition_of(ask.input);
  if (!condition.empty()) statement["Condition"] = std::move(condition);
  return statement;
}

Result<> check_permission(const Ask& ask, const Value& row) {
  const auto sid = text_at(ask.input, "StatementId");
  if (!is_name(sid, "-_", 100))
    return wrong_value("StatementId '" + str(sid) + "' must be 1 to 100 letters, digits, - and _");
  const auto action = text_at(ask.input, "Action");
  if (!action.starts_with("lambda:") && action != "*")
    return wrong_value("Action '" + str(action) + "' is no action of lambda");
  if (text_at(ask.input, "Principal").empty()) return wrong_value("Principal is required");
  if (!object_at(row, "Policy").contains(sid)) return {};
  return aws::aws_error("ResourceConflictException",
                        "The statement id (" + str(sid) +
                            ") provided already exists. Please provide a new statement id, or "
                            "remove the existing statement.",
                        409);
}

Result<Value> add_permission(const Ask& ask) {
  auto row = *TRY(function_of(ask));
  TRY_DO(check_permission(ask, row));
  const auto name = name_of_function(text_at(ask.input, "FunctionName"));
  auto statement = statement_of(ask, name);
  auto& policy = row.as_object()["Policy"].as_object();
  policy[text_at(ask.input, "StatementId")] = statement;
  if (text::to_json(policy).size() > kPolicyBytes)
    return aws::aws_error("PolicyLengthExceededException", "The policy has over 20,480 bytes");
  ask.put(kFunctionRows, name, std::move(row));
  return Object{{"Statement", text::to_json(statement)}};
}

std::unexpected<Error> no_policy() {
  return aws::aws_error("ResourceNotFoundException", "The resource you requested does not exist.");
}

Result<Value> remove_permission(const Ask& ask) {
  auto row = *TRY(function_of(ask));
  auto& policy = row.as_object()["Policy"].as_object();
  if (policy.erase(text_at(ask.input, "StatementId")) == 0) return no_policy();
  ask.put(kFunctionRows, name_of_function(text_at(ask.input, "FunctionName")), std::move(row));
  return Object();
}

Result<Value> get_policy(const Ask& ask) {
  const auto* row = TRY(function_of(ask));
  Array statements;
  for (const auto& [sid, statement] : object_at(*row, "Policy")) statements.push_back(statement);
  if (statements.empty()) return no_policy();
  const Object policy{
      {"Version", "2012-10-17"}, {"Id", "default"}, {"Statement", std::move(statements)}};
  return Object{{"Policy", text::to_json(policy)},
                {"RevisionId", text_at(*find(*row, "Configuration"), "RevisionId")}};
}

}  // namespace
}  // namespace lambda

void Lambda::add_permissions() {
  on("AddPermission", lambda::add_permission);
  on("RemovePermission", lambda::remove_permission);
  on("GetPolicy", lambda::get_policy);
}

}  // namespace hikae::plane
