// Scalars and names as text.
#pragma once

#include <string>
#include <string_view>

#include "aws/table.h"
#include "aws/wire/time_form.h"
#include "base/value.h"

namespace hikae::aws::wire {

/// The name on the wire: `locationName`, else the member's own.
[[nodiscard]] inline std::string_view wire_name(const table::Table& table,
                                                const table::Member& member) {
  return table.text(member.location_name ? member.location_name : member.name);
}

[[nodiscard]] inline bool is_flattened(const table::Member& member) {
  return (member.flags & table::kFlattened) != 0;
}

[[nodiscard]] inline bool is_scalar(const table::Shape& shape) {
  return shape.type != table::Type::Structure && shape.type != table::Type::List &&
         shape.type != table::Type::Map;
}

/// Finds a structure's members by name, each time beginning behind the one found last: values and
/// messages mostly hold them in the model's order, so that one comparison is enough.
class MemberCursor {
 public:
  MemberCursor(const table::Table& table, const table::Shape& structure)
      : table_(table), members_(table.members(structure)) {}

  /// nullptr where the structure has no such member.
  [[nodiscard]] const table::Member* by_name(std::string_view name) {
    return next([&](const table::Member& member) { return table_.text(member.name) == name; });
  }
  template <class Fits>
  [[nodiscard]] const table::Member* next(Fits fits) {
    const auto count = members_.size();
    for (std::size_t tried = 0; tried < count; ++tried) {
      if (at_ >= count) at_ = 0;
      const auto& member = members_[at_++];
      if (fits(member)) return &member;
    }
    return nullptr;
  }

 private:
  const table::Table& table_;
  std::span<const table::Member> members_;
  std::size_t at_ = 0;
};

/// Room for the rest of a long list, judged by its first element, which begins at `first`: growing
/// step by step would copy an answer of megabytes several times over.
void reserve_rest(std::string& out, std::size_t first, std::size_t elements);

/// A number as people write it; a double for a whole shape without its fraction.
void append_number(std::string& out, const Value& number, table::Type type);
/// A scalar as XML, forms, paths and headers hold it, unescaped; a list or an object as JSON.
void append_scalar(std::string& out, const Value& value, table::Type type, TimeForm time);

}  // namespace hikae::aws::wire
