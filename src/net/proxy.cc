#include "net/proxy.h"

#include <openssl/evp.h>

#include <algorithm>
#include <charconv>

#include "base/escape.h"

namespace hikae::net {
namespace {

constexpr int kDefaultProxyPort = 3128;

std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return out;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

std::string unescaped(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool is_escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                           hex_value(text[i + 2]) >= 0;
    out += is_escape ? static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]))
                     : text[i];
    if (is_escape) i += 2;
  }
  return out;
}

std::string basic_authorization(std::string_view user_and_password) {
  const auto plain = unescaped(user_and_password);
  std::string out(4 * ((plain.size() + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                  reinterpret_cast<const unsigned char*>(plain.data()),
                  static_cast<int>(plain.size()));
  return "Basic " + out;
}

std::optional<int> port_from(std::string_view text) {
  int port = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), port);
  if (error != std::errc() || end != text.data() + text.size() || port < 1 || port > 65'535)
    return std::nullopt;
  return port;
}

struct HostAndPort {
  std::string_view host;
  std::string_view port;  // empty: none
};

/// "host", "host:1", "[::1]", "[::1]:1", "::1".
HostAndPort parted(std::string_view text) {
  if (text.starts_with('[')) {
    const auto end = std::min(text.find(']'), text.size());
    const auto rest = text.substr(std::min(end + 1, text.size()));
    return {text.substr(1, end - 1), rest.starts_with(':') ? rest.substr(1) : std::string_view()};
  }
  const auto colon = text.find(':');
  if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
    return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

bool is_meant(const HttpOrigin& origin, std::string_view entry) {
  if (entry == "*") return true;
  const auto [name, port] = parted(entry);
  if (!port.empty() && port_from(port) != origin.port) return false;
  auto suffix = lowered(name);
  if (suffix.starts_with('.')) suffix.erase(0, 1);
  if (suffix.empty()) return false;
  const auto host = lowered(origin.host);
  return host == suffix || host.ends_with("." + suffix);
}

}  // namespace

Result<Proxy> parse_proxy(std::string_view text) {
  // The text may hold a password: it is not repeated.
  const auto refuse = [](const std::string& why) {
    return fail(ErrorKind::Invalid,
                "the proxy's address " + why + ": write http://proxy.example.com:3128");
  };
  if (const auto mark = text.find("://"); mark != std::string_view::npos) {
    if (lowered(text.substr(0, mark)) != "http") return refuse("does not begin with http://");
    text.remove_prefix(mark + 3);
  }
  text = text.substr(0, text.find_first_of("/?#"));
  Proxy proxy;
  if (const auto at = text.rfind('@'); at != std::string_view::npos) {
    proxy.authorization = basic_authorization(text.substr(0, at));
    text.remove_prefix(at + 1);
  }
  const auto [host, port] = parted(text);
  const auto number = port.empty() ? kDefaultProxyPort : port_from(port);
  if (host.empty() || printable(host) != host || host.find(' ') != std::string_view::npos)
    return refuse("names no host");
  if (!number) return refuse("has a port that is none");
  proxy.host = host;
  proxy.port = *number;
  return proxy;
}

bool is_reached_directly(const HttpOrigin& origin, std::string_view no_proxy) {
  while (!no_proxy.empty()) {
    const auto end = std::min(no_proxy.find(','), no_proxy.size());
    if (is_meant(origin, without_blanks(no_proxy.substr(0, end)))) return true;
    no_proxy.remove_prefix(std::min(end + 1, no_proxy.size()));
  }
  return false;
}

Result<std::optional<Proxy>> proxy_for(const HttpOrigin& origin, const ClientOptions& options) {
  const auto& text = origin.scheme == "https" ? options.https_proxy : options.http_proxy;
  if (text.empty() || is_reached_directly(origin, options.no_proxy)) return std::nullopt;
  return TRY(parse_proxy(text));
}

}  // namespace hikae::net
