// Fields that meet in one list must be matched by one element of it
// (docs/reference/schedules-events-sns-lambda-cfn.md 2.1): {"employees": {"first": ["Anna"],
// "last":
// ["Jones"]}} does not match [{Anna Smith}, {Peter Jones}]. Lists that do not lie in each other are
// independent.
#pragma once

#include <vector>

#include "base/result.h"
#include "pattern/flat_event.h"

namespace hikae::pattern {

/// For each field the memberships of the leaves it accepts (-1: in no list), none of them empty.
/// Whether one leaf of each can be chosen so that no two stand in different elements of one list.
/// Linear in the number of leaves, but for fields that keys with dots lead to in several ways;
/// `Limit` where those take too many steps.
[[nodiscard]] Result<bool> is_consistent(const std::vector<std::vector<int>>& fields,
                                         const std::vector<Membership>& memberships);

}  // namespace hikae::pattern
