// Reads one candidate of a pattern's leaf: a plain value or {"operator": value}.
#pragma once

#include <string_view>

#include "base/result.h"
#include "pattern/candidate.h"

namespace hikae::pattern {

/// An error's message names the operator and how to write it, not the path.
[[nodiscard]] Result<Candidate> read_candidate(const Value& value);
/// Names that no key inside a $or may have: every operator's, and some kept for later ones.
[[nodiscard]] bool is_reserved_in_or(std::string_view key);

}  // namespace hikae::pattern
