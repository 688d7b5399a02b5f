// Two kinds of time that never mix: the wall clock's (instants of UTC, what schedules and records
// use) and the steady clock's (durations within one process). Both in milliseconds.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae {

using Duration = std::chrono::milliseconds;

struct WallTag {
  using duration = Duration;
};
struct SteadyTag {
  using duration = Duration;
};
/// An instant of UTC: milliseconds since 1970-01-01T00:00:00Z, leap seconds ignored.
using WallTime = std::chrono::time_point<WallTag, Duration>;
/// A reading of a clock that never jumps; its zero means nothing.
using SteadyTime = std::chrono::time_point<SteadyTag, Duration>;

[[nodiscard]] constexpr WallTime wall_ms(std::int64_t ms) { return WallTime{Duration{ms}}; }
[[nodiscard]] constexpr std::int64_t unix_ms(WallTime t) { return t.time_since_epoch().count(); }
[[nodiscard]] constexpr Duration seconds(std::int64_t s) { return Duration{s * 1000}; }
[[nodiscard]] constexpr Duration minutes(std::int64_t m) { return seconds(m * 60); }
[[nodiscard]] constexpr Duration hours(std::int64_t h) { return minutes(h * 60); }
[[nodiscard]] constexpr std::int64_t to_seconds(Duration d) { return d.count() / 1000; }

/// "2026-01-01T18:30:00Z"; the fraction is dropped.
[[nodiscard]] std::string iso(WallTime t);
/// "2026-01-01T18:30:00.123Z": always three digits (EC2's CreationDate, SNS's Timestamp).
[[nodiscard]] std::string iso_ms(WallTime t);
/// Reads ISO-8601 with a date, a time with minutes or seconds (and a fraction), and `Z` or an
/// offset `+09:00`; `2026-01-01T18:30Z` and `2026-01-01` (midnight UTC) too.
[[nodiscard]] Result<WallTime> parse_iso(std::string_view text);
/// "1 h 02 min 03 s", "4 min 05 s", "6 s": for people.
[[nodiscard]] std::string human(Duration d);
/// ISO-8601 durations `PT60M`, `P1DT2H`, `PT10S`; no months or years, not negative.
[[nodiscard]] Result<Duration> parse_iso_duration(std::string_view text);

}  // namespace hikae
