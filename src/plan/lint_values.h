// What is known of the values of references on one path, and what a branch's choice adds to it.
// Private to the linter.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace hikae::plan {

/// What is known of one value. Default: anything, or nothing at all.
struct Known {
  enum class Presence { Unknown, Absent, Present };
  Presence presence = Presence::Unknown;
  std::optional<std::string> equals;    // implies Present
  std::set<std::string> differs;        // texts it is not equal to
  std::string prefix;                   // it begins so, if it is there
  std::map<std::string, bool> answers;  // to comparisons of other kinds, by their text
  auto operator<=>(const Known&) const = default;
};

/// By reference ("Step.Output"). An output that is not listed is absent: its step has not run.
using Knowledge = std::map<std::string, Known, std::less<>>;

/// The ways in which one condition of aws:branch can turn out, each with what is then known.
struct Outcomes {
  std::vector<Knowledge> if_true;
  std::vector<Knowledge> if_false;
};

/// `condition`: Variable with an operator, or And, Or, Not (ssm-automation.md 5.4). A comparison
/// with another reference, and whatever cannot be told, may turn out both ways.
[[nodiscard]] Outcomes weigh(const Knowledge& before, const Value& condition);

/// Every reference that a branch's choices look at.
[[nodiscard]] std::set<std::string> looked_at(const Value& branch_inputs);

}  // namespace hikae::plan
