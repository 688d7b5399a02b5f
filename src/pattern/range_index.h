// Many numeric ranges, asked at once which of them hold a number: a segment tree over the ends of
// the ranges. n ranges take O(n log n) space; a question costs O(log n) and one step for each
// range that holds the number.
#pragma once

#include <map>
#include <vector>

#include "pattern/candidate.h"
#include "pattern/text_trie.h"

namespace hikae::pattern {

class RangeIndex {
 public:
  /// The predicate given before for these bounds, or `fresh`.
  PredicateId add(const Bounds& bounds, PredicateId fresh);
  [[nodiscard]] bool empty() const { return ranges_.empty(); }
  /// Appends the predicates that hold, each once. Builds the tree where a range was added since.
  void collect(Number number, std::vector<PredicateId>& out);

 private:
  void build();
  void cover(std::size_t from, std::size_t to, PredicateId predicate);
  [[nodiscard]] std::size_t place_of(Number number) const;

  std::map<Bounds, PredicateId> ranges_;
  // Places 2i + 1: the end ends_[i] itself; 2i: the gap before it; the last: beyond all ends.
  std::vector<Number> ends_;
  std::size_t places_ = 0;
  std::vector<std::vector<PredicateId>> nodes_;  // leaves at [places_, 2 * places_)
  bool built_ = false;
};

}  // namespace hikae::pattern
