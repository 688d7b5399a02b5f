// A hikae that runs beside this command, reached as any AWS client reaches it: at the address and
// with the key that stand in its data folder (cli/serving.h).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "aws/cloud.h"
#include "base/ids.h"
#include "base/result.h"
#include "base/value.h"
#include "cli/serving.h"
#include "os/real_loop.h"

namespace hikae::cli {

class RunningHikae {
 public:
  /// Asks it who it is. Errors: `Unavailable` or `Io` where nobody answers at that address.
  [[nodiscard]] static Result<std::unique_ptr<RunningHikae>> reach(const Reach& reach,
                                                                   const std::string& data_folder);
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

 private:
  struct Parts;
  explicit RunningHikae(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace hikae::cli
