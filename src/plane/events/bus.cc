// The bus: who wants an event. Asked by the machines of kind "event".

#include <algorithm>

#include "plane/events/events.h"
#include "plane/events/input.h"
#include "plane/events/rows.h"
#include "plane/events/rule_book.h"
#include "plane/sns/rows.h"
#include "text/json.h"

namespace hikae::plane {
namespace events {
namespace {

constexpr std::string_view kAddressee = "hikae-rule";  // set by a scheduled rule's machine
constexpr std::string_view kFallbackRule = "hikae:fallback";

Object match_of(const Value& target, const Value& event, const RuleFacts& rule) {
  Object match{{"RuleArn", rule.arn},
               {"TargetId", text_at(target, "Id")},
               {"TargetArn", text_at(target, "Arn")},
               {"Input", input_of(target, event, rule)}};
  for (const auto member : {"RoleArn", "RetryPolicy"})
    if (const auto* value = find(target, member)) match[member] = *value;
  const auto queue = text_at(object_at(target, "DeadLetterConfig"), "Arn");
  if (!queue.empty()) match["DeadLetterArn"] = queue;
  if (const auto* group = find(object_at(target, "SqsParameters"), "MessageGroupId"))
    match["GroupId"] = *group;
  return match;
}

void add_matches(const Ask& ask, std::string_view name, const Value& event, Array& matches) {
  const auto* rule = ask.row(kRuleRows, name);
  if (!rule || !is_enabled(*rule)) return;
  const RuleFacts facts{str(text_at(*rule, "Arn")), str(name), ask.turn.now()};
  for (const auto* target : targets_of(ask.turn.tables(), ask.scope, name))
    matches.push_back(match_of(*target, event, facts));
}

/// hikae's own events are never told to nobody while somebody listens to any topic.
void add_fallback(const Ask& ask, const Value& event, Array& matches) {
  const auto text = text::to_json(event);
  for (const auto& arn : sns::topics_that_reach_everybody(ask.turn.tables(), ask.scope))
    matches.push_back(Object{{"RuleArn", kFallbackRule},
                             {"TargetId", name_in_arn(arn)},
                             {"TargetArn", arn},
                             {"Input", text}});
}

Result<Value> match(const Ask& ask, RuleBook& book) {
  const auto* given = find(ask.input, "Event");
  if (!given || !given->is_object()) return not_valid("hikae-bus:Match wants an Event");
  auto event = *given;
  const auto addressee = str(text_at(event, kAddressee));
  event.as_object().erase(kAddressee);
  Array matches;
  if (!addressee.empty()) {
    add_matches(ask, name_in_arn(addressee), event, matches);
  } else {
    for (const auto& name : TRY(book.match(ask.scope, event)))
      add_matches(ask, name, event, matches);
  }
  // A rule that archives everything tells nobody: only a topic does.
  const bool reaches_people = std::any_of(matches.begin(), matches.end(), [](const Value& match) {
    return text_at(match, "TargetArn").find(":sns:") != std::string_view::npos;
  });
  if (!reaches_people && text_at(event, "source") == "hikae") add_fallback(ask, event, matches);
  return Object{{"Matches", std::move(matches)}};
}

}  // namespace
}  // namespace events

void Events::add_bus() {
  auto& book = *book_;
  bus_.on("Match", [&book](const Ask& ask) { return events::match(ask, book); });
}

}  // namespace hikae::plane
