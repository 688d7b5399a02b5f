// The ways in which the protocols write an instant.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "aws/table_format.h"
#include "base/time.h"

namespace hikae::aws::wire {

enum class TimeForm {
  Iso,     // "2026-01-01T18:30:00Z", with milliseconds where there are any: requests
  IsoMs,   // "2026-01-01T18:30:00.000Z": answers
  Unix,    // 1767292200, 1767292200.5
  Rfc822,  // "Thu, 01 Jan 2026 18:30:00 GMT"
};

/// What the shape asks for, else `otherwise`. `iso` is the side's own way of writing ISO-8601.
[[nodiscard]] TimeForm time_form(table::TimestampFormat asked, TimeForm iso, TimeForm otherwise);

/// `instant` as it stands inside a value; what is no instant is written as it is.
void append_time(std::string& out, std::string_view instant, TimeForm form);

/// Any of the forms, whichever was promised: clients and services mix them. The result is the one
/// form inside values; nothing where it is none of them or lies outside the years 1 to 9999.
[[nodiscard]] std::optional<std::string> read_time(std::string_view text);
[[nodiscard]] std::optional<std::string> read_time(double unix_seconds);

}  // namespace hikae::aws::wire
