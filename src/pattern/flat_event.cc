#include "pattern/flat_event.h"

#include "pattern/candidate.h"

namespace hikae::pattern {
namespace {

/// Takes the part before the first dot off the front; `last` says that none is left.
std::string_view take_key(std::string_view& path, bool& last) {
  const auto dot = path.find('.');
  last = dot == std::string_view::npos;
  const auto key = path.substr(0, dot);
  path.remove_prefix(last ? path.size() : dot + 1);
  return key;
}

}  // namespace

PathId PathTree::add(std::string_view path) {
  std::uint32_t node = 0;
  for (bool last = false; !last;) {
    const auto key = take_key(path, last);
    const auto next = static_cast<std::uint32_t>(nodes_.size());
    const auto [child, added] = nodes_[node].children.try_emplace(std::string(key), next);
    node = child->second;
    if (added) nodes_.emplace_back();
  }
  if (nodes_[node].path == kNone) nodes_[node].path = count_++;
  return nodes_[node].path;
}

std::uint32_t PathTree::below(std::uint32_t node, std::string_view key) const {
  for (bool last = false; !last;) {
    const auto part = take_key(key, last);
    const auto& children = nodes_[node].children;
    const auto child = children.find(part);
    if (child == children.end()) return kNone;
    node = child->second;
  }
  return node;
}

void FlatEvent::read(const Value& event, const PathTree& paths) {
  for (const auto path : present_) leaves_[path].clear();
  present_.clear();
  memberships_.clear();
  lists_ = 0;
  has_lists_ = false;
  paths_ = &paths;
  leaves_.resize(paths.size());
  if (const auto* object = event.if_object()) read_object(*object, 0, -1);
}

void FlatEvent::read_object(const Object& object, std::uint32_t node, int membership) {
  for (const auto& [key, value] : object) {
    const auto child = paths_->below(node, key);
    if (child != PathTree::kNone) read_value(value, child, membership);
  }
}

void FlatEvent::read_value(const Value& value, std::uint32_t node, int membership) {
  if (const auto* object = value.if_object()) return read_object(*object, node, membership);
  if (const auto* array = value.if_array()) return read_array(*array, node, membership);
  const auto path = paths_->path_at(node);
  if (path == PathTree::kNone) return;
  if (leaves_[path].empty()) present_.push_back(path);
  leaves_[path].push_back({&value, membership});
}

void FlatEvent::read_array(const Array& array, std::uint32_t node, int membership) {
  const auto list = lists_++;
  std::uint32_t index = 0;
  for (const auto& item : array) {
    auto inside = membership;
    if (!is_leaf(item)) {
      has_lists_ = has_lists_ || array.size() > 1;
      inside = static_cast<int>(memberships_.size());
      memberships_.push_back({list, index, membership});
    }
    read_value(item, node, inside);
    ++index;
  }
}

}  // namespace hikae::pattern
