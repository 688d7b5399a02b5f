// What a child may not do, whatever it is: Landlock for files, seccomp for system calls. Made by
// the parent, put on by the child between fork and exec.
//
// The example: a runbook's script that reads ~/.aws/credentials and posts them, or that leaves a
// process behind which goes on after its time. The idea: files are readable below the system's own
// folders only and writable in the child's folder only; no sockets can be made or connected (those
// to hikae's own server are handed in, os/child_lines.h), or only where the parent connects them
// (os/connect_broker.h); nobody leaves the process group, so that one kill reaches all; nobody
// gains rights by a set-uid program. What can go wrong: an old kernel without Landlock. Then only a
// child that gives up root is confined (it owns nothing but its folder); without root such a child
// is not started.
#pragma once

#include <linux/filter.h>

#include <string>
#include <vector>

#include "base/result.h"

namespace hikae::os {

enum class Sockets {
  None,
  /// TCP only, and every connect() is a question to the parent (os/connect_broker.h).
  Brokered,
};

class Confinement {
 public:
  /// `writable` is a descriptor of the one folder that may be written in. Errors: `Unsupported`
  /// where this kernel has no Landlock and `has_other_user` is false.
  [[nodiscard]] static Result<Confinement> prepare(int writable, bool has_other_user,
                                                   Sockets sockets = Sockets::None);
  Confinement(Confinement&& other) noexcept;
  Confinement& operator=(Confinement&&) = delete;
  ~Confinement();

  /// In the child; async-signal-safe. False: errno says why, and the child must not go on.
  /// `questions`, of brokered sockets: where connect() asks, closed on exec.
  [[nodiscard]] bool put_on(int& questions) const;

 private:
  Confinement() = default;
  Sockets sockets_ = Sockets::None;
  int ruleset_ = -1;  // absent: the kernel has none
  std::vector<sock_filter> filter_;
};

}  // namespace hikae::os
