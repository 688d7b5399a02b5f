// Bytes over one connected socket, plain or TLS, without ever waiting: each call does what can be
// done now and says what it waits for. The socket is somebody else's (net/watch.h).
#pragma once

#include <openssl/types.h>

#include <memory>
#include <string>
#include <string_view>

#include "net/tls.h"

namespace hikae::net {

enum class IoState {
  Done,       // `bytes` of them
  WantRead,   // when the socket can be read
  WantWrite,  // when it can be written
  Ended,      // the other side will send no more
  Failed,     // the connection is of no more use
};

struct IoResult {
  IoState state = IoState::Done;
  std::size_t bytes = 0;
};

class Stream {
 public:
  /// Plain.
  explicit Stream(int socket);
  /// TLS as the server.
  Stream(int socket, const TlsContext& server);
  /// TLS as a client of `host`, whose certificate must name it (a name, or an address).
  Stream(int socket, const TlsContext& client, const std::string& host);
  ~Stream();
  Stream(Stream&&) noexcept;
  Stream& operator=(Stream&&) noexcept;

  /// `Done` where nothing is left to agree upon. Why it failed: why().
  [[nodiscard]] IoResult handshake();
  [[nodiscard]] IoResult read(char* into, std::size_t size);
  /// Writes of `first`, then of `second`, as if they were one text, in one system call where they
  /// fit. A call that comes after WantWrite must offer at least the same bytes again.
  [[nodiscard]] IoResult write(std::string_view first, std::string_view second);
  /// We shall send no more.
  void end();
  [[nodiscard]] bool is_tls() const { return tls_ != nullptr; }
  /// Why the last call failed, for people.
  [[nodiscard]] const std::string& why() const { return why_; }

 private:
  struct FreeSsl {
    void operator()(SSL* ssl) const;
  };
  [[nodiscard]] IoResult tls_result(int code);
  [[nodiscard]] IoResult failed(std::string why);

  int socket_;
  std::unique_ptr<SSL, FreeSsl> tls_;
  std::string why_;
};

}  // namespace hikae::net
