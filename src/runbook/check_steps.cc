#include <fmt/format.h>

#include <array>
#include <set>

#include "base/limits.h"
#include "runbook/check.h"
#include "runbook/check_actions.h"

namespace hikae::runbook {
namespace {

constexpr std::array<std::string_view, 12> kStepKeys{
    "name",      "action",   "inputs",     "description", "maxAttempts", "timeoutSeconds",
    "onFailure", "onCancel", "isCritical", "isEnd",       "nextStep",    "outputs"};
constexpr std::array<std::string_view, 3> kOutputKeys{"Name", "Selector", "Type"};
constexpr std::array<std::string_view, 8> kOutputTypes{"String",      "StringList", "Integer",
                                                       "Boolean",     "StringMap",  "MapList",
                                                       "IntegerList", "BooleanList"};
constexpr std::int64_t kTimeoutSecondsMax = 30 * 24 * 3600;  // approve's cap, the longest (2.4)
constexpr std::size_t kStepNameChars = 128;

enum class MayContinue { Yes, No };

/// Reads one entry of mainSteps.
class StepCheck {
 public:
  StepCheck(Findings& findings, Spot spot, const Object& object, Step& step)
      : findings_(findings), spot_(spot), fields_(findings, spot, object), step_(step) {}

  void check() {
    step_.position = findings_.position(spot_);
    fields_.only(kStepKeys, "a step");
    check_name();
    check_action();
    check_flags();
    check_jumps();
    read_inputs();
    check_outputs();
  }

 private:
  void check_name() {
    const auto name =
        fields_.required_text("name", "give the step a name of letters, digits and '_'");
    if (!name) return;
    step_.name = *name;
    if (is_plain_name(*name) && name->size() <= kStepNameChars) return;
    findings_.error(spot_.below("name"), "step-name",
                    fmt::format("the step name '{}' is not of letters, digits and '_', or longer "
                                "than {} characters",
                                *name, kStepNameChars),
                    "rename the step");
  }

  void check_action() {
    const auto action = fields_.required_text("action", "add 'action: aws:…'");
    if (!action) return;
    step_.action = *action;
    if (rule_of(*action)) return;
    std::vector<std::string> names;
    for (const auto name : action_names()) names.emplace_back(name);
    findings_.error(spot_.below("action"), "unknown-action",
                    fmt::format("there is no action '{}'{}", *action, did_you_mean(*action, names)),
                    "use an action of SSM Automation");
  }

  void check_flags() {
    step_.description = fields_.text("description").value_or("");
    step_.max_attempts =
        static_cast<int>(fields_.whole("maxAttempts", 1, limits::kMaxAttempts).value_or(1));
    if (const auto timeout = fields_.whole("timeoutSeconds", 1, kTimeoutSecondsMax))
      step_.timeout = seconds(*timeout);
    step_.is_critical = fields_.flag("isCritical");
    step_.is_end = fields_.flag("isEnd").value_or(false);
    step_.next_step = fields_.text("nextStep").value_or("");
    if (step_.is_end && !step_.next_step.empty())
      findings_.key_error(spot_.below("nextStep"), "end-and-next",
                          "isEnd is true, so nextStep is never taken", "remove one of the two");
    warn_of_timeout_cap();
  }

  /// 2.4: caps that a larger timeoutSeconds cannot move.
  void warn_of_timeout_cap() {
    std::int64_t cap = 0;
    if (step_.action == "aws:invokeLambdaFunction") cap = 300;
    if (step_.action == "aws:executeScript") cap = 600;
    if (step_.action == "aws:approve") cap = 30 * 24 * 3600;
    if (cap == 0 || !step_.timeout || *step_.timeout <= seconds(cap)) return;
    findings_.warning(
        spot_.below("timeoutSeconds"), "timeout-cap",
        fmt::format("{} is given up after {} s, whatever timeoutSeconds says", step_.action, cap),
        fmt::format("write {} or less, and make the work shorter", cap));
  }

  void check_jumps() {
    read_jump("onFailure", MayContinue::Yes, step_.on_failure, step_.on_failure_step);
    read_jump("onCancel", MayContinue::No, step_.on_cancel, step_.on_cancel_step);
    const bool has_none = step_.action == "aws:loop" || step_.action == "aws:updateVariable";
    if (has_none && step_.on_cancel == Jump::Step)
      findings_.warning(spot_.below("onCancel"), "no-on-cancel",
                        fmt::format("AWS does not support onCancel on {}", step_.action),
                        "put it on another step; inside a loop, on the inner steps");
  }

  void read_jump(std::string_view key, MayContinue may_continue, Jump& jump, std::string& target) {
    const auto text = fields_.text(key);
    if (!text || *text == "Abort") return;
    constexpr std::string_view kStep = "step:";
    if (*text == "Continue" && may_continue == MayContinue::Yes) {
      jump = Jump::Continue;
    } else if (text->starts_with(kStep) && text->size() > kStep.size()) {
      jump = Jump::Step;
      target = text->substr(kStep.size());
    } else {
      findings_.error(spot_.below(key), "bad-jump",
                      fmt::format("{} is '{}', which means nothing", key, *text),
                      may_continue == MayContinue::Yes ? "write Abort, Continue or step:NAME"
                                                       : "write Abort or step:NAME");
    }
  }

  void read_inputs() {
    step_.inputs = Object();
    if (!fields_.has("inputs"))
      return fields_.missing("inputs", "add 'inputs:' (it may be empty: {})");
    const auto* inputs = fields_.map("inputs");
    if (inputs) step_.inputs = *inputs;
    if (inputs || !fields_.get("inputs")) check_inputs(step_, spot_.below("inputs"), findings_);
  }

  void check_outputs() {
    const auto* outputs = fields_.list("outputs");
    if (!outputs) return;
    std::set<std::string, std::less<>> names;
    for (std::size_t i = 0; i < outputs->size(); ++i) {
      const auto spot = spot_.below("outputs").below(i);
      StepOutput output;
      if (const auto* object = (*outputs)[i].if_object())
        read_output(spot, *object, output);
      else
        findings_.error(spot, "wrong-type", "an output must be a map of Name, Selector and Type",
                        {});
      if (!output.name.empty() && !names.insert(output.name).second)
        findings_.error(spot.below("Name"), "duplicate-output",
                        fmt::format("the output '{}' is declared twice", output.name),
                        "rename one of the two");
      step_.outputs.push_back(std::move(output));
    }
  }

  void read_output(const Spot& spot, const Object& object, StepOutput& output) {
    Fields fields(findings_, spot, object);
    fields.only(kOutputKeys, "an output");
    output.name = fields.required_text("Name", "name the output").value_or("");
    output.type = fields.text("Type").value_or("String");
    if (std::ranges::find(kOutputTypes, output.type) == kOutputTypes.end())
      findings_.error(spot.below("Type"), "output-type",
                      fmt::format("'{}' is no type of an output", output.type),
                      "use one of " + joined(kOutputTypes));
    const auto selector = fields.required_text("Selector", "say what to select: '$.…'");
    if (!selector) return;
    auto parsed = text::Selector::parse(*selector);
    if (parsed)
      output.selector = *std::move(parsed);
    else
      findings_.error(spot.below("Selector"), "bad-selector", parsed.error().message,
                      "write it like $.Images[0].State");
  }

  Findings& findings_;
  Spot spot_;
  Fields fields_;
  Step& step_;
};

Spot spot_of_entry(std::string pointer, const Value& entry, std::string_view list,
                   std::size_t index) {
  const auto name = text_at(entry, "name");
  return {std::move(pointer),
          name.empty() ? fmt::format("{}[{}]", list, index) : fmt::format("step {}", name)};
}

void read_step(const Value& entry, const Spot& spot, std::optional<std::size_t> loop,
               Findings& findings, Document& document) {
  Step step;
  if (const auto* object = entry.if_object())
    StepCheck(findings, spot, *object, step).check();
  else
    findings.error(spot, "wrong-type", "a step must be a map", "begin it with '- name: …'");
  step.loop = loop;
  const bool fresh = step.name.empty() ||
                     document.step_index_by_name.emplace(step.name, document.steps.size()).second;
  if (!fresh)
    findings.error(spot.below("name"), "duplicate-step",
                   fmt::format("a step of the name '{}' stands above already (line {})", step.name,
                               document.step(step.name)->position.line),
                   "rename one of the two");
  document.steps.push_back(std::move(step));
}

bool within_limit(std::size_t steps, const Spot& spot, Findings& findings) {
  if (steps <= limits::kSteps) return true;
  findings.error(spot, "too-many",
                 fmt::format("{} steps; at most {} are read", steps, limits::kSteps),
                 "split the document and use aws:executeAutomation");
  return false;
}

/// The inner steps of a loop stand behind all others; their own inputs were checked as a list.
void read_body(std::size_t loop, Findings& findings, Document& document) {
  const auto body = list_at(document.steps[loop].inputs, "Steps");
  const auto spot = spot_of(document, loop).below("inputs").below("Steps");
  if (!within_limit(document.steps.size() + body.size(), spot, findings)) return;
  document.steps[loop].body = document.steps.size();
  document.steps[loop].body_size = body.size();
  for (std::size_t i = 0; i < body.size(); ++i)
    read_step(body[i], spot_of_entry(spot.below(i).pointer, body[i], "Steps", i), loop, findings,
              document);
}

}  // namespace

Spot spot_of(const Document& document, std::size_t index) {
  const auto& step = document.steps[index];
  const auto path = step.name.empty() ? fmt::format("mainSteps[{}]", index) : "step " + step.name;
  if (!step.loop) return {text::pointer_to("/mainSteps", index), path};
  auto spot = spot_of(document, *step.loop).below("inputs").below("Steps");
  return {spot.below(index - document.steps[*step.loop].body).pointer, path};
}

void check_steps(const Object& root, Findings& findings, Document& document) {
  Fields fields(findings, {}, root);
  if (!fields.get("mainSteps"))
    return fields.missing("mainSteps", "add 'mainSteps:' with at least one step");
  const auto* steps = fields.list("mainSteps");
  if (!steps) return;
  if (steps->empty())
    findings.error({"/mainSteps", {}}, "missing", "mainSteps has no step", "add a step");
  if (!within_limit(steps->size(), {"/mainSteps", {}}, findings)) return;
  for (std::size_t i = 0; i < steps->size(); ++i)
    read_step((*steps)[i],
              spot_of_entry(text::pointer_to("/mainSteps", i), (*steps)[i], "mainSteps", i),
              std::nullopt, findings, document);
  document.main_steps = document.steps.size();
  for (std::size_t i = 0; i < document.main_steps; ++i)
    if (document.steps[i].action == "aws:loop") read_body(i, findings, document);
}

}  // namespace hikae::runbook
