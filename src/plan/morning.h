// When AWS's own night is looked at, and how old an image may be by then.
#pragma once

#include <optional>
#include <string>

#include "plan/config.h"

namespace hikae::plan {

struct MorningCheck {
  std::string schedule;  // "cron(30 6 ? * * *)", every day, in the plan's zone
  int age_hours = 0;     // an image older than that is no fresh one
};

/// Two hours after the day's last window is over; by then tonight's image is younger than
/// `age_hours`, the one before it older. nullopt: the plan has no one tag that makes a group, or
/// its window opens only once.
[[nodiscard]] std::optional<MorningCheck> morning_check(const Plan& plan);

}  // namespace hikae::plan
