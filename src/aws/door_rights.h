// What the roles of access keys may do.
#pragma once

#include "aws/door.h"
#include "aws/model.h"
#include "base/result.h"

namespace hikae::aws {

/// Error `Denied`, "AccessDenied", naming the role that is needed.
[[nodiscard]] Result<> check_rights(KeyRole role, const Operation& operation);
/// The same for hikae's own services ("hikae-ledger", "List"), of which some change things.
[[nodiscard]] Result<> check_rights_inside(KeyRole role, std::string_view service,
                                           std::string_view operation);

}  // namespace hikae::aws
