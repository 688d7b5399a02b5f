// AWS::IAM::Role, Policy and RolePolicy.
#include <algorithm>

#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

Call put_policy(std::string_view role, std::string_view name, const Value* document) {
  return {"iam",
          "PutRolePolicy",
          Object{{"RoleName", role},
                 {"PolicyName", name},
                 {"PolicyDocument", document ? json_text(*document) : "{}"}},
          {}};
}

Value role_made(std::string_view name, const Answers& answers) {
  for (const auto& answer : answers)
    if (const auto* role = find(answer, "Role"))
      return made(name,
                  Object{{"Arn", text_at(*role, "Arn")}, {"RoleId", text_at(*role, "RoleId")}});
  return made(name);
}

/// What a role carries: managed policies attached, inline ones put.
void add_policies(Chain& chain, const ResourceAsk& ask, const std::string& name) {
  for (const auto& arn : list_at(ask.properties, "ManagedPolicyArns"))
    chain.add("iam", "AttachRolePolicy", Object{{"RoleName", name}, {"PolicyArn", arn}});
  for (const auto& policy : list_at(ask.properties, "Policies")) {
    auto call = put_policy(name, text_at(policy, "PolicyName"), find(policy, "PolicyDocument"));
    chain.add(call.service, call.operation, call.input);
  }
  chain.add("iam", "GetRole", Object{{"RoleName", name}});
  chain.result = [name](const Answers& answers) { return role_made(name, answers); };
}

Chain create_role(const ResourceAsk& ask) {
  Chain chain;
  const auto name = ask.name_or_made_up("RoleName", 64);
  const auto* trust = ask.property("AssumeRolePolicyDocument");
  Object input{{"RoleName", name}, {"AssumeRolePolicyDocument", trust ? json_text(*trust) : "{}"}};
  copy_members(ask.properties, input, {"Description", "MaxSessionDuration", "Path", "Tags"});
  chain.add("iam", "CreateRole", std::move(input));
  add_policies(chain, ask, name);
  return chain;
}

bool has_policy(const ResourceAsk& ask, std::string_view name) {
  return std::ranges::any_of(list_at(ask.properties, "Policies"), [&](const Value& policy) {
    return text_at(policy, "PolicyName") == name;
  });
}

/// Description, longest session and tags.
void add_changed_facts(Chain& chain, const ResourceAsk& ask) {
  const Value role(ask.physical_id);
  if (is_changed(ask, "Description") || is_changed(ask, "MaxSessionDuration")) {
    const auto* longest = ask.property("MaxSessionDuration");
    chain.add("iam", "UpdateRole",
              Object{{"RoleName", role},
                     {"Description", ask.text("Description")},
                     {"MaxSessionDuration", longest ? *longest : Value(3600)}});
  }
  if (auto keys = dropped_tag_keys(ask); !keys.empty())
    chain.add("iam", "UntagRole", Object{{"RoleName", role}, {"TagKeys", std::move(keys)}});
  if (const auto& tags = list_at(ask.properties, "Tags"); !tags.empty())
    chain.add("iam", "TagRole", Object{{"RoleName", role}, {"Tags", tags}});
}

Chain update_role(const ResourceAsk& ask) {
  Chain chain;
  const auto* trust = ask.property("AssumeRolePolicyDocument");
  chain.add(
      "iam", "UpdateAssumeRolePolicy",
      Object{{"RoleName", ask.physical_id}, {"PolicyDocument", trust ? json_text(*trust) : "{}"}});
  for (const auto& arn : list_at(ask.previous, "ManagedPolicyArns"))
    chain.add("iam", "DetachRolePolicy", Object{{"RoleName", ask.physical_id}, {"PolicyArn", arn}});
  for (const auto& old : list_at(ask.previous, "Policies"))
    if (!has_policy(ask, text_at(old, "PolicyName")))
      chain.add("iam", "DeleteRolePolicy",
                Object{{"RoleName", ask.physical_id}, {"PolicyName", text_at(old, "PolicyName")}});
  add_changed_facts(chain, ask);
  chain.tolerated = {"NoSuchEntity"};
  add_policies(chain, ask, ask.physical_id);
  return chain;
}

Chain delete_role(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchEntity"};
  for (const auto& arn : list_at(ask.properties, "ManagedPolicyArns"))
    chain.add("iam", "DetachRolePolicy", Object{{"RoleName", ask.physical_id}, {"PolicyArn", arn}});
  for (const auto& policy : list_at(ask.properties, "Policies"))
    chain.add("iam", "DeleteRolePolicy",
              Object{{"RoleName", ask.physical_id}, {"PolicyName", text_at(policy, "PolicyName")}});
  chain.add("iam", "DeleteRole", Object{{"RoleName", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

/// An update takes it from the roles that have it no more, or have it under another name now.
Chain put_policies(const ResourceAsk& ask) {
  Chain chain;
  const auto name = str(ask.text("PolicyName"));
  const auto& roles = list_at(ask.properties, "Roles");
  for (const auto& role : list_at(ask.previous, "Roles"))
    if (ask.physical_id != name || std::ranges::find(roles, role) == roles.end())
      chain.add("iam", "DeleteRolePolicy",
                Object{{"RoleName", role}, {"PolicyName", ask.physical_id}});
  if (!ask.physical_id.empty()) chain.tolerated = {"NoSuchEntity"};
  for (const auto& role : list_at(ask.properties, "Roles")) {
    auto call = put_policy(text_of(role), name, ask.property("PolicyDocument"));
    chain.add(call.service, call.operation, call.input);
  }
  chain.result = always(made(name, Object{{"Id", name}}));
  return chain;
}

Chain delete_policies(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchEntity"};
  for (const auto& role : list_at(ask.properties, "Roles"))
    chain.add("iam", "DeleteRolePolicy",
              Object{{"RoleName", role}, {"PolicyName", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

Chain put_role_policy(const ResourceAsk& ask) {
  Chain chain;
  auto call =
      put_policy(ask.text("RoleName"), ask.text("PolicyName"), ask.property("PolicyDocument"));
  chain.add(call.service, call.operation, call.input);
  chain.result = always(made(str(ask.text("PolicyName")) + "|" + str(ask.text("RoleName"))));
  return chain;
}

Chain delete_role_policy(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchEntity"};
  chain.add("iam", "DeleteRolePolicy",
            Object{{"RoleName", ask.text("RoleName")}, {"PolicyName", ask.text("PolicyName")}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* iam_provider(std::string_view type) {
  static constexpr Provider kRole{create_role, update_role, delete_role};
  static constexpr Provider kPolicy{put_policies, put_policies, delete_policies};
  static constexpr Provider kRolePolicy{put_role_policy, put_role_policy, delete_role_policy};
  if (type == "AWS::IAM::Role") return &kRole;
  if (type == "AWS::IAM::RolePolicy") return &kRolePolicy;
  return type == "AWS::IAM::Policy" ? &kPolicy : nullptr;
}

}  // namespace hikae::plane
