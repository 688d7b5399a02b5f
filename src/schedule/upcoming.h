// The instants at which any expression fires next: what `hikae next --schedule` prints.
#pragma once

#include <string>
#include <vector>

#include "schedule/timetable.h"

namespace hikae::schedule {

struct ScheduleQuery {
  std::string expression;
  Kind kind = Kind::Window;
  std::string timezone;            // empty: UTC
  WallTime from;                   // the first instant is after it
  std::optional<WallTime> anchor;  // of a rate; absent: `from`
  int offset = 0;                  // ScheduleOffset in days, windows only
  std::size_t count = 5;           // at most limits::kUpcomingInstants
};

/// Fewer than `count`, or none, where the schedule ends. Errors: `Invalid` (expression, zone,
/// offset), `Limit` (count), `Io` (zone data).
[[nodiscard]] Result<std::vector<WallTime>> upcoming(const ScheduleQuery& query);

/// The same, with the civil times before the last of them that clocks jump over. Where nothing is
/// due any more, those that are left.
[[nodiscard]] Result<std::vector<Occurrence>> upcoming_and_skipped(const ScheduleQuery& query);

/// The timetable of that query's members: checked, ready for next() and between().
[[nodiscard]] Result<Timetable> make_timetable(const ScheduleQuery& query);

/// Reads "window", "rule", "scheduler".
[[nodiscard]] Result<Kind> parse_kind(std::string_view text);

}  // namespace hikae::schedule
