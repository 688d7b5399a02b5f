#include "sim/rehearsal_judge.h"

#include <fmt/format.h>

#include "sim/rehearsal_diff.h"
#include "text/json.h"

namespace hikae::sim::rehearsal {
namespace {

class RunJudge {
 public:
  RunJudge(const Expected& expected, const Stage& stage, std::vector<Mismatch>& mismatches)
      : expected_(expected), stage_(stage), mismatches_(mismatches) {}

  void judge() {
    status();
    failure();
    if (expected_.steps) steps();
    for (const auto& [name, value] : expected_.outputs) output(name, value);
    for (const auto& [call, bound] : expected_.calls) calls(call, bound);
    if (expected_.took) took();
  }

 private:
  void wrong(const std::string& key, std::string expected, std::string actual,
             std::vector<std::string> diff = {}) {
    mismatches_.push_back(
        {key, place_of(expected_, key), std::move(expected), std::move(actual), std::move(diff)});
  }

  [[nodiscard]] std::string failure_text() const {
    if (stage_.refusal()) return stage_.refusal()->text();
    return str(text_at(stage_.execution(), "FailureMessage"));
  }

  void status() {
    const auto actual = stage_.refusal()
                            ? "Refused"
                            : str(text_at(stage_.execution(), "AutomationExecutionStatus"));
    if (actual == expected_.status) return;
    const auto why = failure_text();
    wrong("status", expected_.status, why.empty() ? actual : actual + ": " + why);
  }

  void failure() {
    const auto actual = failure_text();
    for (const auto& words : expected_.failure)
      if (actual.find(words) == std::string::npos)
        wrong("failure", "the words \"" + words + "\"",
              actual.empty() ? "no failure message" : actual);
  }

  void steps() {
    std::vector<DiffLine> wanted;
    for (const auto& step : *expected_.steps)
      wanted.push_back({step.is_gap, step.name + " " + step.status +
                                         (step.failure.empty() ? "" : ": " + step.failure)});
    std::vector<const Value*> visited;
    std::vector<std::string> actual;
    for (const auto& step : list_at(stage_.execution(), "StepExecutions")) {
      if (text_at(step, "StepStatus") == "Pending") continue;
      visited.push_back(&step);
      actual.push_back(
          fmt::format("{} {}", text_at(step, "StepName"), text_at(step, "StepStatus")));
    }
    auto diff = diff_of(wanted, actual, [&](std::size_t i, std::size_t j) {
      return fits((*expected_.steps)[i], *visited[j]);
    });
    if (!diff.is_same)
      wrong("steps", fmt::format("{} steps", wanted.size()), fmt::format("{} steps", actual.size()),
            std::move(diff.lines));
  }

  static bool fits(const WantedStep& wanted, const Value& step) {
    return text_at(step, "StepName") == wanted.name &&
           text_at(step, "StepStatus") == wanted.status &&
           text_at(step, "FailureMessage").find(wanted.failure) != std::string_view::npos;
  }

  /// "Step.Output", of the step's last visit, or an output of the document.
  [[nodiscard]] const Value* find_output(const std::string& name) const {
    if (const auto* output = find(object_at(stage_.execution(), "Outputs"), name)) return output;
    const auto dot = name.find('.');
    if (dot == std::string::npos) return nullptr;
    const Value* output = nullptr;
    for (const auto& step : list_at(stage_.execution(), "StepExecutions"))
      if (text_at(step, "StepName") == name.substr(0, dot))
        if (const auto* found = find(object_at(step, "Outputs"), name.substr(dot + 1)))
          output = found;
    return output;
  }

  /// Outputs are lists of texts; a scalar that is expected stands for a list of one.
  void output(const std::string& name, const Value& value) {
    const auto* actual = find_output(name);
    Array texts;
    if (const auto* list = value.if_array())
      for (const auto& item : *list) texts.emplace_back(written(item));
    else
      texts.emplace_back(written(value));
    if (actual && *actual == Value(texts)) return;
    wrong("outputs", name + " = " + text::to_json(texts),
          actual ? name + " = " + text::to_json(*actual) : "no output " + name);
  }

  static std::string written(const Value& value) {
    return value.is_string() ? str(text_of(value)) : text::to_json(value);
  }

  void calls(const std::string& call, const Bound& bound) {
    const auto& counts = stage_.timeline().calls();
    const auto found = counts.find(call);
    const auto actual = found == counts.end() ? 0 : found->second;
    if (!bound.holds(actual))
      wrong("calls", fmt::format("{} {}", bound.written, call), std::to_string(actual));
  }

  void took() {
    const auto from = parse_iso(text_at(stage_.execution(), "ExecutionStartTime"));
    const auto to = parse_iso(text_at(stage_.execution(), "ExecutionEndTime"));
    if (!from || !to) return wrong("took", expected_.took->written, "it has not ended");
    if (!expected_.took->holds((*to - *from).count()))
      wrong("took", expected_.took->written, human(*to - *from));
  }

  const Expected& expected_;
  const Stage& stage_;
  std::vector<Mismatch>& mismatches_;
};

Duration run_took(const Stage& stage) {
  const auto from = parse_iso(text_at(stage.execution(), "ExecutionStartTime"));
  const auto to = parse_iso(text_at(stage.execution(), "ExecutionEndTime"));
  return from && to ? *to - *from : Duration{0};
}

}  // namespace

text::Position place_of(const Expected& expected, const std::string& key) {
  if (const auto found = expected.places.find(key); found != expected.places.end())
    return found->second;
  const auto dot = key.find('.');
  return dot == std::string::npos ? text::Position{} : place_of(expected, key.substr(0, dot));
}

std::vector<Mismatch> judge(const Rehearsal& rehearsal, const Stage& stage, WallTime since) {
  std::vector<Mismatch> mismatches;
  for (const auto& deed : stage.undone())
    mismatches.push_back({"meanwhile", rehearsal.at, deed, "it did not come to that", {}});
  RunJudge(rehearsal.expected, stage, mismatches).judge();
  judge_world(rehearsal.expected, stage, since, mismatches);
  return mismatches;
}

Played play(const Rehearsal& rehearsal) {
  Played played;
  played.name = rehearsal.name;
  played.at = rehearsal.at;
  Stage stage(rehearsal);
  if (const auto set = stage.set(); !set) {
    played.error = set.error().text();
    return played;
  }
  const auto since = stage.now();
  if (const auto ended = stage.play(); !ended) played.error = ended.error().text();
  played.took = run_took(stage);
  if (played.error.empty()) played.mismatches = judge(rehearsal, stage, since);
  played.timeline = stage.timeline().moments();
  return played;
}

}  // namespace hikae::sim::rehearsal
