// Writes and reads a record through one list of its members, so that the two cannot differ. A
// member that has its empty value is not written.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "sandbox/records.h"
#include "text/json.h"

namespace hikae::sandbox {

class Saver {
 public:
  Object take() { return std::move(out_); }

  void operator()(std::string_view key, const std::string& text) {
    if (!text.empty()) out_[key] = text;
  }
  void operator()(std::string_view key, bool flag) {
    if (flag) out_[key] = true;
  }
  void operator()(std::string_view key, std::int64_t number) {
    if (number != 0) out_[key] = number;
  }
  void operator()(std::string_view key, WallTime instant) { out_[key] = unix_ms(instant); }
  void operator()(std::string_view key, Duration duration) { out_[key] = duration.count(); }
  void operator()(std::string_view key, const Tags& tags) {
    Object map;
    for (const auto& [name, value] : tags) map[name] = value;
    if (!map.empty()) out_[key] = std::move(map);
  }
  void operator()(std::string_view key, const std::set<std::string>& set) {
    Array list;
    for (const auto& item : set) list.emplace_back(item);
    if (!list.empty()) out_[key] = std::move(list);
  }
  template <class E>
  requires std::is_enum_v<E>
  void operator()(std::string_view key, const E& value) {
    out_[key] = static_cast<std::int64_t>(value);
  }
  template <class T>
  void operator()(std::string_view key, std::vector<T>& items) {
    Array list;
    for (auto& item : items) {
      Saver inner;
      members(inner, item);
      list.emplace_back(inner.take());
    }
    if (!list.empty()) out_[key] = std::move(list);
  }

 private:
  Object out_;
};

class Loader {
 public:
  explicit Loader(const Value& from) : from_(from) {}

  void operator()(std::string_view key, std::string& text) { text = text_at(from_, key); }
  void operator()(std::string_view key, bool& flag) { flag = is_true_at(from_, key); }
  void operator()(std::string_view key, std::int64_t& number) { number = whole(key); }
  void operator()(std::string_view key, WallTime& instant) { instant = wall_ms(whole(key)); }
  void operator()(std::string_view key, Duration& duration) { duration = Duration{whole(key)}; }
  void operator()(std::string_view key, Tags& tags) {
    for (const auto& item : object_at(from_, key)) tags[str(item.key())] = text_of(item.value());
  }
  void operator()(std::string_view key, std::set<std::string>& set) {
    for (const auto& item : list_at(from_, key)) set.emplace(text_of(item));
  }
  template <class E>
  requires std::is_enum_v<E>
  void operator()(std::string_view key, E& value) { value = static_cast<E>(whole(key)); }
  template <class T>
  void operator()(std::string_view key, std::vector<T>& items) {
    for (const auto& item : list_at(from_, key)) {
      Loader inner(item);
      members(inner, items.emplace_back());
    }
  }

 private:
  std::int64_t whole(std::string_view key) const { return int_at(from_, key).value_or(0); }
  const Value& from_;
};

template <class T>
std::string row_text(const T& row) {
  Saver saver;
  members(saver, const_cast<T&>(row));  // a Saver only reads
  return text::to_json(saver.take());
}

template <class T>
Result<> read_row(std::string_view text, T& row) {
  const auto value = TRY(text::parse_json(text));
  if (!value.is_object())
    return fail(ErrorKind::Io, "sandbox file: a row's body is no object; the file is damaged");
  Loader loader(value);
  members(loader, row);
  return {};
}

}  // namespace hikae::sandbox
