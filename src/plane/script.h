// The internal service "hikae-script": what runs for aws:executeScript
// (docs/reference/ssm-automation.md 5.3).
//
// Run {Runtime, Handler, Script, InputPayload, RunId, StepName, Token, TimeoutSeconds} ->
// {Payload, ExecutionLog}: the script as a child by the Spawner port, in a folder of its own that
// goes away with it. A script that raises is an error whose message is what it raised.
//
// Stop {Token} -> {}: the script of that token is killed, and Run answers ScriptStopped. One that
// is not under way is none of its business.
//
// Errors of Run: `Unsupported` where the configuration does not allow scripts, or this machine has
// no interpreter; `Invalid` for what the script did wrong, `Timeout` and `Limit` for its limits.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>

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
  using Key = std::pair<Scope, std::string>;  // and the token
  void run(aws::Request request, aws::Done done);
  void start(const Key& key, ChildJob job, const std::string& name, aws::Done done);
  void stop(const aws::Request& request, aws::Done done);

  Spawner& spawner_;
  Log& log_;
  OutsideOnce once_;
  std::map<Key, ChildId> children_;
  std::set<Key> stopped_;  // before they were children
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hikae::plane
