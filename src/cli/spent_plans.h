// Plans whose schedule is over before they are applied.
#pragma once

#include "cli/session.h"
#include "plan/config.h"

namespace hikae::cli {

/// Error `Invalid` where a plan's window would never open again from now on. A window that stands
/// there already with that very schedule is no hindrance: it has done its work, and the rest of the
/// configuration can still be changed.
[[nodiscard]] Result<> refuse_spent_plans(Session& session, const plan::Config& config);

}  // namespace hikae::cli
