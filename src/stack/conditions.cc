// Conditions and rules: the logical functions.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "stack/evaluate.h"
#include "text/json.h"

namespace hikae::stack {
namespace {

std::string comparable(const Value& value) {
  if (auto scalar = scalar_text(value)) return std::move(*scalar);
  return text::to_canonical_json(value);
}

bool has_text(const Array& list, const Value& wanted) {
  return std::ranges::any_of(
      list, [&](const Value& item) { return comparable(item) == comparable(wanted); });
}

/// Decides conditions that name each other, each once; knows which are being decided.
class ConditionOrder {
 public:
  ConditionOrder(const Template& source, Facts& facts) : template_(source), facts_(facts) {}

  Result<> decide(const std::string& name) {
    if (facts_.conditions.contains(name)) return {};
    const auto* condition = find(template_.conditions(), name);
    if (!condition) return fail(ErrorKind::Invalid, fmt::format("there is no condition {}", name));
    if (!open_.insert(name).second)
      return fail(ErrorKind::Invalid, fmt::format("condition {} depends on itself", name));
    TRY_DO(decide_named_in(*condition));
    facts_.conditions[name] =
        TRY(in_context(Evaluator(template_, facts_).holds(*condition), "while deciding " + name));
    return {};
  }

 private:
  Result<> decide_named_in(const Value& value) {
    if (intrinsic_of(value) == "Condition") return decide(str(text_of(argument_of(value))));
    if (const auto* list = value.if_array())
      for (const auto& item : *list) TRY_DO(decide_named_in(item));
    if (const auto* object = value.if_object())
      for (const auto& member : *object) TRY_DO(decide_named_in(member.value()));
    return {};
  }

  const Template& template_;
  Facts& facts_;
  std::set<std::string> open_;
};

Result<> check_rule(const Evaluator& evaluator, std::string_view name, const Value& rule) {
  if (const auto* when = find(rule, "RuleCondition"))
    if (!TRY(evaluator.holds(*when))) return {};
  for (const auto& assertion : list_at(rule, "Assertions")) {
    const auto* assert = find(assertion, "Assert");
    if (!assert) return fail(ErrorKind::Invalid, fmt::format("rule {} has no Assert", name));
    if (TRY(evaluator.holds(*assert))) continue;
    const auto said = text_at(assertion, "AssertDescription", "an assertion is false");
    return fail(ErrorKind::Invalid, fmt::format("rule {} refuses the parameters: {}", name, said));
  }
  return {};
}

}  // namespace

Result<bool> Evaluator::holds(const Value& condition) const {
  const auto function = intrinsic_of(condition);
  if (function == "Condition") {
    const auto name = text_of(argument_of(condition));
    const auto at = facts_.conditions.find(name);
    if (at != facts_.conditions.end()) return at->second;
    return fail(ErrorKind::Invalid, fmt::format("there is no condition {}", name));
  }
  if (function == "Fn::Equals") return equal(argument_of(condition));
  if (function == "Fn::And") return all_or_any(argument_of(condition), true);
  if (function == "Fn::Or") return all_or_any(argument_of(condition), false);
  if (function == "Fn::Contains") return contains(argument_of(condition));
  if (function == "Fn::EachMemberEquals") return each_member(argument_of(condition), false);
  if (function == "Fn::EachMemberIn") return each_member(argument_of(condition), true);
  if (function == "Fn::Not") {
    const auto* list = argument_of(condition).if_array();
    if (!list || list->size() != 1)
      return fail(ErrorKind::Invalid, "Fn::Not expects a list of one condition");
    return !TRY(holds(list->front()));
  }
  return fail(ErrorKind::Invalid,
              fmt::format("a condition is Fn::Equals, And, Or, Not, Contains or Condition, not {}",
                          function.empty() ? kind_of(condition) : function));
}

Result<bool> Evaluator::equal(const Value& argument) const {
  const auto* pair = argument.if_array();
  if (!pair || pair->size() != 2)
    return fail(ErrorKind::Invalid, "Fn::Equals expects a list of two values");
  const auto left = TRY(needed((*pair)[0], "Fn::Equals"));
  const auto right = TRY(needed((*pair)[1], "Fn::Equals"));
  return comparable(left) == comparable(right);
}

Result<bool> Evaluator::all_or_any(const Value& argument, bool all) const {
  const auto* list = argument.if_array();
  if (!list || list->size() < 2 || list->size() > 10)
    return fail(ErrorKind::Invalid,
                fmt::format("{} expects a list of 2 to 10 conditions", all ? "Fn::And" : "Fn::Or"));
  bool result = all;
  for (const auto& item : *list) {
    const bool one = TRY(holds(item));
    result = all ? result && one : result || one;
  }
  return result;
}

Result<bool> Evaluator::contains(const Value& argument) const {
  const auto* pair = argument.if_array();
  if (!pair || pair->size() != 2)
    return fail(ErrorKind::Invalid, "Fn::Contains expects [list, value]");
  return has_text(TRY(list((*pair)[0], "Fn::Contains")), TRY(needed((*pair)[1], "Fn::Contains")));
}

Result<bool> Evaluator::each_member(const Value& argument, bool whole_set) const {
  const auto* pair = argument.if_array();
  if (!pair || pair->size() != 2)
    return fail(ErrorKind::Invalid, "Fn::EachMember… expects [list, list or value]");
  const auto members = TRY(list((*pair)[0], "Fn::EachMember…"));
  auto wanted = TRY(needed((*pair)[1], "Fn::EachMember…"));
  const Array allowed = whole_set && wanted.is_array() ? wanted.get_array() : Array{wanted};
  return std::ranges::all_of(members, [&](const Value& m) { return has_text(allowed, m); });
}

Result<> decide_conditions(const Template& source, Facts& facts) {
  ConditionOrder order(source, facts);
  for (const auto& condition : source.conditions()) TRY_DO(order.decide(str(condition.key())));
  return {};
}

Result<> check_rules(const Template& source, const Facts& facts) {
  const Evaluator evaluator(source, facts);
  for (const auto& rule : source.rules()) TRY_DO(check_rule(evaluator, rule.key(), rule.value()));
  return {};
}

}  // namespace hikae::stack
