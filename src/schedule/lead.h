// The moment of something that comes before a window (the agent check), derived from the window's
// schedule instead of being written twice.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "base/time.h"
#include "zone/zone.h"

namespace hikae::schedule {

inline constexpr int kLeadMinutesMax = 24 * 60;

/// The cron expression that, in the same zone, fires exactly `lead_minutes` (1-1440) before each
/// occurrence of the window's `cron(…)`, and at no other time, from `since` until 2199.
/// Error: `Invalid` where it cannot be written exactly: the message says why (a day that wraps
/// around with L, W or #; times that are no longer hours x minutes; a clock change in between)
/// and names the longest shorter lead that can.
[[nodiscard]] Result<std::string> lead_expression(
    std::string_view expression, const zone::Zone& zone, int lead_minutes,
    WallTime since = wall_ms(1'767'225'600'000));  // 2026: there are no earlier installations

}  // namespace hikae::schedule
