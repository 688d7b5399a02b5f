// Messages as bytes. What would break a head never gets into one: in an answer it becomes '?', in a
// request of ours it is an error, since it would be signed otherwise.
#include <fmt/format.h>

#include <algorithm>

#include "base/escape.h"
#include "net/http_codec.h"

namespace hikae::net {
namespace {

struct StatusPhrase {
  int status;
  std::string_view phrase;
};

constexpr StatusPhrase kPhrases[] = {{100, "Continue"},
                                     {200, "OK"},
                                     {201, "Created"},
                                     {202, "Accepted"},
                                     {204, "No Content"},
                                     {206, "Partial Content"},
                                     {301, "Moved Permanently"},
                                     {304, "Not Modified"},
                                     {307, "Temporary Redirect"},
                                     {400, "Bad Request"},
                                     {401, "Unauthorized"},
                                     {403, "Forbidden"},
                                     {404, "Not Found"},
                                     {405, "Method Not Allowed"},
                                     {408, "Request Timeout"},
                                     {409, "Conflict"},
                                     {411, "Length Required"},
                                     {412, "Precondition Failed"},
                                     {413, "Content Too Large"},
                                     {414, "URI Too Long"},
                                     {416, "Range Not Satisfiable"},
                                     {417, "Expectation Failed"},
                                     {429, "Too Many Requests"},
                                     {431, "Request Header Fields Too Large"},
                                     {500, "Internal Server Error"},
                                     {501, "Not Implemented"},
                                     {503, "Service Unavailable"},
                                     {505, "HTTP Version Not Supported"}};

// A client needs none for the others.
std::string_view phrase_of(int status) {
  const auto* found = std::ranges::find(kPhrases, status, &StatusPhrase::status);
  return found == std::end(kPhrases) ? std::string_view("Status") : found->phrase;
}

bool is_framing(std::string_view name) {
  static constexpr std::string_view kFraming[] = {"content-length", "transfer-encoding",
                                                  "connection", "keep-alive"};
  return std::ranges::any_of(kFraming, [&](auto one) {
    return std::ranges::equal(
        name, one, [](char a, char b) { return (a >= 'A' && a <= 'Z' ? a - 'A' + 'a' : a) == b; });
  });
}

bool is_control(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (byte < 0x20 && c != '\t') || byte == 0x7f;
}

void append_clean(std::string& out, std::string_view text) {
  for (const char c : text) out += is_control(c) ? '?' : c;
}

bool is_clean(std::string_view text) { return std::ranges::none_of(text, is_control); }

}  // namespace

bool has_body(int status) { return status >= 200 && status != 204 && status != 304; }

std::string write_response_head(const HttpResponse& response, std::size_t body_bytes,
                                Afterwards afterwards) {
  std::string out;
  out.reserve(256);
  fmt::format_to(std::back_inserter(out), "HTTP/1.1 {} {}\r\n", response.status,
                 phrase_of(response.status));
  for (const auto& [name, value] : response.headers) {
    if (is_framing(name)) continue;
    append_clean(out, name);
    out += ": ";
    append_clean(out, value);
    out += "\r\n";
  }
  if (has_body(response.status))
    fmt::format_to(std::back_inserter(out), "Content-Length: {}\r\n", body_bytes);
  if (afterwards == Afterwards::Close) out += "Connection: close\r\n";
  out += "\r\n";
  return out;
}

Result<std::string> write_request_head(const HttpRequest& request) {
  const bool is_line_clean = is_clean(request.method) && is_clean(request.target) &&
                             request.target.find(' ') == std::string::npos &&
                             request.method.find(' ') == std::string::npos;
  if (!is_line_clean || request.method.empty() || request.target.empty())
    return fail(ErrorKind::Invalid,
                "the HTTP request line would be broken: " + printable(request.method) + " " +
                    printable(request.target));
  auto out = request.method + " " + request.target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : request.headers) {
    if (name.empty() || !is_clean(name) || !is_clean(value) || name.find(':') != std::string::npos)
      return fail(ErrorKind::Invalid,
                  "the HTTP header " + printable(name) + " has a character that it may not have");
    out += name + ": " + value + "\r\n";
  }
  out += "\r\n";
  return out;
}

}  // namespace hikae::net
