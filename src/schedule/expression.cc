#include "schedule/expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <bit>
#include <optional>

#include "base/escape.h"
#include "base/limits.h"

namespace hikae::schedule {
namespace {

// A hundred years of minutes have eight digits.
constexpr std::size_t kRateDigits = 8;

std::unexpected<Error> bad_rate(std::string_view text, std::string_view why, std::string_view fix) {
  return fail(ErrorKind::Invalid,
              fmt::format("rate '{}': {}; {}", printable(text.substr(0, 40)), why, fix));
}

std::optional<std::int64_t> rate_count(std::string_view digits) {
  if (digits.empty() || digits.size() > kRateDigits) return std::nullopt;
  std::int64_t count = 0;
  for (const char c : digits) {
    if (c < '0' || c > '9') return std::nullopt;
    count = count * 10 + (c - '0');
  }
  return count;
}

std::optional<Duration> unit_of(std::string_view singular) {
  if (singular == "minute") return minutes(1);
  if (singular == "hour") return hours(1);
  if (singular == "day") return hours(24);
  return std::nullopt;
}

/// Scheduler's documents show both units with any number (the reference's 1.2); the other two
/// insist.
bool is_unit_form_wrong(Kind kind, std::int64_t count, bool plural) {
  return kind != Kind::Scheduler && plural != (count != 1);
}

Result<Expression> parse_rate(std::string_view text, Kind kind) {
  const auto space = text.find(' ');
  if (space == std::string_view::npos)
    return bad_rate(text, "a number and a unit with one space between are needed",
                    "write rate(12 hours)");
  const auto count = rate_count(text.substr(0, space));
  if (!count || *count == 0)
    return bad_rate(text, "the value is no positive whole number", "write rate(12 hours)");
  auto word = text.substr(space + 1);
  const bool plural = word.ends_with('s');
  if (plural) word.remove_suffix(1);
  const auto unit = unit_of(word);
  if (!unit)
    return bad_rate(text,
                    fmt::format("the unit '{}' is unknown", printable(text.substr(space + 1, 20))),
                    "use minute(s), hour(s) or day(s)");
  if (is_unit_form_wrong(kind, *count, plural))
    return bad_rate(text, "the unit is singular exactly for 1",
                    fmt::format("write rate({} {}{})", *count, word, *count == 1 ? "" : "s"));
  return Rate{*unit * *count};
}

/// "yyyy-mm-ddThh:mm:ss" without a zone is parse_iso's form with a `Z`.
Result<Expression> parse_at(std::string_view text) {
  constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:dd";
  const bool shaped =
      text.size() == kForm.size() && std::ranges::equal(text, kForm, [](char c, char form) {
        return form == 'd' ? c >= '0' && c <= '9' : c == form;
      });
  const auto instant =
      shaped ? parse_iso(std::string(text) + "Z") : Result<WallTime>(fail(ErrorKind::Invalid, ""));
  if (!instant)
    return fail(ErrorKind::Invalid,
                fmt::format("at '{}': {}; write at(2026-01-31T03:30:00), the zone stands apart",
                            printable(text.substr(0, 40)),
                            shaped ? "there is no such date or time" : "not yyyy-mm-ddThh:mm:ss"));
  const auto civil = zone::Zone::utc().local(*instant).civil;
  if (civil.date.year() < std::chrono::year{kFirstYear} ||
      civil.date.year() > std::chrono::year{kLastYear})
    return fail(ErrorKind::Invalid, fmt::format("at '{}': the year is not within {}-{}; write "
                                                "at(2026-01-31T03:30:00)",
                                                text, kFirstYear, kLastYear));
  return At{civil};
}

/// The text between `word(` and `)`.
std::optional<std::string_view> inside(std::string_view text, std::string_view word) {
  if (!text.starts_with(word) || !text.ends_with(')')) return std::nullopt;
  text.remove_prefix(word.size());
  if (!text.starts_with('(')) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

std::unexpected<Error> no_expression(std::string_view text, Kind kind) {
  return fail(ErrorKind::Invalid,
              fmt::format("schedule '{}': not of the form cron(…), rate(…){}; write "
                          "cron(30 3 * * ? *) for 03:30 every day",
                          printable(text.substr(0, 80)), kind == Kind::Rule ? "" : " or at(…)"));
}

constexpr Duration kWindowPace = minutes(5);  // ssm-automation.md 9.4: nothing faster

int count_in(std::uint64_t set) { return std::popcount(set); }

/// The least number of minutes between two times of one day.
int minutes_between(const Cron& cron) {
  if (count_in(cron.seconds) > 1) return 0;
  int least = 24 * 60, last = -least;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    const bool is_meant =
        (cron.hours >> (minute / 60) & 1U) && (cron.minutes >> (minute % 60) & 1U);
    if (!is_meant) continue;
    least = std::min(least, minute - last);
    last = minute;
  }
  return least;
}

/// Two times of two days are not looked at: those who want them mean them.
Result<Expression> at_window_pace(Expression expression, std::string_view text) {
  const auto* cron = std::get_if<Cron>(&expression);
  const auto* rate = std::get_if<Rate>(&expression);
  const bool is_faster =
      cron ? minutes(minutes_between(*cron)) < kWindowPace : rate && rate->period < kWindowPace;
  if (!is_faster) return expression;
  return fail(ErrorKind::Invalid,
              fmt::format("schedule '{}': a maintenance window opens every 5 minutes at most; "
                          "write rate(5 minutes), or fewer minutes into cron(…)",
                          printable(text.substr(0, 80))));
}

Result<Expression> parse_any(std::string_view text, Kind kind) {
  if (text.size() > limits::kScheduleBytes)
    return fail(ErrorKind::Limit, fmt::format("schedule of {} characters: at most {} are allowed; "
                                              "use ranges and steps instead of long lists",
                                              text.size(), limits::kScheduleBytes));
  if (const auto fields = inside(text, "cron")) {
    auto cron = TRY(parse_cron(*fields, kind));
    return Expression(std::move(cron));
  }
  if (const auto rate = inside(text, "rate")) return parse_rate(*rate, kind);
  if (const auto at = inside(text, "at")) {
    if (kind == Kind::Rule)
      return fail(ErrorKind::Invalid,
                  fmt::format("at '{}': an EventBridge rule knows only cron and rate; use a "
                              "maintenance window or EventBridge Scheduler for a single instant",
                              printable(at->substr(0, 40))));
    return parse_at(*at);
  }
  return no_expression(text, kind);
}

}  // namespace

Result<Expression> parse(std::string_view text, Kind kind) {
  auto expression = TRY(parse_any(text, kind));
  if (kind != Kind::Window) return expression;
  return at_window_pace(std::move(expression), text);
}

}  // namespace hikae::schedule
