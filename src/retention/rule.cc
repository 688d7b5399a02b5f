#include "retention/rule.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/escape.h"

namespace hikae::retention {
namespace {

constexpr std::size_t kDigitsMax = 32;  // leading zeros and all; nobody writes more
constexpr std::size_t kShownBytes = 40;
constexpr int kOffsetMinutesMax = 18 * 60;

std::string quoted(std::string_view text) {
  return "\"" + printable(text.substr(0, kShownBytes)) + (text.size() > kShownBytes ? "…\"" : "\"");
}

std::unexpected<Error> wrong_count(std::string_view text, std::string_view why) {
  return fail(ErrorKind::Invalid,
              fmt::format("{} {}; write a whole number from 1 to {} in ASCII digits", quoted(text),
                          why, kGenerationsMax));
}

/// Digits to a number that stops growing above the limit.
Result<int> digits_of(std::string_view text) {
  if (text.empty()) return wrong_count(text, "is empty");
  if (text.size() > kDigitsMax) return wrong_count(text, "is too long");
  int number = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return wrong_count(text, "is no whole number");
    number = std::min(number * 10 + (c - '0'), kGenerationsMax + 1);
  }
  if (number > kGenerationsMax) return wrong_count(text, "is too large");
  return number;
}

/// A count where 0 means "not this part".
Result<int> count_of(const Value& value) {
  if (value.is_string()) return digits_of(text_of(value));
  const auto number = int_of(value);
  if (number && *number >= 0 && *number <= kGenerationsMax) return static_cast<int>(*number);
  return wrong_count(number ? fmt::format("{}", *number) : std::string(kind_of(value)),
                     number && *number > 0 ? "is too large" : "is no count");
}

struct RulePart {
  std::string_view api_name, config_name;
  int Rule::*member;
  std::string_view word;
};

constexpr std::array<RulePart, 6> kRuleParts{{
    {"Last", "last", &Rule::last, "the newest {}"},
    {"WithinDays", "within_days", &Rule::within_days, "{} days"},
    {"Daily", "daily", &Rule::daily, "{} daily"},
    {"Weekly", "weekly", &Rule::weekly, "{} weekly"},
    {"Monthly", "monthly", &Rule::monthly, "{} monthly"},
    {"Yearly", "yearly", &Rule::yearly, "{} yearly"},
}};

/// Whole minutes, a number or its text: "540", "-300".
Result<Duration> offset_of(const Value& value) {
  auto number = int_of(value);
  if (value.is_string()) {
    const auto text = text_of(value);
    std::int64_t read = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), read);
    if (error == std::errc() && end == text.data() + text.size()) number = read;
  }
  if (number && *number >= -kOffsetMinutesMax && *number <= kOffsetMinutesMax)
    return minutes(*number);
  return fail(ErrorKind::Invalid, "UtcOffsetMinutes: write whole minutes from -1080 to 1080");
}

Result<> read_member(Rule& rule, std::string_view name, const Value& value) {
  if (name == "UtcOffsetMinutes" || name == "utc_offset_minutes") {
    rule.utc_offset = TRY(offset_of(value));
    return {};
  }
  const auto part = std::ranges::find_if(
      kRuleParts, [&](const auto& p) { return p.api_name == name || p.config_name == name; });
  if (part == kRuleParts.end())
    return fail(ErrorKind::Invalid,
                fmt::format("{} is no part of a retention rule; these are: last, within_days, "
                            "daily, weekly, monthly, yearly, utc_offset_minutes",
                            quoted(name)));
  rule.*(part->member) = TRY(in_context(count_of(value), name));
  return {};
}

}  // namespace

bool Rule::empty() const {
  return std::ranges::all_of(kRuleParts, [&](const auto& p) { return this->*(p.member) == 0; });
}

std::string Rule::text() const {
  std::string out;
  for (const auto& part : kRuleParts) {
    if (this->*(part.member) == 0) continue;
    if (!out.empty()) out += ", ";
    out += fmt::format(fmt::runtime(part.word), this->*(part.member));
  }
  return out.empty() ? "everything" : out;
}

Result<int> parse_generations(std::string_view text) {
  if (!text.empty() && (text.front() == ' ' || text.back() == ' '))
    return wrong_count(text, "has spaces around it");
  if (text.starts_with('-')) return wrong_count(text, "is negative or no number");
  const int number = TRY(digits_of(text));
  if (number == 0) return wrong_count(text, "would keep nothing");
  return number;
}

Result<Rule> read_rule(const Value& value) {
  Rule rule;
  if (value.is_null() || (value.is_string() && text_of(value).empty())) return rule;
  if (const auto* parts = value.if_object()) {
    for (const auto& part : *parts) TRY_DO(read_member(rule, part.key(), part.value()));
    return rule;
  }
  rule.last = TRY(value.is_string() ? parse_generations(text_of(value)) : count_of(value));
  if (rule.last == 0) return wrong_count("0", "would keep nothing");
  return rule;
}

Choice choose_rule(std::string_view tag_key, std::optional<std::string_view> tag,
                   const std::optional<Rule>& plan, Plans plans) {
  if (tag) {
    const auto number = parse_generations(*tag);
    if (!number)
      return {std::nullopt,
              fmt::format("the tag {} is invalid: {}. Until then every backup is kept", tag_key,
                          number.error().message),
              ""};
    Rule rule = plan.value_or(Rule{});
    if (plans == Plans::Several && rule.last >= *number) return {rule, "", "the plan's keep"};
    rule.last = *number;
    return {rule, "", fmt::format("tag {}", tag_key)};
  }
  if (plan && !plan->empty()) return {plan, "", "the plan's keep"};
  return {std::nullopt,
          fmt::format("there is neither a tag {} nor a number to keep in the plan, so every backup "
                      "is kept; set the tag to the number of generations",
                      tag_key),
          ""};
}

}  // namespace hikae::retention
