#include "plane/iam/guarded.h"

#include "plane/events/rows.h"
#include "plane/iam/caller.h"
#include "plane/iam/rows.h"
#include "plane/lambda/rows.h"
#include "plane/s3/rows.h"
#include "plane/sns/rows.h"
#include "plane/sqs/rows.h"
#include "plane/ssm/document_rows.h"
#include "plane/ssm/parameter_rows.h"
#include "plane/ssm/window_rows.h"
#include "text/json.h"

namespace hikae::plane::access {
namespace {

struct RowKind {
  std::string_view service;
  std::string_view begins;  // the resource in its ARN; behind it stands the row's id
  std::string_view rows;
};
constexpr RowKind kRowKinds[] = {
    {"sns", "", sns::kTopicRows},
    {"sqs", "", sqs::kQueueRows},
    {"lambda", "function:", lambda::kFunctionRows},
    {"events", "rule/", events::kRuleRows},
    {"ssm", "document/", document::kDocumentRows},
    {"ssm", "automation-definition/", document::kDocumentRows},
    {"ssm", "maintenancewindow/", kWindowRows},
    {"ssm", "parameter/", parameter::kParameterRows},
};

/// The row that an ARN is of; nullptr where there is none, or it is not told by its ARN.
const Value* row_of_arn(const engine::Tables& tables, const ArnParts& parts) {
  const Scope scope{str(parts.account), str(parts.region)};
  for (const auto& kind : kRowKinds) {
    if (kind.service != parts.service || !parts.resource.starts_with(kind.begins)) continue;
    const auto rest = parts.resource.substr(kind.begins.size());
    const auto id = rest.substr(0, rest.find(':'));
    if (const auto* row = tables.get(scope, kind.rows, id)) return row;
    if (kind.rows == parameter::kParameterRows) return tables.get(scope, kind.rows, "/" + str(id));
  }
  return nullptr;
}

Object tags_in(const Value& row) {
  const auto* tags = find(row, "Tags");
  if (tags && tags->is_object()) return tags->get_object();
  Object out;
  for (const auto& tag : list_at(row, "Tags")) out[text_at(tag, "Key")] = text_at(tag, "Value");
  return out;
}

Result<> add_read(std::vector<hikae::iam::NamedPolicy>& out, std::string_view name,
                  Result<hikae::iam::Policy> policy) {
  if (!policy)
    return fail(
        ErrorKind::Denied, "AccessDenied",
        "the policy of " + str(name) + " cannot be read, so it denies: " + policy.error().message);
  out.push_back({str(name), *std::move(policy)});
  return {};
}

using hikae::iam::PolicyUse;

Result<> add_text(std::vector<hikae::iam::NamedPolicy>& out, std::string_view name,
                  std::string_view text, PolicyUse use) {
  if (text.empty()) return {};
  return add_read(out, name, hikae::iam::parse_policy(text, use));
}

Result<> add_function_policy(const Value& row, std::string_view arn,
                             std::vector<hikae::iam::NamedPolicy>& out) {
  Array statements;
  for (const auto& [sid, statement] : object_at(row, "Policy")) statements.push_back(statement);
  if (statements.empty()) return {};
  return add_read(out, arn,
                  hikae::iam::read_policy(
                      Object{{"Version", "2012-10-17"}, {"Statement", std::move(statements)}},
                      PolicyUse::Resource));
}

Result<> add_bucket_policy(const engine::Tables& tables, std::string_view resource,
                           hikae::iam::Policies& policies) {
  const auto bucket = resource.substr(0, resource.find('/'));
  const Value* row = nullptr;
  for (const auto& scope : tables.scopes_with(s3::kBucketRows))
    if (const auto* found = tables.get(scope, s3::kBucketRows, bucket)) {
      row = found;
      policies.resource_account = scope.account;
    }
  if (!row) return {};
  const auto* policy = s3::setting_of(*row, "Policy");
  return policy ? add_text(policies.resource, bucket, text_of(*policy), PolicyUse::Resource)
                : Result<>();
}

}  // namespace

Result<> add_trust_policy(const Value& role, hikae::iam::Policies& policies) {
  policies.resource_say = hikae::iam::ResourceSay::Must;
  return add_text(policies.resource, text_at(role, "Arn"),
                  text_at(role, "AssumeRolePolicyDocument"), PolicyUse::Trust);
}

Result<> add_resource_policy(const engine::Tables& tables, const hikae::iam::Need& need,
                             hikae::iam::Policies& policies) {
  const auto parts = parts_of_arn(need.resource);
  policies.resource_account = parts.account;
  if (need.action.starts_with("sts:")) {
    policies.resource_say = hikae::iam::ResourceSay::Must;
    const auto* role = role_row(tables, "", need.resource);
    return role ? add_trust_policy(*role, policies) : Result<>();
  }
  if (parts.service == "s3") return add_bucket_policy(tables, parts.resource, policies);
  const auto* row = row_of_arn(tables, parts);
  if (!row) return {};
  if (parts.service == "lambda") return add_function_policy(*row, need.resource, policies.resource);
  if (parts.service != "sns" && parts.service != "sqs") return {};
  return add_text(policies.resource, need.resource,
                  text_at(object_at(*row, "Attributes"), "Policy"), PolicyUse::Resource);
}

Object TableFacts::tags_of(std::string_view arn) const {
  const auto parts = parts_of_arn(arn);
  if (parts.service == "ec2") {
    const auto id = name_in_arn(arn);
    return id == "*" || !ground_.machine_tags ? Object() : ground_.machine_tags(scope_, id);
  }
  const auto* row = parts.service == "iam" ? role_row(ground_.tables, "", arn)
                                           : row_of_arn(ground_.tables, parts);
  return row ? tags_in(*row) : Object();
}

std::string TableFacts::with_path(std::string arn) const {
  const auto parts = parts_of_arn(arn);
  const auto rows =
      parts.resource.starts_with("user/") ? plane::iam::kUserRows : plane::iam::kRoleRows;
  if (!parts.resource.starts_with("user/") && !parts.resource.starts_with("role/")) return arn;
  const auto* row = ground_.tables.get({str(parts.account), ""}, rows, name_in_arn(arn));
  return row ? str(text_at(*row, "Arn")) : arn;
}

std::string TableFacts::role_in_profile(std::string_view name) const {
  const auto* profile = ground_.tables.get({scope_.account, ""}, plane::iam::kProfileRows, name);
  if (!profile) return {};
  const auto* role =
      ground_.tables.get({scope_.account, ""}, plane::iam::kRoleRows, text_at(*profile, "Role"));
  return role ? str(text_at(*role, "Arn")) : std::string();
}

}  // namespace hikae::plane::access
