// The checks that the resource table names by `is:`; private to src/stack.
#pragma once

#include "stack/conform.h"

namespace hikae::stack {

/// Runs the check `name` on a value of the right type; intrinsic functions inside are passed over.
/// `siblings` are the properties beside it.
void run_named_check(std::string_view name, const Value& value, const Object& siblings,
                     const Checkers& checkers, const Where& where, Findings& findings);

/// What holds between the properties of one resource.
void check_siblings(const ResourceType& type, const Object& properties, const Where& where,
                    Findings& findings);

/// An IAM policy document: its form, not its sense.
enum class PolicyKind { Identity, Resource, Trust };
void check_policy(const Value& policy, PolicyKind kind, const Where& where, Findings& findings);

}  // namespace hikae::stack
