// HTTP/1.1 as bytes in, messages out: no sockets, no clock. Heads and bodies are read strictly
// (net/http_head.h, net/http_body.h). Between two messages a codec holds no buffer.
#pragma once

#include <expected>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"
#include "net/http_body.h"
#include "net/http_head.h"

namespace hikae::net {

struct ReceivedRequest {
  HttpRequest request;
  Afterwards afterwards = Afterwards::KeepAlive;  // what the client asks for
};

struct ReceivedResponse {
  HttpResponse response;
  Afterwards afterwards = Afterwards::KeepAlive;
};

struct RequestInProgress;
struct ResponseInProgress;

/// Reads requests off one connection. Bytes behind a request stay for the next one (pipelining).
/// After a fault nothing more is read.
class RequestCodec {
 public:
  /// `limits` must outlive the codec.
  explicit RequestCodec(const HttpLimits& limits);
  ~RequestCodec();
  RequestCodec(RequestCodec&&) noexcept;

  void feed(std::string_view bytes);
  /// The next whole request; nothing where more bytes are needed.
  [[nodiscard]] std::expected<std::optional<ReceivedRequest>, HttpFault> next();
  /// True once for each request whose head has come, whose body has not, and that waits for "100
  /// Continue" before sending it.
  [[nodiscard]] bool take_expectation();
  /// Not a byte of a next request has come.
  [[nodiscard]] bool is_idle() const;
  /// The head has come, the body is on its way.
  [[nodiscard]] bool is_in_body() const;

 private:
  [[nodiscard]] std::expected<bool, HttpFault> take_head();

  const HttpLimits* limits_;
  std::string pending_;      // bytes that are not parsed yet
  std::size_t scanned_ = 0;  // of them, known to hold no end of the head
  int blank_lines_ = 0;      // since the last request
  std::unique_ptr<RequestInProgress> message_;
};

/// Reads the one response to a request that was sent. 100 Continue and its like are skipped.
class ResponseCodec {
 public:
  enum class AnswerTo { Head, Other };  // an answer to HEAD has no body, whatever its length says

  ResponseCodec(const HttpLimits& limits, AnswerTo answer_to);
  ~ResponseCodec();
  ResponseCodec(ResponseCodec&&) noexcept;

  /// The whole response; nothing where more bytes are needed. A fault with status 413: the answer
  /// is larger than the limits.
  [[nodiscard]] std::expected<std::optional<ReceivedResponse>, HttpFault> feed(
      std::string_view bytes);
  /// The connection has ended: whole is what had no length. A fault where bytes are missing.
  [[nodiscard]] std::expected<ReceivedResponse, HttpFault> end();

 private:
  [[nodiscard]] std::expected<std::optional<ReceivedResponse>, HttpFault> take();
  [[nodiscard]] std::expected<bool, HttpFault> take_head();

  const HttpLimits* limits_;
  AnswerTo answer_to_;
  int informational_ = 0;  // 1xx so far
  std::string pending_;
  std::size_t scanned_ = 0;
  std::unique_ptr<ResponseInProgress> message_;
};

/// The head of a request as bytes, with the empty line. What would break it (a line end in a
/// header) is refused. Errors: `Invalid`.
[[nodiscard]] Result<std::string> write_request_head(const HttpRequest& request);
/// The head of a response: status line, `response.headers` without framing headers of their own,
/// Content-Length `body_bytes` (none where the status has no body), Connection. Control characters
/// in headers become '?'.
[[nodiscard]] std::string write_response_head(const HttpResponse& response, std::size_t body_bytes,
                                              Afterwards afterwards);
/// 1xx, 204 and 304 have none.
[[nodiscard]] bool has_body(int status);

}  // namespace hikae::net
