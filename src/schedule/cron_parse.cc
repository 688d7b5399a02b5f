#include <fmt/format.h>

#include <array>

#include "base/escape.h"
#include "schedule/cron.h"
#include "schedule/cron_field.h"

namespace hikae::schedule {
namespace {

std::vector<std::string_view> split_fields(std::string_view text) {
  std::vector<std::string_view> fields;
  while (true) {
    const auto begin = text.find_first_not_of(' ');
    if (begin == std::string_view::npos) return fields;
    text.remove_prefix(begin);
    const auto end = std::min(text.find(' '), text.size());
    fields.push_back(text.substr(0, end));
    text.remove_prefix(end);
  }
}

Result<std::uint64_t> parse_set(const FieldSpec& spec, std::string_view text) {
  std::uint64_t set = 0;
  for (const int member : TRY(parse_members(spec, text))) set |= std::uint64_t{1} << member;
  return set;
}

char upper(char c) { return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c; }

std::string upper_of(std::string_view text) {
  std::string out;
  for (const char c : text) out += upper(c);
  return out;
}

/// `L`, `LW`, `nW`; everything else is a list of numbers.
Result<> parse_month_days(Cron& cron, std::string_view text) {
  const auto word = upper_of(text);
  if (word == "L") {
    cron.rule = DayRule::LastDay;
  } else if (word == "LW") {
    cron.rule = DayRule::LastWorkday;
  } else if (word.size() >= 2 && word.back() == 'W' && word.find(',') == std::string::npos) {
    cron.rule = DayRule::NearWorkday;
    cron.number = TRY(parse_member(month_days_field(), text.substr(0, text.size() - 1)));
  } else {
    cron.month_days = TRY(parse_set(month_days_field(), text));
  }
  return {};
}

Result<> parse_nth_weekday(Cron& cron, std::string_view text) {
  const auto& spec = week_days_field();
  const auto hash = text.find('#');
  cron.rule = DayRule::NthWeekday;
  if (text.find(',') != std::string_view::npos)
    return field_error(spec, text, "a '#' stands alone in the field", "write one, like FRI#2");
  cron.weekday = TRY(parse_member(spec, text.substr(0, hash)));
  const auto nth = text.substr(hash + 1);
  if (nth.size() != 1 || nth[0] < '1' || nth[0] > '5')
    return field_error(spec, text, "behind '#' stands which one of the month, 1 to 5",
                       "write FRI#2 for the second Friday");
  cron.number = nth[0] - '0';
  return {};
}

/// `L` (Saturday, as Quartz reads it), `FRIL`, `6L`, `FRI#2`; everything else is a list.
Result<> parse_week_days(Cron& cron, std::string_view text) {
  const auto word = upper_of(text);
  if (word == "L") {
    cron.week_days = std::uint64_t{1} << 7;
  } else if (word.find('#') != std::string::npos) {
    return parse_nth_weekday(cron, text);
  } else if (word.size() >= 2 && word.back() == 'L' && word.find(',') == std::string::npos) {
    cron.rule = DayRule::LastWeekday;
    cron.weekday = TRY(parse_member(week_days_field(), text.substr(0, text.size() - 1)));
  } else {
    cron.week_days = TRY(parse_set(week_days_field(), text));
  }
  return {};
}

Result<> parse_days(Cron& cron, std::string_view month_days, std::string_view week_days) {
  constexpr std::uint64_t kAllMonthDays = 0xFFFFFFFE;
  constexpr std::uint64_t kAllWeekDays = 0xFE;
  if ((month_days == "?") == (week_days == "?"))
    return field_error(week_days_field(), week_days,
                       fmt::format("day-of-month is '{}': exactly one of the two must be '?'",
                                   printable(month_days)),
                       "write '* ?' (with the month between) for every day");
  cron.month_days = kAllMonthDays;
  cron.week_days = kAllWeekDays;
  return week_days == "?" ? parse_month_days(cron, month_days) : parse_week_days(cron, week_days);
}

Result<> parse_years(Cron& cron, std::string_view text) {
  for (const int y : TRY(parse_members(years_field(), text)))
    cron.years.set(static_cast<std::size_t>(y - kFirstYear));
  return {};
}

std::unexpected<Error> wrong_count(std::string_view text, std::size_t count, Kind kind) {
  const auto seven = kind == Kind::Window ? " (or 7 with seconds first)" : "";
  const auto* why = count == 5   ? "; five fields are Unix cron: add the year and one '?'"
                    : count == 7 ? "; only maintenance windows know seconds"
                                 : "";
  return fail(
      ErrorKind::Invalid,
      fmt::format("cron '{}': {} fields, but {} takes 6{}: minutes hours day-of-month month "
                  "day-of-week year{}; write cron(30 3 * * ? *)",
                  printable(text.substr(0, 80)), count, to_string(kind), seven, why));
}

}  // namespace

Result<Cron> parse_cron(std::string_view text, Kind kind) {
  auto fields = split_fields(text);
  const bool has_seconds = fields.size() == 7 && kind == Kind::Window;
  if (fields.size() != 6 && !has_seconds) return wrong_count(text, fields.size(), kind);
  Cron cron;
  if (has_seconds) {
    cron.seconds = TRY(parse_set(seconds_field(), fields.front()));
    fields.erase(fields.begin());
  }
  cron.minutes = TRY(parse_set(minutes_field(), fields[0]));
  cron.hours = TRY(parse_set(hours_field(), fields[1]));
  TRY_DO(parse_days(cron, fields[2], fields[4]));
  cron.months = TRY(parse_set(months_field(), fields[3]));
  TRY_DO(parse_years(cron, fields[5]));
  return cron;
}

}  // namespace hikae::schedule
