#include "runbook/run_driver_test.h"
#include "text/json.h"

namespace hikae::runbook::testing {
namespace {

std::string describe_after(RunDriver& driver, Duration duration, std::string& run) {
  driver.add_aws_documents();
  driver.cloud = [](const Call& call, WallTime) {
    if (call.operation == "DescribeInstances")
      return answers(text::parse_json(R"({"Reservations":[{"Instances":[{"InstanceId":"i-1",)"
                                      R"("State":{"Name":"running"}}]}]})")
                         .value());
    if (call.operation == "DescribeInstanceStatus")
      return answers(text::parse_json(R"({"InstanceStatuses":[{"InstanceId":"i-1",)"
                                      R"("InstanceStatus":{"Status":"ok"},)"
                                      R"("SystemStatus":{"Status":"ok"}}]})")
                         .value());
    return answers(Object{});
  };
  run = driver.start("AWS-StartEC2Instance", {{"InstanceId", Array{"i-1"}}},
                     {{"ParentId", "parent"}});
  driver.play_for(duration);
  return text::to_canonical_json(driver.describe(run));
}

TEST(Describe, ShowsAnEndedRunAsTheServiceDoes) {
  RunDriver driver;
  std::string run;
  describe_after(driver, minutes(2), run);
  auto step = driver.step(run, "startInstances").as_object();
  EXPECT_EQ(text::to_json(step["Inputs"]),
            R"({"InstanceIds":"[\"i-1\"]","DesiredState":"\"running\"",)"
            R"("FailOnUnexpectedStopped":"true"})");
  EXPECT_EQ(text::to_json(step["Outputs"]), R"({"InstanceStates":["running"]})");
  EXPECT_EQ(text_at(step, "StepStatus"), "Success");
  const auto shown = driver.describe(run);
  EXPECT_EQ(text::to_json(object_at(shown, "Parameters")),
            R"({"InstanceId":["i-1"],"AutomationAssumeRole":[""],)"
            R"("FailOnUnexpectedStopped":["true"]})");
  EXPECT_EQ(text_at(shown, "ExecutionStartTime"), "2025-05-01T18:30:00.000Z");
  EXPECT_EQ(text_at(shown, "AutomationExecutionStatus"), "Success");
  EXPECT_EQ(text_at(shown, "ParentAutomationExecutionId"), "parent");
  EXPECT_EQ(text_at(shown, "ExecutedBy"), "arn:aws:iam::123456789012:user/operator");
  EXPECT_EQ(text_at(shown, "Mode"), "Auto");
}

TEST(Describe, NamesTheCurrentStepWhileARunGoesOn) {
  RunDriver driver;
  std::string run;
  describe_after(driver, Duration{0}, run);
  const auto shown = driver.describe(run);
  EXPECT_EQ(text_at(shown, "AutomationExecutionStatus"), "InProgress");
  EXPECT_EQ(text_at(shown, "CurrentStepName"), "startInstances");
  EXPECT_EQ(text_at(shown, "CurrentAction"), "aws:changeInstanceState");
  EXPECT_EQ(find(shown, "ExecutionEndTime"), nullptr);
}

TEST(Describe, GivesEveryStepAnIdThatStays) {
  RunDriver one;
  RunDriver two;
  std::string run;
  EXPECT_EQ(describe_after(one, minutes(2), run), describe_after(two, minutes(2), run));
  EXPECT_EQ(text_at(one.step(run, "startInstances"), "StepExecutionId").size(), 36);
}

TEST(Describe, ShowsWhyAStepFailed) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) {
    return refuses("UnauthorizedOperation", "no", ErrorKind::Denied);
  };
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - name: Ask
    action: aws:executeAwsApi
    timeoutSeconds: 20
    maxAttempts: 2
    onFailure: step:Rest
    nextStep: Rest
    inputs: {Service: ec2, Api: Ask}
  - {name: Rest, action: 'aws:sleep', isEnd: true, inputs: {Duration: PT1S}}
)");
  const auto run = driver.start("Doc");
  driver.play();
  const auto step = driver.step(run, "Ask");
  EXPECT_EQ(text_at(object_at(step, "FailureDetails"), "FailureStage"), "Invocation");
  EXPECT_EQ(text_at(object_at(step, "FailureDetails"), "FailureType"), "Permission");
  EXPECT_EQ(text_at(step, "OnFailure"), "step:Rest");
  EXPECT_EQ(int_at(step, "TimeoutSeconds"), 20);
  EXPECT_EQ(int_at(step, "MaxAttempts"), 2);
  EXPECT_EQ(text_at(step, "NextStep"), "Rest");
  EXPECT_TRUE(is_true_at(step, "IsCritical"));
  EXPECT_TRUE(is_true_at(driver.step(run, "Rest"), "IsEnd"));
  EXPECT_EQ(text_at(driver.describe(run), "FailureMessage"), text_at(step, "FailureMessage"));
}

}  // namespace
}  // namespace hikae::runbook::testing
