// One confined child from its beginning to its end. Blocking: used by a worker (os/spawner.h).
//
// The order in the child, between fork and exec, where only async-signal-safe calls are allowed:
// own session; streams; limits; the folder; another user; the confinement; exec. What fails on the
// way comes back through a pipe that closes itself on exec.
#pragma once

#include <atomic>
#include <string>

#include "base/spawner.h"

namespace hikae::os {

/// Runs `job` below `root`; `stop` ends it early, within a tenth of a second. Errors as Spawner's.
[[nodiscard]] Result<ChildEnd> run_child(const ChildJob& job, const std::string& root,
                                         const std::atomic<bool>& stop);

}  // namespace hikae::os
