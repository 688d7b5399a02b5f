// The latest moment for a stop.
#include "runbook/power_stop.h"

#include "runbook/power.h"
#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kLimitedByAction = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: stopped}
)";

constexpr std::string_view kLimitedByApi = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    maxAttempts: 2
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
)";

class StopLimit : public ::testing::Test {
 protected:
  void SetUp() override {
    ec2.instances["i-1"] = {};
    driver.cloud = [this](const Call& call, WallTime now) { return ec2(call, now); };
    driver.add_aws_documents();
  }
  std::string start_in_window(std::string_view text, Object tags, Object parameters = {}) {
    driver.add_document("Doc", text);
    return driver.start(
        "Doc", std::move(parameters),
        {{"Power", "restore"}, {"Tags", std::move(tags)}, {"Lease", "ec2:instance/i-1"}});
  }
  ToyEc2 ec2;
  RunDriver driver;
};

TEST_F(StopLimit, AStopAfterTheWindowHasClosedIsRefusedAndTouchesNothing) {
  for (const auto document : {kLimitedByAction, kLimitedByApi}) {
    const auto run = start_in_window(document, {{"hikae:stop-before", "2025-05-01T19:30:00Z"}});
    driver.play_for(hours(1));  // behind another run
    driver.lease_granted(run);
    driver.play();
    EXPECT_EQ(driver.status(run), "Failed");
    EXPECT_TRUE(driver.calls("StopInstances").empty());
    EXPECT_FALSE(driver.has_power_machine("i-1", run));
    EXPECT_NE(driver.failure_of(run, "Stop").find("its window closed at 2025-05-01T19:30:00Z"),
              std::string::npos)
        << driver.failure_of(run, "Stop");
  }
}

TEST_F(StopLimit, InsideTheWindowItIsStopped) {
  const auto run = start_in_window(kLimitedByApi, {{"hikae:stop-before", "2025-05-01T19:30:00Z"}});
  driver.play_for(minutes(59));
  driver.lease_granted(run);
  driver.play();
  EXPECT_EQ(driver.calls("StopInstances").size(), 1);
}

constexpr std::string_view kStopWithin = R"(
schemaVersion: '0.3'
parameters: {StopWithinMinutes: {type: String, default: '0'}}
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
)";

TEST_F(StopLimit, TheParameterCountsFromTheRunsMakingWhereTheWindowDoesNotSay) {
  const auto run = start_in_window(kStopWithin, {{"hikae:window", "mw-1"}},
                                   {{"StopWithinMinutes", Array{"60"}}});
  driver.play_for(minutes(61));
  driver.lease_granted(run);
  driver.play();
  EXPECT_TRUE(driver.calls("StopInstances").empty());
  EXPECT_EQ(driver.status(run), "Failed");
}

TEST_F(StopLimit, ARunByHandHasNone) {
  const auto run = start_in_window(kStopWithin, {}, {{"StopWithinMinutes", Array{"60"}}});
  driver.play_for(minutes(61));
  driver.lease_granted(run);
  driver.play();
  EXPECT_EQ(driver.calls("StopInstances").size(), 1);
}

TEST_F(StopLimit, ChildrenInheritIt) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAutomation
    inputs: {DocumentName: AWS-StopEC2Instance, RuntimeParameters: {InstanceId: [i-1]}}
)");
  const auto run = driver.start(
      "Doc", {},
      {{"Power", "restore"}, {"Tags", Object{{"hikae:stop-before", "2025-05-01T18:30:00Z"}}}});
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_TRUE(driver.calls("StopInstances").empty());
}

TEST_F(StopLimit, AStopThatWasNotLetOutForWantOfDiskSpaceOwesNothing) {
  ec2.troubles["StopInstances"] = {"InsufficientDiskSpace", -1, ErrorKind::Unavailable};
  const auto run = start_in_window(kLimitedByApi, {});
  driver.lease_granted(run);
  driver.play_for(minutes(1));
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "NothingOwed");
}

}  // namespace
}  // namespace hikae::runbook::testing
