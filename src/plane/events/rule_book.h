// The enabled patterns of each account and region, compiled: one matcher, never a loop over rules.
//
// In memory only: built from the rows when a scope is first asked for, then kept in step.
#pragma once

#include <map>

#include "engine/tables.h"
#include "pattern/matcher.h"

namespace hikae::plane::events {

class RuleBook {
 public:
  /// The tables outlive the book.
  explicit RuleBook(const engine::Tables& tables) : tables_(tables) {}

  /// The rule's row was put or erased.
  void changed(const Scope& scope, std::string_view rule);
  /// The names of the rules whose pattern matches, sorted. Errors: the matcher's.
  [[nodiscard]] Result<std::vector<std::string>> match(const Scope& scope, const Value& event);

 private:
  [[nodiscard]] pattern::Matcher& matcher_of(const Scope& scope);

  const engine::Tables& tables_;
  std::map<Scope, pattern::Matcher> matchers_;
};

}  // namespace hikae::plane::events
