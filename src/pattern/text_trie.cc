#include "pattern/text_trie.h"
#include "text/code_points.h"

#include <algorithm>

namespace hikae::pattern {

void TextTrie::add_edge(std::uint32_t node, Edge edge) {
  auto& edges = nodes_[node].edges;
  edges.insert(std::ranges::upper_bound(edges, edge.first, {}, &Edge::first), edge);
}

std::uint32_t TextTrie::child_of(std::uint32_t node, char32_t point, LetterCase letter_case) {
  std::uint32_t letter = 0;
  Cases cases{std::u32string(1, point), {}};
  if (letter_case == LetterCase::Ignored) {
    cases = cases_of(point);
    if (direction_ == Direction::Backward) {
      std::ranges::reverse(cases.lower);
      std::ranges::reverse(cases.upper);
    }
    const auto next = static_cast<std::uint32_t>(letters_.size() + 1);
    const auto [known, added] = letter_ids_.try_emplace(cases, next);
    if (added) letters_.push_back(cases);
    letter = known->second;
  }
  const auto first = cases.lower.front();
  for (const auto& edge : std::ranges::equal_range(nodes_[node].edges, first, {}, &Edge::first))
    if (edge.letter == letter) return edge.child;
  const auto child = static_cast<std::uint32_t>(nodes_.size());
  nodes_.emplace_back();
  add_edge(node, {first, child, letter, false});
  if (letter != 0 && cases.upper != cases.lower)
    add_edge(node, {cases.upper.front(), child, letter, true});
  return child;
}

std::uint32_t TextTrie::node_of(std::string_view text, LetterCase letter_case) {
  used_ = true;
  auto points = text::code_points(text);
  if (direction_ == Direction::Backward) std::ranges::reverse(points);
  std::uint32_t node = 0;
  for (const auto point : points) node = child_of(node, point, letter_case);
  return node;
}

PredicateId TextTrie::add_beginning(std::string_view text, LetterCase letter_case,
                                    PredicateId fresh) {
  auto& predicate = nodes_[node_of(text, letter_case)].beginning;
  if (predicate == kNoPredicate) predicate = fresh;
  return predicate;
}

PredicateId TextTrie::add_whole(std::string_view text, LetterCase letter_case, PredicateId fresh) {
  auto& predicate = nodes_[node_of(text, letter_case)].whole;
  if (predicate == kNoPredicate) predicate = fresh;
  return predicate;
}

std::u32string_view TextTrie::spelling_of(const Edge& edge) const {
  if (edge.letter == 0) return {&edge.first, 1};
  const auto& cases = letters_[edge.letter - 1];
  return edge.upper ? cases.upper : cases.lower;
}

void TextTrie::collect(std::u32string_view value, std::vector<PredicateId>& out) const {
  struct Place {
    std::uint32_t node;
    std::u32string_view rest;
  };
  std::vector<Place> open = {{0, value}};
  while (!open.empty()) {
    const auto [number, rest] = open.back();
    open.pop_back();
    const auto& node = nodes_[number];
    if (node.beginning != kNoPredicate) out.push_back(node.beginning);
    if (rest.empty()) {
      if (node.whole != kNoPredicate) out.push_back(node.whole);
      continue;
    }
    for (const auto& edge : std::ranges::equal_range(node.edges, rest[0], {}, &Edge::first)) {
      const auto spelling = spelling_of(edge);
      if (rest.starts_with(spelling)) open.push_back({edge.child, rest.substr(spelling.size())});
    }
  }
}

}  // namespace hikae::pattern
