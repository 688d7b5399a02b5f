// Many rules compiled to one matcher: one pass over an event says which of them match.
//
// One thread. Nothing on disk: rebuilt from the rules by whoever owns them.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pattern/pattern.h"

namespace hikae::pattern {

class RuleIndex;

class Matcher {
 public:
  Matcher();
  ~Matcher();
  Matcher(Matcher&&) noexcept;
  Matcher& operator=(Matcher&&) noexcept;

  /// Adds the rule, or replaces the one of that id.
  void add(std::string_view rule, const Pattern& pattern);
  /// An id that is not there is ignored.
  void remove(std::string_view rule);
  [[nodiscard]] std::size_t size() const;

  /// The ids of the rules that match, sorted; the views live until the next add or remove.
  /// Errors: `Invalid` where the event is no map; `Limit` (pattern/consistency.h).
  [[nodiscard]] Result<std::vector<std::string_view>> match(const Value& event);
  /// The same for JSON text; also `Limit` above limits::kEventBytes.
  [[nodiscard]] Result<std::vector<std::string_view>> match_text(std::string_view json_text);

 private:
  std::unique_ptr<RuleIndex> index_;
};

/// Whether one pattern matches one event (`hikae match`, EventBridge's TestEventPattern). An
/// error's code is InvalidEventPatternException where the pattern is at fault, else empty.
[[nodiscard]] Result<bool> test_pattern(std::string_view pattern_text, std::string_view event_text);

}  // namespace hikae::pattern
