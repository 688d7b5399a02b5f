// A hikae that runs beside this command, reached as any AWS client reaches it: at the address and
// with the key that stand in its data folder (cli/serving.h). Or AWS itself, where a stack of
// hikae's own is deployed.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/cloud.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/value.h"
#include "cli/aws_machines.h"
#include "cli/serving.h"
#include "os/real_loop.h"

namespace hikae::cli {

class RunningHikae {
 public:
  /// Asks it who it is. Errors: `Unavailable` or `Io` where nobody answers at that address.
  [[nodiscard]] static Result<std::unique_ptr<RunningHikae>> reach(const Reach& reach,
                                                                   const std::string& data_folder);
  /// An account of AWS; asks whose keys these are. Errors as the cloud gives them.
  [[nodiscard]] static Result<std::unique_ptr<RunningHikae>> in_account(const AwsOptions& options);
  ~RunningHikae();
  RunningHikae(const RunningHikae&) = delete;
  RunningHikae& operator=(const RunningHikae&) = delete;

  [[nodiscard]] Result<Value> call(std::string_view service, std::string_view operation,
                                   Value input);
  /// Asks `done` again and again, with pauses; false where `limit` has come or a signal.
  bool run_until(const std::function<bool()>& done, std::optional<WallTime> limit);

  [[nodiscard]] os::RealLoop& loop();
  [[nodiscard]] aws::Cloud& cloud();
  [[nodiscard]] const Scope& scope() const;
  [[nodiscard]] const std::string& data() const;
  /// Of an account: where a service is reached.
  [[nodiscard]] Result<std::string> address_of(std::string_view service) const;

 private:
  struct Line;
  struct Parts;
  explicit RunningHikae(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hikae::cli
