// One mail at a time to an SMTP server, through libcurl; the connection is kept for the next one.
#pragma once

#include <atomic>
#include <memory>
#include <string>

#include "base/result.h"
#include "base/time.h"

namespace hikae::os {

enum class SmtpTls { StartTls, Tls, Off };

struct SmtpSettings {
  std::string host;
  int port = 587;
  SmtpTls tls = SmtpTls::StartTls;  // StartTls is required: a server without it gets nothing
  std::string ca_file;              // empty: the system's
  std::string user;                 // empty: no login
  std::string password;
  std::string from;
  Duration connect_timeout = seconds(10);
  Duration timeout = seconds(60);  // of one mail, connection included
};

/// Used by one thread. Blocking.
class SmtpSession {
 public:
  /// `stop` ends a transfer that is on its way, within a second or so; it outlives the session.
  SmtpSession(SmtpSettings settings, const std::atomic<bool>& stop);
  ~SmtpSession();
  SmtpSession(const SmtpSession&) = delete;
  SmtpSession& operator=(const SmtpSession&) = delete;

  /// `mime` with CRLF line ends. Errors: `Io` where the server cannot be reached or answers
  /// "later", `Denied` where it refuses the login, the sender, the receiver or the mail; the
  /// message has the server's words and what to do.
  [[nodiscard]] Result<> send(const std::string& to, const std::string& mime);

  /// "smtp://mail.example.com:587"
  [[nodiscard]] static std::string url_of(const SmtpSettings& settings);

 private:
  struct Transfer;
  void prepare(Transfer& transfer, const std::string& to);
  [[nodiscard]] Result<> verdict(int code, const Transfer& transfer) const;

  SmtpSettings settings_;
  const std::atomic<bool>& stop_;
  std::string url_;
  std::string from_;
  void* easy_;  // CURL*
};

}  // namespace hikae::os
