// What is known of the agents on the machines.
#pragma once

#include <string_view>

#include "sandbox/records.h"
#include "sandbox/sandbox.h"

namespace hikae::sandbox {

[[nodiscard]] bool pings_now(const Instance& row, WallTime now);
/// Once it has pinged it is known, until its machine is terminated.
[[nodiscard]] bool is_registered(const Instance& row, WallTime now);
[[nodiscard]] std::string_view ping_status(const Instance& row, WallTime now, const Delays& delays);

}  // namespace hikae::sandbox
