// The problem: a night that never began leaves no event, so somebody must look, every day, and tell
// apart an image of tonight from one of the night before.
//
// The idea: the longest time between two windows of the plan is the age that an image may have. A
// check two hours after the window's end sees tonight's image at most (window + 2 h) old, and the
// one before at least (longest gap + 2 h - the shortest that a run takes) old. Between the two lies
// the gap itself, with an hour to each side for the change of the clocks.
//
// What can go wrong: windows on weekdays only have a gap of three days, so a missed Tuesday is told
// on Thursday. A check that looked by the calendar would tell sooner, but the report knows no plan.
#include "plan/morning.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>

#include "base/time.h"
#include "schedule/upcoming.h"

namespace hikae::plan {
namespace {

constexpr int kAfterWindowHours = 2;
constexpr int kMorningOfRate = 9 * 60;  // a rate has no time of day
constexpr std::size_t kInstantsLookedAt = 400;
constexpr auto kLookFrom = wall_ms(1'767'225'600'000);  // 2026-01-01: any year would do
constexpr int kAgeHoursMax = 24 * 366;                  // as upkeep/report_handler.h takes it

/// Of the day's last window, minutes after midnight.
int last_minute_of_day(const schedule::Cron& cron) {
  const auto highest = [](std::uint64_t set) { return std::bit_width(set) - 1; };
  return static_cast<int>(highest(cron.hours) * 60 + highest(cron.minutes));
}

std::string daily(int minute_of_day) {
  const int minute = minute_of_day % (24 * 60);
  return fmt::format("cron({} {} ? * * *)", minute % 60, minute / 60);
}

std::optional<Duration> longest_gap(const Plan& plan) {
  const auto instants = schedule::upcoming({.expression = plan.schedule,
                                            .kind = schedule::Kind::Window,
                                            .timezone = plan.zone,
                                            .from = kLookFrom,
                                            .anchor = kLookFrom,
                                            .offset = 0,
                                            .count = kInstantsLookedAt});
  if (!instants || instants->size() < 2) return {};
  Duration longest{};
  for (std::size_t i = 1; i < instants->size(); ++i)
    longest = std::max(longest, (*instants)[i] - (*instants)[i - 1]);
  return longest;
}

}  // namespace

std::optional<MorningCheck> morning_check(const Plan& plan) {
  if (plan.targets.size() != 1) return {};
  const auto parsed = schedule::parse(plan.schedule, schedule::Kind::Window);
  const auto gap = longest_gap(plan);
  if (!parsed || !gap) return {};
  const auto* cron = std::get_if<schedule::Cron>(&*parsed);
  const int after = (plan.window_hours + kAfterWindowHours) * 60;
  const auto hours_of_gap = (*gap + hours(1) - Duration(1)) / hours(1);
  return MorningCheck{daily(cron ? last_minute_of_day(*cron) + after : kMorningOfRate),
                      static_cast<int>(std::clamp<std::int64_t>(hours_of_gap, 1, kAgeHoursMax))};
}

}  // namespace hikae::plan
