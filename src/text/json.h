// JSON text to values and back. The only door: depth and size are bounded (base/limits.h), numbers
// print as people write them (1.0, not 1E0), errors say line and column.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/value.h"

namespace hikae::text {

enum class DuplicateKeys { LastWins, Refuse };

/// Errors: `Invalid` with "line 3, column 7: …"; `Limit` where it is too large or too deep.
[[nodiscard]] Result<Value> parse_json(std::string_view text,
                                       DuplicateKeys duplicates = DuplicateKeys::LastWins);
/// One line, no spaces, insertion order.
[[nodiscard]] std::string to_json(const Value& value);
/// The same, behind what `out` has already.
void append_json(std::string& out, const Value& value);
/// Two spaces a level.
[[nodiscard]] std::string to_pretty_json(const Value& value);
/// One line with the keys of every object sorted: for hashes and comparisons.
[[nodiscard]] std::string to_canonical_json(const Value& value);

}  // namespace hikae::text
