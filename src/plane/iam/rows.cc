#include "plane/iam/rows.h"

#include <algorithm>

#include "base/hash.h"

namespace hikae::plane::iam {

Scope global(const Scope& scope) { return {scope.account, ""}; }

const engine::Tables::Rows& rows(const Ask& ask, std::string_view kind) {
  return ask.turn.tables().rows(global(ask.scope), kind);
}

const Value* row(const Ask& ask, std::string_view kind, std::string_view id) {
  return ask.turn.tables().get(global(ask.scope), kind, id);
}

void put(const Ask& ask, std::string_view kind, std::string_view id, Value row) {
  ask.turn.tables().put(global(ask.scope), kind, id, std::move(row));
}

void erase(const Ask& ask, std::string_view kind, std::string_view id) {
  ask.turn.tables().erase(global(ask.scope), kind, id);
}

Result<const Value*> role_of(const Ask& ask) {
  const auto name = text_at(ask.input, "RoleName");
  if (const auto* found = row(ask, kRoleRows, name)) return found;
  return aws::aws_error("NoSuchEntity", "The role with name " + str(name) + " cannot be found.");
}

Object shown_role(const Value& row) {
  auto shown = members_of_object(row, {"Path", "RoleName", "RoleId", "Arn", "CreateDate",
                                       "Description", "MaxSessionDuration"});
  shown["AssumeRolePolicyDocument"] = percent_encoded(text_at(row, "AssumeRolePolicyDocument"));
  const auto& tags = object_at(row, "Tags");
  if (!tags.empty()) shown["Tags"] = list_of_tags(tags);
  return shown;
}

std::string percent_encoded(std::string_view text) {
  constexpr std::string_view kHex = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_name({&c, 1}, "-._~", 1)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += kHex[byte >> 4];
    out += kHex[byte & 15];
  }
  return out;
}

std::string upper_hex_of(std::string_view seed, std::size_t digits) {
  auto hex = hex_of(seed, digits);
  for (auto& c : hex)
    if (c >= 'a' && c <= 'f') c = static_cast<char>(c - 'a' + 'A');
  return hex;
}

std::string iam_arn(const Scope& scope, std::string_view type, std::string_view path,
                    std::string_view name) {
  return "arn:aws:iam::" + scope.account + ":" + str(type) + str(path) + str(name);
}

Result<> check_iam_name(std::string_view member, std::string_view name, std::size_t most) {
  if (is_name(name, "_+=,.@-", most)) return {};
  return aws::aws_error("ValidationError", str(member) + " '" + str(name) + "' must be 1 to " +
                                               std::to_string(most) +
                                               " letters, digits and any of _+=,.@-");
}

Result<std::string> path_of(const Value& input) {
  auto path = str(text_at(input, "Path", "/"));
  const bool printable = std::ranges::all_of(path, [](char c) { return c > ' ' && c < 127; });
  if (printable && path.starts_with('/') && path.ends_with('/') && path.size() <= 512) return path;
  return aws::aws_error("ValidationError", "Path '" + path + "' must begin and end with '/'");
}

void end_page(Object& answer, const Page& page) {
  answer["IsTruncated"] = !page.next.empty();
  if (!page.next.empty()) answer["Marker"] = page.next;
}

}  // namespace hikae::plane::iam
