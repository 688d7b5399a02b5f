// Environments of the user's functions: started when asked for, kept warm, ended when idle.
//
//   invoke --> a warm environment of this code? --> it takes the invocation
//          \-> room for one more? --> code (rows or S3) --> a key (one turn) --> a new environment
//
// One takes one invocation at a time, so a function that is asked twice at once has two. An
// environment belongs to a revision of its function; what has another is ended when it is seen.
//
// Nothing is durable but the key, which is in the table before the child runs, and of no use once
// it has expired. Engine's thread.
#pragma once

#include <functional>
#include <list>
#include <memory>
#include <optional>
#include <string>

#include "aws/cloud.h"
#include "base/function_host.h"
#include "base/log.h"
#include "base/ports.h"
#include "base/secret_box.h"
#include "engine/kernel.h"
#include "plane/lambda/function_job.h"

namespace hikae::plane::lambda {

/// What functions run by. Without a host none runs.
struct FunctionPorts {
  FunctionHost* host = nullptr;
  const SecretBox* secrets = nullptr;
  Log* log = nullptr;
  /// Where functions reach hikae, opened when it is first wanted ("http://127.0.0.1:40123").
  std::function<Result<std::string>()> door;
};

inline constexpr std::int64_t kConcurrency = 10;      // of a function that reserves none
inline constexpr std::size_t kEnvironmentsMost = 16;  // of all functions
inline constexpr Duration kIdleMost = minutes(5);

struct PoolCall {
  Scope scope;
  std::string name;
  FunctionCall call;  // without its time
};

class FunctionPool {
 public:
  using Done = std::move_only_function<void(Result<FunctionEnd>)>;
  /// All outlive the pool; `ports.host` is there.
  FunctionPool(engine::Kernel& kernel, aws::Cloud& cloud, Timers& timers, FunctionPorts ports);
  ~FunctionPool();
  FunctionPool(const FunctionPool&) = delete;
  FunctionPool& operator=(const FunctionPool&) = delete;

  /// Of a function that has a row. Errors: TooManyRequestsException, `Throttled`; those of
  /// FunctionHost; what S3 answers where the code lies there.
  void invoke(PoolCall wanted, Done done);

 private:
  struct Environment {
    EnvironmentId id = 0;  // 0: it is being made
    Scope scope;
    std::string name;
    std::string revision;
    std::string key_id;
    WallTime usable_until{};
    bool is_busy = true;
    std::uint64_t uses = 0;
  };
  using Place = std::list<Environment>::iterator;
  struct Asked {
    PoolCall wanted;
    Done done;
    Value configuration;
    std::string stream;  // of its environment's log
  };

  [[nodiscard]] std::optional<Place> warm(const Asked& asked);
  [[nodiscard]] Result<> make_room(const Asked& asked);
  void begin(Asked asked);
  void fetch_code(Place place, Asked asked);
  void give_access(Place place, Asked asked, FunctionCode code);
  void open(Place place, Asked asked, FunctionCode code, const FunctionAccess& access);
  void give_up(Place place, Asked asked, const Error& error);
  void use(Place place, Asked asked);
  void used(Place place, Asked asked, Result<FunctionEnd> end, bool was_warm);
  void rest(Place place);
  void retire(Place place);
  [[nodiscard]] std::int64_t busy_of(const PoolCall& wanted) const;

  engine::Kernel& kernel_;
  aws::Cloud& cloud_;
  Timers& timers_;
  FunctionPorts ports_;
  std::list<Environment> environments_;  // the one that was used last stands last
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace hikae::plane::lambda
