#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <unistd.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <sstream>

#include "base/virtual_time.h"
#include "os/data_folder.h"
#include "os/eml_mailer.h"
#include "os/smtp_mailer.h"

namespace hikae::os {
namespace {

namespace fs = std::filesystem;

Mail sample_mail(std::string id) {
  Mail mail;
  mail.message_id = std::move(id);
  mail.to = "ops@example.com";
  mail.subject = "hello";
  mail.body = "text\n";
  mail.date = wall_ms(1'767'292'200'000);
  return mail;
}

class EmlFolder : public testing::Test {
 protected:
  void SetUp() override { folder_ = new_temporary_folder().value() + "/mail"; }
  void TearDown() override { fs::remove_all(fs::path(folder_).parent_path()); }

  Result<> send(EmlMailer& mailer, Mail mail) {
    std::optional<Result<>> answer;
    mailer.send(std::move(mail), [&](Result<> result) { answer = std::move(result); });
    EXPECT_FALSE(answer) << "done may not come inside the call";
    time_.drain();
    return answer.value();
  }
  [[nodiscard]] std::vector<std::string> files() const {
    std::vector<std::string> names;
    for (const auto& entry : fs::directory_iterator(folder_))
      names.push_back(entry.path().filename().string());
    return names;
  }

  VirtualTime time_{wall_ms(0)};
  std::string folder_;
};

TEST_F(EmlFolder, WritesAMailAsAFileNamedByItsDate) {
  const auto mailer = EmlMailer::open(folder_, time_).value();
  ASSERT_TRUE(send(*mailer, sample_mail("a@hikae")));
  ASSERT_EQ(files().size(), 1U);
  EXPECT_TRUE(files()[0].starts_with("20260101T183000Z_"));
  std::ifstream file(folder_ + "/" + files()[0]);
  std::stringstream text;
  text << file.rdbuf();
  EXPECT_NE(text.str().find("Message-ID: <a@hikae>\r\n"), std::string::npos);
}

TEST_F(EmlFolder, AMessageIdIsWrittenOnceAlsoByTheNextProcessAndAtAnotherTime) {
  {
    const auto mailer = EmlMailer::open(folder_, time_).value();
    ASSERT_TRUE(send(*mailer, sample_mail("a@hikae")));
  }
  const auto mailer = EmlMailer::open(folder_, time_).value();
  auto later = sample_mail("a@hikae");
  later.date += hours(5);
  ASSERT_TRUE(send(*mailer, later));
  ASSERT_TRUE(send(*mailer, sample_mail("b@hikae")));
  EXPECT_EQ(files().size(), 2U);
}

TEST_F(EmlFolder, WhatACrashLeftHalfWrittenIsRemoved) {
  fs::create_directories(folder_);
  std::ofstream(folder_ + "/.20260101T183000Z_x.eml.part") << "half";
  const auto mailer = EmlMailer::open(folder_, time_).value();
  EXPECT_TRUE(files().empty());
}

TEST_F(EmlFolder, SaysWhatIsWrongWithAMailOrTheFolder) {
  const auto mailer = EmlMailer::open(folder_, time_).value();
  auto bad = sample_mail("a");
  bad.subject = "a\r\nBcc: b@c";
  EXPECT_EQ(send(*mailer, bad).error().kind, ErrorKind::Invalid);
  fs::remove_all(folder_);
  EXPECT_EQ(send(*mailer, sample_mail("a")).error().kind, ErrorKind::Io);
}

/// Runs what the mailer's thread posts, on the test's.
class PostQueue {
 public:
  SmtpMailer::Post post() {
    return [this](std::move_only_function<void()> work) {
      const std::lock_guard lock(mutex_);
      work_.push_back(std::move(work));
      changed_.notify_one();
    };
  }
  void run_one() {
    std::unique_lock lock(mutex_);
    ASSERT_TRUE(changed_.wait_for(lock, std::chrono::seconds(20), [&] { return !work_.empty(); }));
    auto work = std::move(work_.front());
    work_.pop_front();
    lock.unlock();
    work();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::move_only_function<void()>> work_;
};

/// A port of this machine that was free a moment ago.
int free_port() {
  const int number = ::socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  EXPECT_EQ(::bind(number, reinterpret_cast<sockaddr*>(&address), size), 0);
  EXPECT_EQ(::getsockname(number, reinterpret_cast<sockaddr*>(&address), &size), 0);
  ::close(number);
  return ntohs(address.sin_port);
}

Value smtp_setting(int port) {
  return Object{{"Host", "127.0.0.1"}, {"Port", port}, {"From", "hikae@example.com"}};
}

TEST(SmtpMailer, SaysWhereNothingAnswersAndWhatToDo) {
  PostQueue queue;
  const auto mailer = SmtpMailer::open(smtp_setting(free_port()), queue.post()).value();
  std::optional<Result<>> answer;
  mailer->send(sample_mail("a"), [&](Result<> result) { answer = std::move(result); });
  queue.run_one();
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->error().kind, ErrorKind::Io);
  EXPECT_NE(answer->error().message.find("check host and port"), std::string::npos)
      << answer->error().message;
}

TEST(SmtpMailer, AMailThatIsNoMailNeverReachesTheServer) {
  PostQueue queue;
  const auto mailer = SmtpMailer::open(smtp_setting(free_port()), queue.post()).value();
  auto mail = sample_mail("a");
  mail.to = "a@b> SIZE=1\r\nRCPT TO:<c@d";
  std::optional<Result<>> answer;
  mailer->send(mail, [&](Result<> result) { answer = std::move(result); });
  queue.run_one();
  EXPECT_EQ(answer->error().kind, ErrorKind::Invalid);
}

TEST(SmtpMailer, AnswersEveryMailOnceAlsoWhenItIsClosed) {
  PostQueue queue;
  int answers = 0;
  {
    const auto mailer = SmtpMailer::open(smtp_setting(free_port()), queue.post()).value();
    for (int i = 0; i < 50; ++i)
      mailer->send(sample_mail("m" + std::to_string(i)), [&](Result<> result) {
        EXPECT_FALSE(result);
        ++answers;
      });
  }
  for (int i = 0; i < 50; ++i) queue.run_one();
  EXPECT_EQ(answers, 50);
}

TEST(SmtpMailer, RefusesASettingThatCannotWork) {
  PostQueue queue;
  const auto refused = [&](const char* key, Value value) {
    auto setting = smtp_setting(25);
    setting.as_object()[key] = std::move(value);
    return !SmtpMailer::open(setting, queue.post());
  };
  EXPECT_TRUE(refused("Host", ""));
  EXPECT_TRUE(refused("Host", "user@evil/path"));
  EXPECT_TRUE(refused("Port", 70'000));
  EXPECT_TRUE(refused("From", "nobody"));
  EXPECT_TRUE(refused("Tls", "perhaps"));
  EXPECT_TRUE(refused("User", "me"));
  EXPECT_FALSE(refused("CaFile", "/etc/ssl/ca.pem"));
}

}  // namespace
}  // namespace hikae::os
