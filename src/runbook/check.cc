#include "runbook/check.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "runbook/resolve.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kComparedChars = 64;
constexpr std::size_t kComparedNames = 1000;

char lowered(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; }

/// Levenshtein's distance, capital letters counting as small ones.
std::size_t edits_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const auto replaced = diagonal + (lowered(a[i - 1]) != lowered(b[j - 1]));
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

std::optional<std::int64_t> whole_of(const Value& value) {
  if (const auto number = int_of(value)) return number;
  const auto text = text_of(value);
  std::int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const bool all = !text.empty() && error == std::errc{} && end == text.data() + text.size();
  return all ? std::optional(number) : std::nullopt;
}

std::optional<bool> flag_of(const Value& value) {
  if (value.is_bool()) return value.get_bool();
  std::string text(text_of(value));
  std::ranges::transform(text, text.begin(), lowered);
  if (text == "true") return true;
  if (text == "false") return false;
  return std::nullopt;
}

/// A scalar as it was written, as far as it is short; the kind of anything else.
std::string shown_of(const Value& value) {
  if (value.is_array() || value.is_object()) return fmt::format("a {}", kind_of(value));
  const auto text = as_text(value);
  return text.size() <= kComparedChars ? "'" + text + "'" : fmt::format("a {}", kind_of(value));
}

}  // namespace

Spot Spot::below(std::string_view key) const { return {text::pointer_to(pointer, key), path}; }
Spot Spot::below(std::size_t index) const { return {text::pointer_to(pointer, index), path}; }

void Findings::add(text::Severity severity, text::Position position, const Spot& spot,
                   std::string_view code, std::string message, std::string hint) {
  text::report(list_, {.severity = severity,
                       .code = std::string(code),
                       .position = position,
                       .path = spot.path,
                       .message = std::move(message),
                       .hint = std::move(hint)});
}

void Findings::error(const Spot& spot, std::string_view code, std::string message,
                     std::string hint) {
  add(text::Severity::Error, places_.at(spot.pointer), spot, code, std::move(message),
      std::move(hint));
}

void Findings::warning(const Spot& spot, std::string_view code, std::string message,
                       std::string hint) {
  add(text::Severity::Warning, places_.at(spot.pointer), spot, code, std::move(message),
      std::move(hint));
}

void Findings::key_error(const Spot& spot, std::string_view code, std::string message,
                         std::string hint) {
  add(text::Severity::Error, places_.key_at(spot.pointer), spot, code, std::move(message),
      std::move(hint));
}

void Findings::key_warning(const Spot& spot, std::string_view code, std::string message,
                           std::string hint) {
  add(text::Severity::Warning, places_.key_at(spot.pointer), spot, code, std::move(message),
      std::move(hint));
}

const Value* Fields::get(std::string_view key) const {
  const auto* value = find(object_, key);
  return value && !value->is_null() ? value : nullptr;
}

void Fields::wrong_kind(std::string_view key, std::string_view wanted) {
  findings_.error(
      spot_.below(key), "wrong-type",
      fmt::format("{} must be {}, but is {}", key, wanted, shown_of(*find(object_, key))), {});
}

std::optional<std::string> Fields::text(std::string_view key) {
  const auto* value = get(key);
  if (!value) return std::nullopt;
  if (value->is_string()) return str(text_of(*value));
  return wrong_kind(key, "a text"), std::nullopt;
}

void Fields::missing(std::string_view key, std::string_view hint) {
  findings_.error(spot_, "missing", fmt::format("'{}' is missing", key), str(hint));
}

std::optional<std::string> Fields::required_text(std::string_view key, std::string_view hint) {
  if (get(key)) {
    auto read = text(key);
    if (!read || !read->empty()) return read;
  }
  return missing(key, hint), std::nullopt;
}

std::optional<bool> Fields::flag(std::string_view key) {
  const auto* value = get(key);
  if (!value) return std::nullopt;
  if (const auto read = flag_of(*value)) return read;
  return wrong_kind(key, "true or false"), std::nullopt;
}

std::optional<std::int64_t> Fields::whole(std::string_view key, std::int64_t least,
                                          std::int64_t most) {
  const auto* value = get(key);
  if (!value) return std::nullopt;
  const auto read = whole_of(*value);
  const auto wanted = fmt::format("a whole number from {} to {}", least, most);
  if (!read) return wrong_kind(key, wanted), std::nullopt;
  if (*read >= least && *read <= most) return read;
  findings_.error(spot_.below(key), "out-of-range",
                  fmt::format("{} must be {}, but is {}", key, wanted, *read), {});
  return std::nullopt;
}

const Array* Fields::list(std::string_view key) {
  const auto* value = get(key);
  if (!value) return nullptr;
  if (value->is_array()) return &value->get_array();
  return wrong_kind(key, "a list"), nullptr;
}

const Object* Fields::map(std::string_view key) {
  const auto* value = get(key);
  if (!value) return nullptr;
  if (value->is_object()) return &value->get_object();
  return wrong_kind(key, "a map"), nullptr;
}

void Fields::only(std::span<const std::string_view> keys, std::string_view what) {
  const std::vector<std::string> names(keys.begin(), keys.end());
  for (const auto& member : object_) {
    const std::string_view key = member.key();
    if (std::ranges::find(keys, key) != keys.end()) continue;
    findings_.key_warning(
        spot_.below(key), "unknown-key",
        fmt::format("'{}' is no key of {} and is ignored{}", key, what, did_you_mean(key, names)),
        "remove it, or use one of " + joined(keys));
  }
}

std::string did_you_mean(std::string_view name, std::span<const std::string> candidates) {
  if (name.size() > kComparedChars || candidates.size() > kComparedNames) return {};
  const std::string* best = nullptr;
  auto fewest = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const auto& candidate : candidates) {
    if (candidate.size() > kComparedChars) continue;
    const auto edits = edits_between(name, candidate);
    if (edits < fewest) best = &candidate, fewest = edits;
  }
  return best ? fmt::format(" (did you mean '{}'?)", *best) : std::string();
}

bool is_plain_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return c == '_' || (c >= '0' && c <= '9') || (lowered(c) >= 'a' && lowered(c) <= 'z');
  });
}

std::string joined(std::span<const std::string_view> words) {
  return fmt::format("{}", fmt::join(words, ", "));
}

}  // namespace hikae::runbook
