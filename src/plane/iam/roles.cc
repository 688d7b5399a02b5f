#include "plane/iam/iam.h"
#include "plane/iam/policy_text.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace iam {
namespace {

Result<Value> new_role(const Ask& ask) {
  const auto name = text_at(ask.input, "RoleName");
  TRY_DO(check_iam_name("RoleName", name, 64));
  const auto trust = text_at(ask.input, "AssumeRolePolicyDocument");
  TRY_DO(check_policy(trust, PolicyUse::Trust, "MalformedPolicyDocument"));
  TRY_DO(check_policy_size(trust, hikae::iam::kTrustPolicySize, "ACLSizePerRole"));
  const auto path = TRY(path_of(ask.input));
  const auto most_seconds = TRY(session_seconds(ask.input));
  Object tags;
  add_tags(tags, list_at(ask.input, "Tags"));
  return Object{{"Path", path},
                {"RoleName", name},
                {"RoleId", new_key(ask.turn.entropy(), "AROA", 21)},
                {"Arn", iam_arn(ask.scope, "role", path, name)},
                {"CreateDate", iso(ask.turn.now())},
                {"AssumeRolePolicyDocument", trust},
                {"Description", text_at(ask.input, "Description")},
                {"MaxSessionDuration", most_seconds},
                {"Tags", std::move(tags)},
                {"Policies", Object()},
                {"Attached", Object()}};
}

Result<Value> create_role(const Ask& ask) {
  auto role = TRY(new_role(ask));
  const auto name = str(text_at(role, "RoleName"));
  if (row(ask, kRoleRows, name))
    return aws::aws_error("EntityAlreadyExists", "Role with name " + name + " already exists.");
  auto answer = Object{{"Role", shown_role(role)}};
  put(ask, kRoleRows, name, std::move(role));
  return answer;
}

Result<Value> get_role(const Ask& ask) {
  const auto* role = TRY(role_of(ask));
  return Object{{"Role", shown_role(*role)}};
}

Result<Value> list_roles(const Ask& ask) {
  const auto prefix = text_at(ask.input, "PathPrefix", "/");
  std::vector<const Value*> wanted;
  for (const auto& [name, role] : rows(ask, kRoleRows))
    if (text_at(role, "Path").starts_with(prefix)) wanted.push_back(&role);
  const auto page = TRY(page_of(ask.input, wanted.size(), kPageItems, kPageWords));
  Array roles;
  for (std::size_t i = 0; i < page.count; ++i) roles.push_back(shown_role(*wanted[page.first + i]));
  Object answer{{"Roles", std::move(roles)}};
  end_page(answer, page);
  return answer;
}

Result<Value> delete_role(const Ask& ask) {
  const auto* role = TRY(role_of(ask));
  if (!object_at(*role, "Policies").empty())
    return aws::aws_error("DeleteConflict", "Cannot delete entity, must delete policies first.");
  if (!object_at(*role, "Attached").empty())
    return aws::aws_error("DeleteConflict",
                          "Cannot delete entity, must detach all policies first.");
  if (is_in_profile(ask, text_at(ask.input, "RoleName")))
    return aws::aws_error("DeleteConflict",
                          "Cannot delete entity, must remove roles from instance profile first.");
  erase(ask, kRoleRows, text_at(ask.input, "RoleName"));
  return Object();
}

}  // namespace
}  // namespace iam

Iam::Iam(engine::Kernel& kernel, const SecretBox& box) : Service("iam", kernel), box_(box) {
  add_roles();
  add_role_changes();
  add_role_policies();
  add_user_policies();
  add_attachments();
  add_policies();
  add_instance_profiles();
  add_users();
  add_access_keys();
}

void Iam::add_roles() {
  on("CreateRole", iam::create_role);
  on("GetRole", iam::get_role);
  on("ListRoles", iam::list_roles);
  on("DeleteRole", iam::delete_role);
}

}  // namespace hikae::plane
