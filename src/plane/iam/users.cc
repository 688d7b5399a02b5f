// Users of the account, and a few words about the account itself.
#include "plane/iam/aws_managed.h"
#include "plane/iam/iam.h"
#include "plane/iam/rows.h"
#include "plane/sts/keys.h"

namespace hikae::plane {
namespace iam {
namespace {

constexpr std::size_t kUserTags = 50;

Object shown_user(const Value& user) {
  auto shown = members_of_object(user, {"Path", "UserName", "UserId", "Arn", "CreateDate"});
  const auto& tags = object_at(user, "Tags");
  if (!tags.empty()) shown["Tags"] = list_of_tags(tags);
  return shown;
}

Result<Value> create_user(const Ask& ask) {
  const auto name = text_at(ask.input, "UserName");
  TRY_DO(check_iam_name("UserName", name, 64));
  const auto path = TRY(path_of(ask.input));
  if (row(ask, kUserRows, name))
    return aws::aws_error("EntityAlreadyExists",
                          "User with name " + str(name) + " already exists.");
  Object tags;
  add_tags(tags, list_at(ask.input, "Tags"));
  Value user = Object{{"Path", path},
                      {"UserName", name},
                      {"UserId", new_key(ask.turn.entropy(), "AIDA", 21)},
                      {"Arn", iam_arn(ask.scope, "user", path, name)},
                      {"CreateDate", iso(ask.turn.now())},
                      {"Tags", std::move(tags)},
                      {"Policies", Object()},
                      {"Attached", Object()}};
  Object answer{{"User", shown_user(user)}};
  put(ask, kUserRows, name, std::move(user));
  return answer;
}

/// Without a name: whoever asks; one who has no row (the installation's own) is shown too.
Result<Value> get_user(const Ask& ask) {
  const auto found = user_of(ask);
  if (found) return Object{{"User", shown_user(**found)}};
  const auto name = user_named(ask);
  if (!text_at(ask.input, "UserName").empty()) return std::unexpected(found.error());
  return Object{{"User", Object{{"Path", "/"},
                                {"UserName", name},
                                {"UserId", name},
                                {"Arn", iam_arn(ask.scope, "user", "/", name)},
                                {"CreateDate", iso(ask.turn.now())}}}};
}

Result<Value> list_users(const Ask& ask) {
  const auto prefix = text_at(ask.input, "PathPrefix", "/");
  std::vector<const Value*> wanted;
  for (const auto& [name, user] : rows(ask, kUserRows))
    if (text_at(user, "Path").starts_with(prefix)) wanted.push_back(&user);
  const auto page = TRY(page_of(ask.input, wanted.size(), kPageItems, kPageWords));
  Array users;
  for (std::size_t i = 0; i < page.count; ++i) users.push_back(shown_user(*wanted[page.first + i]));
  Object answer{{"Users", std::move(users)}};
  end_page(answer, page);
  return answer;
}

Result<Value> delete_user(const Ask& ask) {
  const auto* user = TRY(user_of(ask));
  const auto name = str(text_at(*user, "UserName"));
  const auto conflict = [](std::string_view what) {
    return aws::aws_error("DeleteConflict", "Cannot delete entity, must " + str(what) + " first.");
  };
  if (!keys_of_user(ask, name).empty()) return conflict("delete access keys");
  if (!object_at(*user, "Policies").empty()) return conflict("delete policies");
  if (!object_at(*user, "Attached").empty()) return conflict("detach all policies");
  erase(ask, kUserRows, name);
  return Object();
}

Result<Value> tag_user(const Ask& ask) {
  auto user = *TRY(user_of(ask));
  Object tags = object_at(user, "Tags");
  add_tags(tags, list_at(ask.input, "Tags"));
  drop_tags(tags, list_at(ask.input, "TagKeys"));
  if (tags.size() > kUserTags)
    return aws::aws_error("LimitExceeded", "Cannot exceed quota for TagsPerUser: 50");
  user.as_object()["Tags"] = std::move(tags);
  const auto name = str(text_at(user, "UserName"));
  put(ask, kUserRows, name, std::move(user));
  return Object();
}

Result<Value> list_user_tags(const Ask& ask) {
  const auto* user = TRY(user_of(ask));
  return Object{{"Tags", list_of_tags(object_at(*user, "Tags"))}, {"IsTruncated", false}};
}

Result<Value> list_aliases(const Ask&) {
  return Object{{"AccountAliases", Array()}, {"IsTruncated", false}};
}

Result<Value> summary(const Ask& ask) {
  const auto count = [&](std::string_view kind) { return rows(ask, kind).size(); };
  return Object{{"SummaryMap", Object{{"Users", count(kUserRows)},
                                      {"Roles", count(kRoleRows)},
                                      {"Policies", count(kPolicyRows)},
                                      {"InstanceProfiles", count(kProfileRows)},
                                      {"Groups", 0},
                                      {"AccountMFAEnabled", 0},
                                      {"AccountAccessKeysPresent", 0},
                                      {"AccessKeysPerUserQuota", kKeysOfUser},
                                      {"VersionsPerPolicyQuota", 5},
                                      {"PolicySizeQuota", 6144}}}};
}

}  // namespace

std::string user_named(const Ask& ask) {
  const auto given = text_at(ask.input, "UserName");
  if (!given.empty()) return str(given);
  return ask.caller.empty() ? "hikae" : str(name_in_arn(ask.caller));
}

Result<const Value*> user_of(const Ask& ask) {
  const auto name = user_named(ask);
  if (const auto* found = row(ask, kUserRows, name)) return found;
  return aws::aws_error("NoSuchEntity", "The user with name " + name + " cannot be found.");
}

}  // namespace iam

void Iam::add_users() {
  on("CreateUser", iam::create_user);
  on("GetUser", iam::get_user);
  on("ListUsers", iam::list_users);
  on("DeleteUser", iam::delete_user);
  on("TagUser", iam::tag_user);
  on("UntagUser", iam::tag_user);
  on("ListUserTags", iam::list_user_tags);
  on("ListAccountAliases", iam::list_aliases);
  on("GetAccountSummary", iam::summary);
}

}  // namespace hikae::plane
