// Whether two plans back up the same servers, as far as their own text tells.
#pragma once

#include <string>

#include "plan/config.h"

namespace hikae::plan {

/// What both name, for a person ("Backup=daily", "i-0123456789abcdef0"); empty where they have
/// nothing in common, or where only the servers' own tags can tell.
[[nodiscard]] std::string shared_target(const Plan& one, const Plan& other);

}  // namespace hikae::plan
