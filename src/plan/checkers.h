// The checks of a template that need schedules, zones and documents, for src/stack, which may not
// know them. Event patterns are checked by whoever may include src/pattern.
#pragma once

#include "stack/conform.h"

namespace hikae::plan {

[[nodiscard]] stack::Checkers template_checkers();

}  // namespace hikae::plan
