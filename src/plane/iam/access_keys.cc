// Access keys of users; they stand in the one table of keys (sts/keys.h).
#include "plane/iam/iam.h"
#include "plane/iam/rows.h"
#include "plane/sts/keys.h"

namespace hikae::plane {
namespace iam {
namespace {

Result<Value> create_key(const Ask& ask, const SecretBox& box) {
  const auto* user = TRY(user_of(ask));
  const auto name = str(text_at(*user, "UserName"));
  if (keys_of_user(ask, name).size() >= kKeysOfUser)
    return aws::aws_error("LimitExceeded", "Cannot exceed quota for AccessKeysPerUser: 2");
  auto key = new_access_key(ask.turn.entropy(), KeyKind::Lasting);
  key.account = ask.scope.account;
  key.caller = text_at(*user, "Arn");
  key.user_id = text_at(*user, "UserId");
  key.user_name = name;
  key.level = level_of_caller(ask.turn.tables(), ask.caller);
  key.create_date = iso(ask.turn.now());
  TRY_DO(put_key(ask.turn, box, key));
  return Object{{"AccessKey", Object{{"UserName", name},
                                     {"AccessKeyId", key.id},
                                     {"Status", "Active"},
                                     {"SecretAccessKey", key.secret},
                                     {"CreateDate", key.create_date}}}};
}

Result<Value> list_keys(const Ask& ask) {
  const auto name = str(text_at(*TRY(user_of(ask)), "UserName"));
  const auto keys = keys_of_user(ask, name);
  const auto page = TRY(page_of(ask.input, keys.size(), kPageItems, kPageWords));
  Array shown;
  for (std::size_t i = 0; i < page.count; ++i)
    shown.push_back(members_of_object(*keys[page.first + i],
                                      {"UserName", "AccessKeyId", "Status", "CreateDate"}));
  Object answer{{"AccessKeyMetadata", std::move(shown)}};
  end_page(answer, page);
  return answer;
}

/// The id of a key of that user.
Result<std::string> key_of_user(const Ask& ask) {
  const auto id = text_at(ask.input, "AccessKeyId");
  for (const auto* key : keys_of_user(ask, user_named(ask)))
    if (text_at(*key, "AccessKeyId") == id) return str(id);
  return aws::aws_error("NoSuchEntity", "The Access Key with id " + str(id) + " cannot be found.");
}

Result<Value> update_key(const Ask& ask, const SecretBox& box) {
  const auto status = text_at(ask.input, "Status");
  if (status != "Active" && status != "Inactive")
    return aws::aws_error("ValidationError", "Status must be Active or Inactive");
  auto key = TRY(find_key(ask.turn.tables(), box, TRY(key_of_user(ask))));
  key.status = status == "Active" ? KeyStatus::Active : KeyStatus::Inactive;
  TRY_DO(put_key(ask.turn, box, key));
  return Object();
}

Result<Value> delete_key(const Ask& ask) {
  erase_key(ask.turn, TRY(key_of_user(ask)));
  return Object();
}

/// When a key was used is not kept.
Result<Value> last_used(const Ask& ask) {
  const auto id = text_at(ask.input, "AccessKeyId");
  const auto* key = ask.turn.tables().get(Scope{}, kAccessKeyRows, id);
  if (!key || text_at(*key, "UserName").empty())
    return aws::aws_error("NoSuchEntity",
                          "The Access Key with id " + str(id) + " cannot be found.");
  return Object{{"UserName", text_at(*key, "UserName")},
                {"AccessKeyLastUsed", Object{{"ServiceName", "N/A"}, {"Region", "N/A"}}}};
}

}  // namespace

std::vector<const Value*> keys_of_user(const Ask& ask, std::string_view user_name) {
  std::vector<const Value*> keys;
  for (const auto& [id, key] : ask.turn.tables().rows(Scope{}, kAccessKeyRows))
    if (text_at(key, "UserName") == user_name && text_at(key, "Account") == ask.scope.account)
      keys.push_back(&key);
  return keys;
}

}  // namespace iam

void Iam::add_access_keys() {
  on("CreateAccessKey", [this](const Ask& ask) { return iam::create_key(ask, box_); });
  on("ListAccessKeys", iam::list_keys);
  on("UpdateAccessKey", [this](const Ask& ask) { return iam::update_key(ask, box_); });
  on("DeleteAccessKey", iam::delete_key);
  on("GetAccessKeyLastUsed", iam::last_used);
}

}  // namespace hikae::plane
