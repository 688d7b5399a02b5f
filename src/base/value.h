// The dynamic value: what API inputs and outputs, documents, events and records are made of.
// Boost.JSON's value: insertion order is kept; int64, uint64 and double are distinct.
// Reading and writing of JSON text is text/json.h: never call boost::json::parse or serialize.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>

namespace hikae {

using Value = boost::json::value;
using Object = boost::json::object;
using Array = boost::json::array;

// Each of these stands twice: an Object must not become a Value on the way, which would be gone
// before the reference into it is used.

/// The member `key` of an object; nullptr where `value` is no object or has no such member.
[[nodiscard]] const Value* find(const Value& value, std::string_view key);
[[nodiscard]] const Value* find(const Object& object, std::string_view key);
/// find() along a path of member names.
[[nodiscard]] const Value* find_path(const Value& value,
                                     std::initializer_list<std::string_view> path);
[[nodiscard]] const Value* find_path(const Object& object,
                                     std::initializer_list<std::string_view> path);

/// The member as text; `otherwise` where it is absent or no string. The view lives as long as the
/// value does.
[[nodiscard]] std::string_view text_at(const Value& value, std::string_view key,
                                       std::string_view otherwise = {});
[[nodiscard]] std::string_view text_at(const Object& object, std::string_view key,
                                       std::string_view otherwise = {});
/// The member as a whole number (from an integer, or from a double without a fraction).
[[nodiscard]] std::optional<std::int64_t> int_at(const Value& value, std::string_view key);
[[nodiscard]] std::optional<std::int64_t> int_at(const Object& object, std::string_view key);
/// True only where the member is the boolean `true`.
[[nodiscard]] bool is_true_at(const Value& value, std::string_view key);
[[nodiscard]] bool is_true_at(const Object& object, std::string_view key);
/// The member as a list; an empty one where it is absent or no list.
[[nodiscard]] const Array& list_at(const Value& value, std::string_view key);
[[nodiscard]] const Array& list_at(const Object& object, std::string_view key);
/// The member as an object; an empty one where it is absent or no object.
[[nodiscard]] const Object& object_at(const Value& value, std::string_view key);
[[nodiscard]] const Object& object_at(const Object& object, std::string_view key);

/// A string value's text; empty for anything else.
[[nodiscard]] std::string_view text_of(const Value& value);
/// A whole number's value, also from a double without a fraction.
[[nodiscard]] std::optional<std::int64_t> int_of(const Value& value);
/// "string", "integer", "number", "boolean", "null", "list" or "map": the word used in messages.
[[nodiscard]] std::string_view kind_of(const Value& value);

[[nodiscard]] inline std::string str(std::string_view view) { return std::string(view); }

}  // namespace hikae
