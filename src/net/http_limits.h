// What one HTTP peer may make us hold or wait for, with its reason.
#pragma once

#include <cstddef>

#include "base/time.h"

namespace hikae::net {

/// Of one message. A message that passes one of them is refused, and its connection closed.
struct HttpLimits {
  std::size_t line_bytes = std::size_t{8} * 1024;   // start line, one header, one chunk's line
  std::size_t head_bytes = std::size_t{16} * 1024;  // start line and headers together
  std::size_t headers = 100;                        // AWS's clients send a dozen
  std::size_t body_bytes = std::size_t{8} * 1024 * 1024;  // Lambda's 6 MB of Base64 fit
};

/// How long a peer may keep a connection without getting on.
struct HttpPatience {
  Duration head = seconds(10);   // from a request's first byte to its last header; a TLS handshake
  Duration idle = seconds(120);  // between two requests
  /// A body, or an answer that is being written, may take this long, and a second more for every
  /// `bytes_per_second` of it that have gone over.
  Duration transfer = seconds(20);
  std::size_t bytes_per_second = 4096;
  Duration lingering = seconds(2);  // what still comes is read and dropped, so that ours arrives
};

}  // namespace hikae::net
