// Whether a condition holds for a call.
#pragma once

#include "iam/context.h"
#include "iam/policy.h"

namespace hikae::iam {

/// A key that the call says nothing of: positive operators fail, negated ones and …IfExists hold;
/// ForAllValues holds of no values, ForAnyValue of none fails. A key of several values without a
/// quantifier is taken as ForAnyValue (with a negated operator: as ForAllValues).
[[nodiscard]] bool holds(const Condition& condition, const Context& context, PolicyVersion version);

}  // namespace hikae::iam
