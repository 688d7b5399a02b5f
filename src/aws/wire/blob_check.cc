#include "aws/wire/blob_check.h"

#include <fmt/format.h>

#include "aws/base64.h"
#include "aws/wire/limits.h"
#include "aws/wire/rest.h"
#include "aws/wire/scalar.h"
#include "aws/wire/services.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

class BlobCheck {
 public:
  /// The name of the first member that is wrong; empty where all is well.
  std::string_view structure(const Value& value, const Shape& shape, const Member* raw, int depth) {
    if (!value.is_object() || depth > kDepth) return {};
    MemberCursor cursor(table_, shape);
    for (const auto& entry : value.get_object()) {
      const auto* member = cursor.by_name(entry.key());
      if (!member || member == raw) continue;
      if (const auto wrong = read(entry.value(), *member, depth); !wrong.empty()) return wrong;
    }
    return {};
  }

 private:
  std::string_view read(const Value& value, const Member& member, int depth) {
    const auto& shape = table_.shape(member.shape);
    if (shape.flags & table::kDocument) return {};
    if (shape.type == Type::Structure) return structure(value, shape, nullptr, depth + 1);
    if (shape.type == Type::Blob && value.is_string())
      return is_base64(value.get_string()) ? std::string_view() : table_.text(member.name);
    if (shape.type == Type::List && value.is_array())
      for (const auto& item : value.get_array())
        if (const auto wrong = read(item, table_.members(shape)[0], depth + 1); !wrong.empty())
          return wrong;
    if (shape.type == Type::Map && value.is_object())
      for (const auto& entry : value.get_object())
        if (const auto wrong = read(entry.value(), table_.members(shape)[1], depth + 1);
            !wrong.empty())
          return wrong;
    return {};
  }

  const table::Table& table_ = table::Table::linked();
};

}  // namespace

Result<> check_blobs(const table::Operation& operation, const Value& input) {
  const auto* shape = input_of(operation);
  if (!shape) return {};
  const auto body = rest_body(*shape);
  const auto wrong = BlobCheck().structure(input, *shape, body.is_raw ? body.payload : nullptr, 0);
  if (wrong.empty()) return {};
  return fail(
      ErrorKind::Invalid, "ParamValidation",
      fmt::format("Parameter validation failed: {} holds bytes and is written as base64", wrong));
}

}  // namespace hikae::aws::wire
