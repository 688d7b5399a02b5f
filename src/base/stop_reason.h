// What EC2 says of the last stop of an instance, and what that proves. EC2 writes it into every
// instance it describes: StateTransitionReason "User initiated (2026-01-01 18:30:00 GMT)", the time
// of the StopInstances that stopped it, in whole seconds of EC2's own clock.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"
#include "base/value.h"

namespace hikae {

/// A stop that hikae asked for takes effect within this time, or not at all: it is sent for two
/// minutes (engine/limits.h kStopAgainWithin), a sending travels for half a minute, and the clocks
/// of hikae and EC2 may differ by the rest. (EC2 refuses requests of a clock that is further off
/// than five minutes.)
inline constexpr Duration kStopLandsWithin = minutes(5);

/// The time in a StateTransitionReason; absent where it names none.
[[nodiscard]] inline std::optional<WallTime> time_in_reason(std::string_view reason) {
  constexpr std::size_t kLength = 19;  // 2026-01-01 18:30:00
  const auto open = reason.find('(');
  if (open == std::string_view::npos) return std::nullopt;
  const auto rest = reason.substr(open + 1);
  if (rest.find(" GMT)") != kLength) return std::nullopt;
  std::string text(rest.substr(0, kLength));
  text[10] = 'T';
  const auto time = parse_iso(text + "Z");
  return time ? std::optional(*time) : std::nullopt;
}

/// Whether the stop that this entry of DescribeInstances speaks of came too late to be one that
/// hikae asked for at `asked`: somebody else's. "No" where EC2 does not say.
[[nodiscard]] inline bool was_stopped_too_late_for(const Value& instance, WallTime asked) {
  const auto stopped = time_in_reason(text_at(instance, "StateTransitionReason"));
  return stopped && *stopped > asked + kStopLandsWithin;
}

}  // namespace hikae
