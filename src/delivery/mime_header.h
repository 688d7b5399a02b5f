// Header lines with an address, and the check that every header value goes through.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"

namespace hikae::delivery {

/// `Invalid` where the value holds a control character (CR, LF, NUL, …).
[[nodiscard]] Result<> check_header_value(std::string_view name, std::string_view value);
/// "From: "Display name" <address>", folded, without its last CRLF.
[[nodiscard]] Result<std::string> mailbox_line(std::string_view name, std::string_view display,
                                               std::string_view address);

}  // namespace hikae::delivery
