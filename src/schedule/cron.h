// A cron expression as sets of numbers, and the search for the next civil time in them.
// Facts: docs/reference/schedules-events-sns-lambda-cfn.md 1.1. Zones are none of its business.
#pragma once

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"
#include "zone/zone.h"

namespace hikae::schedule {

inline constexpr int kFirstYear = 1970;
inline constexpr int kLastYear = 2199;

/// The three services that read schedule expressions; each takes a little less or more.
enum class Kind {
  Window,     // SSM maintenance window
  Rule,       // EventBridge rule
  Scheduler,  // EventBridge Scheduler
};
[[nodiscard]] std::string_view to_string(Kind kind);

/// Which days a day field means, beyond plain numbers.
enum class DayRule {
  Days,         // the plain set
  LastDay,      // day-of-month L
  LastWorkday,  // day-of-month LW
  NearWorkday,  // day-of-month nW: the working day nearest to `number`, in the same month
  LastWeekday,  // day-of-week dL: the last such weekday
  NthWeekday,   // day-of-week d#k: the k-th such weekday
};

/// Sets hold bit n for the value n.
struct Cron {
  std::uint64_t seconds = 1;  // {0} where the expression has six fields
  std::uint64_t minutes = 0;
  std::uint64_t hours = 0;
  std::uint64_t month_days = 0;  // 1-31; all where day-of-month is `?`
  std::uint64_t months = 0;      // 1-12
  std::uint64_t week_days = 0;   // 1-7, 1 is Sunday; all where day-of-week is `?`
  std::bitset<kLastYear - kFirstYear + 1> years;
  DayRule rule = DayRule::Days;
  int weekday = 0;  // of LastWeekday and NthWeekday: 1-7
  int number = 0;   // of NearWorkday: 1-31; of NthWeekday: 1-5

  /// The days of that month as a set; empty where the month or the year is not meant.
  [[nodiscard]] std::uint32_t days_in(int year, int month) const;
  /// The first civil time at or after `from`; nothing where none follows until 2199.
  [[nodiscard]] std::optional<zone::Civil> next(const zone::Civil& from) const;
};

/// Reads the text between the parentheses. Errors: `Invalid`, with field, value, why, and how to
/// put it right.
[[nodiscard]] Result<Cron> parse_cron(std::string_view fields, Kind kind);

}  // namespace hikae::schedule
