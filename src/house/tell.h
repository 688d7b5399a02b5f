// What the kernel has to say to people, put into hikae's own events, which reach every topic that
// has subscribers.
#pragma once

#include "base/log.h"
#include "engine/kernel.h"

namespace hikae::house {

/// The kernel, the log and the scope outlive what is returned.
[[nodiscard]] engine::Kernel::Tell make_tell(engine::Kernel& kernel, const Scope& scope, Log& log);

}  // namespace hikae::house
