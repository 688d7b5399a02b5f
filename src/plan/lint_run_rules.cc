// P1, P2, P7, P40, P42: how a run ends, and who learns of it.
#include <fmt/format.h>

#include <algorithm>

#include "plan/lint_rules.h"
#include "plan/lint_source.h"

namespace hikae::plan {
namespace {

constexpr Duration kLate = minutes(5);

bool is_image_step(ImageWork work) { return work != ImageWork::None && work != ImageWork::Prune; }

/// A run ends in Success although some step failed, and this still holds.
template <class Holds>
bool ends_recovered(const LintSubject& subject, Holds holds) {
  return std::ranges::any_of(subject.walk.nodes, [&](const Node& node) {
    return node.step == kEnd && node.state.mode == Mode::Recovered && holds(node.state);
  });
}

bool lacks_image(const PathState& state) {
  return state.image_missing || std::ranges::any_of(state.images, [](const auto& image) {
           return image.second != Stage::Good;
         });
}

bool lacks_power(const PathState& state, const std::string& machine) {
  return machine_at(state, machine).now == Switch::StartFailed;
}

/// EC2 refuses a reboot and leaves the instance as it was.
bool is_harmless_when_refused(const LintSubject& subject, const Effect& effect) {
  return effect.power == PowerWork::Restart && !effect.done_on_failure &&
         subject.steps_with(PowerWork::Stop, effect.machine).empty();
}

bool changes_something(const Effect& effect) {
  return effect.power != PowerWork::None || is_image_step(effect.image) ||
         effect.image == ImageWork::Prune;
}

}  // namespace

void find_hidden_failures(const LintSubject& subject, LintFindings& findings) {
  const bool image = ends_recovered(subject, lacks_image);
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& effect = subject.effects[i];
    if (subject.step(i).critical()) continue;
    const auto* key = subject.step(i).is_critical ? "/isCritical" : "/onFailure";
    if (image && is_image_step(effect.image))
      findings.add(i, key,
                   "if this step fails, the run can still end in Success without a good image");
    const bool starts = effect.power == PowerWork::Start || effect.power == PowerWork::Restart;
    if (starts && !is_harmless_when_refused(subject, effect) &&
        ends_recovered(subject,
                       [&](const PathState& state) { return lacks_power(state, effect.machine); }))
      findings.add(i, key,
                   "if this step fails, the run can still end in Success with the instance down");
  }
}

void find_late_reports(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    if (subject.step(i).action != "aws:sleep" || subject.effects[i].longest < kLate) continue;
    bool failed = false, told = false;
    for (const auto& node : subject.walk.nodes) {
      if (node.step != i || node.state.mode != Mode::Failed) continue;
      failed = true;
      told = told || node.state.told;
    }
    if (failed && !told)
      findings.add(i, "/inputs",
                   fmt::format("a run that has failed sleeps {} here before anybody is told: the "
                               "event comes when the run ends",
                               human(subject.effects[i].longest)));
  }
}

void find_single_looks(const LintSubject& subject, LintFindings& findings) {
  const bool matters = std::ranges::any_of(subject.effects, changes_something);
  std::vector<std::size_t> looks;
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    const bool reads = subject.effects[i].only_looks && step.action == "aws:executeAwsApi";
    if (reads && !step.outputs.empty() && step.max_attempts == 1 &&
        step.on_failure == runbook::Jump::Abort)
      looks.push_back(i);
  }
  if (matters && !looks.empty())
    findings.add(looks.front(), "",
                 fmt::format("one throttled call ends the run before anything is done: {} {} tried "
                             "once",
                             steps_named(subject, looks), looks.size() == 1 ? "is" : "are"));
}

void find_borrowed_rights(const LintSubject& subject, LintFindings& findings) {
  if (!subject.document.assume_role.empty()) return;
  if (std::ranges::any_of(subject.effects, changes_something))
    findings.add_whole(
        "the document names no assumeRole, so it runs with the rights of whoever starts it: with "
        "fewer, it fails half-way, maybe after the stop");
}

void find_idle_ends(const LintSubject& subject, LintFindings& findings) {
  for (std::size_t i = 0; i < subject.size(); ++i) {
    const auto& step = subject.step(i);
    const bool is_last = after_success(subject.document, i) == kEnd;
    if (is_last && step.action == "aws:executeAwsApi" && subject.effects[i].only_looks &&
        step.outputs.empty())
      findings.add(
          i, "",
          "this step does nothing but end the run, by a call that can itself fail and then "
          "makes a good run Failed");
  }
}

}  // namespace hikae::plan
