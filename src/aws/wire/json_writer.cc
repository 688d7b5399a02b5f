#include <cmath>

#include "aws/wire/json_body.h"
#include "aws/wire/limits.h"
#include "aws/wire/scalar.h"
#include "base/escape.h"
#include "text/json.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

class JsonBodyWriter {
 public:
  JsonBodyWriter(std::string& out, Side side, JsonNames names)
      : out_(out), iso_(side == Side::Request ? TimeForm::Iso : TimeForm::IsoMs), names_(names) {}

  void write(const Value& value, const Shape& shape, int depth);

 private:
  void structure(const Object& object, const Shape& shape, int depth);
  void list(const Array& array, const Shape& shape, int depth);
  void map(const Object& object, const Shape& shape, int depth);
  void scalar(const Value& value, const Shape& shape);
  void timestamp(std::string_view instant, const Shape& shape);
  void raw(const Value& value) { out_ += text::to_json(value); }

  const table::Table& table_ = table::Table::linked();
  std::string& out_;
  TimeForm iso_;
  JsonNames names_;
};

void JsonBodyWriter::write(const Value& value, const Shape& shape, int depth) {
  const bool is_document = (shape.flags & table::kDocument) != 0;
  if (is_document || depth > kDepth) return raw(value);
  if (shape.type == Type::Structure && value.is_object())
    return structure(value.get_object(), shape, depth + 1);
  if (shape.type == Type::List && value.is_array())
    return list(value.get_array(), shape, depth + 1);
  if (shape.type == Type::Map && value.is_object())
    return map(value.get_object(), shape, depth + 1);
  scalar(value, shape);
}

void JsonBodyWriter::structure(const Object& object, const Shape& shape, int depth) {
  MemberCursor cursor(table_, shape);
  char before = '{';
  for (const auto& entry : object) {
    if (entry.value().is_null()) continue;
    const auto* member = cursor.by_name(entry.key());
    if (member && depth == 1 && member->location != table::Location::Body) continue;
    out_ += before;
    before = ',';
    const std::string_view own = entry.key();
    append_json_string(out_,
                       member && names_ == JsonNames::OnTheWire ? wire_name(table_, *member) : own);
    out_ += ':';
    if (member)
      write(entry.value(), table_.shape(member->shape), depth);
    else
      raw(entry.value());
  }
  out_ += before == '{' ? "{}" : "}";
}

void JsonBodyWriter::list(const Array& array, const Shape& shape, int depth) {
  const auto& element = table_.shape(table_.members(shape)[0].shape);
  char before = '[';
  const auto first = out_.size();
  for (const auto& item : array) {
    out_ += before;
    write(item, element, depth);
    if (before == '[') reserve_rest(out_, first, array.size());
    before = ',';
  }
  out_ += before == '[' ? "[]" : "]";
}

void JsonBodyWriter::map(const Object& object, const Shape& shape, int depth) {
  const auto& element = table_.shape(table_.members(shape)[1].shape);
  char before = '{';
  for (const auto& entry : object) {
    out_ += before;
    before = ',';
    append_json_string(out_, entry.key());
    out_ += ':';
    write(entry.value(), element, depth);
  }
  out_ += before == '{' ? "{}" : "}";
}

void JsonBodyWriter::scalar(const Value& value, const Shape& shape) {
  if (const auto* number = value.if_double()) {
    if (!std::isfinite(*number)) out_ += '"';
    append_number(out_, value, shape.type);
    if (!std::isfinite(*number)) out_ += '"';
  } else if (shape.type == Type::Timestamp && value.is_string()) {
    timestamp(value.get_string(), shape);
  } else if (value.is_string()) {
    append_json_string(out_, value.get_string());
  } else {
    raw(value);
  }
}

void JsonBodyWriter::timestamp(std::string_view instant, const Shape& shape) {
  const auto form = time_form(shape.timestamp, iso_, TimeForm::Unix);
  if (form == TimeForm::Unix && parse_iso(instant)) return append_time(out_, instant, form);
  std::string text;
  append_time(text, instant, form);
  append_json_string(out_, text);
}

}  // namespace

void append_json_body(std::string& out, const Value& value, const Shape& shape, Side side,
                      JsonNames names) {
  JsonBodyWriter(out, side, names).write(value, shape, 0);
}

}  // namespace hikae::aws::wire
