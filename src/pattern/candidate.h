// One candidate of a pattern's leaf: what a value of the event must be like. A value type; the
// matcher indexes candidates, and asks `accepts` only where two fields must come from the same
// element of an array.
#pragma once

#include <limits>
#include <string>
#include <vector>

#include "base/value.h"
#include "pattern/address.h"

namespace hikae::pattern {

/// Wide enough for every int64, uint64 and double, so that numbers compare exactly by value
/// (docs/reference/schedules-events-sns-lambda-cfn.md 2.1).
using Number = long double;
static_assert(std::numeric_limits<Number>::digits >= 64);

/// nullopt: no number.
[[nodiscard]] std::optional<Number> number_of(const Value& value);

enum class Operator {
  Null,
  True,
  False,
  Text,     // this very string
  Address,  // this IP address, however it is written
  Equal,    // this number, however it is written
  Prefix,
  PrefixIgnoreCase,
  Suffix,
  SuffixIgnoreCase,
  IgnoreCase,
  Wildcard,
  Range,
  Block,
  Exists,
  Absent,
  AnythingBut,
};

struct Bounds {
  Number low = -std::numeric_limits<Number>::infinity();
  Number high = std::numeric_limits<Number>::infinity();
  bool low_open = true;
  bool high_open = true;
  friend auto operator<=>(const Bounds&, const Bounds&) = default;

  [[nodiscard]] bool hold(Number number) const {
    return (low_open ? number > low : number >= low) &&
           (high_open ? number < high : number <= high);
  }
};

/// Which members count depends on `op`.
struct Candidate {
  Operator op = Operator::Null;
  std::string text;                 // Text, Prefix… Suffix…, IgnoreCase, Wildcard (as written)
  Number number = 0;                // Equal
  Bounds bounds;                    // Range
  Block block;                      // Block; Address: its base
  std::vector<Candidate> excluded;  // AnythingBut: true where none of these accepts

  /// Whether one leaf of the event (no list, no map) is accepted. `Absent` accepts none.
  [[nodiscard]] bool accepts(const Value& leaf) const;
};

[[nodiscard]] bool is_leaf(const Value& value);
/// Whether the whole of `text`, its beginning or its end is `wanted`, case ignored.
enum class Anchor { Whole, Begin, End };
[[nodiscard]] bool equals_ignoring_case(std::string_view wanted, std::string_view text, Anchor at);

}  // namespace hikae::pattern
