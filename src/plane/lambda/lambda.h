// Lambda as hikae answers it: functions as resources, and the invocation of hikae's own ones, in
// process (docs/reference/schedules-events-sns-lambda-cfn.md 4.2).
//
// hikae's own are told by their names: hikae-retention*, hikae-agent-check*, and the article's
// lmd-del-backup-gen and lmd-ssmagentcheck-send-sns. They are answered whether or not a function of
// that name was created; the variables of one that was are their configuration. Functions of the
// user's own run as processes (plane/lambda/pool.h) where there is a host for them; elsewhere
// invoking one answers a FunctionError that says so. The article's two run as processes where their
// code is here, unless hikae.yaml says `functions: own`.
//
// Invoke with InvocationType Event starts a machine of kind "invocation"
// (plane/lambda/invocation.h) in its turn. RequestResponse is not recorded: who needs it done asks
// again.
#pragma once

#include <map>
#include <memory>
#include <tuple>
#include <vector>

#include "base/ports.h"
#include "plane/lambda/pool.h"
#include "plane/lambda/stand_in.h"
#include "plane/service.h"
#include "upkeep/turns.h"

namespace hikae::plane {

class Lambda final : public Service {
 public:
  /// `cloud` is whom the functions call (the router). All outlive the service.
  Lambda(engine::Kernel& kernel, aws::Cloud& cloud, const WallClock& clock, Timers& timers,
         const lambda::FunctionPorts& ports = {});

 private:
  using Running = std::tuple<Scope, std::string, std::string>;  // function and payload
  void add_functions();
  void add_permissions();
  void add_versions();
  void invoke(aws::Request request, aws::Done done);
  void run(const Running& key, const Value& event, aws::Done done);
  void run_process(const aws::Request& request, const std::string& name, aws::Done done);
  void invoke_process(lambda::PoolCall call, bool wants_log, aws::Done done);
  void ended(const Running& key, const Result<Value>& answer);

  aws::Cloud& cloud_;
  lambda::StandIn stand_in_{cloud_};
  const WallClock& clock_;
  Timers& timers_;
  lambda::FunctionPorts ports_;
  std::unique_ptr<lambda::FunctionPool> pool_;  // absent: there is no host
  /// A caller that lost patience and asks once more joins what still runs.
  std::map<Running, std::vector<aws::Done>> running_;
  std::shared_ptr<upkeep::Turns> turns_ = std::make_shared<upkeep::Turns>();
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hikae::plane
