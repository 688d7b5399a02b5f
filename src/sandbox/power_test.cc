#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

class PowerTest : public WorldTest {
 protected:
  void SetUp() override {
    WorldTest::SetUp();
    load();
  }
};

constexpr std::string_view kWebOnly = R"({"InstanceIds": ["i-00000000000000001"]})";
constexpr std::string_view kAsleepOnly = R"({"InstanceIds": ["i-00000000000000003"]})";

TEST_F(PowerTest, AStoppedMachineGoesThroughStopping) {
  const auto answer = ec2("StopInstances", kWebOnly);
  ASSERT_TRUE(answer);
  EXPECT_EQ(text::to_json(*answer), R"({"StoppingInstances":[{"InstanceId":"i-00000000000000001",)"
                                    R"("CurrentState":{"Code":64,"Name":"stopping"},)"
                                    R"("PreviousState":{"Code":16,"Name":"running"}}]})");
  EXPECT_EQ(power(kWeb), "stopping");
  wait(seconds(41));
  EXPECT_EQ(power(kWeb), "stopped");
}

TEST_F(PowerTest, StoppingAStoppedMachineChangesNothing) {
  const auto answer = ec2("StopInstances", kAsleepOnly);
  ASSERT_TRUE(answer);
  EXPECT_EQ(list_at(*answer, "StoppingInstances")[0].at("PreviousState").at("Name"), "stopped");
  EXPECT_TRUE(sandbox_->changes(kHere).empty());
}

TEST_F(PowerTest, AStartedMachineIsCheckedNinetySecondsAfterItRuns) {
  ASSERT_TRUE(ec2("StartInstances", kAsleepOnly));
  EXPECT_EQ(power(kAsleep), "pending");
  wait(seconds(25));
  EXPECT_EQ(power(kAsleep), "running");
  const auto status = [&] {
    const auto answer = ec2("DescribeInstanceStatus", kAsleepOnly);
    return str(
        text_of(*find_path(list_at(*answer, "InstanceStatuses")[0], {"InstanceStatus", "Status"})));
  };
  EXPECT_EQ(status(), "initializing");
  wait(seconds(90));
  EXPECT_EQ(status(), "ok");
}

TEST_F(PowerTest, StatusShowsRunningMachinesUnlessAllAreWanted) {
  EXPECT_EQ(ids(ec2("DescribeInstanceStatus", kAsleepOnly), "InstanceStatuses", "InstanceId"), "");
  const auto all = ec2("DescribeInstanceStatus", R"({"IncludeAllInstances": true})");
  EXPECT_EQ(list_at(*all, "InstanceStatuses").size(), 3U);
}

TEST_F(PowerTest, AStoppingMachineCannotBeStarted) {
  ASSERT_TRUE(ec2("StopInstances", kWebOnly));
  EXPECT_EQ(text_of_error("StartInstances", kWebOnly),
            "IncorrectInstanceState: The instance 'i-00000000000000001' is not in a state from "
            "which it can be started.");
}

TEST_F(PowerTest, APendingMachineCannotBeStopped) {
  ASSERT_TRUE(ec2("StartInstances", kAsleepOnly));
  EXPECT_EQ(code_of("StopInstances", kAsleepOnly), "IncorrectInstanceState");
}

TEST_F(PowerTest, OneBadIdFailsAllOfACall) {
  EXPECT_EQ(text_of_error("StopInstances",
                          R"({"InstanceIds": ["i-00000000000000001", "i-0000000000000000f"]})"),
            "InvalidInstanceID.NotFound: The instance ID 'i-0000000000000000f' does not exist");
  EXPECT_EQ(power(kWeb), "running");
  EXPECT_EQ(text_of_error("StopInstances", R"({"InstanceIds": ["web"]})"),
            "InvalidInstanceID.Malformed: Invalid id: \"web\" (expecting \"i-...\")");
  EXPECT_EQ(code_of("StopInstances", "{}"), "MissingParameter");
}

TEST_F(PowerTest, DryRunChangesNothing) {
  const auto answer =
      ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"], "DryRun": true})");
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "DryRunOperation");
  EXPECT_EQ(power(kWeb), "running");
}

TEST_F(PowerTest, RebootBeginsTheStatusChecksAnew) {
  ASSERT_TRUE(ec2("RebootInstances", kWebOnly));
  EXPECT_EQ(power(kWeb), "running");
  EXPECT_EQ(sandbox_->changes(kHere).back().what, "rebooted");
  const auto status = ec2("DescribeInstanceStatus",
                          R"({"Filters": [{"Name": "instance-status.status",
                                           "Values": ["initializing"]}]})");
  EXPECT_EQ(ids(status, "InstanceStatuses", "InstanceId"), kWeb);
  EXPECT_EQ(code_of("RebootInstances", kAsleepOnly), "IncorrectInstanceState");
}

TEST_F(PowerTest, ATerminatedMachineIsForgottenAfterAnHour) {
  ASSERT_TRUE(ec2("TerminateInstances", kWebOnly));
  wait(seconds(31));
  EXPECT_EQ(power(kWeb), "terminated");
  EXPECT_EQ(ids(ec2("DescribeVolumes", R"({"Filters": [{"Name": "attachment.instance-id",
                "Values": ["i-00000000000000001"]}]})"),
                "Volumes", "VolumeId"),
            "");
  wait(minutes(61));
  EXPECT_EQ(power(kWeb), "none");
  EXPECT_EQ(code_of("DescribeInstances", kWebOnly), "InvalidInstanceID.NotFound");
}

TEST_F(PowerTest, TheLogSaysWhoChangedThePower) {
  ASSERT_TRUE(ec2("StopInstances", kWebOnly));
  wait(minutes(1));
  const auto& log = sandbox_->changes(kHere);
  ASSERT_EQ(log.size(), 2U);
  EXPECT_EQ(log[0].what, "stopping");
  EXPECT_EQ(log[1].what, "stopped");
  EXPECT_EQ(log[1].caller, "tester");
  EXPECT_EQ(log[1].operation, "StopInstances");
  EXPECT_EQ(log[1].at - log[0].at, seconds(40));
}

TEST_F(PowerTest, RunInstancesWithATokenMakesThemOnce) {
  wait(minutes(1));
  const auto image = make_image(kWeb, "golden");
  wait(minutes(10));
  const auto order = R"({"ImageId": ")" + image +
                     R"(", "MinCount": 1, "MaxCount": 2, "ClientToken": "t1",
                     "TagSpecifications": [{"ResourceType": "instance",
                       "Tags": [{"Key": "Name", "Value": "clone"}]}]})";
  const auto first = ec2("RunInstances", order);
  const auto second = ec2("RunInstances", order);
  ASSERT_TRUE(first && second);
  EXPECT_EQ(ids(first, "Instances", "InstanceId"), ids(second, "Instances", "InstanceId"));
  EXPECT_EQ(list_at(*first, "Instances").size(), 2U);
  EXPECT_EQ(code_of("RunInstances", R"({"ImageId": ")" + image +
                                        R"(", "MinCount": 1, "MaxCount": 1, "ClientToken": "t1"})"),
            "IdempotentParameterMismatch");
  wait(minutes(1));
  EXPECT_EQ(instance_ids(R"({"Filters": [{"Name": "tag:Name", "Values": ["clone"]},
                              {"Name": "instance-state-name", "Values": ["running"]}]})")
                .empty(),
            false);
}

TEST_F(PowerTest, RunInstancesNeedsAnAvailableImage) {
  const auto image = make_image(kWeb, "golden");
  EXPECT_EQ(
      code_of("RunInstances", R"({"ImageId": ")" + image + R"(", "MinCount": 1, "MaxCount": 1})"),
      "InvalidAMIID.Unavailable");
}

}  // namespace
}  // namespace hikae::sandbox
