// An HTTP/1.1 server: connections, deadlines and TLS around the codec (net/http_codec.h). It knows
// no service: every whole request goes to one handler.
//
// What a client can count on: keep-alive, pipelined requests answered in order, 100-continue, a
// malformed request answered 400 and the connection closed. What the house can count on: a slow,
// broken or hostile client costs at most its own connection; buffers are lent only while bytes flow
// (an idle plain connection holds below 1 KB of ours).
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "base/http.h"
#include "base/ports.h"
#include "net/http_limits.h"

namespace boost::asio {
class io_context;
}

namespace hikae::net {

struct ServerOptions {
  std::string address = "127.0.0.1";  // an IPv4 or IPv6 address, without brackets
  int port = 0;                       // 0: the system chooses (Server::port)
  std::string certificate_file{};     // PEM, with the chain; empty: plain HTTP
  std::string key_file{};             // PEM; ECDSA or RSA
  HttpLimits limits{};
  HttpPatience patience{};
  /// Of all connections together: bodies that are on their way, whoever sends them. What would pass
  /// it is answered `busy` and its connection closed. Bodies over 1 MiB get three quarters of it,
  /// so that large ones cannot keep small ones out.
  std::size_t bodies_bytes = std::size_t{256} * 1024 * 1024;
  HttpResponse busy{503, {{"Content-Type", "text/plain; charset=utf-8"}}, "too much at once\n"};
  std::size_t connections = 12'000;  // beyond it the one that has been idle longest is closed
};

struct PeerInfo {
  std::string address;
  int port = 0;
  bool is_tls = false;
};

struct ServerCounts {
  std::size_t open = 0;
  std::size_t idle = 0;  // of the open ones
  std::size_t accepted = 0;
  std::size_t requests = 0;
  std::size_t refused = 0;     // malformed or beyond a limit
  std::size_t timed_out = 0;   // too slow
  std::size_t held_bytes = 0;  // of bodies that are on their way
  std::size_t busy = 0;        // answered ServerOptions::busy
};

/// Lives on one thread, the one that runs `io`. Nothing of it is durable.
class Server {
 public:
  /// Answers one request: at once or later, on the same thread, once. Dropped without a call it
  /// closes the connection. After the connection or the server is gone a call does nothing.
  using Reply = std::move_only_function<void(HttpResponse)>;
  /// Called on the loop's thread. A connection's next request comes after its reply. Must not
  /// destroy the server. `Content-Length` and `Connection` of the answer are the server's own (for
  /// HEAD, a Content-Length that the handler set stands); it sets no Date.
  using Handler = std::move_only_function<void(HttpRequest, PeerInfo, Reply)>;

  /// `io` and `timers` must outlive the server.
  Server(boost::asio::io_context& io, Timers& timers, ServerOptions options, Handler handler);
  /// Closes every connection at once.
  ~Server();

  /// Begins to accept. Errors: `Io` (the address is taken, or none of ours), `Invalid` (the
  /// certificate or its key cannot be used).
  [[nodiscard]] Result<> listen();
  /// The port that is listened on; 0 before listen().
  [[nodiscard]] int port() const;
  /// Accepts nothing more, closes what is idle, lets what runs be answered (with `Connection:
  /// close`), and after `grace` closes the rest. `done` is called once, later.
  void stop(Duration grace, std::move_only_function<void()> done);
  [[nodiscard]] ServerCounts counts() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace hikae::net
