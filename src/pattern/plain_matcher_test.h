// The slow, obvious matcher that tests hold the real one against: it reads the pattern's JSON anew,
// shares no code with the real one but the JSON reader, and tries every choice of elements.
#pragma once

#include <string_view>

#include "base/value.h"

namespace hikae::pattern::plain {

/// Whether a valid pattern (as JSON value) matches the event, by the letter of
/// docs/reference/schedules-events-sns-lambda-cfn.md 2.1. ASCII letters only where case is ignored.
[[nodiscard]] bool matches(const Value& pattern, const Value& event);

}  // namespace hikae::pattern::plain
