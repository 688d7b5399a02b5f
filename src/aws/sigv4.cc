// The canonical request is the text on which both sides must agree although proxies and libraries
// have rewritten the request in between. Its rules differ by service in one place only, the path:
//
//   wire path of a Lambda call     /2015-03-31/functions/a%3Ab/../c
//   canonical, all services but S3 /2015-03-31/functions/c      dots and double slashes resolved,
//                                                               then encoded once more (%3A ->
//                                                               %253A)
//   canonical, S3                  as on the wire: a key may hold "..", and is encoded once
//
// The query is decoded, encoded strictly, and only then sorted: sorting first puts "a-b" and "a=b"
// in another order. Header values lose outer blanks and keep one inside; several headers of one
// name become one, sigv4::joined by commas in the order of the wire.
#include "aws/sigv4.h"

#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "aws/sigv4_digest.h"
#include "aws/sigv4_text.h"
#include "base/invariant.h"

namespace hikae::aws {
namespace {

constexpr std::size_t kKeysKept = 256;

std::string canonical_path(std::string_view path, std::string_view service) {
  if (service == "s3") return std::string(path.empty() ? "/" : path);
  std::vector<std::string_view> parts;
  for (const auto part : sigv4::split_at(path, '/')) {
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (!parts.empty()) {
      parts.pop_back();
    }
  }
  std::string out;
  for (const auto part : parts) out += "/" + sigv4::percent_encoded(part);
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

std::string canonical_query(std::string_view query) {
  if (query.empty()) return {};
  std::vector<std::pair<std::string, std::string>> pairs;
  for (const auto part : sigv4::split_at(query, '&')) {
    const auto mark = std::min(part.find('='), part.size());
    const auto value = mark < part.size() ? part.substr(mark + 1) : std::string_view();
    if (part.substr(0, mark) == "X-Amz-Signature") continue;
    pairs.emplace_back(sigv4::percent_encoded(sigv4::percent_decoded(part.substr(0, mark))),
                       sigv4::percent_encoded(sigv4::percent_decoded(value)));
  }
  std::ranges::sort(pairs);
  std::string out;
  for (const auto& [name, value] : pairs) out += (out.empty() ? "" : "&") + name + "=" + value;
  return out;
}

void append_trimmed(std::string& out, std::string_view value) {
  const auto begin = out.size();
  for (const char c : value) {
    const bool is_blank = c == ' ' || c == '\t';
    if (!is_blank) {
      out += c;
    } else if (out.size() > begin && out.back() != ' ') {
      out += ' ';
    }
  }
  if (out.size() > begin && out.back() == ' ') out.pop_back();
}

void append_header(std::string& out, const HttpHeaders& headers, std::string_view name) {
  out += name;
  char before = ':';
  for (const auto& [key, value] : headers) {
    if (!sigv4::is_same_name(key, name)) continue;
    out += before;
    append_trimmed(out, value);
    before = ',';
  }
  if (before == ':') out += ':';
  out += '\n';
}

// What a proxy or the connection itself may change on the way.
bool is_signable(std::string_view name) {
  static constexpr std::string_view kUnsignable[] = {"authorization",
                                                     "connection",
                                                     "expect",
                                                     "keep-alive",
                                                     "proxy-authenticate",
                                                     "proxy-authorization",
                                                     "te",
                                                     "trailer",
                                                     "transfer-encoding",
                                                     "upgrade",
                                                     "user-agent",
                                                     "x-amzn-trace-id"};
  return std::ranges::find(kUnsignable, name) == std::end(kUnsignable);
}

std::vector<std::string> signable_headers(const HttpHeaders& headers) {
  std::vector<std::string> names;
  for (const auto& header : headers)
    if (auto name = sigv4::lower_of(header.first); is_signable(name))
      names.push_back(std::move(name));
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

std::string scope_of(std::string_view amz_date, const SigningPlace& place) {
  return fmt::format("{}/{}/{}/aws4_request", amz_date.substr(0, 8), place.region, place.service);
}

std::string signature_of(SigningKeys& keys, const Credentials& credentials,
                         const SigningPlace& place, std::string_view amz_date,
                         std::string_view canonical) {
  const auto text = string_to_sign(amz_date, scope_of(amz_date, place), canonical);
  const auto& key =
      keys.key(credentials.secret, amz_date.substr(0, 8), place.region, place.service);
  return sigv4::digest_hex(sigv4::hmac_sha256(key, text));
}

}  // namespace

const Sha256Digest& SigningKeys::key(std::string_view secret, std::string_view date,
                                     std::string_view region, std::string_view service) {
  // A zero byte cannot stand in a date, a region or a service, so no two names are alike.
  wanted_.clear();
  for (const auto part : {date, region, service}) (wanted_ += part) += '\0';
  wanted_ += secret;
  if (const auto found = keys_.find(wanted_); found != keys_.end()) return found->second;
  if (keys_.size() >= kKeysKept) keys_.clear();
  const auto of_date = sigv4::hmac_sha256("AWS4" + std::string(secret), date);
  const auto of_service = sigv4::hmac_sha256(sigv4::hmac_sha256(of_date, region), service);
  return keys_.emplace(wanted_, sigv4::hmac_sha256(of_service, "aws4_request")).first->second;
}

std::string host_header_of(const HttpOrigin& origin) {
  const auto host =
      origin.host.find(':') == std::string::npos ? origin.host : "[" + origin.host + "]";
  const bool is_default = origin.port == (origin.scheme == "https" ? 443 : 80);
  return is_default ? host : fmt::format("{}:{}", host, origin.port);
}

std::string amz_date_of(WallTime t) {
  auto text = iso(t);
  std::erase_if(text, [](char c) { return c == '-' || c == ':'; });
  return text;
}

std::string canonical_request(const HttpRequest& request, std::string_view service,
                              const std::vector<std::string>& signed_headers,
                              std::string_view payload) {
  std::string out = request.method;
  out += '\n';
  out += canonical_path(request.path(), service);
  out += '\n';
  out += canonical_query(request.query());
  out += '\n';
  for (const auto& name : signed_headers) append_header(out, request.headers, name);
  out += '\n';
  out += sigv4::joined(signed_headers, ';');
  out += '\n';
  out += payload;
  return out;
}

std::string string_to_sign(std::string_view amz_date, std::string_view scope,
                           std::string_view canonical) {
  return fmt::format("AWS4-HMAC-SHA256\n{}\n{}\n{}", amz_date, scope,
                     sigv4::digest_hex(sigv4::sha256_of(canonical)));
}

void sign(SigningKeys& keys, HttpRequest& request, const Credentials& credentials,
          const SigningPlace& place, WallTime now, PayloadRule payload) {
  INVARIANT(find_header(request.headers, "host"), "a request is signed with its Host");
  const auto amz_date = amz_date_of(now);
  std::erase_if(request.headers, [](const auto& header) {
    return sigv4::is_same_name(header.first, "authorization");
  });
  set_header(request.headers, "X-Amz-Date", amz_date);
  if (!credentials.session_token.empty())
    set_header(request.headers, "X-Amz-Security-Token", credentials.session_token);
  const auto hash = payload == PayloadRule::Unsigned
                        ? std::string(sigv4::kUnsignedPayload)
                        : sigv4::digest_hex(sigv4::sha256_of(request.body));
  if (place.service == "s3" || payload == PayloadRule::Unsigned)
    set_header(request.headers, "X-Amz-Content-Sha256", hash);
  const auto names = signable_headers(request.headers);
  const auto canonical = canonical_request(request, place.service, names, hash);
  request.headers.emplace_back(
      "Authorization",
      fmt::format("AWS4-HMAC-SHA256 Credential={}/{}, SignedHeaders={}, Signature={}",
                  credentials.access_key, scope_of(amz_date, place), sigv4::joined(names, ';'),
                  signature_of(keys, credentials, place, amz_date, canonical)));
}

void presign(SigningKeys& keys, HttpRequest& request, const Credentials& credentials,
             const SigningPlace& place, WallTime now, Duration expires) {
  INVARIANT(find_header(request.headers, "host"), "a request is signed with its Host");
  const auto amz_date = amz_date_of(now);
  const auto names = signable_headers(request.headers);
  std::string& target = request.target;
  target += target.find('?') == std::string::npos ? '?' : '&';
  target += fmt::format(
      "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential={}&X-Amz-Date={}&X-Amz-Expires={}"
      "&X-Amz-SignedHeaders={}",
      sigv4::percent_encoded(credentials.access_key + "/" + scope_of(amz_date, place)), amz_date,
      to_seconds(expires), sigv4::percent_encoded(sigv4::joined(names, ';')));
  if (!credentials.session_token.empty())
    target += "&X-Amz-Security-Token=" + sigv4::percent_encoded(credentials.session_token);
  const auto payload = place.service == "s3" ? std::string(sigv4::kUnsignedPayload)
                                             : sigv4::digest_hex(sigv4::sha256_of(request.body));
  const auto canonical = canonical_request(request, place.service, names, payload);
  target += "&X-Amz-Signature=" + signature_of(keys, credentials, place, amz_date, canonical);
}

}  // namespace hikae::aws
