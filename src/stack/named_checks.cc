#include "stack/named_checks.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/time.h"
#include "text/json.h"

namespace hikae::stack {
namespace {

constexpr auto kRuntimes = std::to_array<std::string_view>(
    {"nodejs16.x", "nodejs18.x", "nodejs20.x", "nodejs22.x",    "nodejs24.x",   "python3.8",
     "python3.9",  "python3.10", "python3.11", "python3.12",    "python3.13",   "python3.14",
     "java8",      "java8.al2",  "java11",     "java17",        "java21",       "java25",
     "dotnet6",    "dotnet8",    "dotnet10",   "dotnetcore3.1", "go1.x",        "ruby2.7",
     "ruby3.2",    "ruby3.3",    "ruby3.4",    "provided",      "provided.al2", "provided.al2023",
     "nodejs14.x", "python3.7",  "nodejs12.x"});

/// "10", "10%": the form of MaxConcurrency and MaxErrors (ssm-automation.md 7.2).
bool is_rate(std::string_view text, int least) {
  const bool percent = text.ends_with('%');
  if (percent) text.remove_suffix(1);
  int number = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || text.front() < '0' || text.front() > '9' || error != std::errc{} ||
      end != text.data() + text.size() || (text.size() > 1 && text.front() == '0'))
    return false;
  return number >= least && (!percent || number <= 100) && text.size() <= 7;
}

std::optional<std::string> check_rate(std::string_view text, int least) {
  if (is_rate(text, least)) return {};
  return fmt::format(
      "\"{}\" is no limit: expected a whole number from {}, or a percentage like 10%", text, least);
}

std::optional<std::string> check_runtime(std::string_view text) {
  if (std::ranges::find(kRuntimes, text) != kRuntimes.end()) return {};
  return fmt::format(
      "\"{}\" is no Lambda runtime: expected one such as provided.al2023 or "
      "python3.13{}",
      text, did_you_mean(text, {kRuntimes.begin(), kRuntimes.end()}));
}

std::optional<std::string> check_own_name(std::string_view text) {
  for (std::string_view reserved : {"aws", "amazon", "amzn", "AWS"})
    if (text.starts_with(reserved))
      return fmt::format("\"{}\" begins with the reserved prefix {}: expected a name of your own",
                         text, reserved);
  return {};
}

std::optional<std::string> check_target_key(std::string_view text) {
  constexpr std::array<std::string_view, 4> kPlain{"InstanceIds", "tag-key", "resource-groups:Name",
                                                   "resource-groups:ResourceTypeFilters"};
  if (std::ranges::find(kPlain, text) != kPlain.end()) return {};
  if (text.starts_with("tag:") && text.size() > 4) return {};
  return fmt::format(
      "\"{}\" is no target key: expected tag:KEY, tag-key, InstanceIds or "
      "resource-groups:Name",
      text);
}

std::optional<std::string> check_instant(std::string_view text) {
  if (parse_iso(text)) return {};
  return fmt::format("\"{}\" is no instant: expected a form like 2026-01-01T03:30:00+09:00", text);
}

std::optional<std::string> check_json_text(std::string_view text) {
  auto parsed = text::parse_json(text);
  if (parsed) return {};
  return "is no JSON text: " + parsed.error().message;
}

std::optional<std::string> outcome(const Result<>& result) {
  if (result) return {};
  return result.error().message;
}

std::optional<std::string> check_text_by_name(std::string_view name, std::string_view text,
                                              const Checkers& checkers) {
  if (name == "concurrency") return check_rate(text, 1);
  if (name == "errors") return check_rate(text, 0);
  if (name == "runtime") return check_runtime(text);
  if (name == "own-name") return check_own_name(text);
  if (name == "target-key") return check_target_key(text);
  if (name == "instant") return check_instant(text);
  if (name == "json-text") return check_json_text(text);
  if (name == "window-schedule" && checkers.schedule)
    return outcome(checkers.schedule(text, ScheduleUse::Window));
  if (name == "rule-schedule" && checkers.schedule)
    return outcome(checkers.schedule(text, ScheduleUse::Rule));
  if (name == "timezone" && checkers.timezone) return outcome(checkers.timezone(text));
  return {};
}

void check_document(const Value& content, const Object& siblings, const Checkers& checkers,
                    const Where& where, Findings& findings) {
  if (!checkers.document || has_intrinsics(content)) return;
  const auto type = text_at(siblings, "DocumentType", "Command");
  if (auto result = checkers.document(content, type); !result)
    findings.error(where, "document", result.error().message);
}

void check_pattern(const Value& pattern, const Checkers& checkers, const Where& where,
                   Findings& findings) {
  if (!checkers.event_pattern || has_intrinsics(pattern)) return;
  if (auto result = checkers.event_pattern(pattern); !result)
    findings.error(where, "event-pattern", result.error().message);
}

/// A policy or pattern may stand as JSON text.
Result<Value> as_map(const Value& value) {
  if (value.is_string()) return text::parse_json(text_of(value));
  return value;
}

}  // namespace

void run_named_check(std::string_view name, const Value& value, const Object& siblings,
                     const Checkers& checkers, const Where& where, Findings& findings) {
  if (name.empty()) return;
  if (name == "document") return check_document(value, siblings, checkers, where, findings);
  const bool policy = name.ends_with("-policy");
  if (policy || name == "event-pattern") {
    auto map = as_map(value);
    if (!map) return findings.error(where, "json", "is no JSON: " + map.error().message);
    if (name == "event-pattern") return check_pattern(*map, checkers, where, findings);
    const auto kind = name == "trust-policy"      ? PolicyKind::Trust
                      : name == "identity-policy" ? PolicyKind::Identity
                                                  : PolicyKind::Resource;
    return check_policy(*map, kind, where, findings);
  }
  if (auto problem = check_text_by_name(name, text_of(value), checkers))
    findings.error(where, name, std::move(*problem));
}

}  // namespace hikae::stack
