#include "os/smtp_session.h"

#include <curl/curl.h>
#include <fmt/format.h>

#include <cstring>

#include "base/escape.h"
#include "base/invariant.h"

namespace hikae::os {

struct SmtpSession::Transfer {
  std::string_view rest;  // of the mail, not yet handed to the server
  std::string refusal;    // the server's last line that begins with 4 or 5
  curl_slist* receivers = nullptr;
  char error[CURL_ERROR_SIZE] = "";

  ~Transfer() { curl_slist_free_all(receivers); }
};

namespace {

void start_curl_once() {
  static const CURLcode started = curl_global_init(CURL_GLOBAL_DEFAULT);
  INVARIANT(started == CURLE_OK, "libcurl starts, or the installation is broken");
}

std::size_t give_mail(char* buffer, std::size_t size, std::size_t count, void* user) {
  auto& rest = *static_cast<std::string_view*>(user);
  const auto bytes = std::min(size * count, rest.size());
  std::memcpy(buffer, rest.data(), bytes);
  rest.remove_prefix(bytes);
  return bytes;
}

std::size_t take_reply(char* buffer, std::size_t size, std::size_t count, void* user) {
  std::string_view line(buffer, size * count);
  while (!line.empty() && (line.back() == '\n' || line.back() == '\r')) line.remove_suffix(1);
  // A QUIT and its "221 Bye" may follow the line that matters.
  if (line.starts_with('4') || line.starts_with('5'))
    *static_cast<std::string*>(user) = printable(line.substr(0, 300));
  return size * count;
}

int stop_asked(void* user, curl_off_t, curl_off_t, curl_off_t, curl_off_t) {
  return static_cast<const std::atomic<bool>*>(user)->load() ? 1 : 0;
}

/// What to do, for codes that name their own cause.
std::string_view way_out(CURLcode code) {
  switch (code) {
    case CURLE_COULDNT_RESOLVE_HOST:
      return "the name is not known: check the host in the mail settings, and DNS";
    case CURLE_COULDNT_CONNECT:
      return "nothing answers there: check host and port (587 for starttls, 465 for tls), whether "
             "the server runs, and firewalls between";
    case CURLE_OPERATION_TIMEDOUT:
      return "no answer in time: check whether the server is overloaded, and firewalls between";
    case CURLE_USE_SSL_FAILED:
      return "the server offers no STARTTLS: use its tls port, or set tls to off where the network "
             "is trusted";
    case CURLE_PEER_FAILED_VERIFICATION:
      return "the server's certificate is not trusted for this name: name the certificate "
             "authority's file as ca_file, or correct the host";
    case CURLE_SSL_CACERT_BADFILE: return "the ca_file cannot be read: check its path and rights";
    case CURLE_SSL_CONNECT_ERROR:
      return "TLS could not be agreed on: check that the port fits the tls setting (587 for "
             "starttls, 465 for tls)";
    case CURLE_LOGIN_DENIED:
      return "the server refuses the login: check user, password and tls in the mail settings";
    default: return {};
  }
}

/// What to do about a reply of the server.
std::string_view way_out(long reply) {
  if (reply >= 500 && reply < 600)
    return "the server refuses this mail for good: check the receiver's address, and whether the "
           "server lets this sender send there";
  if (reply >= 400) return "the server asks to try later";
  return "the connection broke: it is tried again";
}

bool is_login_needed(long reply) { return reply == 530 || reply == 535 || reply == 538; }

}  // namespace

SmtpSession::SmtpSession(SmtpSettings settings, const std::atomic<bool>& stop)
    : settings_(std::move(settings)),
      stop_(stop),
      url_(url_of(settings_)),
      from_(fmt::format("<{}>", settings_.from)) {
  start_curl_once();
  easy_ = curl_easy_init();
  INVARIANT(easy_ != nullptr, "there is memory for one handle of libcurl");
}

SmtpSession::~SmtpSession() { curl_easy_cleanup(easy_); }

std::string SmtpSession::url_of(const SmtpSettings& settings) {
  return fmt::format("{}://{}:{}", settings.tls == SmtpTls::Tls ? "smtps" : "smtp", settings.host,
                     settings.port);
}

void SmtpSession::prepare(Transfer& transfer, const std::string& to) {
  // Options go, the connection stays.
  curl_easy_reset(easy_);
  transfer.receivers = curl_slist_append(nullptr, fmt::format("<{}>", to).c_str());
  const auto set = [&](CURLoption option, auto value) { curl_easy_setopt(easy_, option, value); };
  set(CURLOPT_URL, url_.c_str());
  set(CURLOPT_PROTOCOLS_STR, "smtp,smtps");
  set(CURLOPT_PROXY, "");
  set(CURLOPT_NOSIGNAL, 1L);
  set(CURLOPT_ERRORBUFFER, transfer.error);
  set(CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(settings_.connect_timeout.count()));
  set(CURLOPT_TIMEOUT_MS, static_cast<long>(settings_.timeout.count()));
  set(CURLOPT_USE_SSL,
      static_cast<long>(settings_.tls == SmtpTls::Off ? CURLUSESSL_NONE : CURLUSESSL_ALL));
  set(CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  set(CURLOPT_SSL_VERIFYPEER, 1L);
  set(CURLOPT_SSL_VERIFYHOST, 2L);
  if (!settings_.ca_file.empty()) set(CURLOPT_CAINFO, settings_.ca_file.c_str());
  if (!settings_.user.empty()) {
    set(CURLOPT_USERNAME, settings_.user.c_str());
    set(CURLOPT_PASSWORD, settings_.password.c_str());
  }
  set(CURLOPT_MAIL_FROM, from_.c_str());
  set(CURLOPT_MAIL_RCPT, transfer.receivers);
  set(CURLOPT_UPLOAD, 1L);
  set(CURLOPT_READFUNCTION, give_mail);
  set(CURLOPT_READDATA, &transfer.rest);
  set(CURLOPT_HEADERFUNCTION, take_reply);
  set(CURLOPT_HEADERDATA, &transfer.refusal);
  set(CURLOPT_NOPROGRESS, 0L);
  set(CURLOPT_XFERINFOFUNCTION, stop_asked);
  set(CURLOPT_XFERINFODATA, const_cast<std::atomic<bool>*>(&stop_));
}

Result<> SmtpSession::verdict(int code, const Transfer& transfer) const {
  const auto curl_code = static_cast<CURLcode>(code);
  if (curl_code == CURLE_OK) return {};
  long reply = 0;
  curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &reply);
  auto advice = way_out(curl_code);
  if (is_login_needed(reply)) advice = way_out(CURLE_LOGIN_DENIED);
  const bool is_refused = curl_code == CURLE_LOGIN_DENIED || is_login_needed(reply) ||
                          (advice.empty() && reply >= 500 && reply < 600);
  if (advice.empty()) advice = way_out(reply);
  const bool has_words = reply >= 400 && !transfer.refusal.empty();
  const auto what =
      has_words ? "the server answers " + transfer.refusal
                : printable(transfer.error[0] ? transfer.error : curl_easy_strerror(curl_code));
  return fail(is_refused ? ErrorKind::Denied : ErrorKind::Io,
              fmt::format("{}: {}; {}", url_, what, advice));
}

Result<> SmtpSession::send(const std::string& to, const std::string& mime) {
  for (const bool is_second : {false, true}) {
    Transfer transfer;
    transfer.rest = mime;
    prepare(transfer, to);
    if (is_second) curl_easy_setopt(easy_, CURLOPT_FRESH_CONNECT, 1L);
    const auto code = curl_easy_perform(easy_);
    auto result = verdict(code, transfer);
    long new_connections = 0;
    long reply = 0;
    curl_easy_getinfo(easy_, CURLINFO_NUM_CONNECTS, &new_connections);
    curl_easy_getinfo(easy_, CURLINFO_RESPONSE_CODE, &reply);
    // A kept connection that the server closed meanwhile says nothing about this mail.
    const bool was_stale = new_connections == 0 && (reply < 400 || reply == 421);
    if (result || is_second || !was_stale || stop_) return result;
  }
  return {};
}

}  // namespace hikae::os
