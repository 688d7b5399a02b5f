// Policies written into a role or a user, and policies attached to them.
#include <algorithm>

#include "plane/iam/aws_managed.h"
#include "plane/iam/iam.h"
#include "plane/iam/policy_text.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace iam {
namespace {

/// Roles and users carry policies alike.
struct Carrier {
  std::string_view rows;
  std::string_view member;  // of the input: its name
  std::string_view word;
  Result<const Value*> (*find)(const Ask& ask);
};
constexpr Carrier kRole{kRoleRows, "RoleName", "role", role_of};
constexpr Carrier kUser{kUserRows, "UserName", "user", user_of};

void put_carrier(const Ask& ask, const Carrier& carrier, Value entity) {
  const auto name = str(text_at(entity, carrier.member));
  put(ask, carrier.rows, name, std::move(entity));
}

std::unexpected<Error> no_such_policy(const Carrier& carrier, std::string_view name,
                                      std::string_view policy) {
  const auto word = str(carrier.word);
  return aws::aws_error("NoSuchEntity", "The " + word + " policy with name " + str(policy) +
                                            " cannot be found on " + word + " " + str(name) + ".");
}

std::size_t bytes_of(const Object& policies) {
  std::size_t bytes = 0;
  for (const auto& [name, text] : policies) bytes += text_of(text).size();
  return bytes;
}

Result<Value> put_inline(const Ask& ask, const Carrier& carrier) {
  auto role = *TRY(carrier.find(ask));
  const auto name = text_at(ask.input, "PolicyName");
  const auto text = text_at(ask.input, "PolicyDocument");
  TRY_DO(check_iam_name("PolicyName", name, 128));
  TRY_DO(check_policy(text, PolicyUse::Identity, "MalformedPolicyDocument"));
  auto& policies = role.as_object()["Policies"].as_object();
  policies[name] = text;
  if (bytes_of(policies) > kPolicyBytes)
    return aws::aws_error("LimitExceeded", "Maximum policy size of " +
                                               std::to_string(kPolicyBytes) +
                                               " bytes exceeded for " + str(carrier.word) + " " +
                                               str(text_at(role, carrier.member)));
  put_carrier(ask, carrier, std::move(role));
  return Object();
}

Result<Value> get_inline(const Ask& ask, const Carrier& carrier) {
  const auto* role = TRY(carrier.find(ask));
  const auto role_name = text_at(*role, carrier.member);
  const auto name = text_at(ask.input, "PolicyName");
  const auto* text = find(object_at(*role, "Policies"), name);
  if (!text) return no_such_policy(carrier, role_name, name);
  return Object{{carrier.member, role_name},
                {"PolicyName", name},
                {"PolicyDocument", percent_encoded(text_of(*text))}};
}

Result<Value> delete_inline(const Ask& ask, const Carrier& carrier) {
  auto role = *TRY(carrier.find(ask));
  const auto name = text_at(ask.input, "PolicyName");
  if (role.as_object()["Policies"].as_object().erase(name) == 0)
    return no_such_policy(carrier, text_at(role, carrier.member), name);
  put_carrier(ask, carrier, std::move(role));
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

Result<Value> list_inline(const Ask& ask, const Carrier& carrier) {
  const auto* role = TRY(carrier.find(ask));
  const auto listed = TRY(list_members(ask, object_at(*role, "Policies")));
  Array names;
  for (const auto& [name, text] : listed.members) names.emplace_back(name);
  Object answer{{"PolicyNames", std::move(names)}};
  end_page(answer, listed.page);
  return answer;
}

/// AWS's own policies are known by their form; the account's own must be there.
Result<> check_attachable(const Ask& ask, std::string_view arn) {
  if (is_aws_managed(arn) || row(ask, kPolicyRows, arn)) return {};
  return aws::aws_error("NoSuchEntity",
                        "Policy " + str(arn) + " does not exist or is not attachable.");
}

/// "/service-role/" of "arn:aws:iam::aws:policy/service-role/name".
std::string_view path_in_arn(std::string_view arn) {
  const auto resource = parts_of_arn(arn).resource;
  const auto first = resource.find('/');
  if (first == std::string_view::npos) return "/";
  return resource.substr(first, resource.rfind('/') - first + 1);
}

Result<Value> attach(const Ask& ask, const Carrier& carrier) {
  auto role = *TRY(carrier.find(ask));
  const auto arn = text_at(ask.input, "PolicyArn");
  TRY_DO(check_attachable(ask, arn));
  role.as_object()["Attached"].as_object()[arn] = name_in_arn(arn);
  put_carrier(ask, carrier, std::move(role));
  return Object();
}

Result<Value> detach(const Ask& ask, const Carrier& carrier) {
  auto role = *TRY(carrier.find(ask));
  const auto arn = text_at(ask.input, "PolicyArn");
  if (role.as_object()["Attached"].as_object().erase(arn) == 0)
    return aws::aws_error("NoSuchEntity", "Policy " + str(arn) + " was not found.");
  put_carrier(ask, carrier, std::move(role));
  return Object();
}

Result<Value> list_attached(const Ask& ask, const Carrier& carrier) {
  const auto* role = TRY(carrier.find(ask));
  const auto prefix = text_at(ask.input, "PathPrefix", "/");
  Object wanted;
  for (const auto& [arn, name] : object_at(*role, "Attached"))
    if (path_in_arn(arn).starts_with(prefix)) wanted[arn] = name;
  const auto listed = TRY(list_members(ask, wanted));
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
  using iam::kRole;
  on("PutRolePolicy", [](const Ask& ask) { return iam::put_inline(ask, kRole); });
  on("GetRolePolicy", [](const Ask& ask) { return iam::get_inline(ask, kRole); });
  on("DeleteRolePolicy", [](const Ask& ask) { return iam::delete_inline(ask, kRole); });
  on("ListRolePolicies", [](const Ask& ask) { return iam::list_inline(ask, kRole); });
}

void Iam::add_attachments() {
  using iam::kRole;
  on("AttachRolePolicy", [](const Ask& ask) { return iam::attach(ask, kRole); });
  on("DetachRolePolicy", [](const Ask& ask) { return iam::detach(ask, kRole); });
  on("ListAttachedRolePolicies", [](const Ask& ask) { return iam::list_attached(ask, kRole); });
}

void Iam::add_user_policies() {
  using iam::kUser;
  on("PutUserPolicy", [](const Ask& ask) { return iam::put_inline(ask, kUser); });
  on("GetUserPolicy", [](const Ask& ask) { return iam::get_inline(ask, kUser); });
  on("DeleteUserPolicy", [](const Ask& ask) { return iam::delete_inline(ask, kUser); });
  on("ListUserPolicies", [](const Ask& ask) { return iam::list_inline(ask, kUser); });
  on("AttachUserPolicy", [](const Ask& ask) { return iam::attach(ask, kUser); });
  on("DetachUserPolicy", [](const Ask& ask) { return iam::detach(ask, kUser); });
  on("ListAttachedUserPolicies", [](const Ask& ask) { return iam::list_attached(ask, kUser); });
}

}  // namespace hikae::plane
