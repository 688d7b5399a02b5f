// A real mail server for tests: tests/data/smtp_server.py (aiosmtpd) with STARTTLS, a login and a
// certificate of its own. What it has accepted is known outside of the program under test.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "process.h"

namespace hikae::tests {

/// What is not installed, in words for GTEST_SKIP; empty where a MailServer can be made.
[[nodiscard]] std::string missing_for_mail_server();

class MailServer {
 public:
  /// `how`: further words for smtp_server.py. A server that does not start fails the test.
  explicit MailServer(const std::vector<std::string>& how);

  /// The `smtp:` line of hikae.yaml that leads here.
  [[nodiscard]] std::string config() const;
  /// Where accepted mails become NNNN.eml and NNNN.envelope.
  [[nodiscard]] std::string mails() const { return folder_.file("mails"); }
  /// Waits, a minute at most, until that stands in what it has said.
  [[nodiscard]] bool says(const std::string& word);
  /// How often that stands in what it has said so far.
  [[nodiscard]] std::ptrdiff_t count(const std::string& word);

 private:
  [[nodiscard]] std::string certificate() const { return folder_.file("cert.pem"); }

  TempFolder folder_;
  std::unique_ptr<Child> child_;
  int port_ = 0;
};

}  // namespace hikae::tests
