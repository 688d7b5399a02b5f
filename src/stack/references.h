// Dynamic references of a template: `{{resolve:ssm:/a/b}}` and `{{resolve:ssm:/a/b:3}}` stand for
// the value of a parameter of Parameter Store, its latest version or a certain one
// (docs/reference/schedules-events-sns-lambda-cfn.md 5).
//
// Only the latter are resolved: ssm-secure and secretsmanager hold secrets, which hikae would keep
// in the record of the operation; validation refuses them.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::stack {

/// What ssm:GetParameter takes as Name: "/a/b", "/a/b:3".
using ReferenceNames = std::set<std::string, std::less<>>;

/// The names in every text of `value`, whose intrinsic functions are evaluated already.
[[nodiscard]] ReferenceNames references_in(const Value& value);
/// The names that a resource of a template surely needs: nothing that hangs on a condition or on a
/// placeholder.
[[nodiscard]] ReferenceNames sure_references_of(const Value& resource);
/// `value` with its references replaced by what `known` {name: text} says; others stay.
[[nodiscard]] Value with_references(const Value& value, const Object& known);
/// Why a text with a reference of another kind is refused; nullopt: it has none.
[[nodiscard]] std::optional<std::string> refused_reference(std::string_view text);
/// Whether a reference is in the text: what it will be cannot be judged yet.
[[nodiscard]] bool has_reference(std::string_view text);
/// The value in an answer of ssm:GetParameter. Error: a SecureString, which stays secret.
[[nodiscard]] Result<std::string> referred_text(std::string_view name, const Result<Value>& answer);

}  // namespace hikae::stack
