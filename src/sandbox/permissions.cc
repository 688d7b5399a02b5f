#include "sandbox/permissions.h"

#include <fmt/format.h>

namespace hikae::sandbox {
namespace {

bool is_account_id(std::string_view text) {
  constexpr std::size_t kAccountDigits = 12;
  return text.size() == kAccountDigits &&
         std::ranges::all_of(text, [](char c) { return c >= '0' && c <= '9'; });
}

Result<> read_permission_list(const Value& holder, std::string_view member,
                              const PermissionNames& names, std::vector<std::string>& into) {
  for (const auto& item : list_at(holder, member)) {
    const auto group = text_at(item, "Group");
    const auto user = text_at(item, "UserId");
    if (group != "all" && !is_account_id(user))
      return std::unexpected(
          ec2_error(std::string(names.bad_item),
                    fmt::format("Invalid attribute item value \"{}\" for {}: it is an account id "
                                "of 12 digits or the group all",
                                group.empty() ? user : group, names.attribute)));
    into.emplace_back(group == "all" ? group : user);
  }
  return {};
}

/// The older form: OperationType with UserIds and the groups.
Result<Permissions> read_operation_type(const Incoming& in, const PermissionNames& names) {
  Permissions permissions;
  const auto type = text_at(in.input(), "OperationType");
  if (type != "add" && type != "remove")
    return std::unexpected(invalid_value(type, "OperationType", "It is add or remove."));
  auto& list = type == "add" ? permissions.add : permissions.remove;
  for (const auto& user : TRY(text_list(in, "UserIds"))) {
    if (!is_account_id(user))
      return std::unexpected(invalid_value(user, "UserIds", "It is an account id of 12 digits."));
    list.push_back(user);
  }
  for (const auto& group : TRY(text_list(in, names.groups))) {
    if (group != "all")
      return std::unexpected(invalid_value(group, names.groups, "The only group is all."));
    list.push_back(group);
  }
  if (list.empty()) return std::unexpected(missing_parameter("UserIds"));
  return permissions;
}

}  // namespace

Result<Permissions> read_permissions(const Incoming& in, const PermissionNames& names) {
  if (find(in.input(), "OperationType")) return read_operation_type(in, names);
  Permissions permissions;
  const auto* member = find(in.input(), names.member);
  if (!member) return permissions;
  TRY_DO(read_permission_list(*member, "Add", names, permissions.add));
  TRY_DO(read_permission_list(*member, "Remove", names, permissions.remove));
  return permissions;
}

void apply_permissions(const Permissions& permissions, bool& is_public,
                       std::set<std::string>& shared_with) {
  for (const auto& who : permissions.add) {
    if (who == "all") is_public = true;
    if (who != "all") shared_with.insert(who);
  }
  for (const auto& who : permissions.remove) {
    if (who == "all") is_public = false;
    shared_with.erase(who);
  }
}

bool is_given_to(const std::vector<std::string>& users, bool is_public,
                 const std::set<std::string>& shared_with, const std::string& account) {
  return std::ranges::any_of(users, [&](const std::string& user) {
    if (user == "all") return is_public;
    return shared_with.contains(user == "self" ? account : user);
  });
}

Array render_permissions(bool is_public, const std::set<std::string>& shared_with) {
  Array list;
  if (is_public) list.push_back(Object{{"Group", "all"}});
  for (const auto& account : shared_with) list.push_back(Object{{"UserId", account}});
  return list;
}

}  // namespace hikae::sandbox
