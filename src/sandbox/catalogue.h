// What others have made public: every account sees it where it does not ask for its own only.
#pragma once

#include "sandbox/world.h"

namespace hikae::sandbox {

/// Two public images, one of them Amazon's, and their snapshots. Their ids depend on the region
/// only.
void add_public_catalogue(Region& region, WallTime now);

}  // namespace hikae::sandbox
