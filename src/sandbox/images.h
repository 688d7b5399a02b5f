// What the operations on images and snapshots share.
#pragma once

#include <string>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

/// The image that ImageId names, as the caller sees it: there, its own, not deregistered.
/// Errors: `InvalidAMIID.NotFound`, `.Malformed`, `.Unavailable`, `AuthFailure`.
[[nodiscard]] Result<const Image*> own_image(const Incoming& in);

/// Deletes a snapshot. Errors: `InvalidSnapshot.NotFound`, `.InUse`, `AuthFailure`.
[[nodiscard]] Result<> delete_own_snapshot(Incoming& in, const std::string& id);

}  // namespace hikae::sandbox
