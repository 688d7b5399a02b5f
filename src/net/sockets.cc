#include "net/sockets.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>

#include "base/escape.h"

namespace hikae::net {
namespace {

constexpr int kBacklog = 1024;

std::unexpected<Error> socket_failure(const std::string& what, const SocketAddress& address) {
  return fail(ErrorKind::Io, fmt::format("{} {} port {}: {}", what, address.text(), address.port(),
                                         std::strerror(errno)));
}

void set_option(int socket, int level, int name) {
  const int on = 1;
  setsockopt(socket, level, name, &on, sizeof on);
}

const sockaddr* plain_address(const SocketAddress& address) {
  return reinterpret_cast<const sockaddr*>(&address.bytes);
}

}  // namespace

std::string SocketAddress::text() const {
  std::array<char, INET6_ADDRSTRLEN> out{};
  const void* from =
      bytes.ss_family == AF_INET6
          ? static_cast<const void*>(&reinterpret_cast<const sockaddr_in6&>(bytes).sin6_addr)
          : &reinterpret_cast<const sockaddr_in&>(bytes).sin_addr;
  return inet_ntop(bytes.ss_family, from, out.data(), out.size()) ? out.data() : "?";
}

int SocketAddress::port() const {
  return ntohs(bytes.ss_family == AF_INET6 ? reinterpret_cast<const sockaddr_in6&>(bytes).sin6_port
                                           : reinterpret_cast<const sockaddr_in&>(bytes).sin_port);
}

Result<SocketAddress> parse_address(const std::string& address, int port) {
  SocketAddress out;
  auto& four = reinterpret_cast<sockaddr_in&>(out.bytes);
  auto& six = reinterpret_cast<sockaddr_in6&>(out.bytes);
  if (port < 0 || port > 65'535)
    return fail(ErrorKind::Invalid, fmt::format("{} is no port: 0 to 65535", port));
  if (inet_pton(AF_INET, address.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(static_cast<std::uint16_t>(port));
    out.size = sizeof four;
  } else if (inet_pton(AF_INET6, address.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(static_cast<std::uint16_t>(port));
    out.size = sizeof six;
  } else {
    return fail(ErrorKind::Invalid,
                "'" + printable(address) + "' is no address: write one like 127.0.0.1 or ::1");
  }
  return out;
}

Result<int> listen_at(const SocketAddress& address) {
  const int made = socket(address.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return socket_failure("no socket for", address);
  // Else a restart would find the port taken by connections that have just ended.
  set_option(made, SOL_SOCKET, SO_REUSEADDR);
  if (bind(made, plain_address(address), address.size) == 0 && listen(made, kBacklog) == 0)
    return made;
  auto failure = socket_failure("cannot listen at", address);
  close(made);
  return failure;
}

int port_of(int socket) {
  SocketAddress own;
  own.size = sizeof own.bytes;
  return getsockname(socket, reinterpret_cast<sockaddr*>(&own.bytes), &own.size) == 0 ? own.port()
                                                                                      : 0;
}

Accepted accept_one(int listening) {
  Accepted out;
  out.peer.size = sizeof out.peer.bytes;
  out.socket = accept4(listening, reinterpret_cast<sockaddr*>(&out.peer.bytes), &out.peer.size,
                       SOCK_CLOEXEC | SOCK_NONBLOCK);
  if (out.socket >= 0) {
    // A small answer must not wait for the acknowledgement of the one before.
    set_option(out.socket, IPPROTO_TCP, TCP_NODELAY);
    out.state = Accepting::One;
  } else if (errno == EMFILE || errno == ENFILE || errno == ENOBUFS || errno == ENOMEM) {
    out.state = Accepting::Exhausted;
  }
  return out;
}

Result<int> begin_connect(const SocketAddress& to) {
  const int made = socket(to.bytes.ss_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
  if (made < 0) return socket_failure("no socket for", to);
  set_option(made, IPPROTO_TCP, TCP_NODELAY);
  set_option(made, SOL_SOCKET, SO_KEEPALIVE);
  if (connect(made, plain_address(to), to.size) == 0 || errno == EINPROGRESS) return made;
  auto failure = socket_failure("cannot connect to", to);
  close(made);
  return failure;
}

int connect_error(int socket) {
  int error = 0;
  socklen_t size = sizeof error;
  return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &size) == 0 ? error : errno;
}

}  // namespace hikae::net
