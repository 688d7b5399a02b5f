#include "pattern/wildcard_index.h"

#include <algorithm>
#include <deque>

#include "base/invariant.h"

namespace hikae::pattern {

std::size_t WildcardIndex::file_under(const Wildcard& wildcard) {
  const auto crowd = [&](std::string_view literal) {
    const auto found = literals_.find(literal);
    return found == literals_.end() ? std::size_t{0} : filed_[found->second].size();
  };
  const std::string* best = nullptr;
  for (const auto& literal : wildcard.literals()) {
    if (literal.empty()) continue;
    const bool better = !best || crowd(literal) < crowd(*best) ||
                        (crowd(literal) == crowd(*best) && literal.size() > best->size());
    if (better) best = &literal;
  }
  const auto [found, added] = literals_.try_emplace(*best, filed_.size());
  if (added) filed_.emplace_back();
  return found->second;
}

PredicateId WildcardIndex::add(std::string_view text, PredicateId fresh) {
  const auto [known, added] = known_.try_emplace(std::string(text), fresh);
  if (!added) return known->second;
  auto wildcard = Wildcard::parse(text);
  INVARIANT(wildcard, "patterns check their wildcards when they are read");
  const bool has_literal = std::ranges::any_of(
      wildcard->literals(), [](const auto& literal) { return !literal.empty(); });
  if (has_literal)
    filed_[file_under(*wildcard)].push_back({*wildcard, fresh});
  else if (wildcard->literals().size() > 1)
    always_ = fresh;
  else
    blank_ = fresh;
  built_ = false;
  return fresh;
}

std::uint32_t WildcardIndex::edge(std::uint32_t node, unsigned char byte) const {
  const auto& next = nodes_[node].next;
  const auto found =
      std::ranges::lower_bound(next, byte, {}, &std::pair<unsigned char, std::uint32_t>::first);
  return found != next.end() && found->first == byte ? found->second : 0;
}

std::uint32_t WildcardIndex::step(std::uint32_t node, unsigned char byte) const {
  for (;;) {
    if (const auto next = edge(node, byte)) return next;
    if (node == 0) return 0;
    node = nodes_[node].fall;
  }
}

void WildcardIndex::add_to_automaton(int literal, std::string_view text) {
  std::uint32_t node = 0;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    auto next = edge(node, byte);
    if (next == 0) {
      next = static_cast<std::uint32_t>(nodes_.size());
      nodes_.emplace_back();
      auto& list = nodes_[node].next;
      list.insert(
          std::ranges::lower_bound(list, byte, {}, &std::pair<unsigned char, std::uint32_t>::first),
          {byte, next});
    }
    node = next;
  }
  nodes_[node].literal = literal;
}

void WildcardIndex::link_failures() {
  std::deque<std::uint32_t> open;
  for (const auto& [byte, child] : nodes_[0].next) open.push_back(child);
  while (!open.empty()) {
    const auto node = open.front();
    open.pop_front();
    for (const auto& [byte, child] : nodes_[node].next) {
      const auto fall = step(nodes_[node].fall, byte);
      nodes_[child].fall = fall;
      nodes_[child].report = nodes_[fall].literal >= 0 ? fall : nodes_[fall].report;
      open.push_back(child);
    }
  }
}

void WildcardIndex::build() {
  nodes_.assign(1, Node{});
  for (const auto& [text, literal] : literals_) add_to_automaton(static_cast<int>(literal), text);
  link_failures();
  built_ = true;
}

void WildcardIndex::report(std::uint32_t node, std::string_view value,
                           std::vector<PredicateId>& out) {
  // Whatever lies behind a node seen in this pass was reported with it.
  for (; node != 0 && nodes_[node].seen != pass_; node = nodes_[node].report) {
    nodes_[node].seen = pass_;
    if (nodes_[node].literal < 0) continue;
    for (const auto& filed : filed_[static_cast<std::size_t>(nodes_[node].literal)])
      if (filed.wildcard.accepts(value)) out.push_back(filed.predicate);
  }
}

void WildcardIndex::collect(std::string_view value, std::vector<PredicateId>& out) {
  if (!built_) build();
  ++pass_;
  if (always_ != kNoPredicate) out.push_back(always_);
  if (blank_ != kNoPredicate && value.empty()) out.push_back(blank_);
  std::uint32_t node = 0;
  for (const char c : value) {
    node = step(node, static_cast<unsigned char>(c));
    report(node, value, out);
  }
}

}  // namespace hikae::pattern
