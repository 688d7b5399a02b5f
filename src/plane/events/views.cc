// Who names a target, and the buses there are: one, "default".
#include "plane/events/events.h"
#include "plane/events/rows.h"

namespace hikae::plane {
namespace events {
namespace {

Object shown_bus(const Ask& ask) {
  return Object{{"Name", "default"}, {"Arn", arn_of("events", ask.scope, "event-bus/default")}};
}

Result<Value> rules_of_target(const Ask& ask) {
  TRY_DO(check_bus(ask.input));
  const auto wanted = text_at(ask.input, "TargetArn");
  std::vector<std::string> names;
  for (const auto& [id, target] : ask.rows(kTargetRows)) {
    if (text_at(target, "Arn") != wanted) continue;
    auto rule = id.substr(0, id.find('/'));
    if (names.empty() || names.back() != rule) names.push_back(std::move(rule));
  }
  const auto page = TRY(page_of(ask.input, names.size(), kPageItems, kPageWords));
  Array shown;
  for (std::size_t i = 0; i < page.count; ++i) shown.push_back(Value(names[page.first + i]));
  Object answer{{"RuleNames", std::move(shown)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> describe_bus(const Ask& ask) {
  const Object named{{"EventBusName", text_at(ask.input, "Name", "default")}};
  TRY_DO(check_bus(Value(named)));
  return shown_bus(ask);
}

Result<Value> list_buses(const Ask& ask) {
  const bool is_wanted = std::string_view("default").starts_with(text_at(ask.input, "NamePrefix"));
  Array buses;
  if (is_wanted) buses.push_back(shown_bus(ask));
  return Object{{"EventBuses", std::move(buses)}};
}

Result<Value> create_bus(const Ask& ask) {
  const auto name = text_at(ask.input, "Name");
  if (name == "default")
    return aws::aws_error("ResourceAlreadyExistsException", "Event bus default already exists.");
  return aws::aws_error(
      "LimitExceededException",
      "hikae has one event bus, default: put the rules for '" + str(name) + "' on it");
}

}  // namespace
}  // namespace events

void Events::add_views() {
  on("ListRuleNamesByTarget", events::rules_of_target);
  on("DescribeEventBus", events::describe_bus);
  on("ListEventBuses", events::list_buses);
  on("CreateEventBus", events::create_bus);
}

}  // namespace hikae::plane
