// Sockets as the operating system gives them: listening, accepting, connecting, all without
// waiting.
#pragma once

#include <sys/socket.h>

#include <string>

#include "base/result.h"

namespace hikae::net {

/// An IPv4 or IPv6 address with its port.
struct SocketAddress {
  sockaddr_storage bytes{};
  socklen_t size = 0;

  /// "127.0.0.1", "::1".
  [[nodiscard]] std::string text() const;
  [[nodiscard]] int port() const;
};

/// `address` without brackets. Errors: `Invalid`.
[[nodiscard]] Result<SocketAddress> parse_address(const std::string& address, int port);
/// A listening socket. Errors: `Io` with the system's words.
[[nodiscard]] Result<int> listen_at(const SocketAddress& address);
/// The port that a socket has.
[[nodiscard]] int port_of(int socket);

enum class Accepting { One, None, Exhausted };  // Exhausted: no descriptor is left
struct Accepted {
  Accepting state = Accepting::None;
  int socket = -1;
  SocketAddress peer;
};
[[nodiscard]] Accepted accept_one(int listening);

/// A socket on its way to `to`; it is connected, or not, when it can be written.
[[nodiscard]] Result<int> begin_connect(const SocketAddress& to);
/// How that went: 0, or the system's error.
[[nodiscard]] int connect_error(int socket);

}  // namespace hikae::net
