#include "runbook/power.h"

#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kStopThenNap = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: stopped}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT10M}}
)";

constexpr std::string_view kStopThenStart = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: stopped}
  - name: Start
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: running}
)";

class Power : public ::testing::Test {
 protected:
  void SetUp() override {
    ec2.instances["i-1"] = {};
    driver.cloud = [this](const Call& call, WallTime now) { return ec2(call, now); };
    driver.add_aws_documents();
  }
  std::string start(std::string_view text) {
    driver.add_document("Doc", text);
    return driver.start("Doc", {}, {{"Power", "restore"}});
  }
  std::string power(const std::string& run) {
    return str(text_at(driver.power_outcome("i-1", run), "Outcome"));
  }
  ToyEc2 ec2;
  RunDriver driver;
};

TEST_F(Power, AnInstanceThatARunLeftStoppedIsStartedAgainAndTold) {
  const auto run = start(kStopThenNap);
  driver.play();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
  EXPECT_EQ(power(run), "StartedAgain");
  const auto events = driver.events("Instance Started Again");
  ASSERT_EQ(events.size(), 1);
  EXPECT_EQ(text_at(events[0], "source"), "hikae");
  const auto& detail = object_at(events[0], "detail");
  EXPECT_EQ(text_at(detail, "InstanceId"), "i-1");
  EXPECT_EQ(text_at(detail, "RunId"), run);
  EXPECT_EQ(text_at(detail, "Since"), "2025-05-01T18:30:00Z");
}

TEST_F(Power, ACancelledRunLeavesNothingStopped) {
  const auto run = start(kStopThenNap);
  driver.play_for(minutes(5));
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
  driver.signal(run, "cancel");
  driver.play();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
}

TEST_F(Power, ARunThatStartsTheInstanceItselfOwesNothing) {
  const auto run = start(kStopThenStart);
  driver.play();
  EXPECT_EQ(power(run), "NothingOwed");
  EXPECT_EQ(driver.calls("StartInstances").size(), 1);
}

TEST_F(Power, AnInstanceThatWasStoppedAlreadyStaysStopped) {
  ec2.instances["i-1"].state = "stopped";
  const auto run = start(kStopThenNap);
  driver.play();
  EXPECT_EQ(power(run), "NothingOwed");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
}

TEST_F(Power, AForcedSecondStopDoesNotForgetThatItWasRunning) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAutomation
    inputs: {DocumentName: AWS-StopEC2Instance, RuntimeParameters: {InstanceId: [i-1]}}
)");
  const auto run = driver.start("Doc", {}, {{"Power", "restore"}});
  driver.play();
  EXPECT_EQ(driver.calls("StopInstances").size(), 2);
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, ASecondStopAfterItsStartIsOwedAgain) {
  const auto run = start(R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: stopped}
  - name: Start
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: running}
  - name: Again
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: stopped}
)");
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
}

TEST_F(Power, AStopByTheApiActionIsGuardedToo) {
  const auto run = start(R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: EC2, Api: stop_instances, InstanceIds: [i-1]}
)");
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, AStopWhoseAnswerIsLostIsStillOurs) {
  const auto run = start(kStopThenNap);
  driver.cloud = [this](const Call& call, WallTime now) {
    auto reply = ec2(call, now);
    // As a settled call is answered: what happened, but not what was before.
    if (call.operation == "StopInstances") reply = answers(Object{});
    return reply;
  };
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, AStopThatTakesEffectAfterTheRunHasEndedIsNoticed) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
)");
  driver.cloud = [this](const Call& call, WallTime now) {
    if (call.operation == "StopInstances") return refuses("", "lost", ErrorKind::Timeout);
    return ec2(call, now);
  };
  const auto run = driver.start("Doc", {}, {{"Power", "restore"}});
  driver.play_for(seconds(40));
  EXPECT_EQ(driver.status(run), "Failed");
  ec2.instances["i-1"].state = "stopped";
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, CapacityIsAskedForForSixHoursAndToldAtEachDoubling) {
  ec2.troubles["StartInstances"] = {"InsufficientInstanceCapacity", -1, ErrorKind::Unavailable};
  const auto run = start(kStopThenNap);
  driver.play();
  EXPECT_EQ(power(run), "GivenUp");
  EXPECT_GT(driver.now() - RunDriver::kStart, hours(6));
  EXPECT_LT(driver.now() - RunDriver::kStart, hours(7));
  const auto events = driver.events("Instance Left Stopped");
  ASSERT_GE(events.size(), 6);  // attempts 1, 2, 4, 8, 16, 32 and the last
  EXPECT_EQ(int_at(object_at(events[0], "detail"), "Attempts"), 1);
  EXPECT_EQ(int_at(object_at(events[1], "detail"), "Attempts"), 2);
  EXPECT_EQ(int_at(object_at(events[2], "detail"), "Attempts"), 4);
  const auto last = str(text_at(object_at(events.back(), "detail"), "Message"));
  EXPECT_NE(last.find("hikae gives up: start it by hand."), std::string::npos) << last;
}

TEST_F(Power, CapacityThatComesBackEndsTheTrouble) {
  ec2.troubles["StartInstances"] = {"InsufficientInstanceCapacity", 2, ErrorKind::Unavailable};
  const auto run = start(kStopThenNap);
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
  EXPECT_EQ(driver.events("Instance Left Stopped").size(), 2);
  EXPECT_EQ(driver.events("Instance Started Again").size(), 1);
}

TEST_F(Power, AHeldInstanceIsLeftAlone) {
  ec2.instances["i-1"].tags["hikae:hold"] = "true";
  const auto run = start(kStopThenNap);
  driver.play();
  EXPECT_EQ(power(run), "Held");
  EXPECT_TRUE(driver.calls("StartInstances").empty());
  ASSERT_EQ(driver.events("Instance Left Stopped").size(), 1);
}

TEST_F(Power, AnInstanceThatWasTerminatedIsLetGo) {
  const auto run = start(kStopThenNap);
  driver.play_for(minutes(5));
  ec2.instances["i-1"].state = "terminated";
  driver.play();
  EXPECT_EQ(power(run), "Gone");
}

TEST_F(Power, AnAbsentInstanceIsBelievedAtTheThirdLook) {
  const auto run = start(kStopThenNap);
  driver.play_for(minutes(5));
  const auto instance = ec2.instances["i-1"];
  ec2.instances.clear();
  driver.play_for(minutes(6));  // the first look, at ten minutes, does not see it
  ec2.instances["i-1"] = instance;
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, AnInstanceThatIsGoneIsLetGo) {
  const auto run = start(kStopThenNap);
  driver.play_for(minutes(5));
  ec2.instances.clear();
  driver.play();
  EXPECT_EQ(power(run), "Gone");
}

TEST_F(Power, AStartThatFallsBackToStoppedIsAFailedAttempt) {
  int starts = 0;
  driver.cloud = [&](const Call& call, WallTime now) {
    if (call.operation == "StartInstances" && ++starts < 3) return answers(Object{});
    return ec2(call, now);
  };
  const auto run = start(kStopThenNap);
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
  EXPECT_EQ(int_at(driver.power_outcome("i-1", run), "Attempts"), 2);
}

TEST_F(Power, WithoutRestoreNoObligationIsOpened) {
  driver.add_document("Doc", kStopThenNap);
  const auto run = driver.start("Doc");
  driver.play();
  EXPECT_FALSE(driver.has_power_machine("i-1", run));
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
}

}  // namespace
}  // namespace hikae::runbook::testing
