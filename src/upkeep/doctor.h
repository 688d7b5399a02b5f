// The doctor: looks at every machine of a plan, and tries every call that a night makes, before the
// night. It changes nothing: what changes something is asked with DryRun.
#pragma once

#include <functional>
#include <vector>

#include "upkeep/doctor_checks.h"

namespace hikae::upkeep {

/// What an account knows besides its machines is asked of this internal service (house/account.h):
/// the operations' own names and inputs. Where nobody answers it, the machines are embedded.
inline constexpr const char* kAccountService = "hikae-account";

/// All checks of one plan, later: the plan's first, then machine by machine in the order of their
/// ids. What could not be asked is a check, never an error.
void examine_plan(const Context& context, DoctorOrder order,
                  std::move_only_function<void(std::vector<Check>)> done);

}  // namespace hikae::upkeep
