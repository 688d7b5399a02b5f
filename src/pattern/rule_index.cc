#include "pattern/rule_index.h"

#include <algorithm>
#include <bit>
#include <set>

#include "pattern/consistency.h"

namespace hikae::pattern {

bool RuleIndex::is_true(const Condition& condition) const {
  if (condition.true_in == event_ || condition.key.presence_is_true) return true;
  if (condition.key.exclusions.empty()) return false;
  const auto pairs = flat_.leaves(condition.key.path).size() * condition.key.exclusions.size();
  return condition.counted_in != event_ || condition.excluded < pairs;
}

void RuleIndex::note_predicate(const Predicate& predicate) {
  for (const auto id : predicate.accepted_by) {
    if (conditions_[id].true_in == event_) continue;
    conditions_[id].true_in = event_;
    accepted_.push_back(id);
  }
  for (const auto id : predicate.excluded_by) {
    auto& exclusion = exclusions_[id];
    if (exclusion.leaf_mark == leaf_) continue;
    exclusion.leaf_mark = leaf_;
    auto& condition = conditions_[exclusion.condition];
    if (condition.counted_in != event_) {
      condition.counted_in = event_;
      condition.excluded = 0;
      touched_.push_back(exclusion.condition);
    }
    ++condition.excluded;
  }
}

void RuleIndex::strike_by_condition(const FieldRules& rules) {
  for (const auto id : rules.conditions)
    if (!is_true(conditions_[id])) conditions_[id].slots.add_to(dead_);
}

void RuleIndex::strike_by_slots(const FieldRules& rules) {
  std::ranges::fill(passed_, 0);
  rules.by_default.add_to(passed_);
  for (const auto id : touched_)
    if (!is_true(conditions_[id])) conditions_[id].slots.take_from(passed_);
  for (const auto id : accepted_) conditions_[id].slots.add_to(passed_);
  rules.slots.add_to_without(dead_, passed_);
}

/// One field that is present: which of its conditions are true, and whom the false ones strike out.
void RuleIndex::judge(PathId path) {
  auto& rules = *fields_[path];
  present_in_[path] = event_;
  rules.anchored.add_to(candidates_);
  touched_.clear();
  accepted_.clear();
  for (const auto& leaf : flat_.leaves(path)) {
    ++leaf_;
    holding_.clear();
    rules.index.collect(*leaf.value, holding_);
    for (const auto predicate : holding_) note_predicate(predicates_[predicate]);
  }
  if (rules.conditions.size() <= 16)
    strike_by_condition(rules);
  else
    strike_by_slots(rules);
}

bool RuleIndex::has_what_it_needs(Slot slot) const {
  for (auto at = needs_begin_[slot]; at < needs_begin_[slot + 1]; ++at)
    if (present_in_[needs_[at]] != event_) return false;
  return true;
}

const std::vector<int>& RuleIndex::places_accepted(ConditionId id) {
  const auto [known, added] = places_.try_emplace(id);
  if (!added) return known->second;
  const auto& condition = conditions_[id];
  std::set<int> places;
  for (const auto& leaf : flat_.leaves(condition.key.path)) {
    if (places.contains(leaf.membership)) continue;
    const auto accepts = [&](const Candidate& candidate) { return candidate.accepts(*leaf.value); };
    if (std::ranges::any_of(condition.field->any_of, accepts)) places.insert(leaf.membership);
  }
  known->second.assign(places.begin(), places.end());
  return known->second;
}

Result<bool> RuleIndex::stands_in_one_element(const SlotInfo& slot) {
  if (slot.conditions.size() < 2) return true;
  std::vector<std::vector<int>> fields;
  for (const auto id : slot.conditions) {
    const auto& leaves = flat_.leaves(conditions_[id].key.path);
    const bool in_list =
        std::ranges::any_of(leaves, [](const Leaf& leaf) { return leaf.membership >= 0; });
    if (in_list) fields.push_back(places_accepted(id));
  }
  if (fields.size() < 2) return true;
  return is_consistent(fields, flat_.memberships());
}

/// The ranks of the rules that match, as bits: sorted, and each once however many slots it has.
Result<Words> RuleIndex::surviving_ranks() {
  Words ranks(by_rank_.size() / 64 + 1);
  for (std::size_t word = 0; word < candidates_.size(); ++word) {
    auto left = candidates_[word] & ~dead_[word] & ~removed_[word];
    for (; left != 0; left &= left - 1) {
      const auto slot = static_cast<Slot>(word * 64) + static_cast<Slot>(std::countr_zero(left));
      if (!has_what_it_needs(slot)) continue;
      if (flat_.has_lists() && !TRY(stands_in_one_element(slots_[slot]))) continue;
      set_bit(ranks, rank_of_[rule_of_[slot]]);
    }
  }
  return ranks;
}

Result<std::vector<std::string_view>> RuleIndex::match(const Value& event) {
  if (!event.is_object())
    return fail(ErrorKind::Invalid,
                "an event is a map (\"source\", \"detail-type\", \"detail\", …), not a " +
                    std::string(kind_of(event)));
  rank();
  ++event_;
  places_.clear();
  for (auto* words : {&candidates_, &dead_, &passed_}) words->assign(removed_.size(), 0);
  unanchored_.add_to(candidates_);
  flat_.read(event, paths_);
  for (const auto path : flat_.present()) judge(path);
  const auto ranks = TRY(surviving_ranks());
  std::vector<std::string_view> ids;
  for (std::size_t word = 0; word < ranks.size(); ++word)
    for (auto left = ranks[word]; left != 0; left &= left - 1)
      ids.push_back(by_rank_[word * 64 + static_cast<std::size_t>(std::countr_zero(left))]);
  return ids;
}

}  // namespace hikae::pattern
