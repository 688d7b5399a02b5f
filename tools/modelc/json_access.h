// Reading a model: what is absent is empty, what has the wrong type ends the build.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <stdexcept>
#include <string>
#include <string_view>

namespace modelc {

inline const boost::json::object* object_at(const boost::json::object& owner,
                                            std::string_view key) {
  const auto* value = owner.if_contains(key);
  return value ? value->if_object() : nullptr;
}

inline const boost::json::object& need_object(const boost::json::object& owner,
                                              std::string_view key) {
  const auto* found = object_at(owner, key);
  if (!found) throw std::runtime_error("no object \"" + std::string(key) + "\"");
  return *found;
}

inline std::string_view text_at(const boost::json::object& owner, std::string_view key) {
  const auto* value = owner.if_contains(key);
  const auto* text = value ? value->if_string() : nullptr;
  return text ? std::string_view(text->data(), text->size()) : std::string_view();
}

inline std::string_view need_text(const boost::json::object& owner, std::string_view key) {
  const auto text = text_at(owner, key);
  if (text.empty()) throw std::runtime_error("no text \"" + std::string(key) + "\"");
  return text;
}

inline bool flag_at(const boost::json::object& owner, std::string_view key) {
  const auto* value = owner.if_contains(key);
  const auto* flag = value ? value->if_bool() : nullptr;
  return flag && *flag;
}

inline const boost::json::array* list_at(const boost::json::object& owner, std::string_view key) {
  const auto* value = owner.if_contains(key);
  return value ? value->if_array() : nullptr;
}

}  // namespace modelc
