// A script as a child, and what the child said as an answer. Internal to this folder.
//
// The example: `def go(events, context): print("hi"); return {"n": events["n"] + 1}`. The child is
// a small program of ours; it reads the script and its payload from stdin, runs the one with the
// other and writes what was returned as JSON. What the script itself prints must not be taken for
// that: in Python our program keeps the real stdout for itself and gives the script stderr for
// both; in PowerShell, which has one stream, the result stands behind a line that only we know.
#pragma once

#include <string>

#include "base/spawner.h"
#include "base/value.h"

namespace hikae::plane {

/// How a script reaches hikae's own server, as any client does (docs/configuration.md, Scripts).
struct ScriptAccess {
  std::string url;  // "http://127.0.0.1:4780"
  std::string region;
  std::string key_id, secret, token;
};

/// Gives it to the job. PowerShell has no way to take connections that are handed in: nothing.
void give_access(ChildJob& job, const ScriptAccess& access);

/// Errors: `Unsupported` where the interpreter is not installed, `Invalid` for inputs that no
/// script can be made of.
[[nodiscard]] Result<ChildJob> script_job(const Value& input, const Spawner& spawner);
/// {Payload, ExecutionLog}.
[[nodiscard]] Result<Value> script_answer(const ChildEnd& end, const ChildJob& job);

}  // namespace hikae::plane
