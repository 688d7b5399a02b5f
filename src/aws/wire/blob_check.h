// Blobs in an input must be base64, except where one is the whole body.
#pragma once

#include "aws/table.h"
#include "base/result.h"
#include "base/value.h"

namespace hikae::aws::wire {

/// Error: `Invalid`, "ParamValidation", naming the first that is none.
[[nodiscard]] Result<> check_blobs(const table::Operation& operation, const Value& input);

}  // namespace hikae::aws::wire
