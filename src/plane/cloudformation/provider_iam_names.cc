// AWS::IAM::InstanceProfile and ManagedPolicy: what has a name of its own and hangs on roles.
#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

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

/// Attaches to, or detaches from, the roles and users that `properties` names.
void change_attachments(Chain& chain, const Value& properties, const char* role_operation,
                        const char* user_operation, const Chain::Step& arn) {
  const auto add_each = [&](std::string_view member, const char* operation, const char* key) {
    for (const auto& name : list_at(properties, member))
      chain.add([=](const Answers& answers) -> std::optional<Call> {
        auto call = arn(answers);
        call->operation = operation;
        call->input.as_object()[key] = name;
        return call;
      });
  };
  add_each("Roles", role_operation, "RoleName");
  add_each("Users", user_operation, "UserName");
}

/// A call that names the policy, of the answer that made it or of the id it has.
Chain::Step with_policy_arn(std::string physical_id) {
  return [physical_id](const Answers& answers) -> std::optional<Call> {
    const auto* arn = answers.empty() ? nullptr : find_path(answers[0], {"Policy", "Arn"});
    return Call{"iam", "", Object{{"PolicyArn", arn ? *arn : Value(physical_id)}}, {}};
  };
}

void show_policy(Chain& chain, const Chain::Step& arn) {
  chain.add([arn](const Answers& answers) {
    auto call = arn(answers);
    call->operation = "GetPolicy";
    return call;
  });
  chain.result = [](const Answers& answers) {
    const auto* policy = find(answers.back(), "Policy");
    if (!policy) return Value(Object{});
    Object attributes{{"PolicyArn", text_at(*policy, "Arn")}};
    copy_members(*policy, attributes,
                 {"PolicyId", "DefaultVersionId", "AttachmentCount", "CreateDate", "IsAttachable",
                  "PermissionsBoundaryUsageCount", "UpdateDate"});
    return made(text_at(*policy, "Arn"), std::move(attributes));
  };
}

Chain create_managed_policy(const ResourceAsk& ask) {
  Chain chain;
  const auto* document = ask.property("PolicyDocument");
  Object input{{"PolicyName", ask.name_or_made_up("ManagedPolicyName", 128)},
               {"PolicyDocument", document ? json_text(*document) : "{}"}};
  copy_members(ask.properties, input, {"Path", "Description"});
  chain.add("iam", "CreatePolicy", std::move(input));
  const auto path = str(ask.text("Path"));
  const auto known_arn = "arn:aws:iam::" + ask.scope.account + ":policy" +
                         (path.empty() ? "/" : path) +
                         ask.name_or_made_up("ManagedPolicyName", 128);
  const auto arn = with_policy_arn(known_arn);
  change_attachments(chain, ask.properties, "AttachRolePolicy", "AttachUserPolicy", arn);
  show_policy(chain, arn);
  return chain;
}

/// A policy holds five versions: the one before goes when the new one binds, so there are never
/// more than two of ours.
void put_version(Chain& chain, const ResourceAsk& ask) {
  const Value arn(ask.physical_id);
  chain.add("iam", "GetPolicy", Object{{"PolicyArn", arn}});
  chain.add("iam", "CreatePolicyVersion",
            Object{{"PolicyArn", arn},
                   {"PolicyDocument", json_text(*ask.property("PolicyDocument"))},
                   {"SetAsDefault", true}});
  chain.add([arn](const Answers& answers) -> std::optional<Call> {
    const auto* before = find_path(answers[0], {"Policy", "DefaultVersionId"});
    if (!before) return std::nullopt;
    return Call{
        "iam", "DeletePolicyVersion", Object{{"PolicyArn", arn}, {"VersionId", *before}}, {}};
  });
}

Chain update_managed_policy(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchEntity"};
  if (is_changed(ask, "PolicyDocument") && ask.property("PolicyDocument")) put_version(chain, ask);
  const auto arn = with_policy_arn(ask.physical_id);
  change_attachments(chain, ask.previous, "DetachRolePolicy", "DetachUserPolicy", arn);
  change_attachments(chain, ask.properties, "AttachRolePolicy", "AttachUserPolicy", arn);
  show_policy(chain, arn);
  return chain;
}

Chain delete_managed_policy(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"NoSuchEntity"};
  const auto arn = with_policy_arn(ask.physical_id);
  change_attachments(chain, ask.properties, "DetachRolePolicy", "DetachUserPolicy", arn);
  chain.add("iam", "DeletePolicy", Object{{"PolicyArn", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* iam_named_provider(std::string_view type) {
  static constexpr Provider kProfile{create_profile, update_profile, delete_profile};
  static constexpr Provider kPolicy{create_managed_policy, update_managed_policy,
                                    delete_managed_policy};
  if (type == "AWS::IAM::InstanceProfile") return &kProfile;
  return type == "AWS::IAM::ManagedPolicy" ? &kPolicy : nullptr;
}

}  // namespace hikae::plane
