// An event brought to its leaves: only those that lie on a path some rule names, each with the
// elements of lists it stands in.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/value.h"

namespace hikae::pattern {

using PathId = std::uint32_t;

/// The paths that rules name, as a tree of their keys. A key with dots is the same as the keys
/// between the dots, one below the other.
class PathTree {
 public:
  PathTree() : nodes_(1) {}
  /// The path's number: 0, 1, … in the order of their first appearance.
  PathId add(std::string_view path);
  [[nodiscard]] std::size_t size() const { return count_; }

  static constexpr std::uint32_t kNone = UINT32_MAX;
  /// The node of `key` below `node`, or kNone.
  [[nodiscard]] std::uint32_t below(std::uint32_t node, std::string_view key) const;
  [[nodiscard]] PathId path_at(std::uint32_t node) const { return nodes_[node].path; }

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct Node {
    std::unordered_map<std::string, std::uint32_t, TextHash, std::equal_to<>> children;
    PathId path = kNone;
  };
  std::vector<Node> nodes_;
  PathId count_ = 0;
};

/// One element of a list that a leaf stands in; `outer` is the one around it.
struct Membership {
  std::uint32_t list;   // which list of the event
  std::uint32_t index;  // which of its elements
  int outer;            // in FlatEvent::memberships; -1: none
};

struct Leaf {
  const Value* value;
  int membership;  // the innermost; -1: in no list of maps or lists
};

/// Leaves point into the event, which must outlive them. Reused from event to event.
class FlatEvent {
 public:
  void read(const Value& event, const PathTree& paths);

  /// The paths that have a leaf, in the order of the event.
  [[nodiscard]] const std::vector<PathId>& present() const { return present_; }
  /// Empty where the path has no leaf.
  [[nodiscard]] const std::vector<Leaf>& leaves(PathId path) const { return leaves_[path]; }
  [[nodiscard]] const std::vector<Membership>& memberships() const { return memberships_; }
  /// Whether two leaves may stand in different elements of one list.
  [[nodiscard]] bool has_lists() const { return has_lists_; }

 private:
  void read_object(const Object& object, std::uint32_t node, int membership);
  void read_value(const Value& value, std::uint32_t node, int membership);
  void read_array(const Array& array, std::uint32_t node, int membership);

  const PathTree* paths_ = nullptr;
  std::vector<PathId> present_;
  std::vector<std::vector<Leaf>> leaves_;
  std::vector<Membership> memberships_;
  std::uint32_t lists_ = 0;
  bool has_lists_ = false;
};

}  // namespace hikae::pattern
