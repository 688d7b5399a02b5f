// Event patterns (docs/reference/schedules-events-sns-lambda-cfn.md 2): read, checked, and brought
// into the form the matcher wants. Immutable values; cheap to copy.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "pattern/candidate.h"

namespace hikae::pattern {

/// One named field: the path's keys joined by dots, and the candidates of which one must accept.
struct Field {
  std::string path;
  std::vector<Candidate> any_of;
};
/// Fields that must all match, sorted by path; each path once.
using Conjunction = std::vector<std::shared_ptr<const Field>>;

class Pattern {
 public:
  /// Errors: `Invalid` with the code InvalidEventPatternException; the message names the path, the
  /// operator, what is wrong and how to write it. `Limit` where the text is too long or its $or
  /// make too many combinations.
  [[nodiscard]] static Result<Pattern> parse(std::string_view json_text);

  /// One of these must match: what is left when every $or is written out. Never empty.
  [[nodiscard]] const std::vector<Conjunction>& alternatives() const { return *alternatives_; }

 private:
  explicit Pattern(std::vector<Conjunction> alternatives)
      : alternatives_(std::make_shared<const std::vector<Conjunction>>(std::move(alternatives))) {}
  std::shared_ptr<const std::vector<Conjunction>> alternatives_;
};

}  // namespace hikae::pattern
