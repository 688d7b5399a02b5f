// Regular expressions as `allowedPattern` of SSM documents has them: Java's, matched against a
// whole value (docs/reference/ssm-automation.md 1.3). Time is linear in the text, whatever the
// pattern.
//
// Read: literals, `.`, classes (also \d \w \s \h, \p{Alpha} and its kin of ASCII), groups (plain,
// named, non-capturing, with flags i and s), alternation, quantifiers (greedy or lazy), ^ $ \A \z
// \Z \b \B, look-ahead. Refused with a reason: back-references, look-behind, possessive quantifiers
// and atomic groups, nested classes and `&&` in classes.
#pragma once

#include <memory>
#include <string_view>

#include "base/result.h"

namespace hikae::text {

class RegexProgram;

class Regex {
 public:
  /// Errors: `Invalid` or `Unsupported` with the pattern and the character's number; `Limit` where
  /// it is longer than limits::kRegexBytes or unrolls to more than limits::kRegexProgram states.
  [[nodiscard]] static Result<Regex> compile(std::string_view pattern);

  /// Whether the pattern matches the whole of `text`, not a part of it. `Limit` where the text has
  /// more than limits::kRegexText characters.
  [[nodiscard]] Result<bool> matches(std::string_view text) const;

 private:
  std::shared_ptr<const RegexProgram> program_;
};

}  // namespace hikae::text
