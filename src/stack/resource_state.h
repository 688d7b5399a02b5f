// What an operation asks of a resource's record and of its type; private to src/stack.
#pragma once

#include <string_view>

#include "base/value.h"

namespace hikae::stack {

inline constexpr std::string_view kCreate = "CreateResource";
inline constexpr std::string_view kUpdate = "UpdateResource";
inline constexpr std::string_view kDelete = "DeleteResource";

/// "CREATE", "UPDATE", "DELETE": the first word of a resource's status.
[[nodiscard]] std::string_view status_word(std::string_view operation);
/// Of a resource or of its body in a template; empty where it has none.
[[nodiscard]] const Value& properties_in(const Value& resource);
/// Whether `policy` (DeletionPolicy, UpdateReplacePolicy) keeps it. RetainExceptOnCreate: only a
/// creation that is rolled back takes it away.
[[nodiscard]] bool is_retained(const Value& resource, std::string_view policy);
[[nodiscard]] bool is_same(const Value& a, const Value& b);
/// Whether a change between these properties cannot be made in place.
[[nodiscard]] bool needs_replacement(std::string_view type, const Value& before,
                                     const Value& after);

}  // namespace hikae::stack
