// Composes libyaml's events to one value with the places of its nodes.
//
// What can go wrong, and what is done about it:
// - An alias is a copy. Nine lists of nine aliases are 9^9 nodes ("billion laughs"), ten thousand
//   aliases of one long text are gigabytes, and a chain of aliases is deeper than any text. So each
//   anchor knows how many nodes, bytes and levels it is, and a copy is refused before it is made.
// - `a: {{ x }}` without quotes is, to YAML, a map whose key is a map. It is the mistake that
//   everybody makes once, so it gets its own sentence.
// - Two equal keys: YAML's loaders keep one of them in silence. Here both are shown.
// A mistake that leaves the rest readable does not end the reading: all are reported in one pass.
#pragma once

#include <map>
#include <set>
#include <string>

#include "text/yaml.h"
#include "text/yaml_events.h"

namespace hikae::text {

class YamlComposer {
 public:
  YamlComposer(std::string_view text, YamlTags tags, Diagnostics& problems)
      : events_(text), tags_(tags), problems_(problems) {}

  /// False where the text is broken (reported); `tree` is then what was read so far.
  [[nodiscard]] bool compose(Tree& tree);

 private:
  /// What a node weighs; an alias of it weighs the same again.
  struct Weight {
    std::size_t nodes = 1;
    std::size_t bytes = 0;
    int height = 1;
    void hold(const Weight& child);
  };
  struct Anchored {
    Value value;
    Weight weight;
    bool complete = false;
  };
  struct Node {
    Value value;
    Weight weight;
  };

  [[nodiscard]] bool next(YamlEvent& event);
  [[nodiscard]] bool compose_node(const YamlEvent& event, int depth, Node& node);
  [[nodiscard]] bool compose_content(const YamlEvent& event, int depth, Node& node);
  [[nodiscard]] bool compose_intrinsic(const YamlEvent& event, int depth, Node& node);
  [[nodiscard]] bool compose_list(int depth, Node& node);
  [[nodiscard]] bool compose_map(int depth, Node& node);
  [[nodiscard]] bool compose_member(const YamlEvent& key, int depth, Node& map,
                                    std::map<std::string, Position, std::less<>>& keys);
  [[nodiscard]] bool compose_alias(const YamlEvent& event, int depth, Node& node);
  [[nodiscard]] bool skip_node(const YamlEvent& event);
  void compose_scalar(const YamlEvent& event, Node& node);
  void check_collection_tag(const YamlEvent& event);
  [[nodiscard]] bool check_key(const YamlEvent& key,
                               std::map<std::string, Position, std::less<>>& keys);
  [[nodiscard]] bool take(const Weight& weight, int depth, Position position);
  void problem(Position position, std::string code, std::string message, std::string hint);

  YamlEvents events_;
  YamlTags tags_;
  Diagnostics& problems_;
  Places* places_ = nullptr;
  std::string pointer_;
  std::size_t nodes_ = 0;
  std::size_t bytes_ = 0;
  std::map<std::string, Anchored, std::less<>> anchors_;
};

}  // namespace hikae::text
