// When a schedule is due: an expression in a zone, with anchor, offset, bounds and a policy for
// the hour that does not exist.
#pragma once

#include <optional>
#include <vector>

#include "schedule/expression.h"
#include "zone/zone.h"

namespace hikae::schedule {

/// What becomes of a civil time that clocks jump over in spring (docs/differences.md).
enum class Gap {
  Skip,  // it does not run, and the enumeration says so
  Next,  // it runs at the instant at which the gap ends
};

struct Timetable {
  Expression expression;
  zone::Zone zone = zone::Zone::utc();
  WallTime anchor{};                   // of a rate: the first instant is anchor + period
  int offset_days = 0;                 // SSM's ScheduleOffset: cron only, 1-6; 0 is none
  std::optional<WallTime> start{};     // no instant before it
  std::optional<WallTime> end{};       // no instant after it
  std::optional<WallTime> not_from{};  // with an offset: cron times at or before it do not count
  Gap gap = Gap::Skip;
};

enum class OccurrenceKind {
  Due,
  SkippedInGap,  // `at` is the end of the gap, `civil` the time that never came
};

/// Ordered by `at`, then by `civil`: skipped ones come before what is due when the gap ends.
struct Occurrence {
  WallTime at;
  OccurrenceKind kind = OccurrenceKind::Due;
  zone::Civil civil;  // in the timetable's zone; of a rate: what the wall clock shows
  friend bool operator==(const Occurrence&, const Occurrence&) = default;
};

/// The first instant after `after` that is due. Of a repeated civil time only the first counts.
[[nodiscard]] std::optional<WallTime> next(const Timetable& table, WallTime after);

/// Like next(), but also tells the civil times that were skipped in a gap.
[[nodiscard]] std::optional<Occurrence> next_occurrence(const Timetable& table, WallTime after);

/// All that happens in (from, to], in order; at most `count_max`, but never half of an instant:
/// where the list is cut, go on from the last one's `at`.
[[nodiscard]] std::vector<Occurrence> between(const Timetable& table, WallTime from, WallTime to,
                                              std::size_t count_max);

}  // namespace hikae::schedule
