#include "runbook/power.h"

#include "runbook/run_driver_test.h"
#include "runbook/toy_ec2_test.h"
#include "text/json.h"

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

TEST_F(Power, AHeldInstanceIsLeftAloneWhateverTheTagSays) {
  ec2.instances["i-1"].tags["hikae:hold"] = "audit";
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

TEST_F(Power, AnAbsentInstanceIsNotBelievedForTenMinutes) {
  const auto run = start(kStopThenNap);
  driver.play_for(minutes(5));
  const auto instance = ec2.instances["i-1"];
  ec2.instances.clear();
  driver.play_for(minutes(15));  // the run ends after ten minutes and a half
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

TEST_F(Power, AHoldThatSaysFalseIsNone) {
  ec2.instances["i-1"].tags["hikae:hold"] = "False";
  const auto run = start(kStopThenNap);
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

// ---- whose stop it was ----

constexpr std::string_view kStopByApi = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    maxAttempts: 2
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
    outputs: [{Name: Before, Selector: '$.StoppingInstances[0].PreviousState.Name', Type: String}]
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT10M}}
)";

TEST_F(Power, AStopByAnOperatorBetweenLookAndStopIsNotOurs) {
  for (const auto document : {kStopThenNap, kStopByApi}) {
    ec2.instances["i-1"] = {};
    driver.cloud = [this](const Call& call, WallTime now) {
      if (call.operation == "StopInstances") ec2.instances["i-1"].state = "stopped";
      return ec2(call, now);
    };
    const auto run = start(document);
    driver.play();
    EXPECT_EQ(power(run), "NothingOwed");
    EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
  }
}

TEST_F(Power, WhatASecondSendingFindsSaysNothing) {
  // As the engine answers a stop that it had to send again: ten seconds later at the earliest.
  driver.cloud = [this](const Call& call, WallTime now) {
    if (call.operation == "StopInstances") ec2(call, now);
    auto reply = ec2(call, now);
    if (call.operation == "StopInstances") reply.after = seconds(12);
    return reply;
  };
  const auto run = start(kStopByApi);
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
  EXPECT_EQ(find(object_at(driver.step(run, "Stop"), "Outputs"), "Before"), nullptr);
}

TEST_F(Power, ALostStopIsNotExcusedByTheNextOneThatFindsItStopped) {
  int stops = 0;
  driver.cloud = [&](const Call& call, WallTime now) {
    auto reply = ec2(call, now);
    if (call.operation == "StopInstances" && ++stops == 1)
      return refuses("", "lost", ErrorKind::Timeout);
    return reply;
  };
  const auto run = start(kStopByApi);
  driver.play();
  EXPECT_EQ(stops, 2);
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, ARefusedStopOwesNothing) {
  ec2.troubles["StopInstances"] = {"UnauthorizedOperation", -1, ErrorKind::Denied};
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
)");
  const auto run = driver.start("Doc", {}, {{"Power", "restore"}});
  ec2.instances["i-1"].state = "stopped";  // an operator, at the same moment
  driver.play();
  EXPECT_EQ(power(run), "NothingOwed");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
}

// ---- ghosts ----

/// EC2 that says when an instance was launched, and whose looks show the world of before a start
/// for so long.
class Ghosts : public Power {
 protected:
  void SetUp() override {
    Power::SetUp();
    driver.cloud = [this](const Call& call, WallTime now) { return answer(call, now); };
  }
  Reply answer(const Call& call, WallTime now) {
    if (call.operation == "StartInstances") {
      ghost_until = now + ghost_lasts;
      if (std::exchange(first_start_is_lost, false)) return answers(Object{});
      launched = now;
    }
    const bool ghost = now < ghost_until;
    const auto truth = ec2.instances["i-1"];
    if (ghost) ec2.instances["i-1"] = {};
    auto reply = ec2(call, now);
    if (ghost && call.operation.starts_with("Describe")) ec2.instances["i-1"] = truth;
    if (call.operation != "DescribeInstances") return reply;
    auto& reservation = (**reply.answer).as_object()["Reservations"].as_array()[0].as_object();
    auto& instance = reservation["Instances"].as_array()[0].as_object();
    instance["LaunchTime"] = iso_ms(launched);
    if (!stopped_by.empty()) instance["StateReason"] = Object{{"Code", stopped_by}};
    return reply;
  }
  std::string stopped_by;  // what EC2 says of why it is not running
  Duration ghost_lasts{};
  WallTime ghost_until{};
  WallTime launched = RunDriver::kStart - hours(100);
  bool first_start_is_lost = false;
};

TEST_F(Ghosts, ARunThatSawOnlyTheInstanceOfBeforeIsNotBelieved) {
  ghost_lasts = minutes(5);
  first_start_is_lost = true;
  const auto run = start(kStopThenStart);
  driver.play_for(minutes(3));
  EXPECT_EQ(driver.status(run), "Success");  // as far as it could see
  ghost_lasts = {};
  driver.play();
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Ghosts, NeitherWhileTheRunGoesOn) {
  ghost_lasts = minutes(5);
  first_start_is_lost = true;
  const auto run = start(str(kStopThenStart) +
                         "  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT5H}}\n");
  driver.play_for(minutes(3));
  ghost_lasts = {};
  driver.play_for(minutes(15));
  EXPECT_FALSE(driver.ended(run));
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
  driver.play();
}

TEST_F(Ghosts, WhatAnOperatorStopsAfterTheRunsStartStaysStopped) {
  const auto run = start(str(kStopThenStart) +
                         "  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT5M}}\n");
  driver.play_for(minutes(4));
  ASSERT_EQ(ec2.state("i-1", driver.now()), "running");
  ec2.instances["i-1"].state = "stopped";
  stopped_by = "Client.UserInitiatedShutdown";
  driver.play();
  EXPECT_EQ(power(run), "NothingOwed");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
}

TEST_F(Ghosts, AStartThatDidNotHoldIsNobodysStop) {
  const auto run = start(str(kStopThenStart) +
                         "  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT5M}}\n");
  driver.play_for(minutes(4));
  ec2.instances["i-1"].state = "stopped";
  stopped_by = "Server.InternalError";
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Ghosts, AnInstanceLaunchedAfterTheStopIsBelievedAtOnce) {
  const auto run = start(kStopThenStart);
  driver.play_for(minutes(4));
  EXPECT_EQ(power(run), "NothingOwed");
}

// ---- stopped for too long ----

constexpr std::string_view kStopThenSleepLong = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT5H}}
)";

TEST_F(Power, AfterAnHourItIsStartedEvenWhileTheRunGoesOn) {
  const auto run = start(kStopThenSleepLong);
  driver.play_for(minutes(59));
  EXPECT_EQ(ec2.state("i-1", driver.now()), "stopped");
  driver.play_for(minutes(3));
  EXPECT_FALSE(driver.ended(run));
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
  EXPECT_EQ(driver.events("Instance Left Stopped").size(), 1);
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
  EXPECT_EQ(driver.calls("StartInstances").size(), 1);
}

TEST_F(Power, TheImageOfAServerThatWasStartedTooLateIsMarkedAlsoWhereItIsMadeLater) {
  bool made = false;
  driver.cloud = [&](const Call& call, WallTime now) {
    if (call.operation != "DescribeImages") return ec2(call, now);
    Array images;
    if (made) images.push_back(Object{{"ImageId", "ami-1"}});
    return answers(Object{{"Images", std::move(images)}});
  };
  const auto marks = [&] {  // of images; servers bear a tag of their own (run_stop_test.cc)
    std::vector<std::string> inputs;
    for (const auto& call : driver.calls("CreateTags"))
      if (auto input = text::to_json(call.input); input.find("ami-") != std::string::npos)
        inputs.push_back(std::move(input));
    return inputs;
  };
  const auto run = start(kStopThenSleepLong);
  driver.play_for(minutes(70));
  EXPECT_TRUE(marks().empty());
  made = true;
  driver.play_for(minutes(2));
  ASSERT_EQ(marks().size(), 1);
  EXPECT_EQ(marks()[0],
            R"({"Resources":["ami-1"],"Tags":[{"Key":"hikae:consistency","Value":"unknown"}]})");
  const auto looks = driver.calls("DescribeImages");
  const auto& by_run = list_at(looks[0].input, "Filters").front();
  EXPECT_EQ(text_of(list_at(by_run, "Values").front()), run);
  driver.play();
  EXPECT_EQ(marks().size(), 1);
}

TEST_F(Power, ARunThatCannotStartItKeepsItsImage) {
  ec2.troubles["StartInstances"] = {"InsufficientInstanceCapacity", 1};
  const auto run = start(R"(
schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: StopInstances, InstanceIds: [i-1]}
  - name: Start
    action: aws:executeAwsApi
    onFailure: Continue
    inputs: {Service: ec2, Api: StartInstances, InstanceIds: [i-1]}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT5H}}
)");
  driver.play_for(minutes(62));
  EXPECT_EQ(ec2.state("i-1", driver.now()), "running");
  EXPECT_TRUE(driver.calls("DescribeImages").empty());
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, AnOperatorsStopIsNotEndedAfterAnHour) {
  driver.cloud = [this](const Call& call, WallTime now) {
    if (call.operation == "StopInstances") ec2.instances["i-1"].state = "stopped";
    return ec2(call, now);
  };
  start(kStopThenSleepLong);
  driver.play();
  EXPECT_TRUE(driver.calls("StartInstances").empty());
}

// ---- the lease ----

TEST_F(Power, NothingIsStartedWhileAnotherRunHoldsTheLease) {
  driver.leased_elsewhere = true;
  const auto run = start(kStopThenNap);
  driver.play_for(minutes(90));
  EXPECT_TRUE(driver.ended(run));
  EXPECT_TRUE(driver.calls("StartInstances").empty());
  const auto told = driver.events("Instance Left Stopped");
  ASSERT_EQ(told.size(), 2);  // a quarter of an hour after the end, and an hour later
  EXPECT_NE(str(text_at(object_at(told[0], "detail"), "Message")).find("another run"),
            std::string::npos);
  driver.return_lease();
  driver.play();
  EXPECT_EQ(power(run), "StartedAgain");
}

TEST_F(Power, WhatAnotherRunHasStartedNeedsNoLease) {
  driver.leased_elsewhere = true;
  const auto run = start(kStopThenNap);
  driver.play_for(minutes(12));
  ec2.instances["i-1"].state = "running";
  driver.play();
  EXPECT_EQ(power(run), "Running");
}

TEST_F(Power, TheLeaseIsAskedForWithTheStopAndReturnedWhereNothingIsOwed) {
  const auto run = start(kStopThenStart);
  driver.play();
  EXPECT_EQ(driver.leases(power_machine(RunDriver::kScope, "i-1", run)),
            std::vector<std::string>{"ec2:instance/i-1"});
  EXPECT_EQ(power(run), "NothingOwed");
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
