// What a template needs of Parameter Store, fetched before the request that brings it is judged: a
// parameter that is not there is refused while nothing is made
// (docs/reference/schedules-events-sns-lambda-cfn.md 5).
#pragma once

#include "aws/cloud.h"
#include "plane/service.h"
#include "stack/references.h"
#include "stack/validate.h"

namespace hikae::plane::cfn {

/// The member of a request's input with what was found, {name: text}; the service's own.
inline constexpr std::string_view kLookedUp = "hikae:LookedUp";

/// Whether the operation begins with a template that may name parameters of Parameter Store.
[[nodiscard]] bool may_look_up(const aws::Request& request);
/// The names, as ssm:GetParameter takes them. Empty where the request is wrong in itself: the
/// operation says so.
[[nodiscard]] stack::ReferenceNames names_to_look_up(const Ask& ask,
                                                     const stack::Checkers& checkers);
/// Reads one after the other; `done` gets {name: text}, or ValidationError for the first that
/// cannot be read.
void look_up(aws::Cloud& cloud, const Scope& scope, stack::ReferenceNames names, aws::Done done);

}  // namespace hikae::plane::cfn
