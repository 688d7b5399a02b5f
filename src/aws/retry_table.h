// The rows of the retry classes (retry_table.cc), for whoever wants to see that each is reached.
#pragma once

#include <span>
#include <string_view>

#include "aws/model.h"

namespace hikae::aws {

struct RetryRow {
  std::string_view call;  // "service:Operation"
  RetryClass retry;
};

[[nodiscard]] std::span<const RetryRow> retry_rows();

}  // namespace hikae::aws
