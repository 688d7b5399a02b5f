#include "aws/wire/time_form.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

namespace hikae::aws::wire {
namespace {

using std::chrono::days;
using std::chrono::sys_days;
using std::chrono::weekday;
using std::chrono::year_month_day;

constexpr std::string_view kWeekdays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
constexpr std::string_view kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
constexpr double kFirstSecond = -62135596800.0;  // 0001-01-01T00:00:00Z
constexpr double kLastSecond = 253402300799.0;   // 9999-12-31T23:59:59Z

std::string rfc822(WallTime t) {
  const auto since = t.time_since_epoch();
  const sys_days day{std::chrono::floor<days>(since)};
  const auto seconds_of_day = to_seconds(since - day.time_since_epoch());
  const year_month_day date{day};
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT",
                     kWeekdays[weekday{day}.c_encoding()], static_cast<unsigned>(date.day()),
                     kMonths[static_cast<unsigned>(date.month()) - 1],
                     static_cast<int>(date.year()), seconds_of_day / 3600, seconds_of_day / 60 % 60,
                     seconds_of_day % 60);
}

void append_unix(std::string& out, WallTime t) {
  const auto ms = unix_ms(t);
  const auto size = ms < 0 ? -ms : ms;
  if (ms < 0) out += '-';
  out += fmt::format("{}", size / 1000);
  if (size % 1000 == 0) return;
  out += fmt::format(".{:03}", size % 1000);
  while (out.back() == '0') out.pop_back();
}

/// "2026-01-01T18:30:00.000Z": already in the one form, nothing to convert.
bool is_iso_ms(std::string_view text) {
  return text.size() == 24 && text[10] == 'T' && text[19] == '.' && text[23] == 'Z';
}

std::vector<std::string_view> words_of_date(std::string_view text) {
  std::vector<std::string_view> words;
  while (!text.empty() && words.size() < 8) {
    const auto end = std::min(text.find_first_of(" ,-"), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

/// "Thu, 01 Jan 2026 18:30:00 GMT", by way of ISO-8601.
std::optional<std::string> read_rfc822(std::string_view text) {
  const auto words = words_of_date(text);
  if (words.size() != 6 || words[1].size() > 2 || (words[5] != "GMT" && words[5] != "UTC"))
    return std::nullopt;
  const auto* const month = std::ranges::find(kMonths, words[2]);
  if (month == std::end(kMonths)) return std::nullopt;
  const auto instant = parse_iso(fmt::format("{}-{:02}-{:0>2}T{:0>8}Z", words[3],
                                             month - std::begin(kMonths) + 1, words[1], words[4]));
  if (!instant) return std::nullopt;
  return iso_ms(*instant);
}

std::optional<double> number_in(std::string_view text) {
  double number = 0;
  const auto* const end = text.data() + text.size();
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || at != end) return std::nullopt;
  return number;
}

}  // namespace

TimeForm time_form(table::TimestampFormat asked, TimeForm iso, TimeForm otherwise) {
  switch (asked) {
    case table::TimestampFormat::Default: return otherwise;
    case table::TimestampFormat::Iso8601: return iso;
    case table::TimestampFormat::Unix: return TimeForm::Unix;
    case table::TimestampFormat::Rfc822: return TimeForm::Rfc822;
  }
  return otherwise;
}

void append_time(std::string& out, std::string_view instant, TimeForm form) {
  if (form == TimeForm::IsoMs && is_iso_ms(instant)) {
    out += instant;
    return;
  }
  const auto time = parse_iso(instant);
  if (!time) {
    out += instant;
    return;
  }
  const bool whole = unix_ms(*time) % 1000 == 0;
  switch (form) {
    case TimeForm::Iso: out += whole ? iso(*time) : iso_ms(*time); break;
    case TimeForm::IsoMs: out += iso_ms(*time); break;
    case TimeForm::Unix: append_unix(out, *time); break;
    case TimeForm::Rfc822: out += rfc822(*time); break;
  }
}

std::optional<std::string> read_time(double unix_seconds) {
  if (!(unix_seconds >= kFirstSecond && unix_seconds <= kLastSecond)) return std::nullopt;
  return iso_ms(wall_ms(std::llround(unix_seconds * 1000.0)));
}

std::optional<std::string> read_time(std::string_view text) {
  if (const auto number = number_in(text)) return read_time(*number);
  if (const auto instant = parse_iso(text)) return iso_ms(*instant);
  return read_rfc822(text);
}

}  // namespace hikae::aws::wire
