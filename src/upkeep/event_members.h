// What a function was given: a member of its event, else of its configuration.
#pragma once

#include <string>
#include <string_view>

#include "base/value.h"

namespace hikae::upkeep {

/// As text; numbers as their digits. Any other kind of value gives the word for its kind ("list"),
/// which is no valid value of any member and is shown in messages. Empty where both lack it.
[[nodiscard]] std::string member_text(const Value& event, const Value& config,
                                      std::string_view key);
/// True or "true".
[[nodiscard]] bool is_set(const Value& value, std::string_view key);

}  // namespace hikae::upkeep
