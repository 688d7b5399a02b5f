// Policies written into a role, and policies attached to it.
#include <algorithm>

#include "plane/iam/iam.h"
#include "plane/iam/policy_text.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace iam {
namespace {

constexpr std::string_view kAwsManaged = "arn:aws:iam::aws:policy/";

void put_role(const Ask& ask, Value role) {
  put(ask, kRoleRows, text_at(ask.input, "RoleName"), std::move(role));
}

std::unexpected<Error> no_such_policy(std::string_view role, std::string_view policy) {
  return aws::aws_error("NoSuchEntity", "The role policy with name " + str(policy) +
                                            " cannot be found on role " + str(role) + ".");
}

std::size_t bytes_of(const Object& policies) {
  std::size_t bytes = 0;
  for (const auto& [name, text] : policies) bytes += text_of(text).size();
  return bytes;
}

Result<Value> put_role_policy(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  const auto name = text_at(ask.input, "PolicyName");
  const auto text = text_at(ask.input, "PolicyDocument");
  TRY_DO(check_iam_name("PolicyName", name, 128));
  TRY_DO(check_policy(text, PolicyUse::Identity, "MalformedPolicyDocument"));
  auto& policies = role.as_object()["Policies"].as_object();
  policies[name] = text;
  if (bytes_of(policies) > kPolicyBytes)
    return aws::aws_error("LimitExceeded",
                          "Maximum policy size of " + std::to_string(kPolicyBytes) +
                              " bytes exceeded for role " + str(text_at(ask.input, "RoleName")));
  put_role(ask, std::move(role));
  return Object();
}

Result<Value> get_role_policy(const Ask& ask) {
  const auto* role = TRY(role_of(ask));
  const auto role_name = text_at(ask.input, "RoleName");
  const auto name = text_at(ask.input, "PolicyName");
  const auto* text = find(object_at(*role, "Policies"), name);
  if (!text) return no_such_policy(role_name, name);
  return Object{{"RoleName", role_name},
                {"PolicyName", name},
                {"PolicyDocument", percent_encoded(text_of(*text))}};
}

Result<Value> delete_role_policy(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  const auto name = text_at(ask.input, "PolicyName");
  if (role.as_object()["Policies"].as_object().erase(name) == 0)
    return no_such_policy(text_at(ask.input, "RoleName"), name);
  put_role(ask, std::move(role));
  return Object();
}

/// One page of an object's members, ordered by their key.
struct Listed {
  Page page;
  std::vector<std::pair<std::string, std::string>> members;
};

Result<Listed> list_members(const Ask& ask, const Object& object) {
  std::vector<std::pair<std::string, std::string>> all;
  for (const auto& [key, value] : object) all.emplace_back(str(key), str(text_of(value)));
  std::ranges::sort(all);
  Listed listed;
  listed.page = TRY(page_of(ask.input, all.size(), kPageItems, kPageWords));
  for (std::size_t i = 0; i < listed.page.count; ++i)
    listed.members.push_back(std::move(all[listed.page.first + i]));
  return listed;
}

Result<Value> list_role_policies(const Ask& ask) {
  const auto* role = TRY(role_of(ask));
  const auto listed = TRY(list_members(ask, object_at(*role, "Policies")));
  Array names;
  for (const auto& [name, text] : listed.members) names.emplace_back(name);
  Object answer{{"PolicyNames", std::move(names)}};
  end_page(answer, listed.page);
  return answer;
}

/// AWS's own policies are known by their form; the account's own must be there.
Result<> check_attachable(const Ask& ask, std::string_view arn) {
  if (arn.starts_with(kAwsManaged) && arn.size() > kAwsManaged.size()) return {};
  if (row(ask, kPolicyRows, arn)) return {};
  return aws::aws_error("NoSuchEntity",
                        "Policy " + str(arn) + " does not exist or is not attachable.");
}

Result<Value> attach_role_policy(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  const auto arn = text_at(ask.input, "PolicyArn");
  TRY_DO(check_attachable(ask, arn));
  role.as_object()["Attached"].as_object()[arn] = name_in_arn(arn);
  put_role(ask, std::move(role));
  return Object();
}

Result<Value> detach_role_policy(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  const auto arn = text_at(ask.input, "PolicyArn");
  if (role.as_object()["Attached"].as_object().erase(arn) == 0)
    return aws::aws_error("NoSuchEntity", "Policy " + str(arn) + " was not found.");
  put_role(ask, std::move(role));
  return Object();
}

Result<Value> list_attached(const Ask& ask) {
  const auto* role = TRY(role_of(ask));
  const auto listed = TRY(list_members(ask, object_at(*role, "Attached")));
  Array policies;
  for (const auto& [arn, name] : listed.members)
    policies.push_back(Object{{"PolicyName", name}, {"PolicyArn", arn}});
  Object answer{{"AttachedPolicies", std::move(policies)}};
  end_page(answer, listed.page);
  return answer;
}

}  // namespace
}  // namespace iam

void Iam::add_role_policies() {
  on("PutRolePolicy", iam::put_role_policy);
  on("GetRolePolicy", iam::get_role_policy);
  on("DeleteRolePolicy", iam::delete_role_policy);
  on("ListRolePolicies", iam::list_role_policies);
}

void Iam::add_attachments() {
  on("AttachRolePolicy", iam::attach_role_policy);
  on("DetachRolePolicy", iam::detach_role_policy);
  on("ListAttachedRolePolicies", iam::list_attached);
}

}  // namespace hikae::plane
