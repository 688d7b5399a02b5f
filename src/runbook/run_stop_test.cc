// The tag that a server bears while hikae owes it its start.
#include "base/stopped_by.h"
#include "runbook/power.h"
#include "runbook/power_stop.h"
#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kStopAndStart = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: stopped}
  - name: Start
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: running}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT2H}}
)";

constexpr std::string_view kOnlyStop = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT10M}}
)";

class StopMark : public ::testing::Test {
 protected:
  void SetUp() override {
    ec2.instances["i-1"] = {};
    driver.cloud = [this](const Call& call, WallTime now) {
      seen += (seen.empty() ? "" : " ") + call.operation;
      return ec2(call, now);
    };
  }
  std::string start(std::string_view text, Object more = {}) {
    driver.add_document("Doc", text);
    Object input{{"Power", "restore"}, {"Installation", "tokyo"}};
    for (const auto& [key, value] : more) input[key] = value;
    return driver.start("Doc", {}, std::move(input));
  }
  [[nodiscard]] std::string mark() {
    const auto& tags = ec2.instances.at("i-1").tags;
    const auto found = tags.find(str(kStoppedByTag));
    return found == tags.end() ? "(none)" : found->second;
  }
  ToyEc2 ec2;
  RunDriver driver;
  std::string seen;  // operations, in order
};

TEST_F(StopMark, TheServerBearsItBeforeTheStopLeaves) {
  const auto run = start(kOnlyStop);
  driver.play_for(minutes(5));
  EXPECT_EQ(seen, "CreateTags StopInstances");
  EXPECT_EQ(mark(), run + " 2025-05-01T18:30:00Z tokyo");
}

TEST_F(StopMark, ItGoesWhenTheServerRunsAgainWhileTheRunGoesOn) {
  const auto run = start(kStopAndStart);
  driver.play_for(minutes(3));
  EXPECT_NE(mark(), "(none)");
  driver.play_for(hours(1));
  EXPECT_EQ(driver.status(run), "InProgress");
  EXPECT_EQ(mark(), "(none)");
  EXPECT_EQ(driver.calls("DeleteTags").size(), 1);
}

TEST_F(StopMark, ItGoesWhenHikaeHasStartedWhatTheRunLeftStopped) {
  const auto run = start(kOnlyStop);
  driver.play();
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "StartedAgain");
  EXPECT_EQ(mark(), "(none)");
}

TEST_F(StopMark, ItStaysWhereTheServerIsLeftStopped) {
  ec2.instances["i-1"].tags["hikae:hold"] = "true";
  const auto run = start(kOnlyStop);
  driver.play();
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "Held");
  EXPECT_NE(mark(), "(none)");
}

TEST_F(StopMark, ATagThatIsRefusedHindersNothingAndIsTold) {
  ec2.troubles["CreateTags"] = {"UnauthorizedOperation"};
  const auto run = start(kStopAndStart);
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(driver.calls("StopInstances").size(), 1);
  EXPECT_TRUE(driver.calls("DeleteTags").empty());
  const auto told = driver.events("Instance Not Marked");
  ASSERT_EQ(told.size(), 1);
  EXPECT_EQ(text_at(object_at(told[0], "detail"), "InstanceId"), "i-1");
  EXPECT_NE(text_at(object_at(told[0], "detail"), "Message").find("UnauthorizedOperation"),
            std::string::npos);
}

TEST_F(StopMark, ATagThatIsNeverAnsweredHoldsTheStopForFiveMinutesAndIsTakenAway) {
  ec2.silent["CreateTags"] = true;
  const auto run = start(kStopAndStart);
  driver.play_for(kMarkPatience - seconds(1));
  EXPECT_TRUE(driver.calls("StopInstances").empty());
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(driver.events("Instance Not Marked").size(), 1);
  EXPECT_EQ(driver.calls("DeleteTags").size(), 1);
}

TEST_F(StopMark, AWindowThatClosesMeanwhileKeepsTheStopIn) {
  ec2.silent["CreateTags"] = true;
  const auto run =
      start(kOnlyStop, {{"Tags", Object{{"hikae:stop-before", "2025-05-01T18:32:00Z"}}}});
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_TRUE(driver.calls("StopInstances").empty());
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "NothingOwed");
}

TEST_F(StopMark, ACancelWhileTheStopIsHeldKeepsItIn) {
  ec2.silent["CreateTags"] = true;
  const auto run = start(kOnlyStop);
  driver.play_for(seconds(10));
  driver.signal(run, "cancel");
  driver.play();
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_TRUE(driver.calls("StopInstances").empty());
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "NothingOwed");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
}

TEST_F(StopMark, ATagThatCannotBeTakenAwayIsToldAndEndsTheObligation) {
  ec2.troubles["DeleteTags"] = {"UnauthorizedOperation"};
  const auto run = start(kOnlyStop);
  driver.play();
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "StartedAgain");
  EXPECT_EQ(driver.calls("DeleteTags").size(), 3);
  EXPECT_EQ(driver.events("Instance Not Marked").size(), 1);
}

TEST_F(StopMark, ARunThatRestoresNothingWritesNone) {
  driver.add_document("Doc", kOnlyStop);
  driver.start("Doc", {}, {});
  driver.play();
  EXPECT_EQ(seen, "StopInstances");
}

TEST_F(StopMark, AnObligationOfALostDatabaseStartsTheServer) {
  ec2.instances["i-1"].state = "stopped";
  ec2.instances["i-1"].tags[str(kStoppedByTag)] = "run-1 2025-05-01T17:00:00Z tokyo";
  driver.start_machine(power_machine(RunDriver::kScope, "i-1", "run-1"),
                       Object{{"InstanceId", "i-1"},
                              {"RunId", "run-1"},
                              {"Reason", "found by its tag"},
                              {"Since", "2025-05-01T17:00:00Z"},
                              {"Mark", "run-1 2025-05-01T17:00:00Z tokyo"}});
  driver.play();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
  EXPECT_EQ(text_at(driver.power_outcome("i-1", "run-1"), "Outcome"), "StartedAgain");
  EXPECT_EQ(mark(), "(none)");
}

}  // namespace
}  // namespace hikae::runbook::testing
