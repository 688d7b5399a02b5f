// Which sizes and speeds a volume of each type may have (EC2's table of EBS volume types).
#pragma once

#include <string_view>

#include "base/result.h"
#include "sandbox/records.h"

namespace hikae::sandbox {

[[nodiscard]] VolumeShape shape_of(const Volume& row);

/// Errors: `InvalidParameterValue` (type, size, IOPS, throughput out of the type's limits),
/// `InvalidParameterCombination` (what the type does not take, ratios), `MissingParameter` (IOPS of
/// io1 and io2).
[[nodiscard]] Result<> check_shape(const VolumeShape& shape);

/// What Describe shows: the given one, or the type's own; 0: none is shown.
[[nodiscard]] std::int64_t shown_iops(const VolumeShape& shape);
[[nodiscard]] std::int64_t shown_throughput(const VolumeShape& shape);

}  // namespace hikae::sandbox
