// Compares the field search with an oracle that knows no search: it looks at every minute of a
// stretch of days, asks the zone what the wall clock shows, and tests the expression as it was
// written (not as it was parsed) against it.
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include <fmt/format.h>

#include <set>

#include "schedule/timetable.h"

namespace hikae::schedule {
namespace {

using std::chrono::sys_days;
using std::chrono::weekday;

/// A field as text, and what it means as a plain set.
struct OracleField {
  std::string text;
  std::set<int> members;
};

OracleField oracle_field(int first, int last) {
  const int size = last - first + 1;
  const int from = *rc::gen::inRange(first, last + 1);
  const int to = *rc::gen::inRange(first, last + 1);
  const int step = *rc::gen::inRange(1, 8);
  OracleField field;
  switch (*rc::gen::inRange(0, 5)) {
    case 0:
      field.text = "*";
      for (int n = first; n <= last; ++n) field.members.insert(n);
      break;
    case 1:
      field.text = fmt::format("{:02}", from);
      field.members = {from};
      break;
    case 2:
      field.text = fmt::format("{},{}", from, to);
      field.members = {from, to};
      break;
    case 3:
      field.text = fmt::format("{}-{}/{}", from, to, step);
      for (int n = 0; n <= (to - from + size) % size; n += step)
        field.members.insert(first + (from - first + n) % size);
      break;
    default:
      field.text = fmt::format("{}/{}", from, step);
      for (int n = from; n <= last; n += step) field.members.insert(n);
  }
  return field;
}

struct OracleDay {
  std::string month_day = "?";
  std::string week_day = "?";
  std::function<bool(sys_days)> matches;
};

int day_of_week(sys_days at) { return static_cast<int>(weekday{at}.c_encoding()) + 1; }
unsigned day_of_month(sys_days at) {
  return static_cast<unsigned>(std::chrono::year_month_day{at}.day());
}
auto month_of(sys_days at) { return std::chrono::year_month_day{at}.month(); }
bool is_workday(sys_days at) { return day_of_week(at) != 1 && day_of_week(at) != 7; }
bool is_last_such(sys_days at) { return month_of(at + std::chrono::days{7}) != month_of(at); }

/// The working day of that month with the smallest distance to its day n; the earlier of two.
bool is_nearest_workday(sys_days at, unsigned n) {
  const std::chrono::year_month_day date{at};
  const auto wanted = date.year() / date.month() / std::chrono::day{n};
  if (!wanted.ok() || !is_workday(at)) return false;
  const auto distance = [&](sys_days d) { return std::abs((d - sys_days{wanted}).count()); };
  for (int shift = -3; shift <= 3; ++shift) {
    const auto other = sys_days{wanted} + std::chrono::days{shift};
    if (is_workday(other) && month_of(other) == date.month() && distance(other) < distance(at))
      return false;
  }
  return distance(at) <= 3;
}

OracleDay oracle_day() {
  OracleDay day;
  const int wanted = *rc::gen::inRange(1, 8);
  switch (*rc::gen::inRange(0, 8)) {
    case 0:
    case 1: {
      const auto field = oracle_field(1, 31);
      day.month_day = field.text;
      day.matches = [field](sys_days at) {
        return field.members.contains(static_cast<int>(day_of_month(at)));
      };
      break;
    }
    case 2:
    case 3: {
      const auto field = oracle_field(1, 7);
      day.week_day = field.text;
      day.matches = [field](sys_days at) { return field.members.contains(day_of_week(at)); };
      break;
    }
    case 4:
      day.month_day = "L";
      day.matches = [](sys_days at) { return day_of_month(at + std::chrono::days{1}) == 1; };
      break;
    case 5: {
      const auto n = static_cast<unsigned>(*rc::gen::inRange(1, 32));
      day.month_day = fmt::format("{}W", n);
      day.matches = [n](sys_days at) { return is_nearest_workday(at, n); };
      break;
    }
    case 6:
      day.week_day = fmt::format("{}L", wanted);
      day.matches = [wanted](sys_days at) { return day_of_week(at) == wanted && is_last_such(at); };
      break;
    default: {
      const int k = *rc::gen::inRange(1, 6);
      day.week_day = fmt::format("{}#{}", wanted, k);
      day.matches = [wanted, k](sys_days at) {
        return day_of_week(at) == wanted && static_cast<int>(day_of_month(at) + 6) / 7 == k;
      };
    }
  }
  return day;
}

struct OracleCase {
  std::string expression;
  OracleField minutes, hours, months;
  OracleDay day;

  [[nodiscard]] bool shows(const zone::Civil& civil) const {
    return minutes.members.contains(civil.minute) && hours.members.contains(civil.hour) &&
           months.members.contains(static_cast<int>(static_cast<unsigned>(civil.date.month()))) &&
           day.matches(sys_days{civil.date});
  }
};

OracleCase oracle_case() {
  OracleCase one;
  one.minutes = oracle_field(0, 59);
  one.hours = oracle_field(0, 23);
  one.months = oracle_field(1, 12);
  one.day = oracle_day();
  one.expression = fmt::format("cron({} {} {} {} {} *)", one.minutes.text, one.hours.text,
                               one.day.month_day, one.months.text, one.day.week_day);
  return one;
}

/// Every minute of the stretch whose wall clock matches, each shown time once.
std::vector<WallTime> by_every_minute(const OracleCase& one, const zone::Zone& zone, WallTime from,
                                      WallTime to) {
  std::vector<WallTime> list;
  std::set<zone::Civil> seen;
  for (auto at = from - hours(4); at <= to; at += minutes(1)) {
    const auto civil = zone.local(at).civil;
    if (one.shows(civil) && seen.insert(civil).second && at > from) list.push_back(at);
  }
  return list;
}

TEST(Oracle, TheFieldSearchFindsWhatAWalkOverEveryMinuteFinds) {
  const char* kZones[] = {"UTC",          "Asia/Tokyo",          "America/New_York",
                          "Africa/Cairo", "Australia/Lord_Howe", "Antarctica/Troll"};
  const char* kStarts[] = {"2026-03-05T00:00:00Z", "2026-10-02T00:00:00Z", "2026-10-28T12:00:00Z",
                           "2026-04-21T00:00:00Z", "2028-02-25T00:00:00Z", "2026-12-28T00:00:00Z"};
  const auto holds = rc::check([&] {
    const auto one = oracle_case();
    const auto zone = *zone::Zone::load(
        *rc::gen::elementOf(std::vector<std::string>(std::begin(kZones), std::end(kZones))));
    const auto from = *parse_iso(
        *rc::gen::elementOf(std::vector<std::string>(std::begin(kStarts), std::end(kStarts))));
    const auto to = from + hours(24 * 9);
    const auto parsed = parse(one.expression, Kind::Rule);
    RC_ASSERT(parsed.has_value());
    Timetable table;
    table.expression = *parsed;
    table.zone = zone;
    std::vector<WallTime> found;
    for (auto at = next(table, from); at && *at <= to; at = next(table, *at)) found.push_back(*at);
    RC_LOG() << one.expression << " in " << zone.name() << " from " << iso(from);
    RC_ASSERT(found == by_every_minute(one, zone, from, to));
  });
  EXPECT_TRUE(holds);
}

TEST(Oracle, TheDaysOfAMonthAreWhatTheOracleSaysForTwoCenturies) {
  const auto holds = rc::check([] {
    const auto one = oracle_case();
    const auto parsed = parse(one.expression, Kind::Rule);
    RC_ASSERT(parsed.has_value());
    const int y = *rc::gen::inRange(kFirstYear, kLastYear + 1);
    for (int m = 1; m <= 12; ++m)
      for (sys_days at = std::chrono::year{y} / m / 1;
           month_of(at) == std::chrono::month{static_cast<unsigned>(m)};
           at += std::chrono::days{1}) {
        const bool wanted = one.months.members.contains(m) && one.day.matches(at);
        const auto days = std::get<Cron>(*parsed).days_in(y, m);
        RC_ASSERT((days >> day_of_month(at) & 1) == (wanted ? 1U : 0U));
      }
  });
  EXPECT_TRUE(holds);
}

}  // namespace
}  // namespace hikae::schedule
