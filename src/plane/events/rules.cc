#include "plane/events/events.h"
#include "plane/events/rows.h"
#include "plane/events/rule_book.h"
#include "schedule/expression.h"
#include "window/rule.h"

namespace hikae::plane {
namespace events {
namespace {

Value definition_of(const Value& rule) {
  auto definition = members_of_object(rule, {"Name", "Arn", "ScheduleExpression", "CreatedAt"});
  definition["Enabled"] = is_enabled(rule);
  return definition;
}

MachineId machine_of(const Ask& ask, const Value& rule) {
  return {ask.scope, str(window::kRuleKind), str(text_at(rule, "Machine"))};
}

/// A machine's id is never used twice, so a rule that comes again gets a later generation.
void start_machine(const Ask& ask, Value& rule) {
  for (auto generation = unix_ms(ask.turn.now());; ++generation) {
    const auto id = str(text_at(rule, "Name")) + "/" + std::to_string(generation);
    rule.as_object()["Machine"] = id;
    if (ask.turn.start(machine_of(ask, rule), definition_of(rule))) return;
  }
}

/// Brings the rule's machine in line with the rule; called before the row is put.
void sync_machine(const Ask& ask, Value& rule) {
  const bool lives = find(rule, "Machine") != nullptr;
  if (text_at(rule, "ScheduleExpression").empty()) {
    if (lives) ask.turn.signal(machine_of(ask, rule), "delete", Object());
    rule.as_object().erase("Machine");
  } else if (!is_enabled(rule)) {
    if (lives) ask.turn.signal(machine_of(ask, rule), "disable", Object());
  } else if (!lives || !ask.turn.signal(machine_of(ask, rule), "update", definition_of(rule))) {
    start_machine(ask, rule);
  }
}

void keep(const Ask& ask, RuleBook& book, Value rule) {
  sync_machine(ask, rule);
  const auto name = str(text_at(rule, "Name"));
  ask.put(kRuleRows, name, std::move(rule));
  book.changed(ask.scope, name);
}

Result<> check_schedule(std::string_view text) {
  if (text.empty()) return {};
  const auto expression = schedule::parse(text, schedule::Kind::Rule);
  if (expression) return {};
  return not_valid("Parameter ScheduleExpression is not valid. Reason: " +
                   expression.error().message);
}

Result<> check_rule(const Value& input) {
  const auto name = text_at(input, "Name");
  const auto pattern = text_at(input, "EventPattern");
  const auto schedule = text_at(input, "ScheduleExpression");
  const auto state = text_at(input, "State", "ENABLED");
  TRY_DO(check_bus(input));
  if (!is_name(name, ".-_", 64))
    return not_valid("Parameter Name '" + str(name) +
                     "' is not valid. Reason: it must be 1 to 64 letters, digits, '.', '-', '_'");
  if (pattern.empty() && schedule.empty())
    return not_valid("Parameter(s) EventPattern or ScheduleExpression must be specified.");
  if (state != "ENABLED" && state != "DISABLED")
    return not_valid("Parameter State '" + str(state) +
                     "' is not valid. Write ENABLED or DISABLED");
  TRY_DO(check_schedule(schedule));
  if (pattern.empty()) return {};
  const auto read = pattern::Pattern::parse(pattern);
  if (read) return {};
  return aws::aws_error("InvalidEventPatternException",
                        "Event pattern is not valid. Reason: " + read.error().message);
}

/// A PutRule replaces: what it does not name is gone. When the rule came to be, its machine and its
/// tags stay.
Value rule_from(const Ask& ask, const Value* before) {
  auto rule = members_of_object(
      ask.input, {"Name", "ScheduleExpression", "EventPattern", "Description", "RoleArn"});
  for (const auto member : {"ScheduleExpression", "EventPattern"})
    if (text_at(rule, member).empty()) rule.erase(member);
  rule["State"] = text_at(ask.input, "State", "ENABLED");
  rule["Arn"] = arn_of("events", ask.scope, "rule/" + str(text_at(ask.input, "Name")));
  rule["EventBusName"] = "default";
  Object tags;
  add_tags(tags, list_at(ask.input, "Tags"));
  rule["CreatedAt"] = before ? text_at(*before, "CreatedAt") : iso(ask.turn.now());
  rule["Tags"] = before ? object_at(*before, "Tags") : tags;
  if (const auto* machine = before ? find(*before, "Machine") : nullptr) rule["Machine"] = *machine;
  return rule;
}

Result<Value> put_rule(const Ask& ask, RuleBook& book) {
  TRY_DO(check_rule(ask.input));
  const auto* before = ask.row(kRuleRows, text_at(ask.input, "Name"));
  if (!before && ask.rows(kRuleRows).size() >= kRules)
    return aws::aws_error(
        "LimitExceededException",
        "The requested resource exceeds the maximum number allowed (2,000 rules).");
  auto rule = rule_from(ask, before);
  auto answer = Object{{"RuleArn", text_at(rule, "Arn")}};
  keep(ask, book, std::move(rule));
  return answer;
}

Result<Value> delete_rule(const Ask& ask, RuleBook& book) {
  TRY_DO(check_bus(ask.input));
  const auto name = text_at(ask.input, "Name");
  const auto* rule = ask.row(kRuleRows, name);
  if (!rule) return Object();
  const auto targets = targets_of(ask.turn.tables(), ask.scope, name);
  if (!targets.empty() && !is_true_at(ask.input, "Force"))
    return not_valid("Rule can't be deleted since it has targets.");
  if (find(*rule, "Machine")) ask.turn.signal(machine_of(ask, *rule), "delete", Object());
  std::vector<std::string> ids;
  for (const auto* target : targets) ids.push_back(str(name) + "/" + str(text_at(*target, "Id")));
  for (const auto& id : ids) ask.erase(kTargetRows, id);
  ask.erase(kRuleRows, name);
  book.changed(ask.scope, name);
  return Object();
}

Object shown_rule(const Value& rule) {
  return members_of_object(rule, {"Name", "Arn", "EventPattern", "ScheduleExpression", "State",
                                  "Description", "RoleArn", "EventBusName"});
}

Result<Value> describe_rule(const Ask& ask) {
  TRY_DO(check_bus(ask.input));
  auto shown = shown_rule(*TRY(rule_of(ask, text_at(ask.input, "Name"))));
  shown["CreatedBy"] = ask.scope.account;
  return shown;
}

Result<Value> list_rules(const Ask& ask) {
  TRY_DO(check_bus(ask.input));
  const auto prefix = text_at(ask.input, "NamePrefix");
  std::vector<const Value*> wanted;
  const auto& rows = ask.rows(kRuleRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    wanted.push_back(&at->second);
  const auto page = TRY(page_of(ask.input, wanted.size(), kPageItems, kPageWords));
  Array rules;
  for (std::size_t i = 0; i < page.count; ++i) rules.push_back(shown_rule(*wanted[page.first + i]));
  Object answer{{"Rules", std::move(rules)}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

Result<Value> set_state(const Ask& ask, RuleBook& book, std::string_view state) {
  TRY_DO(check_bus(ask.input));
  auto rule = *TRY(rule_of(ask, text_at(ask.input, "Name")));
  if (text_at(rule, "State") == state) return Object();
  rule.as_object()["State"] = state;
  keep(ask, book, std::move(rule));
  return Object();
}

Result<const Value*> tagged_rule(const Ask& ask) {
  return rule_of(ask, name_in_arn(text_at(ask.input, "ResourceARN")));
}

Result<Value> tag_rule(const Ask& ask) {
  auto rule = *TRY(tagged_rule(ask));
  add_tags(rule.as_object()["Tags"].as_object(), list_at(ask.input, "Tags"));
  if (object_at(rule, "Tags").size() > 50) return not_valid("A rule has at most 50 tags");
  ask.put(kRuleRows, str(text_at(rule, "Name")), rule);
  return Object();
}

Result<Value> untag_rule(const Ask& ask) {
  auto rule = *TRY(tagged_rule(ask));
  drop_tags(rule.as_object()["Tags"].as_object(), list_at(ask.input, "TagKeys"));
  ask.put(kRuleRows, str(text_at(rule, "Name")), rule);
  return Object();
}

Result<Value> tags_of_rule(const Ask& ask) {
  const auto* rule = TRY(tagged_rule(ask));
  return Object{{"Tags", list_of_tags(object_at(*rule, "Tags"))}};
}

}  // namespace
}  // namespace events

Events::Events(engine::Kernel& kernel)
    : Service("events", kernel),
      book_(std::make_unique<events::RuleBook>(kernel.tables())),
      bus_("hikae-bus", kernel) {
  add_rules();
  add_rule_tags();
  add_targets();
  add_entries();
  add_bus();
  add_views();
}

Events::~Events() = default;

void Events::add_rules() {
  auto& book = *book_;
  on("PutRule", [&book](const Ask& ask) { return events::put_rule(ask, book); });
  on("DeleteRule", [&book](const Ask& ask) { return events::delete_rule(ask, book); });
  on("EnableRule", [&book](const Ask& ask) { return events::set_state(ask, book, "ENABLED"); });
  on("DisableRule", [&book](const Ask& ask) { return events::set_state(ask, book, "DISABLED"); });
  on("DescribeRule", events::describe_rule);
  on("ListRules", events::list_rules);
}

void Events::add_rule_tags() {
  on("TagResource", events::tag_rule);
  on("UntagResource", events::untag_rule);
  on("ListTagsForResource", events::tags_of_rule);
}

}  // namespace hikae::plane
