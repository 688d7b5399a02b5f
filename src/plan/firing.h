// When a plan's window opens next: a plan that never fires backs nothing up, and no night tells.
#pragma once

#include <optional>

#include "base/time.h"
#include "plan/config.h"

namespace hikae::plan {

/// The first opening after `after`; nullopt: none ever, by the plan's schedule, zone and dst_gap.
/// Errors: `Invalid`, `Io` (the schedule or the zone cannot be read).
[[nodiscard]] Result<std::optional<WallTime>> next_opening(const Plan& plan, WallTime after);

}  // namespace hikae::plan
