// Names to addresses without blocking the loop (the system's resolver, on a thread of Asio's).
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "net/sockets.h"

namespace boost::asio {
class io_context;
}

namespace hikae::net {

class Resolver {
 public:
  using Done = std::move_only_function<void(Result<std::vector<SocketAddress>>)>;
  explicit Resolver(boost::asio::io_context& io);
  /// Questions under way are dropped.
  ~Resolver();

  /// `done` comes later, on the loop's thread; it must hold its owner weakly. An address is its own
  /// answer. Errors: `Io` (no such name, no address).
  void resolve(const std::string& host, int port, Done done);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace hikae::net
