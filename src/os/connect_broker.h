// Connections of a child that runs any program at all: the kernel asks us about every connect()
// (seccomp's user notification), and we make the connection ourselves, to a place that is allowed.
//
// The example: a function written in Rust speaks to its Runtime API, and boto3 to hikae's server;
// to forbid it sockets would forbid both, to allow them would allow the whole network.
// The idea: the address is copied out of the child's memory once and compared; we take a duplicate
// of the child's own socket and connect that to our copy. The child's call never runs, so that what
// it writes over the address afterwards changes nothing.
// What can go wrong: the child ends between the question and our answer; then its number may be
// another's. The question is asked for again before its socket is touched.
#pragma once

#include <sys/types.h>

#include <optional>
#include <vector>

#include "base/result.h"
#include "os/numeric_address.h"

namespace hikae::os {

class ConnectBroker {
 public:
  /// Places that may be connected to. Error: `Io`.
  [[nodiscard]] static Result<ConnectBroker> prepare(std::vector<NumericAddress> allowed);
  ConnectBroker(ConnectBroker&& other) noexcept;
  ConnectBroker& operator=(ConnectBroker&&) = delete;
  ~ConnectBroker();

  /// In the child; async-signal-safe: gives away where its connect() asks.
  [[nodiscard]] bool hand_over(int questions) const;
  /// In the parent, once: waits until the child has handed over, or has ended.
  void take();

  /// Readable when the child asks; -1 before take().
  [[nodiscard]] int questions() const { return questions_; }
  /// Answers one question. Our own port of the connection where it was to `allowed[0]`.
  [[nodiscard]] std::optional<int> answer();

 private:
  ConnectBroker() = default;
  [[nodiscard]] int connect_for(unsigned long long id, pid_t thread, int socket,
                                unsigned long long address, unsigned long long size,
                                std::optional<int>& port) const;

  std::vector<NumericAddress> allowed_;
  int child_ = -1;
  int ours_ = -1;
  int questions_ = -1;
};

}  // namespace hikae::os
