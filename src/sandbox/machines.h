// What happens to a machine's power, whoever caused it.
#pragma once

#include "sandbox/incoming.h"

namespace hikae::sandbox {

enum class Force { No, Yes };

/// running -> stopping. A forced stop is not held up by a fault, and hurries one under way.
void begin_stop(Incoming& in, const std::string& id, Force force);
/// stopped -> pending.
void begin_start(Incoming& in, const std::string& id);
/// running stays running; its status checks and its agent begin anew.
void reboot(Incoming& in, const std::string& id);
void begin_terminate(Incoming& in, const std::string& id);
/// pending -> running, at `at`.
void arrive_running(World& world, Region& region, const std::string& id, WallTime at,
                    const Cause& cause);

/// The machine as a subject of fault rules.
[[nodiscard]] Subject subject_of(const Instance& row);
/// A rule that fires for this operation and machine, or nullptr.
[[nodiscard]] const FaultRule* machine_fault(Incoming& in, FaultAction action, const Instance& row);
/// InsufficientInstanceCapacity, in EC2's words or the rule's.
[[nodiscard]] Error no_capacity(const FaultRule& rule, std::string_view type,
                                std::string_view zone);

}  // namespace hikae::sandbox
