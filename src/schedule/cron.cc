#include "schedule/cron.h"

#include <bit>

namespace hikae::schedule {
namespace {

using std::chrono::day;
using std::chrono::month;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year;

constexpr std::uint32_t bit_of(int n) { return std::uint32_t{1} << n; }

int length_of(int y, int m) {
  return static_cast<int>(
      static_cast<unsigned>((year{y} / month{static_cast<unsigned>(m)} / std::chrono::last).day()));
}

/// 1 is Sunday, 7 is Saturday.
int weekday_of(int y, int m, int d) {
  const sys_days at = year{y} / month{static_cast<unsigned>(m)} / day{static_cast<unsigned>(d)};
  return static_cast<int>(weekday{at}.c_encoding()) + 1;
}

/// Monday to Friday, at most two days away, never in another month.
int near_workday(int y, int m, int wanted) {
  const int length = length_of(y, m);
  switch (weekday_of(y, m, wanted)) {
    case 1: return wanted == length ? wanted - 2 : wanted + 1;
    case 7: return wanted == 1 ? wanted + 2 : wanted - 1;
    default: return wanted;
  }
}

int last_workday(int y, int m) {
  int d = length_of(y, m);
  while (weekday_of(y, m, d) == 1 || weekday_of(y, m, d) == 7) --d;
  return d;
}

int first_of_weekday(int y, int m, int wanted) {
  return 1 + (wanted - weekday_of(y, m, 1) + 7) % 7;
}

std::uint32_t plain_days(const Cron& cron, int y, int m) {
  std::uint32_t days = 0;
  int day_of_week = weekday_of(y, m, 1);
  for (int d = 1; d <= length_of(y, m); ++d, day_of_week = day_of_week % 7 + 1)
    if (cron.month_days >> d & 1 && cron.week_days >> day_of_week & 1) days |= bit_of(d);
  return days;
}

/// The first member of `set` at or above `from`; nothing where there is none.
std::optional<int> first_from(std::uint64_t set, int from) {
  if (from > 63) return std::nullopt;
  const auto rest = set >> from << from;
  if (rest == 0) return std::nullopt;
  return std::countr_zero(rest);
}

struct TimeOfDay {
  int hour, minute, second;
};

std::optional<TimeOfDay> next_time(const Cron& cron, TimeOfDay from) {
  for (auto hour = first_from(cron.hours, from.hour); hour;
       hour = first_from(cron.hours, *hour + 1)) {
    if (*hour > from.hour) from = {*hour, 0, 0};
    for (auto minute = first_from(cron.minutes, from.minute); minute;
         minute = first_from(cron.minutes, *minute + 1)) {
      const auto second = first_from(cron.seconds, *minute > from.minute ? 0 : from.second);
      if (second) return TimeOfDay{*hour, *minute, *second};
    }
  }
  return std::nullopt;
}

zone::Civil civil_on(int y, int m, int d, TimeOfDay time) {
  return {year{y} / month{static_cast<unsigned>(m)} / day{static_cast<unsigned>(d)}, time.hour,
          time.minute, time.second};
}

}  // namespace

std::string_view to_string(Kind kind) {
  switch (kind) {
    case Kind::Window: return "maintenance window";
    case Kind::Rule: return "EventBridge rule";
    case Kind::Scheduler: return "EventBridge Scheduler";
  }
  return "schedule";
}

std::uint32_t Cron::days_in(int y, int m) const {
  if (y < kFirstYear || y > kLastYear || !years[static_cast<std::size_t>(y - kFirstYear)]) return 0;
  if (!(months >> m & 1)) return 0;
  const int length = length_of(y, m);
  switch (rule) {
    case DayRule::Days: return plain_days(*this, y, m);
    case DayRule::LastDay: return bit_of(length);
    case DayRule::LastWorkday: return bit_of(last_workday(y, m));
    case DayRule::NearWorkday: return number > length ? 0 : bit_of(near_workday(y, m, number));
    case DayRule::LastWeekday: {
      const int first = first_of_weekday(y, m, weekday);
      return bit_of(first + (length - first) / 7 * 7);
    }
    case DayRule::NthWeekday: {
      const int d = first_of_weekday(y, m, weekday) + (number - 1) * 7;
      return d > length ? 0 : bit_of(d);
    }
  }
  return 0;
}

std::optional<zone::Civil> Cron::next(const zone::Civil& from) const {
  const int first_year = std::max(static_cast<int>(from.date.year()), kFirstYear);
  const int from_month = static_cast<int>(static_cast<unsigned>(from.date.month()));
  const int from_day = static_cast<int>(static_cast<unsigned>(from.date.day()));
  for (int y = first_year; y <= kLastYear; ++y) {
    const bool same_year = y == static_cast<int>(from.date.year());
    for (int m = same_year ? from_month : 1; m <= 12; ++m) {
      const auto days = days_in(y, m);
      const bool same_month = same_year && m == from_month;
      for (auto d = first_from(days, same_month ? from_day : 1); d; d = first_from(days, *d + 1)) {
        const bool same_day = same_month && *d == from_day;
        const auto time = next_time(
            *this, same_day ? TimeOfDay{from.hour, from.minute, from.second} : TimeOfDay{0, 0, 0});
        if (time) return civil_on(y, m, *d, *time);
      }
    }
  }
  return std::nullopt;
}

}  // namespace hikae::schedule
