#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runbook/check.h"
#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 11> kBranchOperators{"StringEquals",
                                                            "EqualsIgnoreCase",
                                                            "StartsWith",
                                                            "EndsWith",
                                                            "Contains",
                                                            "NumericEquals",
                                                            "NumericGreater",
                                                            "NumericLesser",
                                                            "NumericGreaterOrEquals",
                                                            "NumericLesserOrEquals",
                                                            "BooleanEquals"};
constexpr std::array<std::string_view, 3> kCombiners{"And", "Or", "Not"};

bool is_branch_operator(std::string_view key) {
  return std::ranges::find(kBranchOperators, key) != kBranchOperators.end();
}
bool is_combiner(std::string_view key) {
  return std::ranges::find(kCombiners, key) != kCombiners.end();
}

enum class ConditionPlace { Choice, Inside };

/// Checks choices and the conditions inside them.
class BranchCheck {
 public:
  explicit BranchCheck(Findings& findings) : findings_(findings) {}

  void check_choices(const Spot& spot, const Value& choices) {
    if (!choices.is_array())
      return findings_.error(spot, "wrong-type", "Choices must be a list of choices", {});
    const auto& list = choices.get_array();
    if (list.empty())
      findings_.error(spot, "missing-input", "Choices has no choice",
                      "add a choice with NextStep, Variable and an operator");
    for (std::size_t i = 0; i < list.size(); ++i)
      check_condition(spot.below(i), list[i], ConditionPlace::Choice);
  }

  void check_condition(const Spot& spot, const Value& condition, ConditionPlace place) {
    const auto* object = condition.if_object();
    if (!object)
      return findings_.error(spot, "wrong-type", "a condition must be a map",
                             "write Variable and an operator");
    check_next_step(spot, *object, place);
    if (check_keys(spot, *object, place)) check_comparison(spot, *object);
    for (const auto key : kCombiners)
      if (const auto* inner = find(*object, key)) check_combined(spot.below(key), *inner, key);
  }

 private:
  /// False where a key is there that is no operator: what was meant is then unknown.
  bool check_keys(const Spot& spot, const Object& object, ConditionPlace place) {
    std::vector<std::string> known(kBranchOperators.begin(), kBranchOperators.end());
    known.insert(known.end(), {"And", "Or", "Not", "Variable", "NextStep"});
    bool all_known = true;
    for (const auto& member : object) {
      const std::string_view key = member.key();
      const bool next_step = key == "NextStep" && place == ConditionPlace::Choice;
      if (next_step || key == "Variable" || is_branch_operator(key) || is_combiner(key)) continue;
      if (key == "NextStep")
        findings_.key_error(spot.below(key), "branch-choice",
                            "NextStep stands inside And, Or or Not",
                            "move it out, beside And, Or or Not");
      else
        all_known = false, report_operator(spot.below(key), key, known);
    }
    return all_known;
  }

  void report_operator(const Spot& spot, std::string_view key,
                       const std::vector<std::string>& known) {
    findings_.key_error(spot, "branch-operator",
                        fmt::format("there is no operator '{}'{}", key, did_you_mean(key, known)),
                        "use one of " + joined(kBranchOperators));
  }

  void check_next_step(const Spot& spot, const Object& object, ConditionPlace place) {
    if (place == ConditionPlace::Inside) return;
    std::ignore =
        Fields(findings_, spot, object).required_text("NextStep", "name the step to go to");
  }

  /// Exactly one of a comparison, And, Or, Not; a comparison has exactly one operator.
  void check_comparison(const Spot& spot, const Object& object) {
    std::size_t operators = 0, combiners = 0;
    for (const auto& member : object) {
      operators += is_branch_operator(member.key());
      combiners += is_combiner(member.key());
    }
    const auto* variable = find(object, "Variable");
    const bool comparison = operators == 1 && combiners == 0 && variable;
    const bool combined = operators == 0 && combiners == 1 && !variable;
    if (comparison) return check_variable(spot.below("Variable"), *variable);
    if (combined || operators + combiners == 0) return report_empty(spot, combined, variable);
    findings_.error(spot, "branch-choice",
                    operators == 1 && combiners == 0
                        ? "a comparison has no Variable"
                        : "a condition has more than one operator, or an operator beside And, Or "
                          "or Not",
                    "write Variable with one operator, or one of And, Or, Not");
  }

  void report_empty(const Spot& spot, bool combined, const Value* variable) {
    if (combined) return;
    findings_.error(spot, "branch-choice",
                    variable ? "a comparison has a Variable, but no operator that is known"
                             : "a condition has neither a comparison nor And, Or, Not",
                    "add an operator: one of " + joined(kBranchOperators));
  }

  void check_variable(const Spot& spot, const Value& variable) {
    if (!references_in(variable).empty()) return;
    findings_.warning(spot, "branch-variable",
                      "Variable is no reference, so the choice never changes",
                      "write it like '{{ step.Output }}'");
  }

  void check_combined(const Spot& spot, const Value& inner, std::string_view key) {
    if (key == "Not" && inner.is_object())
      return check_condition(spot, inner, ConditionPlace::Inside);
    if (key == "Not" || !inner.is_array() || inner.get_array().empty())
      return findings_.error(
          spot, "branch-choice",
          fmt::format("{} holds no {}", key, key == "Not" ? "condition" : "list of conditions"),
          key == "Not" ? "write one condition below it" : "write a list of conditions below it");
    const auto& list = inner.get_array();
    for (std::size_t i = 0; i < list.size(); ++i)
      check_condition(spot.below(i), list[i], ConditionPlace::Inside);
  }

  Findings& findings_;
};

}  // namespace

void check_branch(const Step& step, const Spot& inputs, Findings& findings) {
  const auto& object = step.inputs.get_object();
  if (const auto* choices = find(object, "Choices"); choices && !choices->is_null())
    BranchCheck(findings).check_choices(inputs.below("Choices"), *choices);
  std::ignore = Fields(findings, inputs, object).text("Default");
}

void check_condition(const Value& condition, const Spot& spot, Findings& findings) {
  BranchCheck(findings).check_condition(spot, condition, ConditionPlace::Inside);
}

std::vector<BranchTarget> branch_targets(const Step& step) {
  std::vector<BranchTarget> targets;
  if (step.action != "aws:branch") return targets;
  const auto& choices = list_at(step.inputs, "Choices");
  for (std::size_t i = 0; i < choices.size(); ++i)
    if (const auto next = text_at(choices[i], "NextStep"); !next.empty())
      targets.push_back(
          {str(next), text::pointer_to(text::pointer_to("/Choices", i), "NextStep"), "NextStep"});
  if (const auto otherwise = text_at(step.inputs, "Default"); !otherwise.empty())
    targets.push_back({str(otherwise), "/Default", "Default"});
  return targets;
}

}  // namespace hikae::runbook
