// Which windows a request about targets means (docs/reference/ssm-automation.md 9.2).
#pragma once

#include "plane/iam/access.h"
#include "plane/service.h"

namespace hikae::plane {

/// Whether one of the window's registered targets is meant by the request's Targets: it has a
/// criterion of the same key with a value in common, or it takes in an instance that the request
/// names by InstanceIds, by id or by the tags that the instance bears now. `tags` may be empty.
[[nodiscard]] bool has_target(const Ask& ask, std::string_view window,
                              const access::MachineTags& tags);

}  // namespace hikae::plane
