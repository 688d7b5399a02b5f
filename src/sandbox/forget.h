// Empties the embedded cloud's file: for test suites (docs/operator.md).
#pragma once

#include <string>

#include "base/result.h"

namespace hikae::sandbox {

/// Removes every resource from the file, in one transaction. No Sandbox may be open on it. Errors:
/// `Io`; nothing is changed then.
[[nodiscard]] Result<> forget_all(const std::string& path);

}  // namespace hikae::sandbox
