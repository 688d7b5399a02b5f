#include "delivery/retry.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

#include "base/hash.h"

namespace hikae::delivery {
namespace {

std::int64_t bounded_or(const Value& value, std::string_view key, std::int64_t least,
                        std::int64_t most, std::int64_t otherwise) {
  const auto given = int_at(value, key);
  return given && *given >= least && *given <= most ? *given : otherwise;
}

/// 0-1,000, evenly spread over seeds.
std::int64_t share_of(std::string_view seed) {
  const auto hex = hex_of(seed, 8);
  std::uint32_t number = 0;
  std::from_chars(hex.data(), hex.data() + hex.size(), number, 16);
  return static_cast<std::int64_t>(number % 1001);
}

}  // namespace

RetryPolicy read_retry_policy(const Value& value) {
  const RetryPolicy otherwise;
  return {bounded_or(value, "MaximumRetryAttempts", 0, 185, otherwise.retries),
          seconds(bounded_or(value, "MaximumEventAgeInSeconds", 60, 86'400,
                             to_seconds(otherwise.age)))};
}

bool may_help_to_retry(const Error& error) {
  switch (error.kind) {
    case ErrorKind::Conflict:
    case ErrorKind::Throttled:
    case ErrorKind::Unavailable:
    case ErrorKind::Timeout:
    case ErrorKind::Io: return true;
    case ErrorKind::Invalid:
    case ErrorKind::NotFound:
    case ErrorKind::Denied:
    case ErrorKind::Limit:
    case ErrorKind::Unsupported: return false;
  }
  return false;
}

Duration target_delay(std::int64_t retry, std::string_view seed) {
  // 2^10 s is beyond the cap already.
  const auto doubled = seconds(std::int64_t{1} << std::clamp<std::int64_t>(retry - 1, 0, 10));
  const auto full = std::min<Duration>(doubled, minutes(10));
  return full - full * share_of(fmt::format("{}/{}", seed, retry)) / 2000;
}

std::optional<Duration> mail_delay(std::int64_t retry, Duration age) {
  // 10 s times 60^(i/9): from 10 s to 600 s in ten even ratios.
  constexpr std::array<std::int64_t, 10> kGrowing = {10, 16, 25, 39, 62, 97, 153, 242, 381, 600};
  if (retry <= 2) return seconds(10);
  if (retry <= kMailRetriesLeast) return seconds(kGrowing[static_cast<std::size_t>(retry - 3)]);
  if (age >= kMailAge) return std::nullopt;
  return std::min<Duration>(seconds(600), kMailAge - age);
}

}  // namespace hikae::delivery
