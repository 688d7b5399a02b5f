// Policies of the account's own: one version each.
#include "plane/iam/iam.h"
#include "plane/iam/policy_text.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace iam {
namespace {

std::int64_t attachments_of(const Ask& ask, std::string_view arn) {
  std::int64_t count = 0;
  for (const auto& [name, role] : rows(ask, kRoleRows))
    count += find(object_at(role, "Attached"), arn) != nullptr;
  return count;
}

Object shown_policy(const Ask& ask, const Value& policy) {
  auto shown = members_of_object(
      policy, {"PolicyName", "PolicyId", "Arn", "Path", "Description", "CreateDate", "UpdateDate"});
  shown["DefaultVersionId"] = "v1";
  shown["AttachmentCount"] = attachments_of(ask, text_at(policy, "Arn"));
  shown["IsAttachable"] = true;
  const auto& tags = object_at(policy, "Tags");
  if (!tags.empty()) shown["Tags"] = list_of_tags(tags);
  return shown;
}

Result<Value> new_policy(const Ask& ask) {
  const auto name = text_at(ask.input, "PolicyName");
  const auto text = text_at(ask.input, "PolicyDocument");
  TRY_DO(check_iam_name("PolicyName", name, 128));
  TRY_DO(check_policy(text, PolicyUse::Identity, "MalformedPolicyDocument"));
  if (text.size() > kPolicyBytes)
    return aws::aws_error("LimitExceeded", "A policy has at most 10,240 bytes.");
  const auto path = TRY(path_of(ask.input));
  const auto now = iso(ask.turn.now());
  Object tags;
  add_tags(tags, list_at(ask.input, "Tags"));
  return Object{{"PolicyName", name},
                {"PolicyId", new_key(ask.turn.entropy(), "ANPA", 21)},
                {"Arn", iam_arn(ask.scope, "policy", path, name)},
                {"Path", path},
                {"Description", text_at(ask.input, "Description")},
                {"CreateDate", now},
                {"UpdateDate", now},
                {"PolicyDocument", text},
                {"Tags", std::move(tags)}};
}

Result<Value> create_policy(const Ask& ask) {
  auto policy = TRY(new_policy(ask));
  const auto arn = str(text_at(policy, "Arn"));
  if (row(ask, kPolicyRows, arn))
    return aws::aws_error("EntityAlreadyExists", "A policy called " +
                                                     str(text_at(policy, "PolicyName")) +
                                                     " already exists. Duplicate names are not "
                                                     "allowed.");
  auto answer = Object{{"Policy", shown_policy(ask, policy)}};
  put(ask, kPolicyRows, arn, std::move(policy));
  return answer;
}

Result<const Value*> policy_of(const Ask& ask) {
  const auto arn = text_at(ask.input, "PolicyArn");
  if (const auto* policy = row(ask, kPolicyRows, arn)) return policy;
  return aws::aws_error("NoSuchEntity", "Policy " + str(arn) + " was not found.");
}

Result<Value> get_policy(const Ask& ask) {
  const auto* policy = TRY(policy_of(ask));
  return Object{{"Policy", shown_policy(ask, *policy)}};
}

Result<Value> delete_policy(const Ask& ask) {
  TRY(policy_of(ask));
  const auto arn = text_at(ask.input, "PolicyArn");
  if (attachments_of(ask, arn) > 0)
    return aws::aws_error("DeleteConflict",
                          "Cannot delete a policy attached to entities. Detach it first.");
  erase(ask, kPolicyRows, arn);
  return Object();
}

}  // namespace
}  // namespace iam

void Iam::add_policies() {
  on("CreatePolicy", iam::create_policy);
  on("GetPolicy", iam::get_policy);
  on("DeletePolicy", iam::delete_policy);
}

}  // namespace hikae::plane
