#include "plane/events/rule_book.h"

#include "base/invariant.h"
#include "plane/events/rows.h"

namespace hikae::plane::events {
namespace {

void put_into(pattern::Matcher& matcher, std::string_view name, const Value* rule) {
  const auto text = rule ? text_at(*rule, "EventPattern") : std::string_view();
  if (text.empty() || !is_enabled(*rule)) return matcher.remove(name);
  const auto pattern = pattern::Pattern::parse(text);
  INVARIANT(pattern.has_value(), "a pattern is stored only after it was read");
  matcher.add(name, *pattern);
}

}  // namespace

pattern::Matcher& RuleBook::matcher_of(const Scope& scope) {
  const auto [at, is_new] = matchers_.try_emplace(scope);
  if (is_new)
    for (const auto& [name, rule] : tables_.rows(scope, kRuleRows))
      put_into(at->second, name, &rule);
  return at->second;
}

void RuleBook::changed(const Scope& scope, std::string_view rule) {
  if (const auto at = matchers_.find(scope); at != matchers_.end())
    put_into(at->second, rule, tables_.get(scope, kRuleRows, rule));
}

Result<std::vector<std::string>> RuleBook::match(const Scope& scope, const Value& event) {
  const auto names = TRY(matcher_of(scope).match(event));
  return std::vector<std::string>(names.begin(), names.end());
}

}  // namespace hikae::plane::events
