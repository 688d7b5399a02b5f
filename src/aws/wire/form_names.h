// How ec2 and query name a member in a parameter.
#pragma once

#include <string>
#include <string_view>

#include "aws/table.h"
#include "aws/wire/form_body.h"
#include "aws/wire/scalar.h"

namespace hikae::aws::wire {

/// A member's name; its first letter may have to be a capital.
struct FormName {
  std::string_view text;
  bool capital = false;

  void append_to(std::string& out) const {
    if (text.empty()) return;
    const bool raise = capital && text[0] >= 'a' && text[0] <= 'z';
    out += raise ? static_cast<char>(text[0] - 'a' + 'A') : text[0];
    out += text.substr(1);
  }
  [[nodiscard]] bool is(std::string_view other) const {
    if (text.size() != other.size() || text.empty()) return false;
    if (text.substr(1) != other.substr(1)) return false;
    if (text[0] == other[0]) return true;
    return capital && text[0] >= 'a' && text[0] <= 'z' && text[0] - 'a' + 'A' == other[0];
  }
};

[[nodiscard]] inline FormName form_name(const table::Table& table, const table::Member& member,
                                        FormNames names) {
  if (names == FormNames::Query) return {wire_name(table, member)};
  if (const auto own = table.traits(member).query_name) return {table.text(own)};
  if (member.location_name) return {table.text(member.location_name), true};
  return {table.text(member.name)};
}

/// Query's flattened lists go by their element's name where it has one; empty otherwise.
[[nodiscard]] inline std::string_view replaced_name(const table::Table& table,
                                                    const table::Member& member, FormNames names) {
  const auto& shape = table.shape(member.shape);
  if (names == FormNames::Ec2 || shape.type != table::Type::List || !is_flattened(member))
    return {};
  return table.text(table.members(shape)[0].location_name);
}

}  // namespace hikae::aws::wire
