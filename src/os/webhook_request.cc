#include "os/webhook_request.h"

#include <curl/curl.h>
#include <fmt/format.h>
#include <netdb.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <memory>
#include <mutex>

#include "base/escape.h"
#include "base/invariant.h"
#include "os/data_folder.h"
#include "text/json.h"

namespace hikae::os {
namespace {

constexpr std::size_t kAnswerBytes = std::size_t{64} * 1024;
constexpr long kWebhookTimeMs = 10'000;
constexpr std::size_t kWebhookSecretBytes = 4096;
constexpr std::size_t kWebhookUrlBytes = 4096;

struct FreeUrl {
  void operator()(CURLU* url) const { curl_url_cleanup(url); }
};
struct FreeEasy {
  void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct FreeList {
  void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};
struct FreeAddresses {
  void operator()(addrinfo* list) const { freeaddrinfo(list); }
};
using SList = std::unique_ptr<curl_slist, FreeList>;

void append(SList& list, const std::string& line) {
  list.reset(curl_slist_append(list.release(), line.c_str()));
}

std::string without_line_end(std::string text) {
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

/// The member itself, or what the file or the variable has that the others name.
Result<std::string> secret_member(const Value& integration, const std::string& name) {
  if (const auto file = str(text_at(integration, name + "File")); !file.empty())
    return without_line_end(
        TRY(in_context(read_file(file, kWebhookSecretBytes), "the webhook's " + name + "File")));
  const auto variable = str(text_at(integration, name + "Env"));
  if (variable.empty()) return str(text_at(integration, name));
  if (const auto* value = std::getenv(variable.c_str())) return std::string(value);
  return fail(ErrorKind::Invalid,
              fmt::format("the environment variable {} of the webhook is not set", variable));
}

/// The parts of an address that decide.
struct Place {
  std::string scheme;
  std::string host;  // without the brackets of IPv6
  std::string port;
};

Result<std::string> url_part(CURLU* url, CURLUPart part, unsigned flags) {
  char* text = nullptr;
  if (curl_url_get(url, part, &text, flags) != CURLUE_OK)
    return fail(ErrorKind::Invalid, "the webhook's url is no address of the web");
  std::string copy = text;
  curl_free(text);
  return copy;
}

Result<Place> place_of(const WebhookTarget& target) {
  const std::unique_ptr<CURLU, FreeUrl> url(curl_url());
  INVARIANT(url != nullptr, "there is memory for one address");
  if (target.url.size() > kWebhookUrlBytes ||
      curl_url_set(url.get(), CURLUPART_URL, target.url.c_str(), 0) != CURLUE_OK)
    return fail(ErrorKind::Invalid,
                "the webhook's url is no address of the web: write https://host/path");
  Place place;
  place.scheme = TRY(url_part(url.get(), CURLUPART_SCHEME, 0));
  place.host = TRY(url_part(url.get(), CURLUPART_HOST, 0));
  place.port = TRY(url_part(url.get(), CURLUPART_PORT, CURLU_DEFAULT_PORT));
  if (place.host.starts_with('[')) place.host = place.host.substr(1, place.host.size() - 2);
  if (place.scheme != "https" && !(place.scheme == "http" && target.has_http))
    return fail(ErrorKind::Denied,
                "the webhook's url does not begin with https://: use https, or write `http: allow` "
                "where the network is trusted");
  return place;
}

Result<std::vector<AddressBytes>> resolve(const Place& place) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(place.host.c_str(), place.port.c_str(), &hints, &found);
  const std::unique_ptr<addrinfo, FreeAddresses> list(found);
  if (error != 0)
    return fail(ErrorKind::Io, fmt::format("the webhook's host {} is not known: {}",
                                           printable(place.host), gai_strerror(error)));
  std::vector<AddressBytes> addresses;
  for (const auto* one = list.get(); one; one = one->ai_next)
    if (const auto bytes = bytes_of(*one->ai_addr)) addresses.push_back(*bytes);
  return addresses;
}

Result<std::vector<AddressBytes>> judged(const Place& place, const WebhookTarget& target) {
  auto addresses = TRY(resolve(place));
  for (const auto& address : addresses)
    if (!may_be_reached(address, target.addresses))
      return fail(ErrorKind::Denied,
                  fmt::format("the webhook's host {} is {}, which is no public address: name it in "
                              "the webhook's `addresses` if it is meant",
                              printable(place.host), text_of_address(address)));
  if (addresses.empty())
    return fail(ErrorKind::Io, "the webhook's host " + printable(place.host) + " has no address");
  return addresses;
}

/// One request under way: what libcurl's callbacks see.
struct Exchange {
  const std::vector<AddressBytes>& addresses;
  const std::atomic<bool>& stop;
  std::string body{};
  bool is_full = false;
  bool is_sent = false;  // a connection stood: the request may have arrived
};

std::size_t take_answer(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& exchange = *static_cast<Exchange*>(user);
  const auto kept = std::min(size * count, kAnswerBytes - exchange.body.size());
  exchange.body.append(buffer, kept);
  exchange.is_full = kept < size * count;
  return exchange.is_full ? 0 : size * count;
}

int is_to_stop(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<Exchange*>(user)->stop.load() ? 1 : 0;
}

/// The last look: whatever the address came from, nobody else is connected to.
curl_socket_t open_socket(void* user, curlsocktype, curl_sockaddr* to) {
  auto& exchange = *static_cast<Exchange*>(user);
  const auto bytes = bytes_of(to->addr);
  if (!bytes || std::ranges::find(exchange.addresses, *bytes) == exchange.addresses.end())
    return CURL_SOCKET_BAD;
  return socket(to->family, to->socktype | SOCK_CLOEXEC, to->protocol);
}

int note_request(CURL*, curl_infotype kind, char*, std::size_t, void* user) {
  if (kind == CURLINFO_HEADER_OUT) static_cast<Exchange*>(user)->is_sent = true;
  return 0;
}

/// "host:443:addr1,addr2": libcurl asks no resolver.
std::string pinned(const Place& place, const std::vector<AddressBytes>& addresses) {
  std::string line = fmt::format("{}:{}:", place.host, place.port);
  for (const auto& address : addresses) {
    const auto text = text_of_address(address);
    line += text.find(':') == std::string::npos ? text : "[" + text + "]";
    line += ',';
  }
  line.pop_back();
  return line;
}

SList headers_of(const WebhookTarget& target, const WebhookMessage& message) {
  const auto seconds_now = unix_ms(message.at) / 1000;
  const auto type =
      text::parse_json(message.body) ? "application/json" : "text/plain; charset=utf-8";
  SList headers;
  append(headers, std::string("Content-Type: ") + type);
  append(headers, "Expect:");
  append(headers, "webhook-id: " + message.id);
  append(headers, fmt::format("webhook-timestamp: {}", seconds_now));
  if (!target.key.empty())
    append(headers, "webhook-signature: " +
                        webhook_signature(target.key, message.id, seconds_now, message.body));
  return headers;
}

void prepare(CURL* easy, const WebhookTarget& target, const WebhookMessage& message,
             Exchange& exchange) {
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy, option, value); };
  set(CURLOPT_URL, target.url.c_str());
  set(CURLOPT_PROTOCOLS_STR, target.has_http ? "http,https" : "https");
  set(CURLOPT_FOLLOWLOCATION, 0L);
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_TIMEOUT_MS, kWebhookTimeMs);
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!target.ca_file.empty()) set(CURLOPT_CAINFO, target.ca_file.c_str());
  set(CURLOPT_USERAGENT, "hikae");
  set(CURLOPT_POST, 1L);
  set(CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(message.body.size()));
  set(CURLOPT_POSTFIELDS, message.body.c_str());
  set(CURLOPT_WRITEFUNCTION, take_answer);
  set(CURLOPT_WRITEDATA, &exchange);
  set(CURLOPT_OPENSOCKETFUNCTION, open_socket);
  set(CURLOPT_OPENSOCKETDATA, &exchange);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, is_to_stop);
  set(CURLOPT_XFERINFODATA, &exchange);
  set(CURLOPT_VERBOSE, 1L);
  set(CURLOPT_DEBUGFUNCTION, note_request);
  set(CURLOPT_DEBUGDATA, &exchange);
}

Result<WebhookAnswer> verdict(CURL* easy, CURLcode code, const Place& place, Exchange& exchange) {
  long status = 0;
  curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
  if (code == CURLE_OK || (exchange.is_full && status > 0))
    return WebhookAnswer{static_cast<int>(status), std::move(exchange.body)};
  const auto where = fmt::format("{}://{}:{}", place.scheme, printable(place.host), place.port);
  if (!exchange.is_sent)
    return fail(ErrorKind::Io, fmt::format("{} was not reached, nothing was sent: {}", where,
                                           curl_easy_strerror(code)));
  return fail(
      ErrorKind::Unavailable, "OutcomeUnknown",
      fmt::format("{} was sent the request and gave no whole answer: {}; whether it acted on "
                  "it is not known",
                  where, curl_easy_strerror(code)));
}

}  // namespace

Result<WebhookTarget> read_target(const Value& integration) {
  WebhookTarget target;
  target.url = TRY(secret_member(integration, "Url"));
  target.key = TRY(secret_member(integration, "Secret"));
  target.has_http = text_at(integration, "Http") == "allow";
  target.ca_file = text_at(integration, "CaFile");
  for (const auto& range : list_at(integration, "Addresses"))
    target.addresses.push_back(TRY(read_range(text_of(range))));
  return target;
}

std::string webhook_signature(const std::string& secret, const std::string& id,
                              std::int64_t timestamp, const std::string& body) {
  auto key = secret;
  constexpr std::string_view kPrefix = "whsec_";
  if (secret.starts_with(kPrefix)) {
    const auto text = secret.substr(kPrefix.size());
    std::string bytes(text.size(), '\0');
    const int size = EVP_DecodeBlock(reinterpret_cast<unsigned char*>(bytes.data()),
                                     reinterpret_cast<const unsigned char*>(text.data()),
                                     static_cast<int>(text.size()));
    const auto padding = std::ranges::count(text, '=');
    if (size >= padding) key = bytes.substr(0, static_cast<std::size_t>(size - padding));
  }
  const auto signed_text = fmt::format("{}.{}.{}", id, timestamp, body);
  std::array<unsigned char, EVP_MAX_MD_SIZE> mac{};
  unsigned size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(signed_text.data()), signed_text.size(), mac.data(),
       &size);
  std::string encoded(4 * ((std::size_t{size} + 2) / 3), '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(encoded.data()), mac.data(),
                  static_cast<int>(size));
  return "v1," + encoded;
}

Result<WebhookAnswer> post_webhook(const WebhookTarget& target, const WebhookMessage& message,
                                   const std::atomic<bool>& stop) {
  static std::once_flag started;
  std::call_once(started, [] { curl_global_init(CURL_GLOBAL_DEFAULT); });
  const auto place = TRY(place_of(target));
  const auto addresses = TRY(judged(place, target));
  const std::unique_ptr<CURL, FreeEasy> easy(curl_easy_init());
  INVARIANT(easy != nullptr, "there is memory for one handle of libcurl");
  Exchange exchange{.addresses = addresses, .stop = stop};
  const auto headers = headers_of(target, message);
  SList hosts;
  append(hosts, pinned(place, addresses));
  prepare(easy.get(), target, message, exchange);
  curl_easy_setopt(easy.get(), CURLOPT_HTTPHEADER, headers.get());
  curl_easy_setopt(easy.get(), CURLOPT_RESOLVE, hosts.get());
  const auto code = curl_easy_perform(easy.get());
  return verdict(easy.get(), code, place, exchange);
}

}  // namespace hikae::os
