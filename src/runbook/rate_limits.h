// MaxConcurrency and MaxErrors of rate control, and how fast it begins
// (docs/reference/ssm-automation.md 7.2, open questions 11 and 19).
#pragma once

#include <cstddef>
#include <string_view>

#include "base/result.h"

namespace hikae::runbook {

inline constexpr std::string_view kConcurrencyByDefault = "10";
inline constexpr std::string_view kErrorsByDefault = "0";

/// "10" or "10%", nothing below 1. Error ValidationException, as the service words a pattern.
[[nodiscard]] Result<> check_max_concurrency(std::string_view text);
/// "0", "3", "0%" or "10%".
[[nodiscard]] Result<> check_max_errors(std::string_view text);

/// How many of `targets` may go on at once: of a percentage, rounded down, but at least 1.
[[nodiscard]] std::size_t concurrency_limit(std::string_view text, std::size_t targets);
/// How many may go wrong before nothing more is started: one more than this stops it. Of 10% of 50
/// the sixth error stops it.
[[nodiscard]] std::size_t error_limit(std::string_view text, std::size_t targets);
/// How many may go on at once when `ended` have ended: 1 first, and one more for each that ends,
/// so that 1, 2, 4, 8 … go on, up to the limit.
[[nodiscard]] std::size_t ramped_up(std::size_t limit, std::size_t ended);

}  // namespace hikae::runbook
