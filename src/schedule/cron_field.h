// One field of a cron expression: its range, its names, and what may stand in it.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace hikae::schedule {

struct FieldSpec {
  std::string_view name;  // "day-of-week", as messages say it
  int first;
  int last;
  std::string_view range;                        // "1-7 or SUN-SAT"
  std::vector<std::string_view> names;           // names[0] is `first`
  enum class Wrap { Yes, No } wrap = Wrap::Yes;  // may a range run past the end
};

[[nodiscard]] const FieldSpec& seconds_field();
[[nodiscard]] const FieldSpec& minutes_field();
[[nodiscard]] const FieldSpec& hours_field();
[[nodiscard]] const FieldSpec& month_days_field();
[[nodiscard]] const FieldSpec& months_field();
[[nodiscard]] const FieldSpec& week_days_field();
[[nodiscard]] const FieldSpec& years_field();

/// The error of a field: "day-of-week '8': not within 1-7 or SUN-SAT; write …".
[[nodiscard]] std::unexpected<Error> field_error(const FieldSpec& spec, std::string_view value,
                                                 std::string_view why, std::string_view fix);

/// A number (leading zeros allowed) or a name of the field (any case), within its range.
[[nodiscard]] Result<int> parse_member(const FieldSpec& spec, std::string_view text);

/// A list of `*`, `a`, `a-b`, each with an optional `/n`: the numbers it means, in no order.
/// `a/n` runs from a to the field's end; ranges wrap where the field allows it.
[[nodiscard]] Result<std::vector<int>> parse_members(const FieldSpec& spec, std::string_view text);

}  // namespace hikae::schedule
