// One confined child from its beginning to its end. Blocking: used by a worker (os/spawner.h).
//
// The order in the child, between fork and exec, where only async-signal-safe calls are allowed:
// own session; streams; limits; the folder; another user; the confinement; exec. What fails on the
// way comes back through a pipe that closes itself on exec.
#pragma once

#include <poll.h>
#include <sys/types.h>

#include <atomic>
#include <string>
#include <vector>

#include "base/spawner.h"
#include "os/child_folder.h"
#include "os/connect_broker.h"

namespace hikae::os {

/// Who lives with a child that goes on for long (os/function_environment.h): it is asked whenever
/// something happens, on the thread that watches the child.
class ChildCompanion {
 public:
  virtual ~ChildCompanion() = default;
  /// Before the fork: puts into the folder what the child needs. `user` as of ChildFolder.
  [[nodiscard]] virtual Result<> furnish(const ChildFolder& folder, int user) = 0;
  /// `home`: the folder as the child names it. What the job names as well counts instead.
  [[nodiscard]] virtual std::vector<std::string> environment(const std::string& home) = 0;
  /// Connections that the child wants are made by it.
  [[nodiscard]] virtual ConnectBroker& broker() = 0;
  /// Of data that each of its processes may write to.
  [[nodiscard]] virtual std::size_t data_bytes() const = 0;

  virtual void add_polled(std::vector<pollfd>& polled) = 0;
  virtual void look_at(const std::vector<pollfd>& polled) = 0;
  /// What it wrote to either stream; nothing of it is kept otherwise.
  virtual void heard(std::string_view bytes) = 0;
  /// Asked again and again; false: the child is killed.
  [[nodiscard]] virtual bool goes_on(pid_t child) = 0;
};

/// Runs `job` below `root`; `stop` ends it early, within a tenth of a second. Errors as Spawner's.
[[nodiscard]] Result<ChildEnd> run_child(const ChildJob& job, const std::string& root,
                                         const std::atomic<bool>& stop,
                                         ChildCompanion* companion = nullptr);

}  // namespace hikae::os
