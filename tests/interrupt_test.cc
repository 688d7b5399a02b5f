// SIGTERM and Ctrl-C: the program ends soon, and what it had begun goes on at the next start.
#include <gtest/gtest.h>

#include "nightly.h"

namespace hikae::tests {
namespace {

constexpr int kMany = 120;  // so that the night takes a while

std::string instances_of_fleet(int count) {
  return "instances:\n  - {name: 'server-{n}', count: " + std::to_string(count) +
         ", tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: "
         "'true'}}\n";
}

class Interrupted : public ::testing::TestWithParam<int> {};

TEST_P(Interrupted, InTheMiddleOfAVirtualNightItEndsSoonAndGoesOnLater) {
  const Nightly nightly(instances_of_fleet(kMany));
  const auto data = nightly.data();
  {
    Child backup({program(), "backup", "--all", "--data", data});
    ASSERT_TRUE(backup.says("stop\n", std::chrono::seconds(60)));
    backup.send(GetParam());
    const auto ended = backup.wait(std::chrono::seconds(5));
    EXPECT_FALSE(ended.out_of_patience);
    EXPECT_EQ(ended.signal, 0) << "it ends by itself";
    EXPECT_EQ(ended.exit_code, 130) << "the backups are not done";
  }
  const auto before = hikae(data, {"runs", "--status", "InProgress"});
  EXPECT_FALSE(list_at(before.json, "Runs").empty());
  EXPECT_EQ(hikae(data, {"up"}).ended.exit_code, 0);
  const auto after = hikae(data, {"runs", "--status", "Success", "--limit", "1000"});
  EXPECT_EQ(list_at(after.json, "Runs").size(), std::size_t{kMany});
}

INSTANTIATE_TEST_SUITE_P(BySignal, Interrupted, ::testing::Values(SIGTERM, SIGINT),
                         [](const auto& signal) {
                           return std::string(signal.param == SIGINT ? "Interrupt" : "Terminate");
                         });

}  // namespace
}  // namespace hikae::tests
