// What a template's values are checked by: schedules, zones, patterns, documents. src/stack is on
// the ground floor and cannot know them; here they are put into its hand.
#pragma once

#include "stack/conform.h"

namespace hikae::house {

[[nodiscard]] stack::Checkers make_checkers();

}  // namespace hikae::house
