// Faults on request: rules that make the embedded cloud misbehave the way AWS does on its bad days
// (docs/faults.md has every kind with an example; docs/reference/reliability.md 4.3).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::sandbox {

enum class FaultAction {
  Throttle,       // RequestLimitExceeded; not executed
  Error,          // any code; not executed
  Unavailable,    // 503; not executed
  LostReply,      // executed, then answered as a time-out
  StaleReads,     // reads show the world of `delay` ago; what is younger is NotFound
  LateSnapshots,  // an image's snapshots begin `delay` later
  ImageFails,     // the image ends failed, `delay` after CreateImage
  ImageHangs,     // the image stays pending
  NoCapacity,     // InsufficientInstanceCapacity
  StartFails,     // the instance goes back to stopped
  Slow,           // a stop, a start, an image or an answer takes `delay` longer
};

[[nodiscard]] std::string_view to_string(FaultAction action);

/// One rule. It fires on an occasion that it fits (operation, instance), after `skip` such
/// occasions, at most `times` times, and for `lasts` from its first firing.
struct FaultRule {
  FaultAction action = FaultAction::Error;
  std::vector<std::string> operations{};  // globs ("Describe*"); empty: the action's own (docs)
  std::string instance{};                 // an id, or a glob over the Name tag; empty: any
  std::string code{};                     // Error; empty: "InternalError"
  std::string message{};                  // empty: EC2's text for the code, or ours
  std::int64_t skip = 0;
  std::optional<std::int64_t> times{};
  Duration delay{};                 // what it means depends on the action
  std::optional<Duration> lasts{};  // a burst, an outage
  double probability = 1;           // drawn through the Entropy port
};

/// Reads a list of rules, as YAML or JSON gave it, or `{faults: [...]}`.
/// Errors: `Invalid`, with the place and what to write instead ("faults[2].action: …").
[[nodiscard]] Result<std::vector<FaultRule>> read_faults(const Value& rules);

}  // namespace hikae::sandbox
