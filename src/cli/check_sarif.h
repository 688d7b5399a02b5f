// What `hikae check` found, as SARIF 2.1.0: what CI systems show beside the lines of a change.
#pragma once

#include <string_view>

#include "base/value.h"
#include "cli/check_files.h"

namespace hikae::cli {

/// One run with all rules, one result a finding. A file that could not be read is a notification,
/// and the invocation then was not successful. Fingerprints hold the finding's words and not its
/// line, so that a finding that moves stays the same one.
[[nodiscard]] Value to_sarif(const std::vector<CheckedFile>& files, std::string_view version);

}  // namespace hikae::cli
