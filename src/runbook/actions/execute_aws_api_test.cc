#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class ExecuteAwsApiStep : public OneStep {};

TEST_F(ExecuteAwsApiStep, SendsTheParametersWithoutServiceAndApi) {
  EXPECT_EQ(play("executeAwsApi", "Service: EC2, Api: create_image, Name: n, NoReboot: true"),
            "Success");
  ASSERT_EQ(driver.calls("CreateImage").size(), 1);
  const auto call = driver.calls("CreateImage")[0];
  EXPECT_EQ(call.service, "ec2");
  EXPECT_EQ(call.caller, "arn:aws:iam::123456789012:role/backup");
  EXPECT_EQ(sent("CreateImage"), R"({"Name":"n","NoReboot":true})");
}

TEST_F(ExecuteAwsApiStep, CallsNoneOfHikaesOwnServices) {
  EXPECT_EQ(play("executeAwsApi", "Service: Hikae-Desk, Api: CreateKey, Level: admin"), "Failed");
  EXPECT_TRUE(driver.calls("CreateKey").empty());
}

TEST_F(ExecuteAwsApiStep, GivesTheDeclaredOutputs) {
  play("executeAwsApi", "Service: ec2, Api: CreateImage, Name: n",
       "    outputs: [{Name: Id, Selector: $.ImageId, Type: String}]\n");
  EXPECT_EQ(outputs(), R"({"Id":["ami-1"]})");
}

TEST_F(ExecuteAwsApiStep, KeepsTheWholeAnswerOnlyWhereItIsReferredTo) {
  on("LookUp", {Object{{"A", 1}}});
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Do, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: LookUp}}
  - {name: No, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: LookUp, P: '{{ Do.OutputPayload }}'}}
)");
  run = driver.start("Doc");
  driver.play();
  EXPECT_EQ(sent("LookUp", 1), R"({"P":{"A":1}})");
  EXPECT_EQ(outputs(), R"({"OutputPayload":["{\"A\":1}"]})");
  EXPECT_EQ(find(driver.step(run, "No"), "Outputs"), nullptr);
}

TEST_F(ExecuteAwsApiStep, SaysWhichOperationFailedAndHow) {
  fails("CreateImage", "InvalidAMIName.Duplicate");
  EXPECT_EQ(play("executeAwsApi", "Service: ec2, Api: createImage, Name: n"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is Execute/Cancelling action. An error occurred "
            "(InvalidAMIName.Duplicate) when calling the CreateImage operation: as the test wants "
            "it.");
}

// How long one call may take, and what became of a lost one, is found out below the machine.
TEST_F(ExecuteAwsApiStep, ACallWithoutAnAnswerInTimeFails) {
  ec2.troubles["CreateImage"] = {.code = "", .kind = ErrorKind::Timeout};
  EXPECT_EQ(play("executeAwsApi", "Service: ec2, Api: CreateImage, Name: n"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is Execute/Cancelling action. An error occurred (timeout) when "
            "calling the CreateImage operation: as the test wants it.");
}

TEST_F(ExecuteAwsApiStep, TimesOutAtItsOwnTimeout) {
  ec2.silent["CreateImage"] = true;
  EXPECT_EQ(
      play("executeAwsApi", "Service: ec2, Api: CreateImage, Name: n", "    timeoutSeconds: 10\n"),
      "TimedOut");
  EXPECT_EQ(driver.took(run), seconds(10));
  EXPECT_EQ(failure(), "Step timed out while step is Execute/Cancelling action.");
}

TEST_F(ExecuteAwsApiStep, IsCancelledOnceItsCallIsAnswered) {
  begin("executeAwsApi", "Service: ec2, Api: CreateImage, Name: n");
  EXPECT_EQ(cancel_after(Duration{1}), "Cancelled");
  EXPECT_EQ(driver.took(run), Duration{10});
}

}  // namespace
}  // namespace hikae::runbook::testing
