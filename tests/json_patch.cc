#include "json_patch.h"

#include <charconv>

namespace hikae::tests {
namespace {

/// "~1" is a slash and "~0" a tilde in a pointer's part.
std::string pointer_part(std::string_view written) {
  std::string part;
  for (std::size_t i = 0; i < written.size(); ++i) {
    if (written[i] != '~' || i + 1 == written.size()) {
      part += written[i];
      continue;
    }
    part += written[++i] == '1' ? '/' : '~';
  }
  return part;
}

struct Place {
  Value* parent = nullptr;
  std::string last;
};

Value* child_of(Value& value, const std::string& part) {
  if (auto* object = value.if_object()) return object->if_contains(part);
  std::size_t index = 0;
  const auto read = std::from_chars(part.data(), part.data() + part.size(), index);
  auto* list = value.if_array();
  return list && read.ec == std::errc{} ? list->if_contains(index) : nullptr;
}

Place place_of(Value& root, std::string_view pointer) {
  Place place{&root, {}};
  for (bool is_first = true; !pointer.empty(); is_first = false) {
    pointer.remove_prefix(1);
    if (!is_first) place.parent = child_of(*place.parent, place.last);
    if (!place.parent) return {};
    const auto end = pointer.find('/');
    place.last = pointer_part(pointer.substr(0, end));
    pointer = end == std::string_view::npos ? std::string_view() : pointer.substr(end);
  }
  return place;
}

bool apply_one(Value& root, const Value& operation) {
  const auto place = place_of(root, text_at(operation, "path"));
  auto* object = place.parent ? place.parent->if_object() : nullptr;
  const auto op = text_at(operation, "op");
  const auto* value = find(operation, "value");
  if (object && op == "remove") return object->erase(place.last) == 1;
  if (object && value && op == "add") return object->insert_or_assign(place.last, *value), true;
  auto* there = place.parent ? child_of(*place.parent, place.last) : nullptr;
  if (!there || !value || op != "replace") return false;
  *there = *value;
  return true;
}

}  // namespace

Value patched(Value value, const Array& patch) {
  for (const auto& operation : patch)
    if (!apply_one(value, operation)) return {};
  return value;
}

}  // namespace hikae::tests
