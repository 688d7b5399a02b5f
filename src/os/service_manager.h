// Who started this process and watches over it: systemd, or whatever speaks sd_notify's protocol
// (datagrams of NAME=VALUE to the socket in $NOTIFY_SOCKET; sd_notify(3), sd_watchdog_enabled(3)).
//
// The example: a unit of Type=notify counts as started only when hikae has said READY=1, and is
// killed and started again when WATCHDOG=1 stays away for WatchdogSec. The idea: the sign of life
// is a timer of the very loop that thinks, so that a loop which hangs is silent. What can go wrong:
// a sign from another thread would speak for a loop that hangs; a sign that waits for the manager
// would make the loop hang. So there is no thread, and the socket never blocks.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/ports.h"
#include "base/result.h"

namespace hikae::os {

/// As they stand in the environment; empty where they do not.
struct ManagerWords {
  std::string notify_socket;  // $NOTIFY_SOCKET: "/path", or "@name" in the abstract name space
  std::string watchdog_usec;  // $WATCHDOG_USEC: microseconds
  std::string watchdog_pid;   // $WATCHDOG_PID: whom the watchdog is meant for; empty: whoever reads
};

/// Reads them and takes them out of the environment, so that no child speaks in our name. Before
/// any thread is started.
[[nodiscard]] ManagerWords take_manager_words();

class ServiceManager {
 public:
  /// Nobody watches where `words` names no socket: then all of this does nothing. Errors: `Invalid`
  /// for a socket or an interval that is none; `Io`.
  [[nodiscard]] static Result<std::unique_ptr<ServiceManager>> open(const ManagerWords& words);
  ~ServiceManager();
  ServiceManager(const ServiceManager&) = delete;
  ServiceManager& operator=(const ServiceManager&) = delete;

  /// How often a sign of life is given: half of what the manager waits. Absent: it waits for none.
  [[nodiscard]] std::optional<Duration> interval() const { return interval_; }
  /// What a start needed is there. `status`: one line for `systemctl status`. Errors: `Io`; the
  /// manager will then count the start as failed.
  [[nodiscard]] Result<> ready(std::string_view status) const;
  /// Gives a sign of life now and then by `timers`, which outlive this, for as long as they run.
  /// A sign that cannot be sent is not repeated before the next one is due.
  void keep_alive(Timers& timers);
  [[nodiscard]] Result<> stopping() const;

 private:
  ServiceManager() = default;
  [[nodiscard]] Result<> tell(const std::string& words) const;
  void sign();
  int socket_ = -1;  // connected; absent: nobody watches
  std::optional<Duration> interval_;
  Timers* timers_ = nullptr;
  TimerId next_ = 0;
};

}  // namespace hikae::os
