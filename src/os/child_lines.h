// Connections for a child that may make none itself: it asks over a socket, the parent connects to
// the one server of the job and hands the descriptor over.
//
// The example: a runbook's script calls boto3, which wants a TCP connection to hikae's own server.
// To allow it sockets would allow it the whole network. What can go wrong: a connection that was
// handed over must not be pointed elsewhere, so the child's filter forbids connect() as well
// (os/confinement.h).
#pragma once

#include <sys/socket.h>

#include <string>

#include "base/result.h"

namespace hikae::os {

class ChildLines {
 public:
  /// `server` as in ChildJob (base/spawner.h); empty: nobody will be served, and both ends are -1.
  /// Errors: `Invalid` where it is no numeric address with a port, `Io`.
  [[nodiscard]] static Result<ChildLines> prepare(const std::string& server);
  ChildLines(ChildLines&& other) noexcept;
  ChildLines& operator=(ChildLines&&) = delete;
  ~ChildLines();

  /// Given to the child; close it here once it has been forked.
  [[nodiscard]] int child_end() const { return child_; }
  void close_child_end();
  /// Readable when the child asks.
  [[nodiscard]] int our_end() const { return ours_; }
  /// Answers what was asked for so far. Waits for a connection to the server, which is on this
  /// machine, at most five seconds. False: the child asks nothing more.
  [[nodiscard]] bool serve();

 private:
  ChildLines() = default;
  [[nodiscard]] int connect_to_server() const;
  void hand_over(int line) const;

  int child_ = -1;
  int ours_ = -1;
  sockaddr_storage address_{};
  socklen_t address_size_ = 0;
};

}  // namespace hikae::os
