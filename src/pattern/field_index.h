// All positive predicates that rules put on one field, asked at once which of them hold of a value.
// A predicate is one candidate other than anything-but and exists:false; equal ones are one.
#pragma once

#include <string>
#include <unordered_map>
#include <vector>

#include "pattern/candidate.h"
#include "pattern/range_index.h"
#include "pattern/text_trie.h"
#include "pattern/wildcard_index.h"

namespace hikae::pattern {

class FieldIndex {
 public:
  /// The predicate given before for an equal candidate, or `fresh`.
  PredicateId add(const Candidate& candidate, PredicateId fresh);
  /// Appends the predicates that hold of this leaf, each once.
  void collect(const Value& leaf, std::vector<PredicateId>& out);

 private:
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  struct AddressHash {
    std::size_t operator()(const Block& block) const;
  };
  using Blocks = std::unordered_map<Block, PredicateId, AddressHash>;

  void collect_text(std::string_view text, std::vector<PredicateId>& out);
  void collect_addresses(std::string_view text, std::vector<PredicateId>& out) const;
  void collect_blocks(const Address& address, std::vector<PredicateId>& out) const;

  PredicateId null_ = kNoPredicate;
  PredicateId true_ = kNoPredicate;
  PredicateId false_ = kNoPredicate;
  std::unordered_map<std::string, PredicateId, TextHash, std::equal_to<>> texts_;
  std::unordered_map<Number, PredicateId> numbers_;
  RangeIndex ranges_;
  TextTrie beginnings_{TextTrie::Direction::Forward};
  TextTrie ends_{TextTrie::Direction::Backward};
  WildcardIndex wildcards_;
  Blocks addresses_;
  Blocks blocks_;
  std::vector<std::pair<int, int>> block_lengths_;  // (32 or 128, length), each once
};

}  // namespace hikae::pattern
