#include <algorithm>

#include "pattern/rule_index.h"

namespace hikae::pattern {

PredicateId RuleIndex::predicate_of(const Candidate& candidate, PathId path) {
  const auto fresh = static_cast<PredicateId>(predicates_.size());
  const auto id = fields_[path]->index.add(candidate, fresh);
  if (id == fresh) predicates_.emplace_back();
  return id;
}

ConditionKey RuleIndex::key_of(const Field& field, PathId path) {
  ConditionKey key;
  key.path = path;
  const auto sorted = [](std::vector<PredicateId> list) {
    std::ranges::sort(list);
    list.erase(std::ranges::unique(list).begin(), list.end());
    return list;
  };
  for (const auto& candidate : field.any_of) {
    if (candidate.op == Operator::Absent) {
      key.absence_is_true = true;
    } else if (candidate.op == Operator::Exists) {
      key.presence_is_true = true;
    } else if (candidate.op == Operator::AnythingBut) {
      std::vector<PredicateId> excluded;
      for (const auto& inner : candidate.excluded) excluded.push_back(predicate_of(inner, path));
      key.exclusions.push_back(sorted(std::move(excluded)));
    } else {
      key.predicates.push_back(predicate_of(candidate, path));
    }
  }
  key.predicates = sorted(std::move(key.predicates));
  std::ranges::sort(key.exclusions);
  key.exclusions.erase(std::ranges::unique(key.exclusions).begin(), key.exclusions.end());
  return key;
}

ConditionId RuleIndex::new_condition(ConditionKey key, std::shared_ptr<const Field> field) {
  const auto id = static_cast<ConditionId>(conditions_.size());
  for (const auto predicate : key.predicates) predicates_[predicate].accepted_by.push_back(id);
  for (const auto& excluded : key.exclusions) {
    const auto exclusion = static_cast<ExclusionId>(exclusions_.size());
    exclusions_.push_back({id});
    for (const auto predicate : excluded) predicates_[predicate].excluded_by.push_back(exclusion);
  }
  fields_[key.path]->conditions.push_back(id);
  conditions_.emplace_back();
  conditions_.back().key = std::move(key);
  conditions_.back().field = std::move(field);
  return id;
}

ConditionId RuleIndex::condition_of(const std::shared_ptr<const Field>& field) {
  const auto path = paths_.add(field->path);
  while (fields_.size() <= path) fields_.push_back(std::make_unique<FieldRules>());
  present_in_.resize(fields_.size());
  auto key = key_of(*field, path);
  if (const auto known = condition_ids_.find(key); known != condition_ids_.end())
    return known->second;
  const auto id = new_condition(key, field);
  condition_ids_.emplace(std::move(key), id);
  return id;
}

void RuleIndex::use(ConditionId id, Slot slot) {
  auto& condition = conditions_[id];
  auto& rules = *fields_[condition.key.path];
  condition.slots.add(slot);
  rules.slots.add(slot);
  if (condition.is_true_by_default()) rules.by_default.add(slot);
}

void RuleIndex::anchor(Slot slot) {
  std::vector<PathId> needed;
  for (const auto id : slots_[slot].conditions)
    if (!conditions_[id].key.absence_is_true) needed.push_back(conditions_[id].key.path);
  const auto rarest = std::ranges::min_element(
      needed, {}, [&](PathId path) { return fields_[path]->slots.size(); });
  if (rarest != needed.end()) {
    fields_[*rarest]->anchored.add(slot);
    needed.erase(rarest);
  } else {
    unanchored_.add(slot);
  }
  needs_.insert(needs_.end(), needed.begin(), needed.end());
  needs_begin_.push_back(static_cast<std::uint32_t>(needs_.size()));
}

Slot RuleIndex::add_alternative(const Conjunction& fields, std::uint32_t rule) {
  const auto slot = static_cast<Slot>(slots_.size());
  slots_.emplace_back();
  rule_of_.push_back(rule);
  for (const auto& field : fields) {
    const auto id = condition_of(field);
    slots_[slot].conditions.push_back(id);
    use(id, slot);
  }
  anchor(slot);
  return slot;
}

void RuleIndex::add_rule(Rule rule) {
  const auto number = static_cast<std::uint32_t>(rules_.size());
  rule.slots.clear();
  for (const auto& fields : rule.pattern.alternatives())
    rule.slots.push_back(add_alternative(fields, number));
  by_id_[rule.id] = number;
  rules_.emplace_back(std::move(rule));
  removed_.resize(slots_.size() / 64 + 1);
  ranked_ = false;
}

void RuleIndex::add(std::string_view id, const Pattern& pattern) {
  remove(id);
  add_rule({std::string(id), pattern, {}});
}

void RuleIndex::remove(std::string_view id) {
  const auto known = by_id_.find(id);
  if (known == by_id_.end()) return;
  auto& rule = rules_[known->second];
  for (const auto slot : rule->slots) set_bit(removed_, slot);
  removed_count_ += rule->slots.size();
  rule.reset();
  by_id_.erase(known);
  ranked_ = false;
  if (removed_count_ > 64 && removed_count_ * 2 > slots_.size()) rebuild();
}

/// Without what was removed: half of the slots, so that it costs little for each removal.
void RuleIndex::rebuild() {
  RuleIndex fresh;
  fresh.event_ = event_;
  for (auto& rule : rules_)
    if (rule) fresh.add_rule(*std::move(rule));
  *this = std::move(fresh);
}

void RuleIndex::rank() {
  if (ranked_) return;
  rank_of_.assign(rules_.size(), 0);
  by_rank_.clear();
  for (const auto& [id, rule] : by_id_) {
    rank_of_[rule] = static_cast<std::uint32_t>(by_rank_.size());
    by_rank_.push_back(id);
  }
  ranked_ = true;
}

}  // namespace hikae::pattern
