// What may change of a role: its trust, description, longest session, tags.
#include "plane/iam/iam.h"
#include "plane/iam/policy_text.h"
#include "plane/iam/rows.h"

namespace hikae::plane {
namespace iam {
namespace {

constexpr std::size_t kRoleTags = 50;  // IAM's own

void put_changed(const Ask& ask, Value role) {
  put(ask, kRoleRows, text_at(ask.input, "RoleName"), std::move(role));
}

Result<Value> update_trust(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  const auto trust = text_at(ask.input, "PolicyDocument");
  TRY_DO(check_policy(trust, PolicyUse::Trust, "MalformedPolicyDocument"));
  TRY_DO(check_policy_size(trust, hikae::iam::kTrustPolicySize, "ACLSizePerRole"));
  role.as_object()["AssumeRolePolicyDocument"] = trust;
  put_changed(ask, std::move(role));
  return Object();
}

Result<Value> update_role(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  if (find(ask.input, "MaxSessionDuration"))
    role.as_object()["MaxSessionDuration"] = TRY(session_seconds(ask.input));
  if (const auto* text = find(ask.input, "Description")) role.as_object()["Description"] = *text;
  put_changed(ask, std::move(role));
  return Object();
}

Result<Value> update_description(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  role.as_object()["Description"] = text_at(ask.input, "Description");
  Object answer{{"Role", shown_role(role)}};
  put_changed(ask, std::move(role));
  return answer;
}

/// TagRole gives Tags, UntagRole gives TagKeys.
Result<Value> change_tags(const Ask& ask) {
  auto role = *TRY(role_of(ask));
  Object tags = object_at(role, "Tags");
  add_tags(tags, list_at(ask.input, "Tags"));
  drop_tags(tags, list_at(ask.input, "TagKeys"));
  if (tags.size() > kRoleTags)
    return aws::aws_error("LimitExceeded", "Cannot exceed quota for TagsPerRole: 50");
  role.as_object()["Tags"] = std::move(tags);
  put_changed(ask, std::move(role));
  return Object();
}

Result<Value> list_role_tags(const Ask& ask) {
  const auto tags = list_of_tags(object_at(*TRY(role_of(ask)), "Tags"));
  const auto page = TRY(page_of(ask.input, tags.size(), kPageItems, kPageWords));
  const auto first = tags.begin() + static_cast<std::ptrdiff_t>(page.first);
  Object answer{{"Tags", Array(first, first + static_cast<std::ptrdiff_t>(page.count))}};
  end_page(answer, page);
  return answer;
}

}  // namespace

Result<std::int64_t> session_seconds(const Value& input) {
  const auto given = int_at(input, "MaxSessionDuration").value_or(3600);
  if (given >= 3600 && given <= 43'200) return given;
  return aws::aws_error("ValidationError", "MaxSessionDuration " + std::to_string(given) +
                                               " is not between 3600 and 43200 seconds");
}

}  // namespace iam

void Iam::add_role_changes() {
  on("UpdateAssumeRolePolicy", iam::update_trust);
  on("UpdateRole", iam::update_role);
  on("UpdateRoleDescription", iam::update_description);
  on("TagRole", iam::change_tags);
  on("UntagRole", iam::change_tags);
  on("ListRoleTags", iam::list_role_tags);
}

}  // namespace hikae::plane
