// MaxConcurrency and MaxErrors: a number, or a percentage of the targets
// (docs/reference/ssm-automation.md 9.3, open question 11).
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace hikae::window {

struct Limit {
  std::size_t number = 1;
  bool is_percent = false;
};

/// "10" or "10%" (0-100%). Error: `Invalid`.
[[nodiscard]] Result<Limit> parse_limit(std::string_view text);

/// How many of `targets` may run at once: at least 1. A text that is no limit counts as 1.
[[nodiscard]] std::size_t concurrency_of(std::string_view text, std::size_t targets);
/// How many may fail before nothing more is started: one more than this stops the task. Of 10% of
/// 50 the sixth error stops it. A text that is no limit counts as 1.
[[nodiscard]] std::size_t errors_allowed(std::string_view text, std::size_t targets);

}  // namespace hikae::window
