#include "base/value.h"

#include <cmath>
#include <cstdint>

namespace hikae {

const Value* find(const Object& object, std::string_view key) { return object.if_contains(key); }

const Value* find(const Value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? object->if_contains(key) : nullptr;
}

const Value* find_path(const Value& value, std::initializer_list<std::string_view> path) {
  const Value* at = &value;
  for (auto key : path) {
    at = find(*at, key);
    if (!at) return nullptr;
  }
  return at;
}

const Value* find_path(const Object& object, std::initializer_list<std::string_view> path) {
  const Value* at = nullptr;
  for (auto key : path) {
    at = at ? find(*at, key) : object.if_contains(key);
    if (!at) return nullptr;
  }
  return at;
}

std::string_view text_of(const Value& value) {
  const auto* text = value.if_string();
  return text ? std::string_view(*text) : std::string_view{};
}

std::string_view text_at(const Object& object, std::string_view key, std::string_view otherwise) {
  const auto* member = object.if_contains(key);
  return member && member->is_string() ? text_of(*member) : otherwise;
}

std::string_view text_at(const Value& value, std::string_view key, std::string_view otherwise) {
  const auto* member = find(value, key);
  return member && member->is_string() ? text_of(*member) : otherwise;
}

std::optional<std::int64_t> int_of(const Value& value) {
  if (const auto* number = value.if_int64()) return *number;
  if (const auto* number = value.if_uint64()) {
    if (*number <= static_cast<std::uint64_t>(INT64_MAX)) return static_cast<std::int64_t>(*number);
    return std::nullopt;
  }
  // 2^53: above it a double no longer names one whole number.
  constexpr double kExact = 9007199254740992.0;
  if (const auto* number = value.if_double())
    if (std::abs(*number) <= kExact && std::trunc(*number) == *number)
      return static_cast<std::int64_t>(*number);
  return std::nullopt;
}

std::optional<std::int64_t> int_at(const Object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  return member ? int_of(*member) : std::nullopt;
}

std::optional<std::int64_t> int_at(const Value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object ? int_at(*object, key) : std::nullopt;
}

bool is_true_at(const Object& object, std::string_view key) {
  const auto* member = object.if_contains(key);
  return member && member->is_bool() && member->get_bool();
}

bool is_true_at(const Value& value, std::string_view key) {
  const auto* object = value.if_object();
  return object && is_true_at(*object, key);
}

const Array& list_at(const Object& object, std::string_view key) {
  static const Array kEmpty;
  const auto* member = object.if_contains(key);
  return member && member->is_array() ? member->get_array() : kEmpty;
}

const Array& list_at(const Value& value, std::string_view key) {
  static const Array kEmpty;
  const auto* object = value.if_object();
  return object ? list_at(*object, key) : kEmpty;
}

const Object& object_at(const Object& object, std::string_view key) {
  static const Object kEmpty;
  const auto* member = object.if_contains(key);
  return member && member->is_object() ? member->get_object() : kEmpty;
}

const Object& object_at(const Value& value, std::string_view key) {
  static const Object kEmpty;
  const auto* object = value.if_object();
  return object ? object_at(*object, key) : kEmpty;
}

std::string_view kind_of(const Value& value) {
  switch (value.kind()) {
    case boost::json::kind::null: return "null";
    case boost::json::kind::bool_: return "boolean";
    case boost::json::kind::int64:
    case boost::json::kind::uint64: return "integer";
    case boost::json::kind::double_: return "number";
    case boost::json::kind::string: return "string";
    case boost::json::kind::array: return "list";
    case boost::json::kind::object: return "map";
  }
  return "null";
}

}  // namespace hikae
