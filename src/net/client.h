// HTTP/1.1 as a client: a pool of kept-alive connections for each origin, TLS that is always
// verified, proxies. No redirects, no retries of a request that may have gone out (the effect layer
// of the engine is the only one that retries).
#pragma once

#include <memory>
#include <string>

#include "base/http.h"
#include "base/ports.h"
#include "net/http_limits.h"

namespace boost::asio {
class io_context;
}

namespace hikae::net {

struct ClientOptions {
  std::string ca_file{};      // PEM (AWS_CA_BUNDLE); empty: the system's
  std::string https_proxy{};  // "http://user:password@proxy:3128" or "proxy:3128"; empty: none
  std::string http_proxy{};   // likewise, for http origins
  std::string no_proxy{};     // "169.254.169.254,.internal,localhost" or "*"
  HttpLimits limits{.body_bytes = std::size_t{64} * 1024 * 1024};  // of an answer
  std::size_t connections = 64;    // to one origin; what is more waits its turn
  Duration connect = seconds(10);  // to one address of the origin, with TLS
  Duration idle = seconds(20);     // AWS closes its own after that long, or later
};

struct ClientCounts {
  std::size_t requests = 0;
  std::size_t connected = 0;  // connections made
  std::size_t reused = 0;     // requests that went over one made before
  std::size_t open = 0;
};

/// Lives on one thread, the one that runs `io`. Headers that it adds where they are absent: Host,
/// Content-Length. Errors beyond HttpExchange's: `Invalid` where the request itself could not be
/// written (a line break in a header).
class Client final : public HttpExchange {
 public:
  /// `io` and `timers` must outlive the client.
  Client(boost::asio::io_context& io, Timers& timers, ClientOptions options);
  /// Requests under way are dropped: their `done` is not called.
  ~Client() override;

  void send(const HttpOrigin& origin, HttpRequest request, Duration timeout, Done done) override;
  [[nodiscard]] ClientCounts counts() const;

 private:
  struct Impl;
  std::shared_ptr<Impl> impl_;
};

}  // namespace hikae::net
