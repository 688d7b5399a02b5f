// STS: who asks, and temporary credentials.
#pragma once

#include "base/secret_box.h"
#include "plane/service.h"

namespace hikae::plane {

/// The credentials that it gives stand in the table of keys (sts/keys.h), so that requests signed
/// with them are verified; they are never mightier than the key that asked for them. Whether a role
/// may be taken is asked before (plane/iam/access.h); the policies that narrow a session stand in
/// iam/sessions.h.
class Sts final : public Service {
 public:
  /// `box` outlives the service.
  Sts(engine::Kernel& kernel, const SecretBox& box);
};

}  // namespace hikae::plane
