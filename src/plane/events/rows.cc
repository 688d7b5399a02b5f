#include "plane/events/rows.h"

namespace hikae::plane::events {

std::unexpected<Error> not_valid(std::string why) {
  return aws::aws_error("ValidationException", std::move(why));
}

Result<> check_bus(const Value& input) {
  const auto bus = text_at(input, "EventBusName", "default");
  if (name_in_arn(bus) == "default") return {};
  return aws::aws_error("ResourceNotFoundException",
                        "Event bus " + str(bus) + " does not exist; hikae has the default one");
}

Result<const Value*> rule_of(const Ask& ask, std::string_view name) {
  if (const auto* rule = ask.row(kRuleRows, name)) return rule;
  return aws::aws_error("ResourceNotFoundException",
                        "Rule " + str(name) + " does not exist on EventBus default.");
}

bool is_enabled(const Value& rule) { return text_at(rule, "State") == "ENABLED"; }

std::vector<const Value*> targets_of(const engine::Tables& tables, const Scope& scope,
                                     std::string_view rule) {
  std::vector<const Value*> targets;
  const auto prefix = str(rule) + "/";
  const auto& rows = tables.rows(scope, kTargetRows);
  for (auto at = rows.lower_bound(prefix); at != rows.end() && at->first.starts_with(prefix); ++at)
    targets.push_back(&at->second);
  return targets;
}

}  // namespace hikae::plane::events
