// What an invocation came to, in Lambda's shapes and words
// (docs/reference/schedules-events-sns-lambda-cfn.md 4.1 and 4.2).
#pragma once

#include <string>

#include "base/function_host.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::plane::lambda {

struct Outcome {
  std::string request_id;
  std::string version;  // "$LATEST"
  std::int64_t memory_mb = 128;
  Duration time_limit{};
  WallTime ended{};
};

/// The answer of Invoke, without LogResult. Error `Unavailable`, "ServiceException": it was stopped
/// because hikae ends, and may be asked for again.
[[nodiscard]] Result<Value> answer_of(const FunctionEnd& end, const Outcome& about);
/// START, what it printed, END, REPORT.
[[nodiscard]] std::string log_of(const FunctionEnd& end, const Outcome& about);
/// The last 4 KB of it in Base64: LogResult.
[[nodiscard]] std::string log_tail(std::string_view log);
/// A function that could not be run at all, as one that failed.
[[nodiscard]] Value unhandled(const Error& error);

}  // namespace hikae::plane::lambda
