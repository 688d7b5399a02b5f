#include "sandbox/described.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <cmath>

#include "aws/nearest.h"

namespace hikae::sandbox {
namespace {

/// "a map", "an integer"
std::string a_kind(const Value& value) {
  const auto kind = kind_of(value);
  return (kind == "integer" ? "an " : "a ") + str(kind);
}

std::optional<std::string> scalar_text(const Value& value) {
  if (value.is_string()) return str(text_of(value));
  if (value.is_bool()) return value.get_bool() ? "true" : "false";
  if (const auto number = int_of(value)) return fmt::format("{}", *number);
  if (const auto* number = value.if_double()) return fmt::format("{}", *number);
  return std::nullopt;
}

std::optional<Duration> unit_of(char letter) {
  if (letter == 's') return seconds(1);
  if (letter == 'm') return minutes(1);
  if (letter == 'h') return hours(1);
  if (letter == 'd') return hours(24);
  return std::nullopt;
}

/// "90s", "15m", "36h", "30d"
std::optional<Duration> short_duration(std::string_view text) {
  constexpr std::int64_t kMost = 1'000'000;
  if (text.size() < 2) return std::nullopt;
  const auto unit = unit_of(text.back());
  std::int64_t number = 0;
  const auto* end = text.data() + text.size() - 1;
  const auto [at, error] = std::from_chars(text.data(), end, number);
  if (!unit || error != std::errc{} || at != end || number < 0 || number > kMost)
    return std::nullopt;
  return *unit * number;
}

std::optional<Duration> duration_of(const Value& value) {
  constexpr double kMostSeconds = 1e10;
  if (const auto* number = value.if_double())
    if (*number >= 0 && *number < kMostSeconds)
      return Duration{static_cast<std::int64_t>(std::llround(*number * 1000))};
  if (const auto number = int_of(value))
    if (*number >= 0 && *number < static_cast<std::int64_t>(kMostSeconds)) return seconds(*number);
  if (!value.is_string()) return std::nullopt;
  if (const auto parsed = short_duration(text_of(value))) return parsed;
  const auto parsed = parse_iso_duration(text_of(value));
  return parsed ? std::optional<Duration>(*parsed) : std::nullopt;
}

std::string hint_for(std::string_view wrong, std::span<const std::string_view> known) {
  aws::Nearest nearest(wrong);
  for (const auto name : known) nearest.offer(name);
  return nearest.hint();
}

}  // namespace

std::unexpected<Error> Described::wrong(std::string_view key, std::string_view why) const {
  const std::string_view joint = place_.ends_with(':') ? " " : ".";
  return fail(ErrorKind::Invalid, fmt::format("{}{}{}: {}", place_, joint, key, why));
}

Result<> Described::only(std::span<const std::string_view> keys) const {
  if (!value_.is_object())
    return fail(ErrorKind::Invalid, fmt::format("{} this is {}; write a map with some of: {}",
                                                place_.ends_with(':') ? place_ : place_ + ":",
                                                a_kind(value_), fmt::join(keys, ", ")));
  for (const auto& item : value_.get_object())
    if (std::ranges::find(keys, std::string_view(item.key())) == keys.end())
      return wrong(std::string_view(item.key()),
                   fmt::format("is not known here; write one of: {}{}", fmt::join(keys, ", "),
                               hint_for(std::string_view(item.key()), keys)));
  return {};
}

Result<std::string> Described::text(std::string_view key) const {
  const auto* value = member(key);
  if (!value || value->is_null()) return std::string{};
  if (auto text = scalar_text(*value)) return *std::move(text);
  return wrong(key, fmt::format("is {}; write a text", a_kind(*value)));
}

Result<std::vector<std::string>> Described::text_or_list(std::string_view key) const {
  std::vector<std::string> texts;
  const auto* value = member(key);
  if (!value || value->is_null()) return texts;
  if (!value->is_array()) {
    texts.push_back(TRY(text(key)));
    return texts;
  }
  for (const auto& item : value->get_array()) {
    if (!item.is_string())
      return wrong(key, fmt::format("has {} in it; write a list of texts", a_kind(item)));
    texts.emplace_back(text_of(item));
  }
  return texts;
}

Result<std::int64_t> Described::whole(std::string_view key, std::int64_t otherwise) const {
  const auto* value = member(key);
  if (!value) return otherwise;
  if (const auto number = int_of(*value)) return *number;
  return wrong(key, fmt::format("is {}; write a whole number", a_kind(*value)));
}

Result<bool> Described::flag(std::string_view key, bool otherwise) const {
  const auto* value = member(key);
  if (!value) return otherwise;
  if (value->is_bool()) return value->get_bool();
  return wrong(key, fmt::format("is {}; write true or false", a_kind(*value)));
}

Result<Duration> Described::duration(std::string_view key, Duration most) const {
  const auto* value = member(key);
  if (!value) return Duration{};
  const auto parsed = duration_of(*value);
  if (parsed && *parsed <= most) return *parsed;
  return wrong(key, fmt::format("is no duration up to {}; write seconds (90), or 15m, 36h, 30d, or "
                                "PT15M",
                                human(most)));
}

Result<Tags> Described::tags(std::string_view key) const {
  Tags tags;
  const auto* value = member(key);
  if (!value || value->is_null()) return tags;
  if (!value->is_object())
    return wrong(key, fmt::format("is {}; write a map like {{Name: web}}", a_kind(*value)));
  for (const auto& item : value->get_object()) {
    auto text = scalar_text(item.value());
    if (!text)
      return wrong(key, fmt::format("\"{}\" is {}; write a text", std::string_view(item.key()),
                                    a_kind(item.value())));
    tags[str(item.key())] = *std::move(text);
  }
  return tags;
}

Result<std::vector<Described>> Described::items(std::string_view key, std::size_t most) const {
  std::vector<Described> items;
  const auto* value = member(key);
  if (!value || value->is_null()) return items;
  if (!value->is_array())
    return wrong(key, fmt::format("is {}; write a list of maps", a_kind(*value)));
  const auto& list = value->get_array();
  if (list.size() > most)
    return wrong(key, fmt::format("has {} items; {} are allowed", list.size(), most));
  for (std::size_t i = 0; i < list.size(); ++i) {
    const std::string_view joint = place_.ends_with(':') ? " " : ".";
    items.emplace_back(list[i], fmt::format("{}{}{}[{}]", place_, joint, key, i));
  }
  return items;
}

Result<std::string> Described::word(std::string_view key, std::span<const std::string_view> words,
                                    std::string_view otherwise) const {
  auto text = TRY(this->text(key));
  if (text.empty()) return str(otherwise);
  if (std::ranges::find(words, text) != words.end()) return text;
  return wrong(key, fmt::format("is \"{}\"; write one of: {}{}", text, fmt::join(words, ", "),
                                hint_for(text, words)));
}

}  // namespace hikae::sandbox
