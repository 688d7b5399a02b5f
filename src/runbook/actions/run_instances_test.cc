#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class RunInstancesStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("RunInstances", {Object{{"Instances", Array{Object{{"InstanceId", "i-8"}},
                                                   Object{{"InstanceId", "i-9"}}}}}});
    become({"pending", "pending"}, {"running", "running"});
  }
  void become(std::pair<const char*, const char*> first, std::pair<const char*, const char*> then) {
    driver.cloud = [=, this, inner = driver.cloud, looks = 0](const Call& call,
                                                              WallTime now) mutable {
      if (call.operation != "DescribeInstances" || ec2.troubles.contains("DescribeInstances"))
        return inner(call, now);
      const auto& [one, two] = ++looks == 1 ? first : then;
      return answers(
          Object{{"Reservations",
                  Array{Object{{"Instances", Array{state("i-8", one), state("i-9", two)}}}}}});
    };
  }
  static Value state(std::string_view id, std::string_view name) {
    return Object{{"InstanceId", id}, {"State", Object{{"Name", name}}}};
  }
};

TEST_F(RunInstancesStep, LaunchesAndWaitsUntilAllRun) {
  EXPECT_EQ(play("runInstances", "ImageId: ami-1, MinInstanceCount: '2', MaxInstanceCount: '2'"),
            "Success");
  EXPECT_EQ(driver.calls("DescribeInstances").size(), 2U);
  EXPECT_EQ(outputs(), R"({"InstanceIds":["i-8","i-9"],"InstanceStates":["running","running"]})");
}

TEST_F(RunInstancesStep, BringsItsInputsToTheApisShape) {
  play("runInstances",
       "ImageId: ami-1, InstanceType: t3.small, MaxInstanceCount: 2, IamInstanceProfileName: p, "
       "Monitoring: true, EbsOptimized: 'true', SecurityGroupIds: [sg-1], SubnetId: subnet-1, "
       "UserData: eA==, ClientToken: once");
  EXPECT_EQ(sent("RunInstances"),
            R"({"ImageId":"ami-1","InstanceType":"t3.small","SecurityGroupIds":["sg-1"],)"
            R"("SubnetId":"subnet-1","UserData":"eA==","EbsOptimized":true,)"
            R"("Monitoring":{"Enabled":true},"IamInstanceProfile":{"Name":"p"},"MaxCount":2,)"
            R"("MinCount":2,"ClientToken":"once"})");
}

TEST_F(RunInstancesStep, FillsATokenThatIsAnotherForEachAttempt) {
  fails("RunInstances", "Trouble", 1);
  play("runInstances", "ImageId: ami-1", "    maxAttempts: 2\n");
  const auto calls = driver.calls("RunInstances");
  ASSERT_EQ(calls.size(), 2U);
  EXPECT_EQ(text_at(calls[0].input, "ClientToken").size(), 36U);
  EXPECT_NE(text_at(calls[0].input, "ClientToken"), text_at(calls[1].input, "ClientToken"));
}

TEST_F(RunInstancesStep, ALaunchThatIsRefusedFails) {
  fails("RunInstances", "InsufficientInstanceCapacity");
  EXPECT_EQ(play("runInstances", "ImageId: ami-1"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is launching the instance(s). An error occurred "
            "(InsufficientInstanceCapacity) when calling the RunInstances operation: as "
            "the test wants it.");
}

TEST_F(RunInstancesStep, AnInstanceInAnUnexpectedStateFails) {
  become({"pending", "pending"}, {"running", "shutting-down"});
  EXPECT_EQ(play("runInstances", "ImageId: ami-1"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is verifying launched instance(s) are ready to be used. "
            "Instance i-9 entered unexpected state: shutting-down.");
  EXPECT_NE(outputs().find(R"("InstanceIds":["i-8","i-9"])"), std::string::npos);
}

TEST_F(RunInstancesStep, ALookThatIsRefusedFails) {
  fails("DescribeInstances");
  EXPECT_EQ(play("runInstances", "ImageId: ami-1"), "Failed");
  EXPECT_NE(failure().find("calling the DescribeInstances operation"), std::string::npos);
}

TEST_F(RunInstancesStep, CountsOutOfOrderAreRefusedAtOnce) {
  text::Diagnostics problems;
  EXPECT_FALSE(
      read_document("schemaVersion: '0.3'\nmainSteps:\n  - {name: Do, action: "
                    "'aws:runInstances', inputs: {ImageId: a, MinInstanceCount: 3, "
                    "MaxInstanceCount: 2}}\n",
                    problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message,
            "The input MinInstanceCount is 3: it must be from 1 to "
            "MaxInstanceCount, which is 2");
}

TEST_F(RunInstancesStep, TimesOutWithTheIdsOfWhatWasLaunched) {
  become({"pending", "pending"}, {"pending", "pending"});
  EXPECT_EQ(play("runInstances", "ImageId: ami-1", "    timeoutSeconds: 300\n"), "TimedOut");
  EXPECT_EQ(failure(),
            "Step timed out while step is verifying launched instance(s) are ready to be "
            "used.");
  EXPECT_NE(outputs().find(R"("InstanceIds":["i-8","i-9"])"), std::string::npos);
}

TEST_F(RunInstancesStep, IsCancelledWithTheIdsOfWhatWasLaunched) {
  become({"pending", "pending"}, {"pending", "pending"});
  begin("runInstances", "ImageId: ami-1");
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
  EXPECT_NE(outputs().find(R"("InstanceIds":["i-8","i-9"])"), std::string::npos);
}

}  // namespace
}  // namespace hikae::runbook::testing
