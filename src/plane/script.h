// The internal service "hikae-script": what runs for aws:executeScript
// (docs/reference/ssm-automation.md 5.3).
//
// Run {Runtime, Handler, Script, InputPayload, RunId, StepName, Token, TimeoutSeconds} ->
// {Payload, ExecutionLog}: the script as a child by the Spawner port, in a folder of its own that
// goes away with it. A script that raises is an error whose message is what it raised.
//
// Where this hikae is served (serve_at), a Python script may call it as AWS's clients do: it is
// given the address, the region, and a key that ends with it: of the run's role, or in hikae's own
// name, with what an operator may (sts/keys.h), never more. The key is in the table before the
// child runs; if the process dies it is refused once the script's time is over.
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
#include "base/secret_box.h"
#include "base/spawner.h"
#include "plane/outside_once.h"
#include "plane/service.h"

namespace hikae::plane {

class ScriptService final : public Service {
 public:
  /// All outlive the service.
  ScriptService(engine::Kernel& kernel, Spawner& spawner, const SecretBox& box, Log& log);

  /// Where scripts reach this hikae from now on; empty: nowhere.
  void serve_at(const std::string& url) { url_ = url; }

 private:
  using Key = std::pair<Scope, std::string>;  // and the token
  void run(aws::Request request, aws::Done done);
  struct Begun {
    Key key;
    ChildJob job;
    std::string name;    // "RUN/STEP"
    std::string role;    // the run's; empty: none
    std::string key_id;  // of the access key that it was given; empty: none
  };
  void give_key(Begun begun, aws::Done done);
  void start(Begun begun, aws::Done done);
  void forget_key(const std::string& key_id);
  void stop(const aws::Request& request, aws::Done done);

  Spawner& spawner_;
  const SecretBox& box_;
  Log& log_;
  std::string url_;
  OutsideOnce once_;
  std::map<Key, ChildId> children_;
  std::set<Key> stopped_;  // before they were children
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hikae::plane
