// AWS::IAM::Role, Policy, RolePolicy and InstanceProfile.
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

Chain update_role(const ResourceAsk& ask) {
  Chain chain;
  const auto* trust = ask.property("AssumeRolePolicyDocument");
  chain.add(
      "iam", "UpdateAssumeRolePolicy",
      Object{{"RoleName", ask.physical_id}, {"PolicyDocument", trust ? json_text(*trust) : "{}"}});
  for (const auto& arn : list_at(ask.previous, "ManagedPolicyArns"))
    chain.add("iam", "DetachRolePolicy", Object{{"RoleName", ask.physical_id}, {"PolicyArn", arn}});
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

Chain put_policies(const ResourceAsk& ask) {
  Chain chain;
  const auto name = str(ask.text("PolicyName"));
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

void change_roles(Chain& chain, const Value& properties, std::string_view operation,
                  const std::string& profile) {
  for (const auto& role : list_at(properties, "Roles"))
    chain.add("iam", str(operation), Object{{"InstanceProfileName", profile}, {"RoleName", role}});
}

/// Its roles, and what it has become.
void add_profile(Chain& chain, const ResourceAsk& ask, const std::string& name) {
  change_roles(chain, ask.properties, "AddRoleToInstanceProfile", name);
  chain.add("iam", "GetInstanceProfile", Object{{"InstanceProfileName", name}});
  chain.result = [name](const Answers& answers) {
    const auto* profile = find(answers.back(), "InstanceProfile");
    return made(name, Object{{"Arn", profile ? str(text_at(*profile, "Arn")) : ""}});
  };
}

Chain create_profile(const ResourceAsk& ask) {
  Chain chain;
  const auto name = ask.name_or_made_up("InstanceProfileName", 128);
  Object input{{"InstanceProfileName", name}};
  copy_members(ask.properties, input, {"Path"});
  chain.add("iam", "CreateInstanceProfile", std::move(input));
  add_profile(chain, ask, name);
  return chain;
}

Chain update_profile(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchEntity"};
  change_roles(chain, ask.previous, "RemoveRoleFromInstanceProfile", ask.physical_id);
  add_profile(chain, ask, ask.physical_id);
  return chain;
}

Chain delete_profile(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchEntity"};
  change_roles(chain, ask.properties, "RemoveRoleFromInstanceProfile", ask.physical_id);
  chain.add("iam", "DeleteInstanceProfile", Object{{"InstanceProfileName", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* iam_provider(std::string_view type) {
  static constexpr Provider kRole{create_role, update_role, delete_role};
  static constexpr Provider kPolicy{put_policies, put_policies, delete_policies};
  static constexpr Provider kRolePolicy{put_role_policy, put_role_policy, delete_role_policy};
  static constexpr Provider kProfile{create_profile, update_profile, delete_profile};
  if (type == "AWS::IAM::Role") return &kRole;
  if (type == "AWS::IAM::RolePolicy") return &kRolePolicy;
  if (type == "AWS::IAM::InstanceProfile") return &kProfile;
  return type == "AWS::IAM::Policy" ? &kPolicy : nullptr;
}

}  // namespace hikae::plane
