// The problem: the agent check must run, say, 10 minutes before the backup window, in the window's
// zone, in every season. "03:30 minus 10 minutes" is 03:20; but "00:05 on the last Friday, minus
// 10 minutes" is no cron expression at all, and "03:05 minus 10 minutes" in New York is 02:55,
// which does not exist on the day the clocks go forward.
//
// The idea: propose, then prove. A proposal shifts the sets of hours and minutes, and the day by
// one where all times wrap around midnight. The proof compares both expressions: every day from
// 1970 to 2199 for the calendar, and every clock change of the zone for the instants around it.
// What is not proved is refused.
//
// What can go wrong: hours and minutes are a product of two sets, and a shifted product need not be
// one (0,30 past 3 minus 15 minutes is 02:45 and 03:15); some times wrap and others do not.
#include "schedule/lead.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <bit>
#include <bitset>
#include <optional>
#include <vector>

#include "schedule/timetable.h"

namespace hikae::schedule {
namespace {

constexpr int kDayMinutes = 24 * 60;
constexpr std::uint32_t kEveryWeekDay = 0xFE;

using TimesOfDay = std::bitset<kDayMinutes>;

/// The fields of a cron expression as they were written.
using LeadFields = std::vector<std::string>;

LeadFields lead_fields(std::string_view expression) {
  LeadFields fields;
  auto text = expression.substr(5, expression.size() - 6);
  while (true) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return fields;
    text.remove_prefix(begin);
    const auto end = std::min(text.find(' '), text.size());
    fields.emplace_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

/// "1,3-5": a set as a cron field writes it.
std::string written(std::uint64_t set, int last) {
  std::string out;
  for (int at = 0; at <= last; ++at) {
    if (!(set >> at & 1)) continue;
    int end = at;
    while (end < last && set >> (end + 1) & 1) ++end;
    if (!out.empty()) out += ',';
    out += end > at + 1 ? fmt::format("{}-{}", at, end) : fmt::format("{}", at);
    if (end > at + 1) at = end;
  }
  return out;
}

struct Shifted {
  std::uint64_t hours = 0;
  std::uint64_t minutes = 0;
  bool some_wrap = false;  // to the day before
  bool some_stay = false;
};

/// The times of day shifted back, where they still are hours x minutes.
std::optional<Shifted> shift_times(const Cron& cron, int lead_minutes) {
  Shifted shifted;
  TimesOfDay times;
  for (int h = 0; h < 24; ++h)
    for (int m = 0; m < 60; ++m) {
      if (!(cron.hours >> h & 1) || !(cron.minutes >> m & 1)) continue;
      const int at = h * 60 + m - lead_minutes;
      (at < 0 ? shifted.some_wrap : shifted.some_stay) = true;
      const int wrapped = (at + kDayMinutes) % kDayMinutes;
      times.set(static_cast<std::size_t>(wrapped));
      shifted.hours |= std::uint64_t{1} << wrapped / 60;
      shifted.minutes |= std::uint64_t{1} << wrapped % 60;
    }
  const auto product = std::popcount(shifted.hours) * std::popcount(shifted.minutes);
  if (static_cast<std::size_t>(product) != times.count()) return std::nullopt;
  return shifted;
}

bool is_every_day(const Cron& cron) {
  return cron.rule == DayRule::Days && cron.month_days == 0xFFFFFFFE &&
         cron.week_days == kEveryWeekDay && cron.months == 0x1FFE && cron.years.all();
}

std::uint64_t rotated_down(std::uint64_t set, int first, int last) {
  const auto wrapped = set >> first & 1 ? std::uint64_t{1} << last : 0;
  return (set & ~(std::uint64_t{1} << first)) >> 1 | wrapped;
}

/// A proposal for "the day before": exact or not is shown by same_days().
std::optional<LeadFields> day_before(const Cron& cron, LeadFields fields, std::size_t first_day) {
  if (cron.rule != DayRule::Days) return std::nullopt;
  auto& month_day = fields[first_day];
  auto& month = fields[first_day + 1];
  auto& week_day = fields[first_day + 2];
  if (month_day == "?") {
    week_day = written(rotated_down(cron.week_days, 1, 7), 7);
  } else if (cron.month_days == 2) {
    month_day = "L";
    const auto months = rotated_down(cron.months, 1, 12);
    if (months != cron.months) month = written(months, 12);
  } else if ((cron.month_days & 2) == 0) {
    month_day = written(cron.month_days >> 1, 31);
  } else {
    return std::nullopt;
  }
  return fields;
}

/// Whether `early` means exactly the day before each day of `late`, from 1970 to 2199.
bool same_days(const Cron& early, const Cron& late) {
  bool last_of_month_before = false;
  for (int y = kFirstYear; y <= kLastYear; ++y)
    for (int m = 1; m <= 12; ++m) {
      const auto wanted = late.days_in(y, m);
      const auto days = early.days_in(y, m);
      const auto length = static_cast<unsigned>(
          (std::chrono::year{y} / static_cast<int>(m) / std::chrono::last).day());
      const bool first_wanted = wanted >> 1 & 1;
      const bool very_first = y == kFirstYear && m == 1;
      if (!very_first && first_wanted != last_of_month_before) return false;
      if ((days & ~(std::uint32_t{1} << length)) != wanted >> 2 << 1) return false;
      last_of_month_before = days >> length & 1;
    }
  return true;  // what 2199-12-31 precedes is past the last year
}

std::vector<WallTime> due_in(const Timetable& table, WallTime from, WallTime to) {
  std::vector<WallTime> list;
  for (auto at = next(table, from); at && *at <= to; at = next(table, *at)) list.push_back(*at);
  return list;
}

/// Whether both timetables keep their distance around every clock change of the zone.
bool same_instants(const Timetable& early, const Timetable& late, Duration lead, WallTime since) {
  constexpr auto kAround = hours(3);  // no zone has ever moved its clocks further but for a day
  constexpr std::size_t kChanges = 1000;
  auto change = late.zone.next_change(since);
  for (std::size_t i = 0; change && i < kChanges; ++i, change = late.zone.next_change(*change)) {
    const auto from = *change - kAround;
    const auto to = *change + lead + kAround;
    auto wanted = due_in(late, from, to);
    for (auto& at : wanted) at -= lead;
    if (due_in(early, from - lead, to - lead) != wanted) return false;
  }
  return true;
}

struct LeadJob {
  std::string_view expression;
  const Cron& cron;
  const zone::Zone& zone;
  WallTime since;
};

struct LeadAnswer {
  std::string expression;  // empty: it cannot be written
  std::string_view why;    // then
};

LeadAnswer propose(const LeadJob& job, int lead_minutes) {
  auto fields = lead_fields(job.expression);
  const std::size_t first = fields.size() - 6;
  const auto times = shift_times(job.cron, lead_minutes);
  if (!times) return {"", "the earlier times of day are not hours x minutes any more"};
  if (times->minutes != job.cron.minutes) fields[first] = written(times->minutes, 59);
  if (times->hours != job.cron.hours) fields[first + 1] = written(times->hours, 23);
  const bool moves_day = times->some_wrap && !is_every_day(job.cron);
  if (moves_day && times->some_stay)
    return {"", "some of the earlier times fall on the day before and others do not"};
  if (moves_day) {
    auto moved = day_before(job.cron, fields, first + 2);
    if (!moved) return {"", "the day before its days cannot be written"};
    fields = std::move(*moved);
  }
  return {fmt::format("cron({})", fmt::join(fields, " ")), ""};
}

LeadAnswer prove(const LeadJob& job, int lead_minutes) {
  auto answer = propose(job, lead_minutes);
  if (answer.expression.empty()) return answer;
  const auto parsed = parse(answer.expression, Kind::Window);
  if (!parsed) return {"", "the earlier expression would be too long"};
  const auto& early = std::get<Cron>(*parsed);
  const bool moved = !is_every_day(job.cron) && shift_times(job.cron, lead_minutes)->some_wrap;
  if (moved && !same_days(early, job.cron))
    return {"", "the day before its days is not always written so"};
  const Timetable early_table{.expression = early, .zone = job.zone};
  const Timetable late_table{.expression = job.cron, .zone = job.zone};
  if (!same_instants(early_table, late_table, minutes(lead_minutes), job.since))
    return {"", "a clock change of the zone falls in between"};
  return answer;
}

std::string longest_lead(const LeadJob& job, int below) {
  for (int lead = below - 1; lead >= 1; --lead)
    if (!prove(job, lead).expression.empty())
      return fmt::format("the longest shorter lead that can be written is {} minute{}", lead,
                         lead == 1 ? "" : "s");
  return "no lead can be written for it: move the window to another time of day";
}

}  // namespace

Result<std::string> lead_expression(std::string_view expression, const zone::Zone& zone,
                                    int lead_minutes, WallTime since) {
  const auto parsed = TRY(parse(expression, Kind::Window));
  const auto* cron = std::get_if<Cron>(&parsed);
  if (!cron)
    return fail(ErrorKind::Invalid, fmt::format("lead time of '{}': only a cron expression has an "
                                                "earlier one; write cron(…), or no lead",
                                                expression));
  if (lead_minutes < 1 || lead_minutes > kLeadMinutesMax)
    return fail(ErrorKind::Invalid, fmt::format("lead time of {} minutes: not within 1-{}; write a "
                                                "shorter one",
                                                lead_minutes, kLeadMinutesMax));
  const LeadJob job{expression, *cron, zone, since};
  auto answer = prove(job, lead_minutes);
  if (!answer.expression.empty()) return answer.expression;
  return fail(
      ErrorKind::Invalid,
      fmt::format("{} minutes before {} in {} cannot be written exactly: {}; {}", lead_minutes,
                  expression, zone.name(), answer.why, longest_lead(job, lead_minutes)));
}

}  // namespace hikae::schedule
