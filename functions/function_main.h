// What the mains of the functions share: the world a function works in (AWS by the environment's
// keys, Lambda's Runtime API, the configuration in its variables) around one handler of upkeep.
#pragma once

#include "aws/cloud.h"
#include "upkeep/calls.h"

namespace hikae::functions {

/// A handler as upkeep has them (upkeep/retention_handler.h and others).
using Work = void (*)(const upkeep::Context& context, const Value& event, const Value& config,
                      aws::Done done);

/// main(): serves until Lambda ends the process. Gives the exit code: 0 after SIGTERM, 1 where
/// Lambda's API failed or the function could not begin, 64 where Lambda did not start it.
[[nodiscard]] int run_function(Work work);

}  // namespace hikae::functions
