// How often and how long a delivery is tried (docs/reference/schedules-events-sns-lambda-cfn.md
// 3.4, 3.6).
#pragma once

#include <optional>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::delivery {

struct RetryPolicy {
  std::int64_t retries = 185;
  Duration age = hours(24);
};
/// Of a rule's target; what is absent or out of EventBridge's bounds (0-185, 60-86,400 s) is the
/// default.
[[nodiscard]] RetryPolicy read_retry_policy(const Value& value);

/// Whether asking again may help: not where the target is missing, may not be called, or refuses
/// the input as such.
[[nodiscard]] bool may_help_to_retry(const Error& error);

/// Before the n-th retry (n from 1) of a target: 1 s, doubled each time up to 10 min, then
/// shortened by up to half. The share is a hash of (seed, n): the same on replay, different between
/// machines.
[[nodiscard]] Duration target_delay(std::int64_t retry, std::string_view seed);
/// A mail is tried this long, and however late its first attempts came, kMailRetriesLeast times
/// more (docs/reference/reliability.md L3).
inline constexpr Duration kMailAge = hours(24);
inline constexpr std::int64_t kMailRetriesLeast = 12;
/// Before the n-th retry of a mail whose first attempt was `age` ago: 2 after 10 s, 10 growing from
/// 10 to 600 s, then every 600 s, the last one at kMailAge. nullopt: no further one.
[[nodiscard]] std::optional<Duration> mail_delay(std::int64_t retry, Duration age);

}  // namespace hikae::delivery
