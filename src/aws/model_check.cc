// Checking an input against its operation's shape, in botocore's words.
#include <fmt/format.h>

#include <string>
#include <utility>
#include <vector>

#include "aws/model.h"
#include "aws/table.h"
#include "base/escape.h"
#include "base/limits.h"
#include "base/time.h"

namespace hikae::aws {
namespace {

using table::Member;
using table::Shape;
using table::Table;
using table::Type;

constexpr std::size_t kProblemsShown = 10;
constexpr std::size_t kValueShown = 60;  // bytes of a wrong value repeated in the message

/// Where in the input: written out only where something is wrong there.
struct Path {
  enum class Kind { Input, Member, Item, Key };
  const Path* above = nullptr;
  Kind kind = Kind::Input;
  std::string_view name{};  // Member, Key
  std::size_t index = 0;    // Item

  [[nodiscard]] std::string text() const {
    switch (kind) {
      case Kind::Input: return {};
      case Kind::Member: return fmt::format("{}.{}", above->text(), name);
      case Kind::Item: return fmt::format("{}[{}]", above->text(), index);
      case Kind::Key: return fmt::format("{} (key: {})", above->text(), name);
    }
    return {};
  }
};

std::string path_name(const Path& path) {
  const auto text = path.text();
  if (text.empty()) return "input";
  return text[0] == '.' ? text.substr(1) : text;
}

class InputCheck {
 public:
  void value(const Value& value, const Shape& shape, const Path& path, int depth);
  [[nodiscard]] Result<> verdict() const;

 private:
  void structure(const Object& object, const Shape& shape, const Path& path, int depth);
  void one_of_union(const Object& object, const Shape& shape, const Path& path);
  void list(const Array& list, const Shape& shape, const Path& path, int depth);
  void map(const Object& map, const Shape& shape, const Path& path, int depth);
  void scalar(const Value& value, const Shape& shape, const Path& path);
  void text(const Value& value, const Shape& shape, const Path& path);
  void number(const Value& value, const Shape& shape, const Path& path);
  void timestamp(const Value& value, const Path& path);
  void member(const Value& value, const Member& member, const Path& path, int depth);
  void length(std::size_t length, const Shape& shape, const Path& path);
  void wrong_type(const Value& value, std::string_view valid, const Path& path);
  [[nodiscard]] std::string member_names(const Shape& shape) const;
  void report(std::string problem);

  const Table& table_ = Table::linked();
  std::vector<std::string> problems_;
  std::size_t count_ = 0;
  bool too_deep_ = false;
};

std::size_t code_points(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text)
    if ((static_cast<unsigned char>(c) & 0xc0) != 0x80) ++count;
  return count;
}

std::string shown(const Value& value) {
  if (value.is_object() || value.is_array()) return "…";
  if (value.is_null()) return "null";
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (const auto* number = value.if_int64()) return fmt::format("{}", *number);
  if (const auto* number = value.if_uint64()) return fmt::format("{}", *number);
  if (const auto* number = value.if_double()) return fmt::format("{}", *number);
  const auto text = text_of(value);
  return printable(text.substr(0, kValueShown)) + (text.size() > kValueShown ? "…" : "");
}

std::string_view type_word(Type type) {
  switch (type) {
    case Type::Structure:
    case Type::Map: return "map";
    case Type::List: return "list";
    case Type::String: return "string";
    case Type::Boolean: return "boolean";
    case Type::Integer:
    case Type::Long: return "integer";
    case Type::Float:
    case Type::Double: return "number";
    case Type::Blob: return "string";
    case Type::Timestamp: return "timestamp string";
  }
  return "value";
}

void InputCheck::report(std::string problem) {
  if (++count_ <= kProblemsShown) problems_.push_back(std::move(problem));
}

void InputCheck::wrong_type(const Value& value, std::string_view valid, const Path& path) {
  report(fmt::format("Invalid type for parameter {}, value: {}, type: {}, valid types: {}",
                     path_name(path), shown(value), kind_of(value), valid));
}

void InputCheck::value(const Value& value, const Shape& shape, const Path& path, int depth) {
  if (depth > limits::kTextDepth) {
    too_deep_ = true;
    return;
  }
  if (shape.flags & table::kDocument) return;
  const bool right = shape.type == Type::List                                   ? value.is_array()
                     : shape.type == Type::Structure || shape.type == Type::Map ? value.is_object()
                                                                                : true;
  if (!right) return wrong_type(value, type_word(shape.type), path);
  if (shape.type == Type::Structure) return structure(value.get_object(), shape, path, depth);
  if (shape.type == Type::List) return list(value.get_array(), shape, path, depth);
  if (shape.type == Type::Map) return map(value.get_object(), shape, path, depth);
  scalar(value, shape, path);
}

void InputCheck::structure(const Object& object, const Shape& shape, const Path& path, int depth) {
  if (shape.flags & table::kUnion) one_of_union(object, shape, path);
  for (const auto& needed : table_.members(shape))
    if ((needed.flags & table::kRequired) && !object.contains(table_.text(needed.name)))
      report(fmt::format("Missing required parameter in {}: \"{}\"", path_name(path),
                         table_.text(needed.name)));
  for (const auto& entry : object) {
    const std::string_view name = entry.key();
    if (const auto* known = table_.find_member(shape, name))
      member(entry.value(), *known, {&path, Path::Kind::Member, name}, depth);
    else
      report(fmt::format("Unknown parameter in {}: \"{}\", must be one of: {}", path_name(path),
                         printable(name.substr(0, kValueShown)), member_names(shape)));
  }
}

void InputCheck::one_of_union(const Object& object, const Shape& shape, const Path& path) {
  if (object.empty())
    report(fmt::format("Must set one of the following keys for tagged union structure {}: {}",
                       path_name(path), member_names(shape)));
  if (object.size() > 1)
    report(
        fmt::format("Invalid number of parameters set for tagged union structure {}. Can only "
                    "set one of the following keys: {}",
                    path_name(path), member_names(shape)));
}

std::string InputCheck::member_names(const Shape& shape) const {
  std::string names;
  for (const auto& member : table_.members(shape))
    names.append(names.empty() ? "" : ", ").append(table_.text(member.name));
  return names;
}

void InputCheck::list(const Array& list, const Shape& shape, const Path& path, int depth) {
  length(list.size(), shape, path);
  const auto& element = table_.members(shape)[0];
  for (std::size_t i = 0; i < list.size(); ++i)
    member(list[i], element, {&path, Path::Kind::Item, {}, i}, depth);
}

void InputCheck::map(const Object& map, const Shape& shape, const Path& path, int depth) {
  const auto& key_shape = table_.shape(table_.members(shape)[0].shape);
  const auto& element = table_.members(shape)[1];
  for (const auto& entry : map) {
    const auto key = printable(std::string_view(entry.key()).substr(0, kValueShown));
    length(code_points(entry.key()), key_shape, {&path, Path::Kind::Key, key});
    member(entry.value(), element, {&path, Path::Kind::Member, key}, depth);
  }
}

void InputCheck::member(const Value& given, const Member& member, const Path& path, int depth) {
  if (member.flags & table::kJsonValue) return;
  value(given, table_.shape(member.shape), path, depth + 1);
}

void InputCheck::scalar(const Value& value, const Shape& shape, const Path& path) {
  switch (shape.type) {
    case Type::String: return text(value, shape, path);
    case Type::Timestamp: return timestamp(value, path);
    case Type::Boolean:
      if (!value.is_bool()) wrong_type(value, "boolean", path);
      return;
    case Type::Blob:
      if (!value.is_string()) wrong_type(value, "string", path);
      return;
    default: return number(value, shape, path);
  }
}

void InputCheck::text(const Value& value, const Shape& shape, const Path& path) {
  if (!value.is_string()) return wrong_type(value, "string", path);
  if (shape.flags & table::kHasMin) length(code_points(text_of(value)), shape, path);
}

void InputCheck::number(const Value& value, const Shape& shape, const Path& path) {
  const bool whole_only = shape.type == Type::Integer || shape.type == Type::Long;
  const bool whole = value.is_int64() || value.is_uint64();
  const auto special = text_of(value);
  if (!whole_only && (special == "NaN" || special == "Infinity" || special == "-Infinity")) return;
  if (!whole && (whole_only || !value.is_double()))
    return wrong_type(value, type_word(shape.type), path);
  const double number = value.is_double()  ? value.get_double()
                        : value.is_int64() ? static_cast<double>(value.get_int64())
                                           : static_cast<double>(value.get_uint64());
  if ((shape.flags & table::kHasMin) && number < table_.range(shape).min)
    report(fmt::format("Invalid value for parameter {}, value: {}, valid min value: {}",
                       path_name(path), shown(value), table_.range(shape).min));
}

void InputCheck::timestamp(const Value& value, const Path& path) {
  if (!value.is_string() || !parse_iso(text_of(value)))
    wrong_type(value, "timestamp string (2026-01-01T18:30:00Z)", path);
}

void InputCheck::length(std::size_t length, const Shape& shape, const Path& path) {
  if (!(shape.flags & table::kHasMin)) return;
  if (static_cast<double>(length) < table_.range(shape).min)
    report(fmt::format("Invalid length for parameter {}, value: {}, valid min length: {}",
                       path_name(path), length, table_.range(shape).min));
}

Result<> InputCheck::verdict() const {
  if (too_deep_)
    return fail(ErrorKind::Limit, "ParamValidation",
                fmt::format("Parameter validation failed: nested deeper than {} levels",
                            limits::kTextDepth));
  if (count_ == 0) return {};
  std::string message = "Parameter validation failed: ";
  for (std::size_t i = 0; i < problems_.size(); ++i)
    message.append(i == 0 ? "" : "; ").append(problems_[i]);
  if (count_ > problems_.size()) message += fmt::format("; and {} more", count_ - problems_.size());
  return fail(ErrorKind::Invalid, "ParamValidation", std::move(message));
}

}  // namespace

Result<> Model::check_input(const Operation& operation, const Value& input) const {
  const auto& all = Table::linked();
  const auto& record = all.operations()[operation.index()];
  const Value empty = Object{};
  const Value& given = input.is_null() ? empty : input;
  static constexpr Shape kNoMembers{0, 0, 0, table::kNone, 0, 0xffff, Type::Structure, {}, 0};
  InputCheck check;
  check.value(given, record.input == table::kNone ? kNoMembers : all.shape(record.input), {}, 0);
  return check.verdict();
}

}  // namespace hikae::aws
