#include <charconv>

#include "aws/wire/form_body.h"
#include "aws/wire/form_names.h"
#include "aws/wire/limits.h"
#include "aws/wire/percent.h"
#include "aws/wire/scalar.h"

namespace hikae::aws::wire {
namespace {

using table::Member;
using table::Shape;
using table::Type;

/// `prefix_` is the name of where the writer stands; what goes deeper appends to it and cuts it
/// back.
class FormWriter {
 public:
  FormWriter(std::string& out, FormNames names) : out_(out), names_(names) {}

  void structure(const Value& value, const Shape& shape, int depth);

 private:
  void member(const Value& value, const Member& member, int depth);
  void write(const Value& value, const Member& member, int depth);
  void list(const Array& array, const Member& member, int depth);
  void map(const Object& object, const Member& member, int depth);
  void pair(const Value& value, const Shape& shape);
  void append_index(std::size_t index);

  const table::Table& table_ = table::Table::linked();
  std::string& out_;
  FormNames names_;
  std::string prefix_;
  std::string scalar_;
};

void FormWriter::structure(const Value& value, const Shape& shape, int depth) {
  if (!value.is_object() || depth > kDepth) return;
  MemberCursor cursor(table_, shape);
  for (const auto& entry : value.get_object())
    if (const auto* known = cursor.by_name(entry.key()); known && !entry.value().is_null())
      member(entry.value(), *known, depth);
}

void FormWriter::member(const Value& value, const Member& member, int depth) {
  const auto before = prefix_.size();
  if (before > 0) prefix_ += '.';
  const auto replaced = replaced_name(table_, member, names_);
  const bool is_empty_list = value.is_array() && value.get_array().empty();
  if (replaced.empty() || is_empty_list)
    form_name(table_, member, names_).append_to(prefix_);
  else
    prefix_ += replaced;
  write(value, member, depth);
  prefix_.resize(before);
}

void FormWriter::write(const Value& value, const Member& member, int depth) {
  const auto& shape = table_.shape(member.shape);
  if (shape.type == Type::Structure) return structure(value, shape, depth + 1);
  if (shape.type == Type::List && value.is_array())
    return list(value.get_array(), member, depth + 1);
  if (shape.type == Type::Map && value.is_object())
    return map(value.get_object(), member, depth + 1);
  pair(value, shape);
}

void FormWriter::list(const Array& array, const Member& member, int depth) {
  const auto& shape = table_.shape(member.shape);
  const auto& element = table_.members(shape)[0];
  if (array.empty() && names_ == FormNames::Query) return pair("", shape);
  const auto before = prefix_.size();
  if (names_ == FormNames::Query && !is_flattened(member)) {
    prefix_ += '.';
    prefix_ += element.location_name ? table_.text(element.location_name) : "member";
  }
  const auto base = prefix_.size();
  for (std::size_t i = 0; i < array.size(); ++i) {
    append_index(i + 1);
    write(array[i], element, depth);
    prefix_.resize(base);
  }
  prefix_.resize(before);
}

void FormWriter::map(const Object& object, const Member& member, int depth) {
  const auto parts = table_.members(table_.shape(member.shape));
  const auto before = prefix_.size();
  if (!is_flattened(member)) prefix_ += ".entry";
  const auto base = prefix_.size();
  std::size_t index = 0;
  for (const auto& entry : object) {
    append_index(++index);
    const auto place = prefix_.size();
    prefix_ += '.';
    prefix_ += parts[0].location_name ? table_.text(parts[0].location_name) : "key";
    pair(entry.key(), table_.shape(parts[0].shape));
    prefix_.resize(place);
    prefix_ += '.';
    prefix_ += parts[1].location_name ? table_.text(parts[1].location_name) : "value";
    write(entry.value(), parts[1], depth);
    prefix_.resize(base);
  }
  prefix_.resize(before);
}

void FormWriter::pair(const Value& value, const Shape& shape) {
  out_ += '&';
  append_encoded(out_, prefix_, Encode::Form);
  out_ += '=';
  scalar_.clear();
  append_scalar(scalar_, value, shape.type,
                time_form(shape.timestamp, TimeForm::Iso, TimeForm::Iso));
  append_encoded(out_, scalar_, Encode::Form);
}

void FormWriter::append_index(std::size_t index) {
  char digits[24];
  const auto end = std::to_chars(std::begin(digits), std::end(digits), index).ptr;
  prefix_ += '.';
  prefix_.append(digits, end);
}

}  // namespace

void append_form(std::string& out, const Value& input, const Shape& shape, FormNames names) {
  FormWriter(out, names).structure(input, shape, 0);
}

}  // namespace hikae::aws::wire
