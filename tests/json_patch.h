// RFC 6902 as the negative cases of templates need it: add, remove, replace.
#pragma once

#include "base/value.h"

namespace hikae::tests {

/// The patched value; null where an operation names a place that is not there.
[[nodiscard]] Value patched(Value value, const Array& patch);

}  // namespace hikae::tests
