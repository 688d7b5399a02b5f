// hikae's own documents, as they are linked into the program (runbooks/*.yaml).
#pragma once

#include <string_view>

#include "base/value.h"

namespace hikae::plan {

[[nodiscard]] std::string_view backup_runbook();
[[nodiscard]] std::string_view start_runbook();
/// A document's text as a value. Our own documents always read: anything else is a broken build.
[[nodiscard]] Value runbook_value(std::string_view text);

}  // namespace hikae::plan
