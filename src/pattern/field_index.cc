#include "pattern/field_index.h"

#include <algorithm>

#include "base/invariant.h"
#include "text/code_points.h"

namespace hikae::pattern {
namespace {

template <class Map, class Key>
PredicateId known_or(Map& map, const Key& key, PredicateId fresh) {
  return map.try_emplace(key, fresh).first->second;
}

PredicateId known_or(PredicateId& place, PredicateId fresh) {
  if (place == kNoPredicate) place = fresh;
  return place;
}

void append_known(PredicateId predicate, std::vector<PredicateId>& out) {
  if (predicate != kNoPredicate) out.push_back(predicate);
}

}  // namespace

std::size_t FieldIndex::AddressHash::operator()(const Block& block) const {
  const auto& bytes = block.base.bytes;
  const std::string_view text(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  return std::hash<std::string_view>{}(text)*131 +
         static_cast<std::size_t>(block.length * 2 + (block.base.bits == 128));
}

PredicateId FieldIndex::add(const Candidate& candidate, PredicateId fresh) {
  using enum TextTrie::LetterCase;
  switch (candidate.op) {
    case Operator::Null: return known_or(null_, fresh);
    case Operator::True: return known_or(true_, fresh);
    case Operator::False: return known_or(false_, fresh);
    case Operator::Text: return known_or(texts_, candidate.text, fresh);
    case Operator::Equal: return known_or(numbers_, candidate.number, fresh);
    case Operator::Range: return ranges_.add(candidate.bounds, fresh);
    case Operator::Address: return known_or(addresses_, candidate.block, fresh);
    case Operator::Prefix: return beginnings_.add_beginning(candidate.text, Kept, fresh);
    case Operator::PrefixIgnoreCase:
      return beginnings_.add_beginning(candidate.text, Ignored, fresh);
    case Operator::IgnoreCase: return beginnings_.add_whole(candidate.text, Ignored, fresh);
    case Operator::Suffix: return ends_.add_beginning(candidate.text, Kept, fresh);
    case Operator::SuffixIgnoreCase: return ends_.add_beginning(candidate.text, Ignored, fresh);
    case Operator::Wildcard: return wildcards_.add(candidate.text, fresh);
    case Operator::Block: {
      const std::pair shape{candidate.block.base.bits, candidate.block.length};
      if (std::ranges::find(block_lengths_, shape) == block_lengths_.end())
        block_lengths_.push_back(shape);
      return known_or(blocks_, candidate.block, fresh);
    }
    case Operator::Exists:
    case Operator::Absent:
    case Operator::AnythingBut: break;
  }
  INVARIANT(false, "exists and anything-but are conditions of the matcher, not predicates");
}

void FieldIndex::collect_blocks(const Address& address, std::vector<PredicateId>& out) const {
  for (const auto& [bits, length] : block_lengths_) {
    Block block{masked(address, length), length};
    block.base.bits = bits;
    const auto found = blocks_.find(block);
    if (found != blocks_.end() && found->first.holds(address)) out.push_back(found->second);
  }
}

void FieldIndex::collect_addresses(std::string_view text, std::vector<PredicateId>& out) const {
  if (addresses_.empty() && blocks_.empty()) return;
  const auto address = parse_address(text);
  if (!address) return;
  if (const auto found = addresses_.find(Block{*address, address->bits}); found != addresses_.end())
    out.push_back(found->second);
  collect_blocks(*address, out);
}

void FieldIndex::collect_text(std::string_view text, std::vector<PredicateId>& out) {
  if (const auto found = texts_.find(text); found != texts_.end()) out.push_back(found->second);
  collect_addresses(text, out);
  if (!wildcards_.empty()) wildcards_.collect(text, out);
  if (beginnings_.empty() && ends_.empty()) return;
  auto points = text::code_points(text);
  if (!beginnings_.empty()) beginnings_.collect(points, out);
  if (ends_.empty()) return;
  std::ranges::reverse(points);
  ends_.collect(points, out);
}

void FieldIndex::collect(const Value& leaf, std::vector<PredicateId>& out) {
  if (leaf.is_string()) return collect_text(text_of(leaf), out);
  if (leaf.is_null()) return append_known(null_, out);
  if (leaf.is_bool()) return append_known(leaf.get_bool() ? true_ : false_, out);
  const auto number = number_of(leaf);
  if (!number) return;
  if (const auto found = numbers_.find(*number); found != numbers_.end())
    out.push_back(found->second);
  if (!ranges_.empty()) ranges_.collect(*number, out);
}

}  // namespace hikae::pattern
