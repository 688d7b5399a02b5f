// BlockDeviceMappings as RunInstances and RegisterImage take them.
#pragma once

#include <vector>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// `have` with what the call says laid over it: sizes, types, further disks, NoDevice. Ephemeral
/// disks are left out. Errors: `InvalidBlockDeviceMapping`, `InvalidSnapshot.NotFound`.
[[nodiscard]] Result<std::vector<Mapping>> lay_over(const Incoming& in, std::vector<Mapping> have);

/// Errors: `InvalidParameterValue`.
[[nodiscard]] Result<> check_volume_type(std::string_view type);

/// The snapshot as the caller may use it: its own, or public, and completed.
[[nodiscard]] Result<const Snapshot*> usable_snapshot(const Incoming& in, const std::string& id);

}  // namespace hikae::sandbox
