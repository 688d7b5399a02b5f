#include <set>

#include "delivery/target_call.h"
#include "plane/events/events.h"
#include "plane/events/input.h"
#include "plane/events/rows.h"

namespace hikae::plane {
namespace events {
namespace {

std::string target_row(std::string_view rule, std::string_view id) {
  return str(rule) + "/" + str(id);
}

/// What cannot be delivered to is refused when it is put, not when it is needed.
Result<> check_deliverable(const Ask& ask, const Value& target) {
  const auto call = delivery::call_of_target(
      ask.scope, Object{{"TargetArn", text_at(target, "Arn")}, {"Body", "{}"}}, "");
  if (call) return {};
  return not_valid("Target " + str(text_at(target, "Id")) +
                   " is not valid: " + call.error().message);
}

Result<> check_retries(const Value& target) {
  const auto* policy = find(target, "RetryPolicy");
  if (!policy) return {};
  const auto attempts = int_at(*policy, "MaximumRetryAttempts").value_or(185);
  const auto age = int_at(*policy, "MaximumEventAgeInSeconds").value_or(86'400);
  if (attempts >= 0 && attempts <= 185 && age >= 60 && age <= 86'400) return {};
  return not_valid("RetryPolicy of target " + str(text_at(target, "Id")) +
                   " is not valid: MaximumRetryAttempts is 0 to 185, MaximumEventAgeInSeconds 60 "
                   "to 86400");
}

Result<> check_dead_letters(const Value& target) {
  const auto* config = find(target, "DeadLetterConfig");
  if (!config || !find(*config, "Arn")) return {};
  if (parts_of_arn(text_at(*config, "Arn")).service == "sqs") return {};
  return not_valid("DeadLetterConfig of target " + str(text_at(target, "Id")) +
                   " must name a queue of SQS");
}

Result<> check_queue(const Value& target) {
  const auto parts = parts_of_arn(text_at(target, "Arn"));
  if (parts.service != "sqs" || !parts.resource.ends_with(".fifo")) return {};
  if (!text_at(object_at(target, "SqsParameters"), "MessageGroupId").empty()) return {};
  return not_valid("Parameter(s) MessageGroupId must be specified for target: " +
                   str(text_at(target, "Id")) + ".");
}

Result<> check_target(const Ask& ask, const Value& target) {
  if (!is_name(text_at(target, "Id"), ".-_", 64))
    return not_valid("The target Id '" + str(text_at(target, "Id")) +
                     "' must be 1 to 64 letters, digits, '.', '-', '_'");
  TRY_DO(check_deliverable(ask, target));
  TRY_DO(check_queue(target));
  TRY_DO(check_input(target));
  TRY_DO(check_retries(target));
  return check_dead_letters(target);
}

Result<> check_count(const Ask& ask, std::string_view rule, const Array& targets) {
  std::set<std::string, std::less<>> ids;
  for (const auto* target : targets_of(ask.turn.tables(), ask.scope, rule))
    ids.insert(str(text_at(*target, "Id")));
  for (const auto& target : targets) ids.insert(str(text_at(target, "Id")));
  if (ids.size() <= kTargetsPerRule) return {};
  return aws::aws_error("LimitExceededException",
                        "The requested resource exceeds the maximum number allowed (5 targets).");
}

Value no_failures() { return Object{{"FailedEntryCount", 0}, {"FailedEntries", Array()}}; }

Result<Value> put_targets(const Ask& ask) {
  TRY_DO(check_bus(ask.input));
  const auto rule = text_at(ask.input, "Rule");
  TRY(rule_of(ask, rule));
  const auto& targets = list_at(ask.input, "Targets");
  if (targets.empty()) return not_valid("PutTargets wants at least one target");
  for (const auto& target : targets) TRY_DO(check_target(ask, target));
  TRY_DO(check_count(ask, rule, targets));
  for (const auto& target : targets)
    ask.put(kTargetRows, target_row(rule, text_at(target, "Id")), target);
  return no_failures();
}

Result<Value> remove_targets(const Ask& ask) {
  TRY_DO(check_bus(ask.input));
  const auto rule = text_at(ask.input, "Rule");
  TRY(rule_of(ask, rule));
  auto failed = Array();
  for (const auto& id : list_at(ask.input, "Ids")) {
    const auto row = target_row(rule, text_of(id));
    if (ask.row(kTargetRows, row))
      ask.erase(kTargetRows, row);
    else
      failed.push_back(Object{{"TargetId", id},
                              {"ErrorCode", "ResourceNotFoundException"},
                              {"ErrorMessage", "The rule has no such target."}});
  }
  return Object{{"FailedEntryCount", failed.size()}, {"FailedEntries", std::move(failed)}};
}

Result<Value> list_targets(const Ask& ask) {
  TRY_DO(check_bus(ask.input));
  const auto rule = text_at(ask.input, "Rule");
  TRY(rule_of(ask, rule));
  const auto all = targets_of(ask.turn.tables(), ask.scope, rule);
  const auto page = TRY(page_of(ask.input, all.size(), kPageItems, kPageWords));
  Array targets;
  for (std::size_t i = 0; i < page.count; ++i) targets.push_back(*all[page.first + i]);
  Object answer{{"Targets", std::move(targets)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

}  // namespace
}  // namespace events

void Events::add_targets() {
  on("PutTargets", events::put_targets);
  on("RemoveTargets", events::remove_targets);
  on("ListTargetsByRule", events::list_targets);
}

}  // namespace hikae::plane
