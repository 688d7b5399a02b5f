// What ignoring case means: a letter of the *pattern* stands for its lower and its upper case, each
// the full mapping of that one letter (docs/reference/schedules-events-sns-lambda-cfn.md 2.1: the
// published engine folds letter by letter). So the pattern "straße" accepts "STRASSE" and "STRAßE",
// while the pattern "strasse" does not accept "straße".
#pragma once

#include <string>

namespace hikae::pattern {

struct Cases {
  std::u32string lower;
  std::u32string upper;
  friend auto operator<=>(const Cases&, const Cases&) = default;
};
/// Both are the letter itself where it has no case.
[[nodiscard]] Cases cases_of(char32_t point);

}  // namespace hikae::pattern
