// Instance profiles: what an instance carries so that its programs have a role.
#include "plane/iam/iam.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace iam {
namespace {

Result<const Value*> profile_of(const Ask& ask) {
  const auto name = text_at(ask.input, "InstanceProfileName");
  if (const auto* found = row(ask, kProfileRows, name)) return found;
  return aws::aws_error("NoSuchEntity", "Instance Profile " + str(name) + " cannot be found.");
}

Object shown_profile(const Ask& ask, const Value& profile) {
  auto shown = members_of_object(
      profile, {"Path", "InstanceProfileName", "InstanceProfileId", "Arn", "CreateDate"});
  Array roles;
  if (const auto* role = row(ask, kRoleRows, text_at(profile, "Role")))
    roles.push_back(shown_role(*role));
  shown["Roles"] = std::move(roles);
  const auto& tags = object_at(profile, "Tags");
  if (!tags.empty()) shown["Tags"] = list_of_tags(tags);
  return shown;
}

Result<Value> create_profile(const Ask& ask) {
  const auto name = text_at(ask.input, "InstanceProfileName");
  TRY_DO(check_iam_name("InstanceProfileName", name, 128));
  const auto path = TRY(path_of(ask.input));
  if (row(ask, kProfileRows, name))
    return aws::aws_error("EntityAlreadyExists",
                          "Instance Profile " + str(name) + " already exists.");
  Object tags;
  add_tags(tags, list_at(ask.input, "Tags"));
  Value profile = Object{{"Path", path},
                         {"InstanceProfileName", name},
                         {"InstanceProfileId", new_key(ask.turn.entropy(), "AIPA", 21)},
                         {"Arn", iam_arn(ask.scope, "instance-profile", path, name)},
                         {"CreateDate", iso(ask.turn.now())},
                         {"Tags", std::move(tags)}};
  Object answer{{"InstanceProfile", shown_profile(ask, profile)}};
  put(ask, kProfileRows, name, std::move(profile));
  return answer;
}

Result<Value> get_profile(const Ask& ask) {
  return Object{{"InstanceProfile", shown_profile(ask, *TRY(profile_of(ask)))}};
}

/// A page of those that pass.
template <class Passes>
Result<Value> page_of_profiles(const Ask& ask, Passes passes) {
  std::vector<const Value*> wanted;
  for (const auto& [name, profile] : rows(ask, kProfileRows))
    if (passes(profile)) wanted.push_back(&profile);
  const auto page = TRY(page_of(ask.input, wanted.size(), kPageItems, kPageWords));
  Array shown;
  for (std::size_t i = 0; i < page.count; ++i)
    shown.push_back(shown_profile(ask, *wanted[page.first + i]));
  Object answer{{"InstanceProfiles", std::move(shown)}};
  end_page(answer, page);
  return answer;
}

Result<Value> list_profiles(const Ask& ask) {
  const auto prefix = text_at(ask.input, "PathPrefix", "/");
  return page_of_profiles(
      ask, [&](const Value& profile) { return text_at(profile, "Path").starts_with(prefix); });
}

Result<Value> list_profiles_of_role(const Ask& ask) {
  const auto role = text_at(*TRY(role_of(ask)), "RoleName");
  return page_of_profiles(ask,
                          [&](const Value& profile) { return text_at(profile, "Role") == role; });
}

Result<Value> add_role(const Ask& ask) {
  auto profile = *TRY(profile_of(ask));
  TRY(role_of(ask));
  if (!text_at(profile, "Role").empty())
    return aws::aws_error("LimitExceeded",
                          "Cannot exceed quota for InstanceSessionsPerInstanceProfile: 1");
  profile.as_object()["Role"] = text_at(ask.input, "RoleName");
  put(ask, kProfileRows, text_at(ask.input, "InstanceProfileName"), std::move(profile));
  return Object();
}

Result<Value> remove_role(const Ask& ask) {
  auto profile = *TRY(profile_of(ask));
  const auto role = text_at(ask.input, "RoleName");
  if (text_at(profile, "Role") != role)
    return aws::aws_error("NoSuchEntity", "The role with name " + str(role) +
                                              " cannot be found in this instance profile.");
  profile.as_object().erase("Role");
  put(ask, kProfileRows, text_at(ask.input, "InstanceProfileName"), std::move(profile));
  return Object();
}

Result<Value> delete_profile(const Ask& ask) {
  const auto* profile = TRY(profile_of(ask));
  if (!text_at(*profile, "Role").empty())
    return aws::aws_error("DeleteConflict",
                          "Cannot delete entity, must remove roles from instance profile first.");
  erase(ask, kProfileRows, text_at(ask.input, "InstanceProfileName"));
  return Object();
}

}  // namespace

bool is_in_profile(const Ask& ask, std::string_view role_name) {
  for (const auto& [name, profile] : rows(ask, kProfileRows))
    if (text_at(profile, "Role") == role_name) return true;
  return false;
}

}  // namespace iam

void Iam::add_instance_profiles() {
  on("CreateInstanceProfile", iam::create_profile);
  on("GetInstanceProfile", iam::get_profile);
  on("ListInstanceProfiles", iam::list_profiles);
  on("ListInstanceProfilesForRole", iam::list_profiles_of_role);
  on("AddRoleToInstanceProfile", iam::add_role);
  on("RemoveRoleFromInstanceProfile", iam::remove_role);
  on("DeleteInstanceProfile", iam::delete_profile);
}

}  // namespace hikae::plane
