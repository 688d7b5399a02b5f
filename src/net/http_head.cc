// Request smuggling lives on heads that two programs frame differently: one takes the first of two
// lengths, the other the last; one takes "Transfer-Encoding : chunked" for chunks, the other for a
// header that it does not know. Whoever accepts only what can be read in one way cannot be part of
// it. So every byte of a head is looked at here, and what RFC 9112 lets a reader mend is refused.
#include "net/http_head.h"

#include <algorithm>
#include <charconv>

namespace hikae::net {
namespace {

constexpr std::size_t kMethodChars = 32;

std::unexpected<HttpFault> fault(int status, std::string reason) {
  return std::unexpected(HttpFault{status, std::move(reason)});
}

bool is_token_char(char c) {
  static constexpr std::string_view kMarks = "!#$%&'*+-.^_`|~";
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         kMarks.find(c) != std::string_view::npos;
}

bool is_token(std::string_view text) {
  return !text.empty() && std::ranges::all_of(text, is_token_char);
}

bool is_value_char(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte >= 0x20 && byte != 0x7f) || c == '\t';
}

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

bool is_named(std::string_view text, std::string_view lower) {
  return std::ranges::equal(text, lower, [](char a, char b) { return lower_char(a) == b; });
}

std::string_view trimmed(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

/// Takes one line off the head; the head ends with an empty one.
std::string_view next_line(std::string_view& head) {
  const auto end = std::min(head.find("\r\n"), head.size());
  const auto line = head.substr(0, end);
  head.remove_prefix(std::min(end + 2, head.size()));
  return line;
}

enum class Version { Old, Current };  // HTTP/1.0, HTTP/1.1

/// What the headers say so far.
struct HeaderLook {
  Version version;
  HttpHeaders headers{};
  BodyFraming framing{};
  Afterwards afterwards = Afterwards::KeepAlive;
  bool expects_continue = false;
  int hosts = 0;
  std::string host{};

  std::optional<HttpFault> take(std::string_view name, std::string_view value) {
    headers.emplace_back(std::string(name), std::string(value));
    if (is_named(name, "content-length")) return take_length(value);
    if (is_named(name, "transfer-encoding")) return take_encoding(value);
    if (is_named(name, "expect")) return take_expect(value);
    if (is_named(name, "connection")) take_connection(value);
    if (is_named(name, "host")) {
      ++hosts;
      host = value;
    }
    return std::nullopt;
  }

  std::optional<HttpFault> take_length(std::string_view value) {
    std::uint64_t length = 0;
    const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
    const bool is_number = !value.empty() && std::ranges::all_of(value, is_digit);
    const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), length);
    if (!is_number || error != std::errc() || end != value.data() + value.size())
      return HttpFault{400, "Content-Length is no number"};
    if (framing.content_length) return HttpFault{400, "several Content-Length"};
    framing.content_length = length;
    return std::nullopt;
  }

  std::optional<HttpFault> take_encoding(std::string_view value) {
    if (framing.is_chunked) return HttpFault{400, "several Transfer-Encoding"};
    if (!is_named(value, "chunked"))
      return HttpFault{501, "a Transfer-Encoding that is not chunked"};
    if (version == Version::Old) return HttpFault{400, "Transfer-Encoding in HTTP/1.0"};
    framing.is_chunked = true;
    return std::nullopt;
  }

  std::optional<HttpFault> take_expect(std::string_view value) {
    if (!is_named(value, "100-continue"))
      return HttpFault{417, "an Expect that is not 100-continue"};
    expects_continue = version == Version::Current;
    return std::nullopt;
  }

  void take_connection(std::string_view value) {
    while (!value.empty()) {
      const auto end = std::min(value.find(','), value.size());
      if (is_named(trimmed(value.substr(0, end)), "close")) afterwards = Afterwards::Close;
      value.remove_prefix(std::min(end + 1, value.size()));
    }
  }
};

std::expected<HeaderLook, HttpFault> look_at_headers(std::string_view head, Version version,
                                                     const HttpLimits& limits) {
  HeaderLook look{version};
  // What HTTP/1.0 keeps alive is agreed upon by headers that nobody needs any more.
  if (version == Version::Old) look.afterwards = Afterwards::Close;
  for (auto line = next_line(head); !line.empty(); line = next_line(head)) {
    if (look.headers.size() == limits.headers) return fault(431, "too many headers");
    if (auto wrong = check_header_line(line, limits)) return std::unexpected(std::move(*wrong));
    const auto colon = line.find(':');
    if (auto wrong = look.take(line.substr(0, colon), trimmed(line.substr(colon + 1))))
      return std::unexpected(std::move(*wrong));
  }
  if (look.framing.is_chunked && look.framing.content_length)
    return fault(400, "both Content-Length and Transfer-Encoding");
  if (look.framing.content_length.value_or(0) > limits.body_bytes)
    return fault(413, "the body is too large");
  if (look.hosts > 1) return fault(400, "several Host");
  return look;
}

/// The path of "http://host/path?query".
std::expected<std::string, HttpFault> path_of_address(std::string_view target,
                                                      std::string_view host) {
  const auto host_at = target.find("://") + 3;
  const auto host_end = std::min(target.find_first_of("/?", host_at), target.size());
  // Whoever trusted the one would be misled by the other.
  if (target.substr(host_at, host_end - host_at) != host)
    return fault(400, "the request line names another host than Host");
  const auto path = target.substr(host_end);
  return path.starts_with('/') ? std::string(path) : "/" + std::string(path);
}

std::optional<HttpFault> check_target(std::string_view target) {
  const auto is_visible = [](char c) { return c > 0x20 && c < 0x7f && c != '#'; };
  if (!std::ranges::all_of(target, is_visible))
    return HttpFault{400, "a character in the request's target that is none of a target"};
  if (target.starts_with('/') || target.starts_with("http://") || target.starts_with("https://"))
    return std::nullopt;
  return HttpFault{400, "the request's target is neither a path nor an address"};
}

std::expected<Version, HttpFault> version_of(std::string_view text) {
  if (text == "HTTP/1.1") return Version::Current;
  if (text == "HTTP/1.0") return Version::Old;
  const bool is_version = text.size() == 8 && text.starts_with("HTTP/");
  return fault(is_version ? 505 : 400, "another version than HTTP/1.1");
}

}  // namespace

std::optional<HttpFault> check_header_line(std::string_view line, const HttpLimits& limits) {
  if (line.size() > limits.line_bytes) return HttpFault{431, "a header is too long"};
  if (line.front() == ' ' || line.front() == '\t') return HttpFault{400, "a folded header"};
  const auto colon = line.find(':');
  if (colon == std::string_view::npos) return HttpFault{400, "a header without a colon"};
  if (!is_token(line.substr(0, colon))) return HttpFault{400, "a header's name is none"};
  if (!std::ranges::all_of(line.substr(colon + 1), is_value_char))
    return HttpFault{400, "a control character in a header"};
  return std::nullopt;
}

std::expected<RequestHead, HttpFault> parse_request_head(std::string_view head,
                                                         const HttpLimits& limits) {
  const auto line = next_line(head);
  if (line.size() > limits.line_bytes) return fault(414, "the request line is too long");
  const auto first = std::min(line.find(' '), line.size());
  const auto last = line.rfind(' ');
  if (last == std::string_view::npos || last == first)
    return fault(400, "the request line has no three parts");
  const auto target = line.substr(first + 1, last - first - 1);
  if (!is_token(line.substr(0, first)) || first > kMethodChars) return fault(400, "no method");
  const auto version = version_of(line.substr(last + 1));
  if (!version) return std::unexpected(version.error());
  if (auto wrong = check_target(target)) return std::unexpected(std::move(*wrong));
  auto look = look_at_headers(head, *version, limits);
  if (!look) return std::unexpected(std::move(look.error()));
  if (look->hosts == 0 && *version == Version::Current) return fault(400, "no Host");
  RequestHead out;
  out.request.method = line.substr(0, first);
  out.request.target = target;
  if (!target.starts_with('/')) {
    auto path = path_of_address(target, look->host);
    if (!path) return std::unexpected(std::move(path.error()));
    out.request.target = std::move(*path);
  }
  out.request.headers = std::move(look->headers);
  out.framing = look->framing;
  out.afterwards = look->afterwards;
  out.expects_continue = look->expects_continue;
  return out;
}

std::expected<ResponseHead, HttpFault> parse_response_head(std::string_view head,
                                                           const HttpLimits& limits) {
  const auto line = next_line(head);
  if (line.size() > limits.line_bytes) return fault(502, "the status line is too long");
  const auto version = version_of(line.substr(0, 8));
  if (!version) return std::unexpected(version.error());
  // "HTTP/1.1 200", and perhaps a blank and a phrase.
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const bool is_status = line.size() >= 12 && line[8] == ' ' &&
                         std::ranges::all_of(line.substr(9, 3), is_digit) && line[9] != '0' &&
                         (line.size() == 12 || line[12] == ' ') &&
                         std::ranges::all_of(line, is_value_char);
  if (!is_status) return fault(502, "the status line is none");
  auto look = look_at_headers(head, *version, limits);
  if (!look) return std::unexpected(std::move(look.error()));
  ResponseHead out;
  out.response.status = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  out.response.headers = std::move(look->headers);
  out.framing = look->framing;
  out.afterwards = look->afterwards;
  return out;
}

}  // namespace hikae::net
