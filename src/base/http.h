// HTTP messages as values, and the port through which one is sent. Who reads and writes their bytes
// is net/; who knows what they mean is aws/.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "base/time.h"

namespace hikae {

/// In the order of the wire; names in any case, several of one name allowed.
using HttpHeaders = std::vector<std::pair<std::string, std::string>>;

/// The first header of that name (ASCII case is ignored); nullptr where there is none.
[[nodiscard]] const std::string* find_header(const HttpHeaders& headers, std::string_view name);
/// Replaces every header of that name by one.
void set_header(HttpHeaders& headers, std::string_view name, std::string value);

/// `target` is the request line's, undecoded: "/2015-03-31/functions/a%3Ab?Qualifier=1". It always
/// begins with "/". `body` is whole: chunks are joined, nothing is streamed.
struct HttpRequest {
  std::string method;
  std::string target;
  HttpHeaders headers;
  std::string body;

  /// `target` up to the first '?'.
  [[nodiscard]] std::string_view path() const;
  /// `target` behind the first '?', undecoded; empty where there is none.
  [[nodiscard]] std::string_view query() const;
};

struct HttpResponse {
  int status = 200;
  HttpHeaders headers;
  std::string body;
};

/// Where an exchange goes: "https", "ec2.ap-northeast-1.amazonaws.com", 443.
struct HttpOrigin {
  std::string scheme;  // "http" | "https"
  std::string host;    // a name or an address, without brackets
  int port = 0;

  friend auto operator<=>(const HttpOrigin&, const HttpOrigin&) = default;
};

/// One request, one answer. `done` is called once, later, on the engine's thread.
/// Errors: `Io` where nothing of the request can have reached the other side (no connection, a name
/// that is not found, a certificate that is not trusted), `Unavailable` where it went out and no
/// whole answer came, `Timeout` likewise after `timeout`, `Limit` where the answer is too large.
class HttpExchange {
 public:
  using Done = std::move_only_function<void(Result<HttpResponse>)>;
  virtual ~HttpExchange() = default;
  virtual void send(const HttpOrigin& origin, HttpRequest request, Duration timeout, Done done) = 0;
};

}  // namespace hikae
