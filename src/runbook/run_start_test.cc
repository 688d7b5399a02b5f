// Starts of what somebody else has stopped meanwhile.
#include "runbook/power.h"
#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kStartWaitStart = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT1M}}
  - name: Start
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StartInstances, InstanceIds: [i-1]}
  - {name: Down, action: 'aws:sleep', inputs: {Duration: PT20M}}
)";
constexpr std::string_view kAgain = R"(
  - name: Again
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StartInstances, InstanceIds: [i-1]}
    outputs:
      - {Name: State, Selector: '$.StartingInstances[0].CurrentState.Name', Type: String}
)";
constexpr std::string_view kAgainByState = R"(
  - name: Again
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: running}
)";
constexpr std::string_view kAgainByChild = R"(
  - name: Again
    action: aws:executeAutomation
    inputs: {DocumentName: Child}
)";

class StartOfTheirs : public ::testing::Test {
 protected:
  void SetUp() override {
    ec2.instances["i-1"] = {};
    driver.cloud = [this](const Call& call, WallTime now) {
      auto reply = ec2(call, now);
      auto& instance = ec2.instances["i-1"];
      if (call.operation == "StartInstances") instance.launched = now;
      if (call.operation == "StopInstances") instance.stopped = now;
      return reply;
    };
    driver.add_aws_documents();
    driver.add_document("Child", "schemaVersion: '0.3'\nmainSteps:" + str(kAgain));
  }
  std::string start(std::string_view last_step) {
    driver.add_document("Doc", str(kStartWaitStart) + str(last_step.substr(1)));
    return driver.start("Doc", {}, {{"Power", "restore"}});
  }
  /// Ten minutes after the run's own start.
  void an_operator_stops_it() {
    driver.play_for(minutes(11));
    ASSERT_EQ(ec2.state("i-1", driver.now()), "running");
    auto& instance = ec2.instances["i-1"];
    instance.state = "stopped";
    instance.stopped = driver.now();
  }
  ToyEc2 ec2;
  RunDriver driver;
};

TEST_F(StartOfTheirs, IsNotSentAndItsAnswerSaysStopped) {
  const auto run = start(kAgain);
  an_operator_stops_it();
  driver.play();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
  EXPECT_EQ(driver.calls("StartInstances").size(), 1);
  EXPECT_EQ(driver.status(run), "Success");
  const auto step = driver.step(run, "Again");
  const auto& outputs = object_at(step, "Outputs");
  EXPECT_EQ(text_of(list_at(outputs, "State").front()), "stopped");
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "NothingOwed");
}

TEST_F(StartOfTheirs, IsNotSentByAChildEither) {
  start(kAgainByChild);
  an_operator_stops_it();
  driver.play();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
  EXPECT_EQ(driver.calls("StartInstances").size(), 1);
}

TEST_F(StartOfTheirs, FailsAtOnceWhereTheStepWaitsForRunning) {
  const auto run = start(kAgainByState);
  an_operator_stops_it();
  driver.play();
  EXPECT_EQ(driver.calls("StartInstances").size(), 1);
  EXPECT_NE(driver.failure_of(run, "Again").find("entered unexpected state: stopped"),
            std::string::npos);
}

TEST_F(StartOfTheirs, WhatDidNotComeUpIsStartedAgain) {
  start(kAgain);
  driver.play_for(minutes(11));
  ec2.instances["i-1"].state = "stopped";  // it fell back: EC2 names no later stop …
  ec2.instances["i-1"].launched = {};      // … and no launch
  driver.play();
  EXPECT_EQ(driver.calls("StartInstances").size(), 2);
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
}

TEST_F(StartOfTheirs, ALookThatFailsHoldsUpNoStart) {
  start(kAgain);
  driver.play_for(minutes(11));
  ec2.instances["i-1"].state = "stopped";
  ec2.troubles["DescribeInstances"] = {"UnauthorizedOperation", -1, ErrorKind::Denied};
  driver.play_for(minutes(15));
  EXPECT_EQ(driver.calls("StartInstances").size(), 2);
  ec2.troubles.clear();
  driver.play();
}

TEST_F(StartOfTheirs, WithoutAStopOfItsOwnARunLooksAtNothing) {
  const auto run = driver.start("Child", {}, {{"Power", "restore"}});
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_TRUE(driver.calls("DescribeInstances").empty());
}

TEST_F(StartOfTheirs, ACancelDoesNotWaitForTheLook) {
  ec2.silent["DescribeInstances"] = true;
  const auto run = start(kAgain);
  driver.play_for(minutes(2));  // looks before its first start
  EXPECT_TRUE(driver.calls("StartInstances").empty());
  driver.signal(run, "cancel");
  driver.play_for(seconds(5));
  EXPECT_EQ(driver.status(run), "Cancelled");
  ec2.silent.clear();
}

// ---- the obligation ----

TEST_F(StartOfTheirs, TheObligationLeavesItToo) {
  const auto run = start(kAgain);
  an_operator_stops_it();
  driver.signal(run, "cancel");
  driver.play();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "NothingOwed");
  EXPECT_TRUE(driver.events("Instance Left Stopped").empty());
}

/// A run whose only stop is never answered, and never happens; an operator stops it `after` the
/// asking.
class DoubtfulStop : public StartOfTheirs {
 protected:
  std::string play(Duration after) {
    driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
)");
    driver.cloud = [this](const Call& call, WallTime now) {
      if (call.operation != "StopInstances") return ec2(call, now);
      auto lost = refuses("OutcomeUnknown", "lost", ErrorKind::Timeout);
      lost.after = seconds(25);
      return lost;
    };
    ec2.instances["i-1"].launched = RunDriver::kStart - hours(9);
    const auto run = driver.start("Doc", {}, {{"Power", "restore"}});
    driver.play_for(seconds(26));
    ec2.instances["i-1"].state = "stopped";
    ec2.instances["i-1"].stopped = RunDriver::kStart + after;
    driver.play();
    return str(text_at(driver.power_outcome("i-1", run), "Outcome"));
  }
};

TEST_F(DoubtfulStop, ThatCannotBeTheOneEc2SpeaksOfOwesNothingAndIsTold) {
  EXPECT_EQ(play(minutes(7)), "NothingOwed");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
  ASSERT_EQ(driver.events("Instance Left Stopped").size(), 1);
}

TEST_F(DoubtfulStop, ThatMayBeTheOneEc2SpeaksOfIsStarted) {
  EXPECT_EQ(play(minutes(2)), "StartedAgain");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
}

/// A run whose stop is held for its tag until the window has closed, and whose failure path starts
/// the server.
class RefusedStop : public StartOfTheirs {
 protected:
  std::string play(const std::string& state) {
    driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    onFailure: step:Start
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
  - name: Start
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StartInstances, InstanceIds: [i-1]}
)");
    ec2.silent["CreateTags"] = true;
    const auto run = driver.start(
        "Doc", {},
        {{"Power", "restore"}, {"Tags", Object{{"hikae:stop-before", "2025-05-01T18:30:05Z"}}}});
    ec2.instances["i-1"].state = state;
    driver.play();
    EXPECT_TRUE(driver.calls("StopInstances").empty());
    return run;
  }
};

TEST_F(RefusedStop, LeavesWhatIsStoppedAlone) {
  const auto run = play("stopped");
  EXPECT_TRUE(driver.calls("StartInstances").empty());
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "NothingOwed");
}

TEST_F(RefusedStop, LeavesItAloneAlsoWhereNothingCanBeSeen) {
  ec2.troubles["DescribeInstances"] = {"UnauthorizedOperation", -1, ErrorKind::Denied};
  play("stopped");
  EXPECT_TRUE(driver.calls("StartInstances").empty());
}

TEST_F(StartOfTheirs, AStopThatTheEngineHasProvenToBeTheirsIsNotOurs) {
  driver.cloud = [this](const Call& call, WallTime now) {
    if (call.operation != "StopInstances") return ec2(call, now);
    ec2.instances["i-1"].state = "stopped";
    auto reply = answers(Object{
        {"StoppingInstances",
         Array{Object{{"InstanceId", "i-1"},
                      {"CurrentState", Object{{"Name", "stopped"}}},
                      {"PreviousState", Object{{"Name", "stopped"}}},
                      {"StateTransitionReason", "User initiated (2025-05-01 18:45:00 GMT)"}}}}});
    reply.after = hours(1);
    return reply;
  };
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
    outputs:
      - {Name: Before, Selector: '$.StoppingInstances[0].PreviousState.Name', Type: String}
      - {Name: Proof, Selector: '$.StoppingInstances[0].StateTransitionReason', Type: String}
)");
  const auto run = driver.start("Doc", {}, {{"Power", "restore"}});
  driver.play_for(minutes(50));
  driver.play();
  EXPECT_EQ(text_at(driver.power_outcome("i-1", run), "Outcome"), "NothingOwed");
  const auto step = driver.step(run, "Stop");
  const auto& outputs = object_at(step, "Outputs");
  EXPECT_EQ(text_of(list_at(outputs, "Before").front()), "stopped");
  EXPECT_EQ(find(outputs, "Proof"), nullptr);
}

}  // namespace
}  // namespace hikae::runbook::testing
