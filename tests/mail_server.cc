#include "mail_server.h"

#include <gtest/gtest.h>

#include <filesystem>

namespace hikae::tests {
namespace {

constexpr const char* kPython = "/usr/bin/python3";
constexpr const char* kOpenssl = "/usr/bin/openssl";
constexpr const char* kMailPassword = "correct horse";

}  // namespace

std::string missing_for_mail_server() {
  for (const auto* tool : {kPython, kOpenssl})
    if (!std::filesystem::exists(tool)) return std::string(tool) + " is not installed";
  const bool has_server = run_process({kPython, "-c", "import aiosmtpd"}).exit_code == 0;
  return has_server ? "" : "python3-aiosmtpd is not installed";
}

MailServer::MailServer(const std::vector<std::string>& how) {
  const auto made = run_process({kOpenssl, "req", "-x509", "-newkey", "ec", "-pkeyopt",
                                 "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2", "-subj",
                                 "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1",
                                 "-keyout", folder_.file("key.pem"), "-out", certificate()});
  EXPECT_EQ(made.exit_code, 0) << made.err;
  std::filesystem::create_directory(mails());
  folder_.write("password", std::string(kMailPassword) + "\n");
  std::vector<std::string> words{
      kPython, HIKAE_TEST_DATA "/smtp_server.py", "--folder", mails(), "--cert",     certificate(),
      "--key", folder_.file("key.pem"),           "--user",   "hikae", "--password", kMailPassword};
  words.insert(words.end(), how.begin(), how.end());
  child_ = std::make_unique<Child>(words);
  if (child_->says("port ", std::chrono::seconds(30)) && child_->says("\n", Patience(1000)))
    port_ = std::stoi(child_->out().substr(5));
  EXPECT_GT(port_, 0) << child_->wait({}).err;
}

std::string MailServer::config() const {
  return "smtp: {host: 127.0.0.1, port: " + std::to_string(port_) +
         ", user: hikae, password_file: '" + folder_.file("password") +
         "', from: hikae@example.com, ca_file: '" + certificate() + "'}\n";
}

bool MailServer::says(const std::string& word) {
  return child_->says(word, std::chrono::seconds(60));
}

std::ptrdiff_t MailServer::count(const std::string& word) {
  (void)child_->says("\x01", Patience(0));  // takes what has come
  const auto& out = child_->out();
  std::ptrdiff_t times = 0;
  for (auto at = out.find(word); at != std::string::npos; at = out.find(word, at + 1)) ++times;
  return times;
}

}  // namespace hikae::tests
