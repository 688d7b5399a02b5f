// hikae's bootstrap of Python functions: the loop between the Runtime API and a handler
// (docs/reference/schedules-events-sns-lambda-cfn.md 4.1), run by the machine's python3.
#pragma once

#include <string>

namespace hikae::plane::lambda {

/// Python source. It imports `_HANDLER` ("file.function") from LAMBDA_TASK_ROOT, and reports what
/// goes wrong in the types and words that Lambda's own runtime uses.
[[nodiscard]] std::string python_bootstrap();

}  // namespace hikae::plane::lambda
