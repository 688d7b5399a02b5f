// What an AWS error code means: the kind that callers branch on.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::aws {

/// The kind of an AWS error, from its code ("InvalidAMIID.NotFound") and, where the code says
/// nothing, the HTTP status (0: not known). A code that nobody has seen, without a status or with
/// a 4xx, is `Invalid`: the call was refused and will be again.
[[nodiscard]] ErrorKind classify(std::string_view code, int http_status = 0);

/// The error as an AWS API answers it, its kind filled in.
[[nodiscard]] std::unexpected<Error> aws_error(std::string code, std::string message,
                                               int http_status = 0);

/// The call was refused because the thing is gone or was never there.
[[nodiscard]] bool is_not_found(const Error& error);

}  // namespace hikae::aws
