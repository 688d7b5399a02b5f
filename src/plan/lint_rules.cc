#include "plan/lint_rules.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "base/limits.h"

namespace hikae::plan {
namespace {

constexpr std::size_t kNamedSteps = 6;

}  // namespace

std::vector<std::size_t> LintSubject::steps_with(PowerWork work, const std::string& machine) const {
  std::vector<std::size_t> steps;
  for (std::size_t i = 0; i < effects.size(); ++i)
    if (effects[i].power == work && effects[i].machine == machine) steps.push_back(i);
  return steps;
}

std::vector<std::string> LintSubject::machines() const {
  std::set<std::string> machines;
  for (const auto& effect : effects)
    if (effect.power != PowerWork::None) machines.insert(effect.machine);
  return {machines.begin(), machines.end()};
}

bool LintSubject::works_on_stopped(const std::string& machine) const {
  return !steps_with(PowerWork::Stop, machine).empty() && !is_mere_switch(document, effects);
}

bool LintSubject::failure_leads_to(std::size_t index, std::initializer_list<PowerWork> works,
                                   const std::string& machine) const {
  const auto reached = reached_from(document, after_failure(document, index), Ways::WithoutCancel);
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const bool is_such = std::ranges::find(works, effects[i].power) != works.end();
    if (reached[i] && is_such && effects[i].machine == machine) return true;
  }
  return false;
}

bool LintSubject::makes_images() const {
  return std::ranges::any_of(effects, [](const Effect& effect) {
    return effect.image == ImageWork::Make || effect.image == ImageWork::MakeAndWait;
  });
}

void LintFindings::add(std::size_t step, std::string_view below, std::string message,
                       std::optional<text::Severity> severity) {
  const auto pointer = pointer_of_step(document_, step) + str(below);
  text::report(list_, {.severity = severity.value_or(rule_->severity),
                       .code = str(rule_->code),
                       .position = places_.at(pointer),
                       .path = "step " + document_.steps[step].name,
                       .message = std::move(message),
                       .hint = str(rule_->fix)});
}

void LintFindings::add_whole(std::string message) {
  text::report(list_, {.severity = rule_->severity,
                       .code = str(rule_->code),
                       .position = places_.at("/mainSteps"),
                       .path = {},
                       .message = std::move(message),
                       .hint = str(rule_->fix)});
}

bool prunes_by_function(const LintSubject& subject, std::size_t step) {
  return subject.effects[step].image == ImageWork::Prune &&
         subject.step(step).action == "aws:invokeLambdaFunction";
}

std::string steps_named(const LintSubject& subject, const std::vector<std::size_t>& steps) {
  std::string names;
  for (std::size_t i = 0; i < std::min(steps.size(), kNamedSteps); ++i)
    names += (i == 0 ? "" : ", ") + subject.step(steps[i]).name;
  if (steps.size() > kNamedSteps) names += fmt::format(" and {} more", steps.size() - kNamedSteps);
  return names;
}

}  // namespace hikae::plan
