// Many wildcard patterns, asked at once which of them accept a value.
//
// Each pattern is filed under one of its literals: the one that the fewest others are filed under,
// the longest among those. An Aho-Corasick automaton over these literals finds in one pass which of
// them occur in a value; only those patterns are then checked as a whole. A pattern without any
// literal ("*") accepts every string.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "pattern/text_trie.h"
#include "pattern/wildcard.h"

namespace hikae::pattern {

class WildcardIndex {
 public:
  /// `text` is a well-formed wildcard. The predicate given before for it, or `fresh`.
  PredicateId add(std::string_view text, PredicateId fresh);
  [[nodiscard]] bool empty() const { return known_.empty(); }
  /// Appends the predicates that hold of `value`, each once. Builds the automaton where a pattern
  /// was added since.
  void collect(std::string_view value, std::vector<PredicateId>& out);

 private:
  struct Filed {
    Wildcard wildcard;
    PredicateId predicate;
  };
  struct Node {
    std::vector<std::pair<unsigned char, std::uint32_t>> next;  // sorted
    std::uint32_t fall = 0;    // the longest proper end of this node's text that is a node
    std::uint32_t report = 0;  // the nearest node along `fall` that has a literal; 0: none
    int literal = -1;
    std::uint64_t seen = 0;  // in which pass it was reported last
  };

  std::size_t file_under(const Wildcard& wildcard);
  void build();
  void add_to_automaton(int literal, std::string_view text);
  [[nodiscard]] std::uint32_t edge(std::uint32_t node, unsigned char byte) const;
  [[nodiscard]] std::uint32_t step(std::uint32_t node, unsigned char byte) const;
  void link_failures();
  void report(std::uint32_t node, std::string_view value, std::vector<PredicateId>& out);

  std::unordered_map<std::string, PredicateId> known_;
  std::map<std::string, std::size_t, std::less<>> literals_;
  std::vector<std::vector<Filed>> filed_;  // by literal
  PredicateId always_ = kNoPredicate;      // "*"
  PredicateId blank_ = kNoPredicate;       // ""
  std::vector<Node> nodes_;
  std::uint64_t pass_ = 0;
  bool built_ = false;
};

}  // namespace hikae::pattern
