// Policies by themselves: the account's own, each with up to five versions, and those of AWS.
#include <algorithm>

#include "plane/iam/aws_managed.h"
#include "plane/iam/iam.h"
#include "plane/iam/policy_text.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace iam {
namespace {

constexpr std::size_t kPolicyVersions = 5;  // IAM's own
constexpr std::size_t kEntityTags = 50;

bool is_attached(const Value& entity, std::string_view arn) {
  return find(object_at(entity, "Attached"), arn) != nullptr;
}

std::int64_t attachments_of(const Ask& ask, std::string_view arn) {
  std::int64_t count = 0;
  for (const auto kind : {kRoleRows, kUserRows})
    for (const auto& [name, entity] : rows(ask, kind)) count += is_attached(entity, arn);
  return count;
}

Object shown_policy(const Ask& ask, const Value& policy) {
  auto shown = members_of_object(policy, {"PolicyName", "PolicyId", "Arn", "Path", "Description",
                                          "CreateDate", "UpdateDate", "DefaultVersionId"});
  shown["AttachmentCount"] = attachments_of(ask, text_at(policy, "Arn"));
  shown["PermissionsBoundaryUsageCount"] = 0;
  shown["IsAttachable"] = true;
  const auto& tags = object_at(policy, "Tags");
  if (!tags.empty()) shown["Tags"] = list_of_tags(tags);
  return shown;
}

/// A policy of AWS, as a row: what hikae does not know of it is left out.
Value row_of_managed(std::string_view arn) {
  constexpr std::string_view kSince = "2015-02-06T18:40:00Z";
  const auto* known = managed_policy(arn);
  const auto name = name_in_arn(arn);
  const auto path = arn.substr(kAwsManaged.size() - 1);
  const auto version = known ? known->version : std::string_view("v1");
  Object row{{"PolicyName", name},
             {"PolicyId", "ANPA" + upper_hex_of(arn, 17)},
             {"Arn", arn},
             {"Path", path.substr(0, path.rfind('/') + 1)},
             {"CreateDate", kSince},
             {"UpdateDate", kSince},
             {"DefaultVersionId", version}};
  Array versions;
  if (known && !known->document.empty())
    versions.push_back(
        Object{{"VersionId", version}, {"Document", known->document}, {"CreateDate", kSince}});
  row["Versions"] = std::move(versions);
  return row;
}

Object new_version(const Ask& ask, std::int64_t number, std::string_view document) {
  return Object{{"VersionId", "v" + std::to_string(number)},
                {"Document", document},
                {"CreateDate", iso(ask.turn.now())}};
}

Result<> check_document(std::string_view text) {
  TRY_DO(check_policy(text, PolicyUse::Identity, "MalformedPolicyDocument"));
  TRY_DO(check_policy_size(text, hikae::iam::kManagedPolicySize, "PolicySize"));
  if (text.size() <= kPolicyBytes) return {};
  return aws::aws_error("LimitExceeded", "A policy has at most 10,240 bytes.");
}

Result<Value> new_policy(const Ask& ask) {
  const auto name = text_at(ask.input, "PolicyName");
  const auto text = text_at(ask.input, "PolicyDocument");
  TRY_DO(check_iam_name("PolicyName", name, 128));
  TRY_DO(check_document(text));
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
                {"DefaultVersionId", "v1"},
                {"LastVersion", 1},
                {"Versions", Array{new_version(ask, 1, text)}},
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

std::unexpected<Error> no_policy(std::string_view arn) {
  return aws::aws_error("NoSuchEntity", "Policy " + str(arn) + " was not found.");
}

/// The account's own, or one of AWS.
Result<Value> policy_of(const Ask& ask) {
  const auto arn = text_at(ask.input, "PolicyArn");
  if (is_aws_managed(arn)) return row_of_managed(arn);
  if (const auto* policy = row(ask, kPolicyRows, arn)) return *policy;
  return no_policy(arn);
}

/// Only the account's own can be changed.
Result<Value> own_policy(const Ask& ask) {
  const auto arn = text_at(ask.input, "PolicyArn");
  if (is_aws_managed(arn))
    return aws::aws_error("AccessDenied", "Policy " + str(arn) + " is AWS's: nobody changes it");
  return policy_of(ask);
}

Result<Value> get_policy(const Ask& ask) {
  return Object{{"Policy", shown_policy(ask, TRY(policy_of(ask)))}};
}

Result<Value> delete_policy(const Ask& ask) {
  const auto policy = TRY(own_policy(ask));
  const auto arn = text_at(ask.input, "PolicyArn");
  if (attachments_of(ask, arn) > 0)
    return aws::aws_error("DeleteConflict",
                          "Cannot delete a policy attached to entities. Detach it first.");
  if (list_at(policy, "Versions").size() > 1)
    return aws::aws_error("DeleteConflict",
                          "This policy has more than one version. Before you delete a policy, you "
                          "must delete the policy's versions. The default version is deleted with "
                          "the policy.");
  erase(ask, kPolicyRows, arn);
  return Object();
}

Result<Value> list_policies(const Ask& ask) {
  const auto scope = text_at(ask.input, "Scope", "All");
  const auto prefix = text_at(ask.input, "PathPrefix", "/");
  std::vector<Value> all;
  if (scope != "AWS")
    for (const auto& [arn, policy] : rows(ask, kPolicyRows)) all.push_back(policy);
  if (scope != "Local")
    for (const auto& managed : managed_policies()) all.push_back(row_of_managed(managed.arn()));
  std::erase_if(all, [&](const Value& policy) {
    const bool is_wanted =
        text_at(policy, "Path").starts_with(prefix) &&
        (!is_true_at(ask.input, "OnlyAttached") || attachments_of(ask, text_at(policy, "Arn")) > 0);
    return !is_wanted;
  });
  const auto page = TRY(page_of(ask.input, all.size(), kPageItems, kPageWords));
  Array policies;
  for (std::size_t i = 0; i < page.count; ++i) {
    auto shown = shown_policy(ask, all[page.first + i]);
    for (const auto* member : {"Tags", "Description"}) shown.erase(member);
    policies.push_back(std::move(shown));
  }
  Object answer{{"Policies", std::move(policies)}};
  end_page(answer, page);
  return answer;
}

// Versions.

Object shown_version(const Value& policy, const Value& version) {
  return Object{
      {"VersionId", text_at(version, "VersionId")},
      {"IsDefaultVersion", text_at(version, "VersionId") == text_at(policy, "DefaultVersionId")},
      {"CreateDate", text_at(version, "CreateDate")}};
}

Result<const Value*> version_in(const Value& policy, std::string_view id) {
  for (const auto& version : list_at(policy, "Versions"))
    if (text_at(version, "VersionId") == id) return &version;
  return aws::aws_error("NoSuchEntity", "Policy " + str(text_at(policy, "Arn")) + " version " +
                                            str(id) + " does not exist or is not attachable.");
}

Result<Value> get_version(const Ask& ask) {
  const auto policy = TRY(policy_of(ask));
  const auto* version = TRY(version_in(policy, text_at(ask.input, "VersionId")));
  auto shown = shown_version(policy, *version);
  shown["Document"] = percent_encoded(text_at(*version, "Document"));
  return Object{{"PolicyVersion", std::move(shown)}};
}

Result<Value> list_versions(const Ask& ask) {
  const auto policy = TRY(policy_of(ask));
  const auto& versions = list_at(policy, "Versions");
  const auto page = TRY(page_of(ask.input, versions.size(), kPageItems, kPageWords));
  Array shown;
  // The newest first.
  for (std::size_t i = 0; i < page.count; ++i)
    shown.push_back(shown_version(policy, versions[versions.size() - 1 - page.first - i]));
  Object answer{{"Versions", std::move(shown)}};
  end_page(answer, page);
  return answer;
}

void put_policy(const Ask& ask, Value policy) {
  policy.as_object()["UpdateDate"] = iso(ask.turn.now());
  put(ask, kPolicyRows, text_at(ask.input, "PolicyArn"), std::move(policy));
}

Result<Value> create_version(const Ask& ask) {
  auto policy = TRY(own_policy(ask));
  const auto text = text_at(ask.input, "PolicyDocument");
  TRY_DO(check_document(text));
  auto& versions = policy.as_object()["Versions"].as_array();
  if (versions.size() >= kPolicyVersions)
    return aws::aws_error("LimitExceeded",
                          "A managed policy can have up to 5 versions. Before you create a new "
                          "version, you must delete an existing version.");
  const auto number = int_at(policy, "LastVersion").value_or(1) + 1;
  auto version = new_version(ask, number, text);
  policy.as_object()["LastVersion"] = number;
  if (is_true_at(ask.input, "SetAsDefault"))
    policy.as_object()["DefaultVersionId"] = text_at(version, "VersionId");
  auto shown = shown_version(policy, version);
  versions.push_back(std::move(version));
  put_policy(ask, std::move(policy));
  return Object{{"PolicyVersion", std::move(shown)}};
}

Result<Value> delete_version(const Ask& ask) {
  auto policy = TRY(own_policy(ask));
  const auto id = text_at(ask.input, "VersionId");
  TRY(version_in(policy, id));
  if (id == text_at(policy, "DefaultVersionId"))
    return aws::aws_error("DeleteConflict", "Cannot delete the default version of a policy.");
  auto& versions = policy.as_object()["Versions"].as_array();
  versions.erase(std::ranges::find_if(
      versions, [&](const Value& one) { return text_at(one, "VersionId") == id; }));
  put_policy(ask, std::move(policy));
  return Object();
}

Result<Value> set_default(const Ask& ask) {
  auto policy = TRY(own_policy(ask));
  const auto id = text_at(ask.input, "VersionId");
  TRY(version_in(policy, id));
  policy.as_object()["DefaultVersionId"] = id;
  put_policy(ask, std::move(policy));
  return Object();
}

// Who has it.

Array entities_with(const Ask& ask, std::string_view kind, std::string_view arn,
                    std::initializer_list<std::string_view> members) {
  const auto prefix = text_at(ask.input, "PathPrefix", "/");
  Array found;
  for (const auto& [name, entity] : rows(ask, kind))
    if (is_attached(entity, arn) && text_at(entity, "Path", "/").starts_with(prefix))
      found.push_back(members_of_object(entity, members));
  return found;
}

Result<Value> list_entities(const Ask& ask) {
  TRY(policy_of(ask));
  const auto arn = text_at(ask.input, "PolicyArn");
  const auto only = text_at(ask.input, "EntityFilter");
  Object answer{{"PolicyGroups", Array()}, {"PolicyUsers", Array()}, {"PolicyRoles", Array()}};
  if (only.empty() || only == "Role")
    answer["PolicyRoles"] = entities_with(ask, kRoleRows, arn, {"RoleName", "RoleId"});
  if (only.empty() || only == "User")
    answer["PolicyUsers"] = entities_with(ask, kUserRows, arn, {"UserName", "UserId"});
  answer["IsTruncated"] = false;
  return answer;
}

Result<Value> tag_policy(const Ask& ask) {
  auto policy = TRY(own_policy(ask));
  Object tags = object_at(policy, "Tags");
  add_tags(tags, list_at(ask.input, "Tags"));
  if (tags.size() > kEntityTags)
    return aws::aws_error("LimitExceeded", "Cannot exceed quota for TagsPerPolicy: 50");
  policy.as_object()["Tags"] = std::move(tags);
  put(ask, kPolicyRows, text_at(ask.input, "PolicyArn"), std::move(policy));
  return Object();
}

Result<Value> untag_policy(const Ask& ask) {
  auto policy = TRY(own_policy(ask));
  Object tags = object_at(policy, "Tags");
  drop_tags(tags, list_at(ask.input, "TagKeys"));
  policy.as_object()["Tags"] = std::move(tags);
  put(ask, kPolicyRows, text_at(ask.input, "PolicyArn"), std::move(policy));
  return Object();
}

Result<Value> list_policy_tags(const Ask& ask) {
  const auto policy = TRY(policy_of(ask));
  return Object{{"Tags", list_of_tags(object_at(policy, "Tags"))}, {"IsTruncated", false}};
}

}  // namespace
}  // namespace iam

void Iam::add_policies() {
  on("CreatePolicy", iam::create_policy);
  on("GetPolicy", iam::get_policy);
  on("DeletePolicy", iam::delete_policy);
  on("ListPolicies", iam::list_policies);
  on("CreatePolicyVersion", iam::create_version);
  on("GetPolicyVersion", iam::get_version);
  on("ListPolicyVersions", iam::list_versions);
  on("DeletePolicyVersion", iam::delete_version);
  on("SetDefaultPolicyVersion", iam::set_default);
  on("ListEntitiesForPolicy", iam::list_entities);
  on("TagPolicy", iam::tag_policy);
  on("UntagPolicy", iam::untag_policy);
  on("ListPolicyTags", iam::list_policy_tags);
}

}  // namespace hikae::plane
