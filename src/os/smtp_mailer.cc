#include "os/smtp_mailer.h"

#include <fmt/format.h>

#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>
#include <thread>

#include "base/limits.h"
#include "delivery/mime.h"
#include "os/data_folder.h"

namespace hikae::os {
namespace {

constexpr std::size_t kPasswordBytes = 4096;

Result<std::string> password_of(const Value& setting) {
  const auto file = str(text_at(setting, "PasswordFile"));
  const auto name = str(text_at(setting, "PasswordEnv"));
  if (!file.empty()) {
    auto text = TRY(in_context(read_file(file, kPasswordBytes), "the mail server's password"));
    while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
    return text;
  }
  const auto* value = name.empty() ? nullptr : std::getenv(name.c_str());
  if (value) return std::string(value);
  return fail(
      ErrorKind::Invalid,
      fmt::format("the mail server's password is nowhere: set the environment variable '{}' "
                  "or name a password_file",
                  name));
}

Result<SmtpTls> tls_of(std::string_view text) {
  if (text == "starttls" || text.empty()) return SmtpTls::StartTls;
  if (text == "tls") return SmtpTls::Tls;
  if (text == "off") return SmtpTls::Off;
  return fail(ErrorKind::Invalid,
              fmt::format("the mail setting tls is '{}': write starttls, tls or off", text));
}

Result<SmtpSettings> settings_of(const Value& setting) {
  SmtpSettings settings;
  settings.host = text_at(setting, "Host");
  settings.port = static_cast<int>(int_at(setting, "Port").value_or(587));
  settings.tls = TRY(tls_of(text_at(setting, "Tls")));
  settings.ca_file = text_at(setting, "CaFile");
  settings.from = text_at(setting, "From");
  settings.user = text_at(setting, "User");
  if (!settings.user.empty()) settings.password = TRY(password_of(setting));
  constexpr std::string_view kNoHost = "/@?#% \r\n\t";
  if (settings.host.empty() || settings.host.find_first_of(kNoHost) != std::string::npos)
    return fail(ErrorKind::Invalid,
                "the mail setting host is no name or address of a server: write mail.example.com");
  if (settings.port < 1 || settings.port > 65535)
    return fail(ErrorKind::Invalid, "the mail setting port is not between 1 and 65535");
  TRY_DO(in_context(delivery::check_address(settings.from), "the mail setting from"));
  return settings;
}

}  // namespace

struct SmtpMailer::Worker {
  struct WaitingMail {
    Mail mail;
    Mailer::Done done;
  };

  Worker(SmtpSettings given, Post to) : settings(std::move(given)), post(std::move(to)) {}

  void answer(Done done, Result<> result) {
    post([done = std::move(done), result = std::move(result)]() mutable {
      done(std::move(result));
    });
  }

  void work() {
    SmtpSession session(settings, stop);
    while (auto next = take()) {
      auto mime = delivery::to_mime(next->mail, settings.from);
      auto result =
          mime ? session.send(next->mail.to, *mime) : Result<>(std::unexpected(mime.error()));
      answer(std::move(next->done), std::move(result));
    }
  }

  std::optional<WaitingMail> take() {
    std::unique_lock lock(mutex);
    changed.wait(lock, [&] { return stop || !waiting.empty(); });
    if (stop) return std::nullopt;
    auto next = std::move(waiting.front());
    waiting.pop_front();
    return next;
  }

  const SmtpSettings settings;
  const Post post;
  std::atomic<bool> stop = false;
  std::mutex mutex;  // guards waiting
  std::condition_variable changed;
  std::deque<WaitingMail> waiting;
  std::thread thread;
};

Result<std::unique_ptr<SmtpMailer>> SmtpMailer::open(const Value& setting, Post post) {
  return std::make_unique<SmtpMailer>(TRY(settings_of(setting)), std::move(post));
}

SmtpMailer::SmtpMailer(SmtpSettings settings, Post post)
    : worker_(std::make_unique<Worker>(std::move(settings), std::move(post))) {
  worker_->thread = std::thread([worker = worker_.get()] { worker->work(); });
}

SmtpMailer::~SmtpMailer() {
  {
    const std::lock_guard lock(worker_->mutex);
    worker_->stop = true;
  }
  worker_->changed.notify_all();
  worker_->thread.join();
  for (auto& left : worker_->waiting)
    worker_->answer(std::move(left.done),
                    fail(ErrorKind::Io,
                         "the mail was not sent: hikae is stopping, or its mail "
                         "settings were changed; it is tried again"));
}

void SmtpMailer::send(Mail mail, Done done) {
  {
    const std::lock_guard lock(worker_->mutex);
    if (worker_->waiting.size() < limits::kMailsWaiting) {
      worker_->waiting.push_back({std::move(mail), std::move(done)});
      done = nullptr;
    }
  }
  if (!done) return worker_->changed.notify_one();
  worker_->answer(
      std::move(done),
      fail(ErrorKind::Io, fmt::format("{} mails are waiting for {} already; it is tried "
                                      "again later",
                                      limits::kMailsWaiting, where())));
}

std::string SmtpMailer::where() const { return SmtpSession::url_of(worker_->settings); }

}  // namespace hikae::os
