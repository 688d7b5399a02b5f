// The whole of hikae but the operating system: builds the parts in order and wires them. No clock,
// no file name, no main; it can be made twice in one test.
//
//   router <- kernel <- services, machines' kinds      (the router answers everybody)
//   machines' cloud: the sandbox, or AWS               (given from outside)
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "aws/cloud.h"
#include "aws/router.h"
#include "base/blob_store.h"
#include "base/function_host.h"
#include "base/log.h"
#include "base/ports.h"
#include "base/secret_box.h"
#include "base/spawner.h"
#include "base/webhook_sender.h"
#include "engine/kernel.h"
#include "plan/routes.h"
#include "store/database.h"

namespace hikae::aws {
class KeyRing;
}
namespace hikae::plane {
class Desk;
}

namespace hikae::house {

struct Ports {
  const WallClock& clock;
  Timers& timers;
  Entropy& entropy;
  Log& log;
  Mailer& mailer;
  engine::Reserve* reserve = nullptr;  // absent: the disk is not watched
  Spawner* spawner = nullptr;          // absent: nobody answers aws:executeScript
  WebhookSender* webhooks = nullptr;   // absent: nobody answers aws:invokeWebhook
  const SecretBox* secrets = nullptr;  // absent: SecureString and access keys are refused
  BlobStore* blobs = nullptr;          // absent: nobody answers s3
  aws::Cloud* embedded = nullptr;      // beside AWS's machines: who answers where a line of the
                                       // route table says hikae; absent: nobody
  /// The tags of a machine's thing by its id, for policies; absent: nobody knows any.
  std::function<Object(const Scope&, std::string_view id)> machine_tags = nullptr;
  FunctionHost* functions = nullptr;  // absent: the user's functions are kept, and not run
  /// Where functions reach this house by HTTP, opened when one first wants it; absent: nowhere.
  std::function<Result<std::string>()> function_door = nullptr;
};

/// Who answers for what the machines themselves know.
enum class Machines {
  Embedded,  // ec2, and of ssm the agents and their commands
  Aws,       // AWS, for what the route table says (plan/routes.h)
};

struct Settings {
  Scope scope{"123456789012", "ap-northeast-1"};
  Machines machines = Machines::Embedded;
  std::vector<plan::Route> routes;  // of Aws: the lines that hikae.yaml changes
};

class House {
 public:
  /// `database` is hikae's own; `machines` answers ec2 and what of ssm the machines know. All
  /// outlive the house. Recovers what was in flight.
  [[nodiscard]] static Result<std::unique_ptr<House>> assemble(const Ports& ports,
                                                               const Settings& settings,
                                                               store::Database& database,
                                                               aws::Cloud& machines);
  ~House();
  House(const House&) = delete;
  House& operator=(const House&) = delete;

  /// The one door: everything is asked through it.
  [[nodiscard]] aws::Cloud& cloud();
  [[nodiscard]] engine::Kernel& kernel();
  [[nodiscard]] const Scope& scope() const;
  /// Where clients reach this house: what stands in its queues' URLs, and where its scripts find
  /// it, from now on.
  void serve_at(const std::string& url);
  /// The operator's desk (plane/desk.h) and the access keys that the server's door looks up.
  [[nodiscard]] plane::Desk& desk();
  [[nodiscard]] const aws::KeyRing& keys() const;
  /// What hikae itself answers: service and operation, sorted; the machines' cloud knows its own.
  [[nodiscard]] std::vector<std::pair<std::string, std::string>> answered() const;
  /// Called with every request that passes the router.
  void observe(std::function<void(const aws::Request&)> observer);

 private:
  struct Parts;
  explicit House(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hikae::house
