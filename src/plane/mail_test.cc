#include "plane/mail.h"

#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

/// Answers each mail after `delay`, as the next of `answers` says; then with success.
struct SlowMailer final : Mailer {
  explicit SlowMailer(VirtualTime& world) : time(world) {}
  void send(Mail mail, Done done) override {
    sent.push_back(std::move(mail));
    auto answer = Result<>();
    if (!answers.empty()) {
      answer = answers.front();
      answers.erase(answers.begin());
    }
    time.at(time.now() + seconds(2),
            [done = std::move(done), answer]() mutable { done(std::move(answer)); });
  }
  [[nodiscard]] std::string where() const override { return "memory"; }
  VirtualTime& time;
  std::vector<Mail> sent;
  std::vector<Result<>> answers;
};

struct MailDesk : TestKernel {
  SlowMailer mailer{time};
  MailService service{*kernel, mailer};
  static Value letter(std::string_view id) {
    return Object{{"MessageId", id},
                  {"FromName", "Backups"},
                  {"To", "ops@example.com"},
                  {"Subject", "web1 失敗"},
                  {"Body", "no image"},
                  {"Attachments", Array{Object{{"Name", "event.json"},
                                               {"ContentType", "application/json"},
                                               {"Content", "{}"}}}}};
  }
};

TEST(MailService, HandsTheMailOverAndRecordsIt) {
  MailDesk desk;
  EXPECT_EQ(desk.ok(desk.service, "Send", MailDesk::letter("m1")),
            json(R"({"MessageId":"m1","Where":"memory"})"));
  ASSERT_EQ(desk.mailer.sent.size(), 1u);
  EXPECT_EQ(desk.mailer.sent[0].subject, "web1 失敗");
  EXPECT_EQ(desk.mailer.sent[0].attachments.at(0).bytes, "{}");
  const auto* row = desk.kernel->tables().get(desk.scope, kMailRows, "m1");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(text_at(*row, "Outcome"), "Accepted");
  EXPECT_EQ(text_at(*row, "At"), "2026-01-01T18:30:02.000Z");
}

TEST(MailService, ARefusalIsTheAnswerAndStandsInTheRow) {
  MailDesk desk;
  desk.mailer.answers = {fail(ErrorKind::Unavailable, "451 try later")};
  EXPECT_FALSE(desk.call(desk.service, "Send", MailDesk::letter("m1")));
  const auto* row = desk.kernel->tables().get(desk.scope, kMailRows, "m1");
  ASSERT_NE(row, nullptr);
  EXPECT_EQ(text_at(*row, "Outcome"), "Refused");
  EXPECT_EQ(text_at(*row, "Why"), "451 try later");
  EXPECT_EQ(desk.service.refused(), 1);
}

TEST(MailService, AMailThatWasTakenIsNotSentAgain) {
  MailDesk desk;
  desk.ok(desk.service, "Send", MailDesk::letter("m1"));
  desk.ok(desk.service, "Send", MailDesk::letter("m1"));
  EXPECT_EQ(desk.mailer.sent.size(), 1u);
}

TEST(MailService, AMailThatWasRefusedIsSentAgain) {
  MailDesk desk;
  desk.mailer.answers = {fail(ErrorKind::Unavailable, "451 try later")};
  EXPECT_FALSE(desk.call(desk.service, "Send", MailDesk::letter("m1")));
  desk.ok(desk.service, "Send", MailDesk::letter("m1"));
  EXPECT_EQ(desk.mailer.sent.size(), 2u);
  EXPECT_EQ(text_at(*desk.kernel->tables().get(desk.scope, kMailRows, "m1"), "Outcome"),
            "Accepted");
}

TEST(MailService, ASecondSendOfAMailThatIsOutJoinsIt) {
  MailDesk desk;
  int answers = 0;
  for (int i = 0; i < 2; ++i)
    desk.service.call({desk.scope, "hikae-mail", "Send", MailDesk::letter("m1"), ""},
                      [&](Result<Value> answer) { answers += answer.has_value(); });
  desk.time.run_until(desk.time.now() + seconds(10));
  EXPECT_EQ(answers, 2);
  EXPECT_EQ(desk.mailer.sent.size(), 1u);
}

TEST(MailService, LineBreaksNeverReachAHeader) {
  MailDesk desk;
  auto letter = MailDesk::letter("m1");
  letter.as_object()["Subject"] = "a\r\nBcc: x@example.com";
  desk.ok(desk.service, "Send", letter);
  EXPECT_EQ(desk.mailer.sent[0].subject.find_first_of("\r\n"), std::string::npos);
  letter.as_object()["To"] = "a@example.com\r\nBcc: x@example.com";
  letter.as_object()["MessageId"] = "m2";
  EXPECT_EQ(desk.refused(desk.service, "Send", letter), "ValidationException");
}

TEST(MailService, AnObserverHearsOfEveryAttempt) {
  MailDesk desk;
  std::vector<MailNote> heard;
  desk.service.observe([&](const MailNote& note) { heard.push_back(note); });
  desk.ok(desk.service, "Send", MailDesk::letter("m1"));
  ASSERT_EQ(heard.size(), 1u);
  EXPECT_EQ(heard[0].to, "ops@example.com");
  EXPECT_EQ(desk.service.accepted(), 1);
  EXPECT_EQ(desk.service.notes().size(), 1u);
}

TEST(MailService, MailsAreListedNewestFirst) {
  MailDesk desk;
  for (const auto id : {"m1", "m2", "m3"}) desk.ok(desk.service, "Send", MailDesk::letter(id));
  const auto mails = list_at(desk.ok(desk.service, "List", Object{{"Limit", 2}}), "Mails");
  ASSERT_EQ(mails.size(), 2u);
  EXPECT_EQ(text_at(mails[0], "MessageId"), "m3");
}

}  // namespace
}  // namespace hikae::plane
