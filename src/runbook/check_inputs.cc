#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "runbook/actions/action.h"
#include "runbook/actions/property.h"
#include "runbook/check.h"
#include "runbook/check_actions.h"
#include "runbook/resolve.h"
#include "text/selector.h"

namespace hikae::runbook {
namespace {

constexpr Duration kSleepMax = seconds(604'799);
constexpr std::array<std::string_view, 3> kDesiredStates{"running", "stopped", "terminated"};
constexpr std::array<std::string_view, 3> kInvocationTypes{"RequestResponse", "Event", "DryRun"};
constexpr std::array<std::string_view, 4> kTagResourceTypes{"EC2", "ManagedInstance",
                                                            "MaintenanceWindow", "Parameter"};

bool has_reference(const Value& value) { return !references_in(value).empty(); }

/// Checks what can be known of the inputs before the references in them have values.
class InputCheck {
 public:
  InputCheck(Findings& findings, Spot spot, const Step& step)
      : findings_(findings),
        spot_(spot),
        step_(step),
        inputs_(step.inputs.get_object()),
        fields_(findings, std::move(spot), inputs_) {}

  void check(const ActionRule& rule) {
    for (const auto word : words_of(rule.required)) check_required(word);
    check_names(rule);
    check_values();
    check_by_action();
  }

 private:
  void check_required(std::string_view word) {
    const auto choices = words_of(word, '|');
    const auto there =
        std::ranges::count_if(choices, [&](auto name) { return fields_.get(name) != nullptr; });
    if (there == 1 || (there > 1 && step_.action == "aws:runCommand")) return;
    misses_some_ = true;
    const auto names = fmt::format("{}", fmt::join(choices, " or "));
    if (there == 0)
      return findings_.key_error(spot_, "missing-input",
                                 fmt::format("{} needs the input {}", step_.action, names),
                                 fmt::format("add {} to the step's inputs", names));
    findings_.key_error(spot_, "missing-input",
                        fmt::format("{} takes only one of {}", step_.action, names),
                        "remove the others");
  }

  void check_names(const ActionRule& rule) {
    auto known = words_of(rule.optional);
    if (std::ranges::find(known, "*") != known.end()) return;
    for (const auto word : words_of(rule.required))
      for (const auto name : words_of(word, '|')) known.push_back(name);
    fields_.only(known, step_.action);
  }

  void check_values() {
    const auto& action = step_.action;
    if (action == "aws:changeInstanceState") check_change_instance_state();
    if (action == "aws:sleep") check_sleep();
    if (action == "aws:createTags") check_create_tags();
    if (action == "aws:executeAutomation") check_map_or_reference("RuntimeParameters");
    if (action == "aws:invokeLambdaFunction") check_word("InvocationType", kInvocationTypes);
    if (fields_.get("PropertySelector")) check_property();
    if (fields_.get("Service")) check_plain_text("Service"), check_plain_text("Api");
  }

  /// What the action itself says of inputs that are wholly known now.
  void check_by_action() {
    static constexpr std::array<std::string_view, 11> kByAction{
        "aws:approve",       "aws:copyImage",           "aws:createStack",   "aws:deleteStack",
        "aws:executeScript", "aws:executeStateMachine", "aws:invokeWebhook", "aws:pause",
        "aws:runCommand",    "aws:runInstances",        "aws:updateVariable"};
    if (std::ranges::find(kByAction, step_.action) == kByAction.end()) return;
    if (misses_some_ || has_reference(step_.inputs)) return;
    if (const auto fit = find_action(step_.action)->check(inputs_); !fit)
      findings_.error(spot_of_message(fit.error().message), "bad-input", fit.error().message, {});
  }

  /// "The input X is …": the place of X where it is there.
  [[nodiscard]] Spot spot_of_message(std::string_view message) const {
    constexpr std::string_view kThe = "The input ";
    if (!message.starts_with(kThe)) return spot_;
    const auto name = message.substr(kThe.size(), message.find(' ', kThe.size()) - kThe.size());
    return find(inputs_, name) ? spot_.below(name) : spot_;
  }

  void check_change_instance_state() {
    check_word("DesiredState", kDesiredStates);
    const auto* ids = fields_.get("InstanceIds");
    if (ids && !ids->is_array() && !ids->is_string())
      findings_.error(spot_.below("InstanceIds"), "wrong-type",
                      fmt::format("InstanceIds must be a list of ids, but is a {}", kind_of(*ids)),
                      {});
    for (const auto key : {"CheckStateOnly", "Force", "FailOnUnexpectedStopped"})
      if (const auto* value = fields_.get(key); value && !has_reference(*value))
        std::ignore = fields_.flag(key);
  }

  void check_sleep() {
    check_sleep_duration();
    for (const auto key : {"Timestamp", "TimeStamp"}) {
      const auto* value = fields_.get(key);
      if (!value || has_reference(*value)) continue;
      if (!value->is_string() || !parse_iso(text_of(*value)))
        findings_.error(spot_.below(key), "bad-input",
                        fmt::format("{} is no instant of ISO-8601", key),
                        "write it like 2026-01-01T18:30:00Z");
    }
  }

  void check_sleep_duration() {
    const auto* value = fields_.get("Duration");
    if (!value || has_reference(*value)) return;
    const auto duration = parse_iso_duration(text_of(*value));
    if (!value->is_string() || !duration)
      findings_.error(spot_.below("Duration"), "bad-input", "Duration is no duration of ISO-8601",
                      "write it like PT60M or P1D");
    else if (*duration > kSleepMax)
      findings_.error(spot_.below("Duration"), "out-of-range",
                      fmt::format("Duration is longer than {} s", to_seconds(kSleepMax)),
                      "sleep shorter, or in several steps");
  }

  void check_create_tags() {
    check_word("ResourceType", kTagResourceTypes);
    const auto* tags = fields_.get("Tags");
    if (!tags || has_reference(*tags)) return;
    const bool listed = tags->is_array() && std::ranges::all_of(tags->get_array(), [](auto& tag) {
                          return find(tag, "Key") && find(tag, "Value");
                        });
    if (!listed)
      findings_.error(spot_.below("Tags"), "bad-input", "Tags is no list of Key and Value",
                      "write '- Key: Name' and 'Value: …' below it");
  }

  void check_property() {
    if (const auto selector = fields_.text("PropertySelector");
        selector && !has_reference(Value(*selector)))
      if (const auto parsed = text::Selector::parse(*selector); !parsed)
        findings_.error(spot_.below("PropertySelector"), "bad-selector", parsed.error().message,
                        "write it like $.Images[0].State");
    check_reads();
    const auto* desired = fields_.get("DesiredValues");
    if (!desired || has_reference(*desired)) return;
    if (!desired->is_array() || desired->get_array().empty())
      findings_.error(spot_.below("DesiredValues"), "bad-input",
                      "DesiredValues is no list of at least one value", "write it as a list");
  }

  void check_reads() {
    const auto api = text_at(inputs_, "Api");
    if (!surely_mutates(operation_name(api))) return;
    findings_.error(
        spot_.below("Api"), "mutating-api",
        fmt::format("{} asks again and again, and {} changes something", step_.action, api),
        "do it once with aws:executeAwsApi, and look here at what became of it");
  }

  void check_map_or_reference(std::string_view key) {
    const auto* value = fields_.get(key);
    if (value && !value->is_object() && !whole_reference(text_of(*value)))
      findings_.error(spot_.below(key), "wrong-type",
                      fmt::format("{} must be a map, but is a {}", key, kind_of(*value)), {});
  }

  void check_plain_text(std::string_view key) { std::ignore = fields_.text(key); }

  void check_word(std::string_view key, std::span<const std::string_view> words) {
    const auto* value = fields_.get(key);
    if (!value || has_reference(*value)) return;
    if (value->is_string() && std::ranges::find(words, text_of(*value)) != words.end()) return;
    findings_.error(spot_.below(key), "bad-input", fmt::format("{} is '{}'", key, as_text(*value)),
                    "write one of " + joined(words));
  }

  Findings& findings_;
  Spot spot_;
  const Step& step_;
  const Object& inputs_;
  Fields fields_;
  bool misses_some_ = false;
};

}  // namespace

void check_inputs(const Step& step, const Spot& spot, Findings& findings) {
  const auto* rule = rule_of(step.action);
  if (!rule) return;
  InputCheck(findings, spot, step).check(*rule);
  if (step.action == "aws:branch") check_branch(step, spot, findings);
  if (step.action == "aws:loop") check_loop(step, spot, findings);
}

}  // namespace hikae::runbook
