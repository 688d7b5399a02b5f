#include "plan/lint_effects.h"

#include <algorithm>
#include <array>
#include <map>

#include "aws/model.h"
#include "base/limits.h"
#include "plan/lint_flow.h"
#include "plan/lint_source.h"
#include "runbook/resolve.h"

namespace hikae::plan {
namespace {

using runbook::Document;
using runbook::Step;

constexpr Duration kOneCall = seconds(25);        // 2.4: an API call's cap
constexpr Duration kDefaultWait = seconds(3600);  // 2.4: wait, changeInstanceState
constexpr Duration kLambdaCap = seconds(300);     // 2.4
constexpr Duration kScriptCap = seconds(600);     // 2.4
constexpr Duration kUnlimited = limits::kStepSafetyCap;

constexpr std::array<std::string_view, 11> kPruneWords{"prune",  "retention", "retain",    "rotat",
                                                       "delete", "delold",    "purge",     "expire",
                                                       "clean",  "delbackup", "generation"};

bool sounds_like_pruning(std::string_view name) {
  const auto plain = folded(name);
  return std::ranges::any_of(kPruneWords,
                             [&](auto word) { return plain.find(word) != std::string::npos; });
}

/// True where an input names an image that a step of this document makes.
bool names_own_image(const Document& document, const Value* input) {
  if (!input) return false;
  const auto references = runbook::references_in(*input);
  return std::ranges::any_of(references, [&](const auto& reference) {
    return source_of(document, reference).kind == SourceKind::ImageId;
  });
}

/// What a document or function nobody knows seems to do.
PowerWork power_by_name(std::string_view name) {
  const auto plain = folded(name);
  const auto says = [&](auto word) { return plain.find(word) != std::string::npos; };
  if (says("restart") || says("reboot")) return PowerWork::Restart;
  if (says("start") == says("stop")) return PowerWork::None;
  return says("stop") ? PowerWork::Stop : PowerWork::Start;
}

/// Scripts and functions do not say which instance they switch: where the document works on one
/// only, it is that one.
void find_their_machine(std::vector<Effect>& effects) {
  std::string only;
  for (const auto& effect : effects) {
    if (effect.power == PowerWork::None || effect.machine.empty()) continue;
    if (!only.empty() && only != effect.machine) return;
    only = effect.machine;
  }
  for (auto& effect : effects)
    if (effect.power != PowerWork::None && effect.machine.empty()) effect.machine = only;
}

const Document* child_named(std::string_view name, std::span<const LintChild> children) {
  for (const auto& child : children)
    if (child.name == name) return child.document.get();
  for (const auto& child : bundled_children())
    if (child.name == name) return child.document.get();
  return nullptr;
}

/// What is known of children already, by (document, depth): each is read once.
using ChildEffects = std::map<std::pair<const Document*, int>, Effect>;

std::vector<Effect> effects_at(const Document& document, std::span<const LintChild> children,
                               int depth, ChildEffects& known);

/// Reads one step.
class EffectReader {
 public:
  EffectReader(const Document& document, std::span<const LintChild> children, int depth,
               ChildEffects& known)
      : document_(document), children_(children), depth_(depth), known_(known) {}

  Effect read(const Step& step) {
    Effect effect;
    const auto& action = step.action;
    if (action == "aws:executeAwsApi") read_api(step, effect);
    if (action == "aws:changeInstanceState") read_state_change(step, effect);
    if (action == "aws:executeAutomation") read_child(step, "RuntimeParameters", effect);
    if (action == "aws:invokeLambdaFunction") read_function(step, effect);
    if (action == "aws:executeScript") read_script(step, effect);
    if (action == "aws:createImage") read_create_image(step, ImageWork::MakeAndWait, effect);
    if (action == "aws:copyImage") effect.image = ImageWork::MakeAndWait;
    if (action == "aws:deleteImage") read_deletion(step, "ImageId", effect);
    if (action == "aws:waitForAwsResourceProperty" || action == "aws:assertAwsResourceProperty")
      read_look(step, effect);
    effect.longest = longest_attempt(step, effect) * step.max_attempts;
    return effect;
  }

 private:
  void read_api(const Step& step, Effect& effect) {
    effect.done_on_failure = false;
    if (calls(step, "ec2", "StopInstances")) set_power(step, PowerWork::Stop, effect);
    if (calls(step, "ec2", "StartInstances")) set_power(step, PowerWork::Start, effect);
    if (calls(step, "ec2", "RebootInstances")) set_power(step, PowerWork::Restart, effect);
    if (calls(step, "ec2", "CreateImage")) read_create_image(step, ImageWork::Make, effect);
    if (calls(step, "ec2", "DeregisterImage")) read_deletion(step, "ImageId", effect);
    if (calls(step, "ec2", "DeleteSnapshot")) read_deletion(step, "SnapshotId", effect);
    if (calls(step, "ssm", "StartAutomationExecution")) read_child(step, "Parameters", effect);
    effect.tells = calls(step, "sns", "Publish");
    const auto operation =
        aws::Model::get().find(text_at(step.inputs, "Service"), text_at(step.inputs, "Api"));
    effect.only_looks = operation && operation->retry_class() == aws::RetryClass::Read;
  }

  static void set_power(const Step& step, PowerWork work, Effect& effect) {
    effect.power = work;
    effect.machine = machine_of(find(step.inputs, "InstanceIds"));
    effect.forced = is_true_at(step.inputs, "Force");
    effect.tries = step.max_attempts;
  }

  static void read_state_change(const Step& step, Effect& effect) {
    effect.only_looks = is_true_at(step.inputs, "CheckStateOnly");
    if (effect.only_looks) return;
    const auto wanted = text_at(step.inputs, "DesiredState");
    effect.waits_for_checks = wanted == "running";
    if (wanted == "stopped") set_power(step, PowerWork::Stop, effect);
    if (wanted == "running") set_power(step, PowerWork::Start, effect);
  }

  static void read_create_image(const Step& step, ImageWork work, Effect& effect) {
    effect.image = work;
    effect.machine = machine_of(find(step.inputs, "InstanceId"));
    const auto* quiet = find(step.inputs, "NoReboot");
    effect.reboots =
        !quiet || (quiet->is_bool() && !quiet->get_bool()) || folded(text_of(*quiet)) == "false";
  }

  void read_deletion(const Step& step, std::string_view input, Effect& effect) const {
    if (!names_own_image(document_, find(step.inputs, input))) effect.image = ImageWork::Prune;
  }

  void read_function(const Step& step, Effect& effect) const {
    const auto function = named_by(document_, find(step.inputs, "FunctionName"));
    if (sounds_like_pruning(function) || sounds_like_pruning(step.name))
      effect.image = ImageWork::Prune;
    if (folded(function).find("instance") != std::string::npos)
      effect.power = power_by_name(function);
  }

  /// Which of EC2's operations a script names, as boto3 spells them.
  static void read_script(const Step& step, Effect& effect) {
    const auto script = text_at(step.inputs, "Script");
    const auto names = [&](auto word) { return script.find(word) != std::string_view::npos; };
    const bool stops = names("stop_instances"), starts = names("start_instances");
    if (stops != starts) effect.power = stops ? PowerWork::Stop : PowerWork::Start;
    if (names("deregister_image")) effect.image = ImageWork::Prune;
  }

  static void read_look(const Step& step, Effect& effect) {
    effect.only_looks = true;
    const auto selector = text_at(step.inputs, "PropertySelector");
    if (calls(step, "ec2", "DescribeInstances") && selector.ends_with("State.Name") &&
        list_at(step.inputs, "DesiredValues") == Array{"running"}) {
      effect.sees_running = true;
      effect.machine = machine_of(find(step.inputs, "InstanceIds"));
    }
    if (!calls(step, "ec2", "DescribeImages") || selector.find("State") == std::string_view::npos)
      return;
    bool good = false, bad = false, other = false;
    for (const auto& value : list_at(step.inputs, "DesiredValues")) {
      good |= text_of(value) == "available";
      bad |= text_of(value) == "failed";
      other |= text_of(value) != "available";
    }
    if (!good) return;
    if (step.action == "aws:waitForAwsResourceProperty")
      effect.image = bad ? ImageWork::AwaitEnd : ImageWork::AwaitGood;
    else if (!other)
      effect.image = ImageWork::Verify;
  }

  void read_child(const Step& step, std::string_view parameters, Effect& effect) const {
    const auto name = named_by(document_, find(step.inputs, "DocumentName"));
    const auto* child = child_named(name, children_);
    effect.machine = machine_in(find(step.inputs, parameters));
    if (!child) effect.power = power_by_name(name);
    if (!child || depth_ >= limits::kChildDepth) return;
    const auto as_whole = whole_of(*child);
    effect.power = as_whole.power;
    effect.by_child = true;
    effect.child_longest = as_whole.longest;
    effect.waits_for_checks = as_whole.waits_for_checks;
    effect.tries = as_whole.tries * step.max_attempts;
  }

  [[nodiscard]] Effect whole_of(const Document& child) const {
    const auto key = std::pair(&child, depth_);
    if (const auto it = known_.find(key); it != known_.end()) return it->second;
    const auto inner = effects_at(child, children_, depth_ + 1, known_);
    Effect whole;
    whole.power = power_of_all(child, inner);
    whole.longest = longest_run(child, inner);
    whole.tries = 0;
    for (const auto& part : inner) {
      whole.waits_for_checks |= part.waits_for_checks;
      whole.tries += part.power == PowerWork::Start ? part.tries : 0;
    }
    whole.tries = std::max(whole.tries, 1);
    return known_[key] = whole;
  }

  static PowerWork power_of_all(const Document& child, std::span<const Effect> inner) {
    const auto has = [&](PowerWork work) {
      return std::ranges::find(inner, work, &Effect::power) != inner.end();
    };
    if (!is_mere_switch(child, inner) && (has(PowerWork::Stop) || has(PowerWork::Restart)))
      return PowerWork::None;  // it works on the instance, and looks after it
    if (has(PowerWork::Restart) || (has(PowerWork::Stop) && has(PowerWork::Start)))
      return PowerWork::Restart;
    if (has(PowerWork::Stop)) return PowerWork::Stop;
    return has(PowerWork::Start) ? PowerWork::Start : PowerWork::None;
  }

  static std::string machine_in(const Value* parameters) {
    if (!parameters) return {};
    for (const auto name : {"InstanceId", "InstanceIds"})
      if (const auto* value = find(*parameters, name)) return machine_of(value);
    return {};
  }

  static Duration longest_attempt(const Step& step, const Effect& effect) {
    const auto& action = step.action;
    if (action == "aws:branch" || action == "aws:loop") return {};
    if (action == "aws:executeAwsApi" || action == "aws:assertAwsResourceProperty") return kOneCall;
    if (action == "aws:waitForAwsResourceProperty" || action == "aws:changeInstanceState")
      return step.timeout.value_or(kDefaultWait);
    if (action == "aws:invokeLambdaFunction")
      return std::min(step.timeout.value_or(kLambdaCap), kLambdaCap);
    if (action == "aws:executeScript")
      return std::min(step.timeout.value_or(kScriptCap), kScriptCap);
    if (action == "aws:sleep") {
      const auto asked = parse_iso_duration(text_at(step.inputs, "Duration"));
      return asked ? *asked : kUnlimited;
    }
    const bool known_child = action == "aws:executeAutomation" && effect.child_longest.count() > 0;
    return step.timeout.value_or(known_child ? effect.child_longest : kUnlimited);
  }

  const Document& document_;
  std::span<const LintChild> children_;
  int depth_;
  ChildEffects& known_;
};

std::vector<Effect> effects_at(const Document& document, std::span<const LintChild> children,
                               int depth, ChildEffects& known) {
  EffectReader reader(document, children, depth, known);
  std::vector<Effect> effects;
  for (const auto& step : document.steps) effects.push_back(reader.read(step));
  find_their_machine(effects);
  return effects;
}

}  // namespace

std::vector<Effect> effects_of(const Document& document, std::span<const LintChild> children) {
  ChildEffects known;
  return effects_at(document, children, 0, known);
}

Duration longest_run(const Document& document, std::span<const Effect> effects) {
  const auto order = in_order(document);
  std::vector<Duration> from(document.steps.size());
  for (auto at = order.rbegin(); at != order.rend(); ++at) {
    Duration after{};
    for (const auto to : ways_from(document, *at, Ways::WithoutCancel))
      after = std::max(after, from[to]);
    from[*at] = std::min(effects[*at].longest + after, kUnlimited);
  }
  return from.empty() ? Duration{} : from.front();
}

bool is_mere_switch(const Document& document, std::span<const Effect> effects) {
  for (std::size_t i = 0; i < effects.size(); ++i) {
    const auto& action = document.steps[i].action;
    const bool idle = action == "aws:branch" || action == "aws:sleep" || action == "aws:loop";
    const bool switches = effects[i].power != PowerWork::None;
    if (!idle && !switches && !effects[i].only_looks && !effects[i].tells) return false;
  }
  return true;
}

}  // namespace hikae::plan
