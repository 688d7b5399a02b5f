#include "schedule/cron_field.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/escape.h"
#include "schedule/cron.h"

namespace hikae::schedule {
namespace {

constexpr std::size_t kNumberDigits = 4;

std::optional<int> whole_number(std::string_view text) {
  if (text.empty() || text.size() > kNumberDigits) return std::nullopt;
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    number = number * 10 + (c - '0');
  }
  return number;
}

bool same_word(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return (x >= 'a' && x <= 'z' ? static_cast<char>(x - 'a' + 'A') : x) == y;
  });
}

std::optional<int> named(const FieldSpec& spec, std::string_view text) {
  for (std::size_t i = 0; i < spec.names.size(); ++i)
    if (same_word(text, spec.names[i])) return spec.first + static_cast<int>(i);
  return std::nullopt;
}

std::string_view why_no_member(const FieldSpec& spec, std::string_view text) {
  if (text.empty()) return "a value is missing";
  if (text == "?") return "'?' stands alone, and only in day-of-month or day-of-week";
  if (whole_number(text)) return "out of range";
  if (text.find_first_of("LlWw#") != std::string_view::npos && text.size() <= 3)
    return "L, W and # stand alone, and only in day-of-month or day-of-week";
  return spec.names.empty() ? "not a whole number" : "neither a number nor a name";
}

Result<int> parse_step(const FieldSpec& spec, std::string_view item, std::string_view text) {
  const auto step = whole_number(text);
  if (!step || *step == 0)
    return field_error(spec, item, "the step behind '/' is no positive whole number",
                       "write 0/15 for every 15th, or leave the '/' out");
  return *step;
}

struct Range {
  int from, to;
};

Result<Range> parse_range(const FieldSpec& spec, std::string_view text, bool stepped) {
  if (text == "*") return Range{spec.first, spec.last};
  const auto dash = text.find('-');
  if (dash == std::string_view::npos) {
    const auto from = TRY(parse_member(spec, text));
    return Range{from, stepped ? spec.last : from};
  }
  const auto from = TRY(parse_member(spec, text.substr(0, dash)));
  const auto to = TRY(parse_member(spec, text.substr(dash + 1)));
  if (from > to && spec.wrap == FieldSpec::Wrap::No)
    return field_error(spec, text, "the range runs backwards",
                       fmt::format("write {}-{}", to, from));
  return Range{from, to};
}

Result<std::vector<int>> parse_item(const FieldSpec& spec, std::string_view item) {
  const auto slash = item.find('/');
  const bool stepped = slash != std::string_view::npos;
  const auto range = TRY(parse_range(spec, item.substr(0, slash), stepped));
  const int step = stepped ? TRY(parse_step(spec, item, item.substr(slash + 1))) : 1;
  const int size = spec.last - spec.first + 1;
  const int end = range.to < range.from ? range.to + size : range.to;
  std::vector<int> members;
  for (int at = range.from; at <= end; at += step)
    members.push_back(spec.first + (at - spec.first) % size);
  return members;
}

}  // namespace

const FieldSpec& seconds_field() {
  static const FieldSpec kSpec{"seconds", 0, 59, "0-59", {}};
  return kSpec;
}
const FieldSpec& minutes_field() {
  static const FieldSpec kSpec{"minutes", 0, 59, "0-59", {}};
  return kSpec;
}
const FieldSpec& hours_field() {
  static const FieldSpec kSpec{"hours", 0, 23, "0-23", {}};
  return kSpec;
}
const FieldSpec& month_days_field() {
  static const FieldSpec kSpec{"day-of-month", 1, 31, "1-31", {}};
  return kSpec;
}
const FieldSpec& months_field() {
  static const FieldSpec kSpec{
      "month",
      1,
      12,
      "1-12 or JAN-DEC",
      {"JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"}};
  return kSpec;
}
const FieldSpec& week_days_field() {
  static const FieldSpec kSpec{"day-of-week",
                               1,
                               7,
                               "1-7 (1 is Sunday) or SUN-SAT",
                               {"SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"}};
  return kSpec;
}
const FieldSpec& years_field() {
  static const FieldSpec kSpec{"year", kFirstYear, kLastYear, "1970-2199", {}, FieldSpec::Wrap::No};
  return kSpec;
}

std::unexpected<Error> field_error(const FieldSpec& spec, std::string_view value,
                                   std::string_view why, std::string_view fix) {
  return fail(ErrorKind::Invalid, fmt::format("cron {} '{}': {}; {}", spec.name,
                                              printable(value.substr(0, 40)), why, fix));
}

Result<int> parse_member(const FieldSpec& spec, std::string_view text) {
  if (const auto number = whole_number(text);
      number && *number >= spec.first && *number <= spec.last)
    return *number;
  if (const auto number = named(spec, text)) return *number;
  return field_error(spec, text, why_no_member(spec, text),
                     fmt::format("write a value within {}", spec.range));
}

Result<std::vector<int>> parse_members(const FieldSpec& spec, std::string_view text) {
  std::vector<int> members;
  while (true) {
    const auto comma = text.find(',');
    const auto item = TRY(parse_item(spec, text.substr(0, comma)));
    members.insert(members.end(), item.begin(), item.end());
    if (comma == std::string_view::npos) return members;
    text.remove_prefix(comma + 1);
  }
}

}  // namespace hikae::schedule
