// What the operations on images and snapshots share.
#pragma once

#include <string>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// The image that ImageId names, as the caller sees it: there, its own, not deregistered.
/// Errors: `InvalidAMIID.NotFound`, `.Malformed`, `.Unavailable`, `AuthFailure`.
[[nodiscard]] Result<const Image*> own_image(const Incoming& in);

/// `Name` and `Description` of the call. Errors: `InvalidAMIName.Malformed`,
/// `InvalidParameterValue`.
[[nodiscard]] Result<> check_image_name(const Incoming& in);
/// Errors: `InvalidAMIName.Duplicate`, `ResourceLimitExceeded`.
[[nodiscard]] Result<> can_add_image(const Incoming& in, std::string_view name);

/// Deletes a snapshot. Errors: `InvalidSnapshot.NotFound`, `.InUse`, `AuthFailure`.
[[nodiscard]] Result<> delete_own_snapshot(Incoming& in, const std::string& id);

}  // namespace hikae::sandbox
