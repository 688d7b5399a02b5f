// The matcher's inside: what all rules say, turned round, so that it is asked by field and value.
// The idea is told in matcher.cc.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pattern/field_index.h"
#include "pattern/flat_event.h"
#include "pattern/pattern.h"
#include "pattern/slot_set.h"

namespace hikae::pattern {

using ConditionId = std::uint32_t;
using ExclusionId = std::uint32_t;  // one anything-but of one condition

/// What tells two conditions on one field apart.
struct ConditionKey {
  PathId path = 0;
  bool absence_is_true = false;   // {"exists": false}
  bool presence_is_true = false;  // {"exists": true}
  std::vector<PredicateId> predicates;
  std::vector<std::vector<PredicateId>> exclusions;
  friend auto operator<=>(const ConditionKey&, const ConditionKey&) = default;
};

struct Condition {
  ConditionKey key;
  std::shared_ptr<const Field> field;
  SlotSet slots;
  // Marks of the event at hand.
  std::uint64_t true_in = 0;
  std::uint64_t counted_in = 0;
  std::size_t excluded = 0;  // pairs (leaf, anything-but) that exclude

  [[nodiscard]] bool is_true_by_default() const {
    return key.presence_is_true || !key.exclusions.empty();
  }
};

struct Predicate {
  std::vector<ConditionId> accepted_by;
  std::vector<ExclusionId> excluded_by;
};

struct Exclusion {
  ConditionId condition;
  std::uint64_t leaf_mark = 0;  // the leaf it was last counted for
};

/// All that rules say of one field.
struct FieldRules {
  FieldIndex index;
  SlotSet slots;       // that name the field
  SlotSet anchored;    // that have their anchor here
  SlotSet by_default;  // whose condition is true unless excluded
  std::vector<ConditionId> conditions;
};

struct SlotInfo {
  std::vector<ConditionId> conditions;
};

struct Rule {
  std::string id;
  Pattern pattern;
  std::vector<Slot> slots;
};

class RuleIndex {
 public:
  void add(std::string_view id, const Pattern& pattern);
  void remove(std::string_view id);
  [[nodiscard]] std::size_t size() const { return by_id_.size(); }
  [[nodiscard]] Result<std::vector<std::string_view>> match(const Value& event);

 private:
  // Building.
  void add_rule(Rule rule);
  Slot add_alternative(const Conjunction& fields, std::uint32_t rule);
  ConditionId condition_of(const std::shared_ptr<const Field>& field);
  ConditionKey key_of(const Field& field, PathId path);
  PredicateId predicate_of(const Candidate& candidate, PathId path);
  ConditionId new_condition(ConditionKey key, std::shared_ptr<const Field> field);
  void use(ConditionId id, Slot slot);
  void anchor(Slot slot);
  void rebuild();
  void rank();

  // Matching.
  void judge(PathId path);
  void note_predicate(const Predicate& predicate);
  void strike_by_condition(const FieldRules& rules);
  void strike_by_slots(const FieldRules& rules);
  [[nodiscard]] bool is_true(const Condition& condition) const;
  [[nodiscard]] bool has_what_it_needs(Slot slot) const;
  [[nodiscard]] Result<bool> stands_in_one_element(const SlotInfo& slot);
  [[nodiscard]] const std::vector<int>& places_accepted(ConditionId id);
  [[nodiscard]] Result<Words> surviving_ranks();

  PathTree paths_;
  std::vector<std::unique_ptr<FieldRules>> fields_;  // by PathId
  std::vector<Predicate> predicates_;
  std::vector<Exclusion> exclusions_;
  std::vector<Condition> conditions_;
  std::map<ConditionKey, ConditionId> condition_ids_;
  std::vector<SlotInfo> slots_;
  std::vector<std::optional<Rule>> rules_;
  std::map<std::string, std::uint32_t, std::less<>> by_id_;
  SlotSet unanchored_;
  // What is asked of every survivor, close together: its rule, and the fields it needs besides its
  // anchor (needs_ from needs_begin_[slot] to needs_begin_[slot + 1]).
  std::vector<std::uint32_t> rule_of_;
  std::vector<std::uint32_t> needs_begin_ = {0};
  std::vector<PathId> needs_;
  Words removed_;
  std::size_t removed_count_ = 0;

  bool ranked_ = false;
  std::vector<std::uint32_t> rank_of_;  // by rule
  std::vector<std::string_view> by_rank_;

  // Scratch.
  std::vector<std::uint64_t> present_in_;  // by PathId: the last event that had it
  FlatEvent flat_;
  std::uint64_t event_ = 0;
  std::uint64_t leaf_ = 0;
  std::vector<PredicateId> holding_;
  std::vector<ConditionId> touched_;   // with exclusions, on the field at hand
  std::vector<ConditionId> accepted_;  // by a predicate, on the field at hand
  Words candidates_;
  Words dead_;
  Words passed_;
  std::map<ConditionId, std::vector<int>> places_;
};

}  // namespace hikae::pattern
