// An asynchronous invocation (docs/reference/schedules-events-sns-lambda-cfn.md 4.2): the function
// is run until it succeeds; a function that fails is run twice more, after 1 and 2 minutes;
// throttling and an absent Lambda are waited out for up to 6 hours. What is given up is told: an
// event of source "hikae", "Invocation Failed".
#pragma once

#include <memory>

#include "base/machine.h"

namespace hikae::plane::lambda {

inline constexpr std::string_view kInvocationKind = "invocation";
inline constexpr std::string_view kInvocationFailed = "Invocation Failed";

/// Kind "invocation": `Started.input` {FunctionName, FunctionArn, Payload (JSON text)}. Outcome
/// {"Status": "Succeeded|Failed", "Attempts": n, "Payload" | "Reason"}. The event's detail:
/// {"function-name", "attempts", "reason", "payload" (its beginning), "first-attempt"}.
[[nodiscard]] std::unique_ptr<MachineKind> make_invocation_kind();

}  // namespace hikae::plane::lambda
