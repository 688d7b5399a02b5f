// Mails to a real SMTP server with STARTTLS and a login: who is told of what, also where the server
// refuses at first, and where the program is killed between a failure and its mail.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "cli/plans.h"
#include "cli/run_text.h"
#include "mail_reader.h"
#include "mail_server.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kRefusedImage = "i-00000000000000c01";
constexpr const char* kHangingImage = "i-00000000000000c02";
constexpr const char* kCancelled = "i-00000000000000c03";
constexpr const char* kListeners[] = {"ops@example.com", "oncall@example.com"};

constexpr std::string_view kMailFleet = R"(
instances:
  - {id: i-00000000000000c01, name: quota, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'false'}}
  - {id: i-00000000000000c02, name: 経理, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}}
  - {id: i-00000000000000c03, name: web, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}}
)";

constexpr std::string_view kMailFaults = R"(
- {action: error, operation: CreateImage, instance: i-00000000000000c01, code: ResourceLimitExceeded}
- {action: image_hangs, instance: i-00000000000000c02}
)";

class Smtp : public ::testing::Test {
 protected:
  void SetUp() override {
    if (const auto missing = missing_for_mail_server(); !missing.empty()) GTEST_SKIP() << missing;
  }

  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  /// A data folder that mails to the server; `clock` as the commands that follow use it.
  void prepare(const MailServer& server, const std::string& clock) {
    clock_ = clock;
    put_fleet(data(), kMailFleet, clock == "real" ? cli::ClockKind::Real : cli::ClockKind::Virtual);
    faults_ = folder_.write("faults.yaml", std::string(kMailFaults));
    const auto config = folder_.write(
        "hikae.yaml", "stack: hikae\nnotify: [ops@example.com, oncall@example.com]\n" +
                          server.config() +
                          "plans:\n  - name: nightly\n    schedule: cron(0 12 29 2 ? *)\n"
                          "    zone: UTC\n    targets: {tag: {BackupGroup: ssm-backup-group}}\n"
                          "    keep: 2\n    agent_check_minutes: false\n");
    const auto applied = hikae(data(), {"apply", config, "--clock", clock});
    ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
  }
  Answer backup(const std::vector<std::string>& instances) {
    std::vector<std::string> words{"backup"};
    words.insert(words.end(), instances.begin(), instances.end());
    for (const auto& more : {std::string("--clock"), clock_, std::string("--faults"), faults_})
      words.push_back(more);
    return hikae(data(), words, std::chrono::seconds(120));
  }
  [[nodiscard]] std::vector<std::string> up() const {
    return {program(), "up", "--data", data(), "--clock", clock_, "--faults", faults_};
  }
  /// Starts a backup, cancels it while the instance is being stopped, and plays on to the end.
  void back_up_and_cancel() {
    const auto session = open_house(data(), cli::ClockKind::AsFolder);
    const auto plans = cli::planned_backups(*session).value();
    const auto started =
        ask(*session, "ssm", "StartAutomationExecution",
            Object{{"DocumentName", plans.front().document},
                   {"Parameters", cli::parameters_for(plans.front(), kCancelled)}});
    const auto power = [&] { return power_of(session->sandbox(), session->scope(), kCancelled); };
    session->run_until([&] { return power() == "stopping"; });
    ask(*session, "ssm", "StopAutomationExecution",
        Object{{"AutomationExecutionId", text_at(started, "AutomationExecutionId")},
               {"Type", "Cancel"}});
    session->run_until([&] { return cli::at_rest(*session); });
    EXPECT_EQ(power(), "running") << "what was stopped is started again";
  }
  /// One mail to each subscriber that has all of the words.
  static void expect_told(const std::vector<ReadMail>& mails,
                          const std::vector<std::string>& words) {
    for (const auto* listener : kListeners)
      EXPECT_EQ(mails_that_say(mails, listener, words).size(), 1U)
          << words[0] << " to " << listener << ": " << shown(mails);
  }

  TempFolder folder_;
  std::string clock_, faults_;
};

TEST_F(Smtp, EachSubscriberGetsOneMailForEachRunThatFailedTimedOutOrWasCancelled) {
  MailServer server({});
  prepare(server, "virtual");
  const auto night = backup({kRefusedImage, kHangingImage});
  EXPECT_EQ(night.ended.exit_code, 1) << night.ended.out << night.ended.err;
  back_up_and_cancel();
  const auto mails = read_mails(server.mails());
  expect_told(mails, {"[hikae] FAILED", kRefusedImage, "ImageRunningNamed", "It is running."});
  expect_told(mails, {"[hikae] TIMED OUT", kHangingImage, "WaitForImage", "It is running."});
  expect_told(mails, {"[hikae] CANCELLED", kCancelled, "StopInstance", "stopp"});
}

TEST_F(Smtp, TheEnvelopeTheSenderAndTheSubjectAreWhatAPersonNeeds) {
  MailServer server({});
  prepare(server, "virtual");
  (void)backup({kRefusedImage});
  const auto mails = read_mails(server.mails());
  ASSERT_EQ(mails.size(), 2U) << shown(mails);
  std::set<std::string> receivers;
  for (const auto* number : {"0001", "0002"})
    receivers.insert(read_text(server.mails() + "/" + number + ".envelope"));
  EXPECT_EQ(receivers, (std::set<std::string>{"hikae@example.com\nops@example.com\n",
                                              "hikae@example.com\noncall@example.com\n"}));
  EXPECT_NE(mails[0].from.find("hikae@example.com"), std::string::npos) << mails[0].from;
  EXPECT_NE(mails[0].subject.find("quota"), std::string::npos) << mails[0].subject;
}

TEST_F(Smtp, AServerThatRefusesAtFirstGetsTheMailsLater) {
  MailServer server({"--refuse", "5"});
  prepare(server, "virtual");
  const auto night = backup({kRefusedImage});
  EXPECT_FALSE(night.ended.out_of_patience) << "waiting costs no real time";
  EXPECT_EQ(server.count("refused "), 5);
  expect_told(read_mails(server.mails()), {"[hikae] FAILED", kRefusedImage, "ImageRunningNamed"});
}

TEST_F(Smtp, NoMailIsLostWhenTheProgramIsKilledBeforeTheServerHasIt) {
  MailServer server({"--hold", "1"});
  prepare(server, "real");
  {
    Child first({program(), "backup", kRefusedImage, "--data", data(), "--clock", clock_,
                 "--faults", faults_});
    ASSERT_TRUE(server.says("held ")) << "the failure is known, its mail is on its way";
    first.send(SIGKILL);
    EXPECT_EQ(first.wait(std::chrono::seconds(10)).signal, SIGKILL);
  }
  EXPECT_EQ(server.count("accepted "), 0);
  Child second(up());
  for (const auto* listener : kListeners)
    EXPECT_TRUE(server.says("accepted " + std::string(listener))) << listener;
  second.send(SIGTERM);
  EXPECT_EQ(second.wait(std::chrono::seconds(10)).exit_code, 0);
  expect_told(read_mails(server.mails()), {"[hikae] FAILED", kRefusedImage, "ImageRunningNamed"});
}

}  // namespace
}  // namespace hikae::tests
