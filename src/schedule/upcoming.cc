#include "schedule/upcoming.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "base/limits.h"

namespace hikae::schedule {
namespace {

constexpr int kOffsetDaysMax = 6;

Result<zone::Zone> zone_of(const ScheduleQuery& query) {
  if (query.timezone.empty()) return zone::Zone::utc();
  auto zone = TRY(zone::Zone::load(query.timezone));
  if (query.kind == Kind::Rule && query.timezone != "UTC" && query.timezone != "Etc/UTC")
    return fail(
        ErrorKind::Invalid,
        fmt::format("time zone '{}': EventBridge rules know only UTC; leave the zone out, or "
                    "use a maintenance window",
                    query.timezone));
  return zone;
}

Result<> check_offset(const ScheduleQuery& query, const Expression& expression) {
  if (query.offset == 0) return {};
  const auto bad = [&](std::string_view why) {
    return fail(ErrorKind::Invalid, fmt::format("schedule offset {}: {}", query.offset, why));
  };
  if (query.kind != Kind::Window) return bad("only maintenance windows have one; leave it out");
  if (query.offset < 1 || query.offset > kOffsetDaysMax)
    return bad("not within 1-6 days; write a number of days from 1 to 6");
  if (!std::holds_alternative<Cron>(expression))
    return bad("it goes only with a cron expression; leave it out, or write cron(…)");
  return {};
}

}  // namespace

Result<Timetable> make_timetable(const ScheduleQuery& query) {
  auto expression = TRY(parse(query.expression, query.kind));
  auto zone = TRY(zone_of(query));
  TRY_DO(check_offset(query, expression));
  Timetable table;
  table.expression = std::move(expression);
  table.zone = std::move(zone);
  table.anchor = query.anchor.value_or(query.from);
  table.offset_days = query.offset;
  return table;
}

Result<std::vector<WallTime>> upcoming(const ScheduleQuery& query) {
  if (query.count > limits::kUpcomingInstants)
    return fail(ErrorKind::Limit,
                fmt::format("count {}: at most {} instants at once; ask again from the last one",
                            query.count, limits::kUpcomingInstants));
  const auto table = TRY(make_timetable(query));
  std::vector<WallTime> instants;
  auto at = query.from;
  while (instants.size() < query.count) {
    const auto found = next(table, at);
    if (!found) break;
    instants.push_back(*found);
    at = *found;
  }
  return instants;
}

Result<std::vector<Occurrence>> upcoming_and_skipped(const ScheduleQuery& query) {
  constexpr std::size_t kSkippedMost = 1000;
  const auto due = TRY(upcoming(query));
  const auto table = TRY(make_timetable(query));
  // Where fewer are due than asked for, a skipped one may stand behind the last.
  const auto until = due.empty() || due.size() < query.count ? WallTime::max() : due.back();
  return between(table, query.from, until, query.count + kSkippedMost);
}

Result<Kind> parse_kind(std::string_view text) {
  if (text == "window") return Kind::Window;
  if (text == "rule") return Kind::Rule;
  if (text == "scheduler") return Kind::Scheduler;
  return fail(ErrorKind::Invalid,
              fmt::format("kind '{}' is unknown: write window, rule or scheduler",
                          printable(text.substr(0, 40))));
}

}  // namespace hikae::schedule
