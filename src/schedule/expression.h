// A schedule expression of one of the three services: cron(…), rate(…) or at(…).
// Facts: docs/reference/schedules-events-sns-lambda-cfn.md 1, ssm-automation.md 9.4.
#pragma once

#include <string>
#include <string_view>
#include <variant>

#include "base/result.h"
#include "base/time.h"
#include "schedule/cron.h"

namespace hikae::schedule {

/// Every `period` from an anchor on; a day is 24 hours of the clock.
struct Rate {
  Duration period;
};

/// Once, at a civil time of the schedule's zone.
struct At {
  zone::Civil civil;
};

using Expression = std::variant<Cron, Rate, At>;

/// Reads an expression for that service. Error: `Invalid`; the message says which field holds which
/// value, why that is wrong, and what to write. A window opens every 5 minutes at most (9.4).
[[nodiscard]] Result<Expression> parse(std::string_view text, Kind kind);

}  // namespace hikae::schedule
