// Mails to an SMTP server, on a thread of its own: the engine's thread never waits for one.
//
// `done` comes on the thread that `post` runs things on. Nothing is on disk: who asked makes the
// outcome durable, and asks again with the same message id after a crash.
#pragma once

#include <functional>
#include <memory>

#include "base/ports.h"
#include "base/value.h"
#include "os/smtp_session.h"

namespace hikae::os {

class SmtpMailer final : public Mailer {
 public:
  /// Runs its argument on the engine's thread, later; callable from any thread; lives at least as
  /// long as the mailer.
  using Post = std::function<void(std::move_only_function<void()>)>;

  /// From the stored setting {Host, Port, User, PasswordFile, PasswordEnv, Tls "starttls|tls|off",
  /// From, CaFile}. Errors: `Invalid` or `Io` where a member is wrong or the password is nowhere.
  /// The server is not asked anything yet.
  [[nodiscard]] static Result<std::unique_ptr<SmtpMailer>> open(const Value& setting, Post post);

  SmtpMailer(SmtpSettings settings, Post post);
  /// Mails that wait or are on their way are answered with an error.
  ~SmtpMailer() override;
  SmtpMailer(const SmtpMailer&) = delete;
  SmtpMailer& operator=(const SmtpMailer&) = delete;

  /// Errors that `done` gets: smtp_session.h; `Invalid` where the mail cannot be written as MIME.
  void send(Mail mail, Done done) override;
  [[nodiscard]] std::string where() const override;

 private:
  struct Worker;
  std::unique_ptr<Worker> worker_;
};

}  // namespace hikae::os
