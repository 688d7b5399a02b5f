// Heads of messages, read strictly.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"
#include "net/http_limits.h"

namespace hikae::net {

/// Why a message is refused. `status` is what a server answers; nothing more is read from its
/// sender.
struct HttpFault {
  int status = 400;
  std::string reason;  // for the log and the answer's body
};

enum class Afterwards { KeepAlive, Close };

/// How the body behind a head is framed.
struct BodyFraming {
  bool is_chunked = false;
  std::optional<std::uint64_t> content_length;
};

struct RequestHead {
  HttpRequest request;  // its target without scheme and host; without a body
  BodyFraming framing;
  Afterwards afterwards = Afterwards::KeepAlive;  // what the client asks for
  bool expects_continue = false;
};

struct ResponseHead {
  HttpResponse response;
  BodyFraming framing;
  Afterwards afterwards = Afterwards::KeepAlive;
};

/// `head` ends with the empty line. Refused is all that two readers could read in two ways: several
/// or unreadable lengths, a length beside chunks, folded lines, blanks before the colon, line ends
/// that are not CRLF, control characters; further what passes the limits, other versions, and
/// targets that are neither a path nor an address of this host.
[[nodiscard]] std::expected<RequestHead, HttpFault> parse_request_head(std::string_view head,
                                                                       const HttpLimits& limits);
/// The same for a response.
[[nodiscard]] std::expected<ResponseHead, HttpFault> parse_response_head(std::string_view head,
                                                                         const HttpLimits& limits);
/// What is wrong with one line of headers ("Name: value"), or of a trailer, without its CRLF.
[[nodiscard]] std::optional<HttpFault> check_header_line(std::string_view line,
                                                         const HttpLimits& limits);

}  // namespace hikae::net
