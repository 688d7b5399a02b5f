#include "sandbox/faults.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

#include "base/limits.h"
#include "sandbox/described.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

/// What a rule must or may say besides its action.
struct ActionShape {
  FaultAction action;
  std::string_view name;
  bool needs_operation;
  bool needs_delay;
  bool takes_code;
};

constexpr std::array kActionShapes{
    ActionShape{FaultAction::Throttle, "throttle", false, false, false},
    ActionShape{FaultAction::Error, "error", true, false, true},
    ActionShape{FaultAction::Unavailable, "unavailable", false, false, false},
    ActionShape{FaultAction::LostReply, "lost_reply", false, false, false},
    ActionShape{FaultAction::StaleReads, "stale_reads", false, true, false},
    ActionShape{FaultAction::LateSnapshots, "late_snapshots", false, true, false},
    ActionShape{FaultAction::ImageFails, "image_fails", false, false, false},
    ActionShape{FaultAction::ImageHangs, "image_hangs", false, false, false},
    ActionShape{FaultAction::NoCapacity, "no_capacity", false, false, false},
    ActionShape{FaultAction::StartFails, "start_fails", false, false, false},
    ActionShape{FaultAction::Slow, "slow", true, true, false},
};

constexpr std::array<std::string_view, 11> kRuleKeys{
    "action", "operation", "operations", "instance", "code",       "message",
    "skip",   "times",     "delay",      "for",      "probability"};

Result<const ActionShape*> read_action(const Described& rule) {
  const auto name = TRY(rule.text("action"));
  if (name.empty()) return rule.wrong("action", "is missing; write one of: " + action_names());
  const auto found = std::ranges::find(kActionShapes, name, &ActionShape::name);
  if (found != kActionShapes.end()) return &*found;
  return rule.wrong("action",
                    fmt::format("\"{}\" is no fault; write one of: {}", name, action_names()));
}

bool names_an_operation(std::string_view pattern) {
  const Glob glob(pattern);
  return std::ranges::any_of(operation_names(),
                             [&](std::string_view name) { return glob.matches(name); });
}

Result<std::vector<std::string>> read_operations(const Described& rule) {
  const bool is_list = rule.has("operations");
  auto names = TRY(rule.text_or_list(is_list ? "operations" : "operation"));
  for (const auto& name : names)
    if (!names_an_operation(name))
      return rule.wrong("operation",
                        fmt::format("\"{}\" is no operation of the embedded cloud; write one of: "
                                    "{}; or a pattern like Describe*, or '*'",
                                    name, fmt::join(operation_names(), ", ")));
  return names;
}

Result<std::int64_t> read_rule_count(const Described& rule, std::string_view key,
                                     std::int64_t otherwise) {
  constexpr std::int64_t kMost = 1'000'000'000;
  const auto number = TRY(rule.whole(key, otherwise));
  if (number >= 0 && number <= kMost) return number;
  return rule.wrong(key, fmt::format("is {}; write a whole number from 0 to {}", number, kMost));
}

Result<double> read_probability(const Described& rule) {
  const auto* value = rule.member("probability");
  if (!value) return 1.0;
  const auto* fraction = value->if_double();
  const auto whole = int_of(*value);
  const double number = fraction ? *fraction : whole ? static_cast<double>(*whole) : -1.0;
  if (number >= 0.0 && number <= 1.0) return number;
  return rule.wrong("probability", "is no number from 0 to 1; write for example 0.05");
}

Result<> check_needs(const Described& rule, const ActionShape& shape) {
  if (shape.needs_operation && !rule.has("operation") && !rule.has("operations"))
    return rule.wrong("operation", fmt::format("is missing; {} needs one, for example "
                                               "\"operation: CreateImage\"",
                                               shape.name));
  if (shape.needs_delay && !rule.has("delay"))
    return rule.wrong("delay", fmt::format("is missing; {} needs the seconds", shape.name));
  if (!shape.takes_code && rule.has("code"))
    return rule.wrong("code", fmt::format("does not go with {}; use \"action: error\" to answer "
                                          "a code of your own",
                                          shape.name));
  return {};
}

Result<FaultRule> read_rule(const Described& rule) {
  TRY_DO(rule.only(kRuleKeys));
  const auto& shape = *TRY(read_action(rule));
  TRY_DO(check_needs(rule, shape));
  FaultRule read{.action = shape.action};
  read.operations = TRY(read_operations(rule));
  read.instance = TRY(rule.text("instance"));
  read.code = TRY(rule.text("code"));
  read.message = TRY(rule.text("message"));
  read.skip = TRY(read_rule_count(rule, "skip", 0));
  if (rule.has("times")) read.times = TRY(read_rule_count(rule, "times", 0));
  read.delay = TRY(rule.duration("delay", limits::kFaultDelay));
  if (rule.has("for")) read.lasts = TRY(rule.duration("for", limits::kFaultDelay));
  read.probability = TRY(read_probability(rule));
  return read;
}

}  // namespace

std::string_view to_string(FaultAction action) {
  return std::ranges::find(kActionShapes, action, &ActionShape::action)->name;
}

std::string action_names() {
  std::vector<std::string_view> names;
  for (const auto& shape : kActionShapes) names.push_back(shape.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

Result<std::vector<FaultRule>> read_faults(const Value& rules) {
  const auto* list = rules.is_object() ? find(rules, "faults") : &rules;
  if (list && list->is_null()) return std::vector<FaultRule>{};
  if (!list || !list->is_array())
    return fail(
        ErrorKind::Invalid,
        "faults: the file must be a list of rules, or a map with the list under \"faults\"; "
        "write for example \"- {action: throttle, operation: CreateImage, times: 3}\"");
  const auto& items = list->get_array();
  if (items.size() > limits::kFaultRules)
    return fail(ErrorKind::Limit,
                fmt::format("faults: {} rules, {} are allowed", items.size(), limits::kFaultRules));
  std::vector<FaultRule> read;
  for (std::size_t i = 0; i < items.size(); ++i)
    read.push_back(TRY(read_rule(Described(items[i], fmt::format("faults[{}]", i)))));
  return read;
}

}  // namespace hikae::sandbox
