// Nobody is left in the dark: a command says what it leaves open, and waits for it first.
#include <gtest/gtest.h>

#include <filesystem>

#include "nightly.h"
#include "text/json.h"

namespace hikae::tests {
namespace {

constexpr int kInterrupted = 130;

constexpr std::string_view kNeverStopped = R"(
instances:
  - {id: i-00000000000000d01, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'false'}}
)";
constexpr const char* kRefused =
    "- {action: error, operation: CreateImage, code: UnauthorizedOperation}\n";

std::size_t count_of(const std::string& text, std::string_view part) {
  std::size_t count = 0;
  for (auto at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

TEST(OpenWork, BackupOnTheRealClockEndsWhenItsMailsHaveLeft) {
  const Nightly nightly(kNeverStopped, cli::ClockKind::Real);
  const auto night = hikae(nightly.data(), {"backup", kShop, "--faults", nightly.faults(kRefused)});
  EXPECT_EQ(night.ended.exit_code, 1) << night.ended.out;
  EXPECT_FALSE(std::filesystem::is_empty(nightly.data() + "/mail"));
  const auto* open = find(night.json, "Open");
  ASSERT_NE(open, nullptr);
  EXPECT_TRUE(list_at(*open, "Mails").empty()) << night.ended.out;
}

TEST(OpenWork, WhatCouldNotBeSentInTimeIsNamed) {
  const Nightly nightly(kNeverStopped, cli::ClockKind::Real);
  const auto config = nightly.folder().write(
      "smtp.yaml", std::string(kNightlyConfig) +
                       "smtp: {host: 127.0.0.1, port: 9, tls: off, from: hikae@example.com}\n");
  ASSERT_EQ(hikae(nightly.data(), {"apply", config}).ended.exit_code, 0);
  const auto night =
      hikae(nightly.data(), {"backup", kShop, "--wait", "2", "--faults", nightly.faults(kRefused)});
  const auto* open = find(night.json, "Open");
  ASSERT_NE(open, nullptr) << night.ended.out;
  ASSERT_FALSE(list_at(*open, "Mails").empty()) << night.ended.out;
  EXPECT_EQ(text_at(list_at(*open, "Mails").front(), "To"), "ops@example.com");
}

TEST(OpenWork, AServerThatIsStillStoppedIsNamedByBackupAndByUp) {
  const Nightly nightly(kShopFleet, cli::ClockKind::Real);
  {
    Child backup({program(), "backup", kShop, "--data", nightly.data()});
    ASSERT_TRUE(backup.says("stop\n", std::chrono::seconds(30))) << backup.out();
    backup.send(SIGINT);
    const auto ended = backup.wait(std::chrono::seconds(10));
    EXPECT_EQ(ended.exit_code, kInterrupted);
    EXPECT_NE(ended.out.find(std::string(kShop) + " was stopped at"), std::string::npos)
        << ended.out;
    EXPECT_NE(ended.out.find("hikae up --data"), std::string::npos) << ended.out;
  }
  // Nothing starts it for as long as this one runs.
  const auto faults = nightly.faults("- {action: no_capacity, operation: StartInstances}\n");
  Child up({program(), "up", "--data", nightly.data(), "--faults", faults});
  ASSERT_TRUE(up.says("was stopped at", std::chrono::seconds(30))) << up.out();
  up.send(SIGTERM);
  const auto ended = up.wait(std::chrono::seconds(10));
  EXPECT_EQ(ended.exit_code, 0) << "that is how `up` is ended";
  EXPECT_EQ(count_of(ended.out, std::string(kShop) + " was stopped at"), 2U) << ended.out;
}

TEST(OpenWork, RunsAndTheLedgerTellOfDeadMails) {
  const Nightly nightly;
  EXPECT_EQ(count_of(run_process({program(), "runs", "--data", nightly.data()}).out, "delivered"),
            0U);
  {
    const auto session = open_house(nightly.data(), cli::ClockKind::AsFolder);
    const Value row = Object{{"To", "ops@example.com"}, {"Subject", "x"}, {"Outcome", "Dead"}};
    ask(*session, "hikae-ledger", "Record", Object{{"Key", "mail/1"}, {"Row", row}});
  }
  const auto runs = run_process({program(), "runs", "--data", nightly.data()}).out;
  EXPECT_NE(runs.find("could not be delivered"), std::string::npos) << runs;
  const auto dead = hikae(nightly.data(), {"ledger", "--dead"});
  EXPECT_EQ(list_at(dead.json, "Dead").size(), 1U) << dead.ended.out;
}

TEST(OpenWork, AnInterruptedDemoIsNoSuccess) {
  const TempFolder folder;
  Child demo({program(), "demo", "--data", folder.file("night"), "--instances", "2000"});
  ASSERT_TRUE(demo.says("virtual time", std::chrono::seconds(30))) << demo.out();
  demo.send(SIGINT);
  EXPECT_EQ(demo.wait(std::chrono::seconds(20)).exit_code, kInterrupted);
}

TEST(OpenWork, AKilledVirtualNightNeverGoesBackInTime) {
  const Nightly nightly(
      "instances:\n  - {name: 'server-{n}', count: 150, tags: {BackupGroup: ssm-backup-group, "
      "EC2BackupGen: '2', BackupEC2StopStart: 'true'}}\n");
  {
    Child backup({program(), "backup", "--all", "--data", nightly.data()});
    ASSERT_TRUE(backup.says("running\n", std::chrono::seconds(60))) << backup.out();
    backup.send(SIGKILL);
    EXPECT_EQ(backup.wait(std::chrono::seconds(10)).signal, SIGKILL);
  }
  const auto session = open_house(nightly.data(), cli::ClockKind::AsFolder);
  const auto& changes = session->sandbox().changes(session->scope());
  ASSERT_FALSE(changes.empty());
  EXPECT_GE(session->now(), changes.back().at);
  EXPECT_GT(session->now(), wall_ms(1'777'636'800'000) + seconds(30));
}

}  // namespace
}  // namespace hikae::tests
