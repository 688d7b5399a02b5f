// Many texts, walked at once along one value: which of them are the value, its beginning or (in a
// trie built backwards) its end; with or without case.
//
// An edge stands for one letter. A letter that ignores case has two edges to one child, one for
// each case, and a case may be several code points ("ß", "SS"). Cases of one letter never begin
// with each other, so each node is reached in at most one way and a walk visits a node once.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "pattern/letter_case.h"

namespace hikae::pattern {

using PredicateId = std::uint32_t;
inline constexpr PredicateId kNoPredicate = UINT32_MAX;

class TextTrie {
 public:
  enum class Direction { Forward, Backward };
  enum class LetterCase { Kept, Ignored };

  explicit TextTrie(Direction direction) : direction_(direction), nodes_(1) {}

  /// The predicate "the value begins (ends) with `text`": the one given before for it, or
  /// `fresh`, which is then taken.
  PredicateId add_beginning(std::string_view text, LetterCase letter_case, PredicateId fresh);
  /// The predicate "the value is `text`".
  PredicateId add_whole(std::string_view text, LetterCase letter_case, PredicateId fresh);

  [[nodiscard]] bool empty() const { return nodes_.size() == 1 && !used_; }
  /// Appends the predicates that hold of `value`, each once. In a trie built backwards `value` is
  /// the text backwards.
  void collect(std::u32string_view value, std::vector<PredicateId>& out) const;

 private:
  struct Edge {
    char32_t first;
    std::uint32_t child;
    std::uint32_t letter;  // 0: this very code point; else letters_[letter - 1]
    bool upper;
  };
  struct Node {
    std::vector<Edge> edges;  // sorted by `first`
    PredicateId beginning = kNoPredicate;
    PredicateId whole = kNoPredicate;
  };

  std::uint32_t node_of(std::string_view text, LetterCase letter_case);
  std::uint32_t child_of(std::uint32_t node, char32_t point, LetterCase letter_case);
  void add_edge(std::uint32_t node, Edge edge);
  [[nodiscard]] std::u32string_view spelling_of(const Edge& edge) const;

  Direction direction_;
  bool used_ = false;
  std::vector<Node> nodes_;
  std::vector<Cases> letters_;
  std::map<Cases, std::uint32_t> letter_ids_;
};

}  // namespace hikae::pattern
