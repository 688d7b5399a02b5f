#include "base/limits.h"
#include "text/yaml.h"

namespace hikae::text {

Places::Place* Places::room_for(std::string_view pointer) {
  // Before any comparison: a hundred thousand nodes below a key of a megabyte must stay cheap.
  if (full_ || pointer.size() > limits::kPointerBytes) return nullptr;
  if (const auto found = by_pointer_.find(pointer); found != by_pointer_.end())
    return &found->second;
  full_ = bytes_ + pointer.size() > limits::kPlacesBytes;
  if (full_) return nullptr;
  bytes_ += pointer.size();
  return &by_pointer_[std::string(pointer)];
}

void Places::set(std::string_view pointer, Position position) {
  if (auto* place = room_for(pointer)) place->node = position;
}

void Places::set_key(std::string_view pointer, Position position) {
  if (auto* place = room_for(pointer)) place->key = position;
}

Position Places::at(std::string_view pointer) const {
  for (;;) {
    const auto found = by_pointer_.find(pointer);
    if (found != by_pointer_.end() && found->second.node.line > 0) return found->second.node;
    if (pointer.empty()) return {};
    const auto slash = pointer.rfind('/');
    pointer = pointer.substr(0, slash == std::string_view::npos ? 0 : slash);
  }
}

Position Places::key_at(std::string_view pointer) const {
  const auto found = by_pointer_.find(pointer);
  if (found != by_pointer_.end() && found->second.key.line > 0) return found->second.key;
  return at(pointer);
}

void append_key(std::string& pointer, std::string_view key) {
  pointer += '/';
  for (const char c : key) {
    if (c == '~')
      pointer += "~0";
    else if (c == '/')
      pointer += "~1";
    else
      pointer += c;
  }
}

std::string pointer_to(std::string_view parent, std::string_view key) {
  std::string out(parent);
  append_key(out, key);
  return out;
}

std::string pointer_to(std::string_view parent, std::size_t index) {
  return std::string(parent) + "/" + std::to_string(index);
}

}  // namespace hikae::text
