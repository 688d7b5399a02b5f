// A script as a child, and what the child said as an answer. Internal to this folder.
//
// The example: `def go(events, context): print("hi"); return {"n": events["n"] + 1}`. The child is
// a small program of ours; it reads the script and its payload from stdin, runs the one with the
// other and writes what was returned as JSON. What the script itself prints must not be taken for
// that: in Python our program keeps the real stdout for itself and gives the script stderr for
// both; in PowerShell, which has one stream, the result stands behind a line that only we know.
#pragma once

#include "base/spawner.h"
#include "base/value.h"

namespace hikae::plane {

/// Errors: `Unsupported` where the interpreter is not installed, `Invalid` for inputs that no
/// script can be made of.
[[nodiscard]] Result<ChildJob> script_job(const Value& input, const Spawner& spawner);
/// {Payload, ExecutionLog}.
[[nodiscard]] Result<Value> script_answer(const ChildEnd& end, const ChildJob& job);

}  // namespace hikae::plane
