// Which proxy an origin is reached through, as the environment's HTTPS_PROXY, HTTP_PROXY and
// NO_PROXY say it. Pure.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/http.h"
#include "net/client.h"

namespace hikae::net {

struct Proxy {
  std::string host;
  int port = 0;
  std::string authorization;  // "Basic …"; empty: none
};

/// "http://user:pass%40word@proxy:3128/", "proxy:3128", "proxy". Errors: `Invalid`; a proxy that is
/// itself spoken to over TLS (https://) is not understood.
[[nodiscard]] Result<Proxy> parse_proxy(std::string_view text);

/// `no_proxy`: names and addresses parted by commas; ".internal" and "internal" both mean the name
/// and all below it, "host:port" that port only, "*" everything. No address ranges.
[[nodiscard]] bool is_reached_directly(const HttpOrigin& origin, std::string_view no_proxy);

/// Nothing where the origin is reached directly. Errors: `Invalid`.
[[nodiscard]] Result<std::optional<Proxy>> proxy_for(const HttpOrigin& origin,
                                                     const ClientOptions& options);

}  // namespace hikae::net
