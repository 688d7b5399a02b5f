// EC2's errors by code: what kind each is, and the texts that several operations share.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::sandbox {

/// An error as EC2 answers it; the kind follows from the code (aws/errors.h).
[[nodiscard]] Error ec2_error(std::string code, std::string message, int http_status = 0);

[[nodiscard]] Error missing_parameter(std::string_view name);
[[nodiscard]] Error invalid_value(std::string_view value, std::string_view name,
                                  std::string_view why);
/// What DryRun answers where the call would have been allowed.
[[nodiscard]] Error dry_run_error();
/// EC2's usual text for a code that a fault rule names without one.
[[nodiscard]] std::string usual_message(std::string_view code, std::string_view operation);

}  // namespace hikae::sandbox
