// STS: who asks, and temporary credentials.
#pragma once

#include "base/secret_box.h"
#include "plane/service.h"

namespace hikae::plane {

/// The credentials that it gives stand in the table of keys (sts/keys.h), so that requests signed
/// with them are verified; they are never mightier than the key that asked for them. Whom a role's
/// trust policy names is stored, not evaluated by this version.
class Sts final : public Service {
 public:
  /// `box` outlives the service.
  Sts(engine::Kernel& kernel, const SecretBox& box);
};

}  // namespace hikae::plane
