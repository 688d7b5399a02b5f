#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class ChangeInstanceStateStep : public OneStep {
 protected:
  std::string stop(const std::string& more = "") {
    return play("changeInstanceState", "InstanceIds: [i-1], DesiredState: stopped" + more);
  }
  std::string start(const std::string& more = "") {
    return play("changeInstanceState", "InstanceIds: [i-1], DesiredState: running" + more);
  }
  void is_stopped() { ec2.instances["i-1"].state = "stopped"; }
};

TEST_F(ChangeInstanceStateStep, StopsAndWaitsUntilItIsStopped) {
  EXPECT_EQ(stop(), "Success");
  EXPECT_EQ(sent("StopInstances"), R"({"InstanceIds":["i-1"]})");
  EXPECT_EQ(outputs(), R"({"InstanceStates":["stopped"]})");
  EXPECT_GE(driver.took(run), ec2.stop_takes);
}

TEST_F(ChangeInstanceStateStep, ForceIsHandedOn) {
  stop(", Force: true");
  EXPECT_EQ(sent("StopInstances"), R"({"InstanceIds":["i-1"],"Force":true})");
}

TEST_F(ChangeInstanceStateStep, AStartWaitsForBothStatusChecks) {
  is_stopped();
  EXPECT_EQ(start(), "Success");
  EXPECT_EQ(outputs(), R"({"InstanceStates":["running"]})");
  EXPECT_GE(driver.took(run), ec2.start_takes + ec2.checks_take);
  EXPECT_EQ(sent("DescribeInstanceStatus"),
            R"({"InstanceIds":["i-1"],"IncludeAllInstances":true})");
}

TEST_F(ChangeInstanceStateStep, ARunningInstanceIsRunningWithinASecond) {
  EXPECT_EQ(start(), "Success");
  EXPECT_LT(driver.took(run), seconds(1));
}

TEST_F(ChangeInstanceStateStep, TerminatesUntilItIsTerminated) {
  EXPECT_EQ(play("changeInstanceState", "InstanceIds: [i-1], DesiredState: terminated"), "Success");
  EXPECT_EQ(ec2.state("i-1", driver.now()), "terminated");
}

TEST_F(ChangeInstanceStateStep, CheckStateOnlyChangesNothing) {
  EXPECT_EQ(stop(", CheckStateOnly: true"), "TimedOut");
  EXPECT_TRUE(driver.calls("StopInstances").empty());
  EXPECT_EQ(driver.took(run), hours(1));
}

TEST_F(ChangeInstanceStateStep, SeveralInstancesAreWaitedForOneByOne) {
  ec2.instances["i-2"] = {};
  EXPECT_EQ(play("changeInstanceState", "InstanceIds: [i-1, i-2], DesiredState: stopped"),
            "Success");
  EXPECT_EQ(outputs(), R"({"InstanceStates":["stopped","stopped"]})");
  for (const auto& call : driver.calls("DescribeInstances"))
    EXPECT_EQ(list_at(call.input, "InstanceIds").size(), 1);
}

TEST_F(ChangeInstanceStateStep, AnUnknownInstanceFailsWithItsCode) {
  EXPECT_EQ(play("changeInstanceState", "InstanceIds: [i-9], DesiredState: stopped"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is changing the state of the instance(s). An error occurred "
            "(InvalidInstanceID.NotFound) when calling the StopInstances operation: The instance "
            "ID 'i-9' does not exist.");
}

TEST_F(ChangeInstanceStateStep, AnInstanceThatTerminatesInsteadOfStoppingFails) {
  begin("changeInstanceState", "InstanceIds: [i-1], DesiredState: stopped");
  driver.play_for(seconds(5));
  ec2.instances["i-1"] = {.state = "shutting-down", .next = ""};
  driver.play();
  EXPECT_EQ(failure(),
            "Step fails when it is changing the state of the instance(s). Instance i-1 entered "
            "unexpected state: shutting-down.");
}

TEST_F(ChangeInstanceStateStep, AStartThatDoesNotHoldFailsWhereTheDocumentAsksForIt) {
  is_stopped();
  begin("changeInstanceState",
        "InstanceIds: [i-1], DesiredState: running, FailOnUnexpectedStopped: true");
  driver.play_for(seconds(15));
  is_stopped();
  ec2.instances["i-1"].next = "";
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_NE(failure().find("entered unexpected state: stopped"), std::string::npos) << failure();
}

TEST_F(ChangeInstanceStateStep, AStaleStoppedDoesNotFailAStart) {
  is_stopped();
  int looks = 0;
  driver.cloud = [&](const Call& call, WallTime now) {
    auto reply = ec2(call, now);
    if (call.operation == "DescribeInstances" && ++looks == 1)
      reply = answers(text::parse_json(R"({"Reservations":[{"Instances":[{"InstanceId":"i-1",)"
                                       R"("State":{"Name":"stopped"}}]}]})")
                          .value());
    return reply;
  };
  EXPECT_EQ(start(", FailOnUnexpectedStopped: true"), "Success");
}

TEST_F(ChangeInstanceStateStep, AnImpairedCheckFails) {
  driver.cloud = [this](const Call& call, WallTime now) {
    if (call.operation != "DescribeInstanceStatus") return ec2(call, now);
    return answers(text::parse_json(R"({"InstanceStatuses":[{"InstanceId":"i-1",)"
                                    R"("InstanceStatus":{"Status":"impaired"},)"
                                    R"("SystemStatus":{"Status":"ok"}}]})")
                       .value());
  };
  EXPECT_EQ(start(), "Failed");
  EXPECT_NE(failure().find("its status check is impaired"), std::string::npos) << failure();
}

TEST_F(ChangeInstanceStateStep, AChangeThatIsRefusedFails) {
  is_stopped();
  fails("StartInstances", "InsufficientInstanceCapacity");
  EXPECT_EQ(start(), "Failed");
  EXPECT_NE(failure().find("(InsufficientInstanceCapacity) when calling the StartInstances"),
            std::string::npos);
}

TEST_F(ChangeInstanceStateStep, ALookThatFailsFails) {
  fails("DescribeInstances");
  EXPECT_EQ(stop(), "Failed");
}

TEST_F(ChangeInstanceStateStep, TimesOut) {
  ec2.stop_takes = hours(5);
  EXPECT_EQ(stop(), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is changing the state of the instance(s).");
}

TEST_F(ChangeInstanceStateStep, IsCancelledAtOnceWhileItWaits) {
  ec2.stop_takes = hours(5);
  begin("changeInstanceState", "InstanceIds: [i-1], DesiredState: stopped");
  EXPECT_EQ(cancel_after(minutes(3)), "Cancelled");
  EXPECT_EQ(driver.took(run), minutes(3));
}

TEST_F(ChangeInstanceStateStep, AnOddDesiredStateIsRefused) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
parameters: {State: {type: String}}
mainSteps:
  - name: Do
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-1], DesiredState: '{{ State }}'}
)");
  run = driver.start("Doc", {{"State", Array{"asleep"}}});
  driver.play();
  EXPECT_EQ(failure(),
            "Step fails when it is validating and resolving the step inputs. The input "
            "DesiredState is 'asleep': it must be running, stopped or terminated.");
}

}  // namespace
}  // namespace hikae::runbook::testing
