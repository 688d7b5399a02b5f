// The environments of functions, each on a thread of its own (os/function_environment.h), and the
// files of their logs. The engine's thread never waits for one.
#pragma once

#include <functional>
#include <memory>

#include "base/function_host.h"

namespace hikae::os {

class ProcessFunctions final : public FunctionHost {
 public:
  /// Runs its argument on the engine's thread, later; callable from any thread; lives at least as
  /// long as this.
  using Post = std::function<void(std::move_only_function<void()>)>;

  /// Folders of environments lie below `root`, what a former process left there is removed; logs
  /// in `root`/functions/logs, of each function the last 2 MiB.
  ProcessFunctions(std::string root, Post post);
  /// Kills all of them.
  ~ProcessFunctions() override;
  ProcessFunctions(const ProcessFunctions&) = delete;
  ProcessFunctions& operator=(const ProcessFunctions&) = delete;

  EnvironmentId open(FunctionJob job) override;
  void invoke(EnvironmentId id, FunctionCall call, Done done) override;
  void close(EnvironmentId id) override;
  void keep_log(const std::string& function, std::string_view text) override;
  [[nodiscard]] bool has(FunctionRuntime runtime) const override;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace hikae::os
