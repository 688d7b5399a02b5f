// The internal service "hikae-script": what runs for aws:executeScript
// (docs/reference/ssm-automation.md 5.3).
//
// Run {Runtime, Handler, Script, InputPayload, RunId, StepName, Token, TimeoutSeconds} ->
// {Payload, ExecutionLog}: the script as a child by the Spawner port, in a folder of its own that
// goes away with it. A script that raises is an error whose message is what it raised.
//
// Errors: `Unsupported` where the configuration does not allow scripts, or this machine has no
// interpreter; `Invalid` for what the script did wrong, `Timeout` and `Limit` for its limits.
#pragma once

#include "base/log.h"
#include "base/spawner.h"
#include "plane/outside_once.h"
#include "plane/service.h"

namespace hikae::plane {

class ScriptService final : public Service {
 public:
  /// The spawner and the log outlive the service.
  ScriptService(engine::Kernel& kernel, Spawner& spawner, Log& log);

 private:
  void run(aws::Request request, aws::Done done);
  void start(ChildJob job, const std::string& name, aws::Done done);

  Spawner& spawner_;
  Log& log_;
  OutsideOnce once_;
};

}  // namespace hikae::plane
