// createTags, invokeLambdaFunction, sleep.
#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class CreateTagsStep : public OneStep {};
class InvokeLambdaStep : public OneStep {
 protected:
  void answer(Value value) {
    driver.cloud = [value](const Call&, WallTime) { return answers(value); };
  }
};
class SleepStep : public OneStep {};

TEST_F(CreateTagsStep, TagsEc2ByDefault) {
  EXPECT_EQ(play("createTags", "ResourceIds: [ami-1, snap-1], Tags: [{Key: k, Value: v}]"),
            "Success");
  EXPECT_EQ(sent("CreateTags"),
            R"({"Resources":["ami-1","snap-1"],"Tags":[{"Key":"k","Value":"v"}]})");
}

TEST_F(CreateTagsStep, OtherTypesGoToSsm) {
  play("createTags", "ResourceType: Parameter, ResourceIds: [p], Tags: [{Key: k, Value: v}]");
  EXPECT_EQ(driver.calls("AddTagsToResource")[0].service, "ssm");
  EXPECT_EQ(sent("AddTagsToResource"),
            R"({"ResourceType":"Parameter","ResourceId":"p","Tags":[{"Key":"k","Value":"v"}]})");
}

TEST_F(CreateTagsStep, OtherTypesTakeOneResource) {
  play("createTags", "ResourceType: Parameter, ResourceIds: [p, q], Tags: [{Key: k, Value: v}]");
  EXPECT_NE(failure().find("ResourceIds has 2 entries: only one where ResourceType is Parameter"),
            std::string::npos);
}

TEST_F(CreateTagsStep, ARefusedCallFails) {
  fails("CreateTags", "TagLimitExceeded");
  EXPECT_EQ(play("createTags", "ResourceIds: [ami-1], Tags: [{Key: k, Value: v}]"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is creating the tags. An error occurred (TagLimitExceeded) when "
            "calling the CreateTags operation: as the test wants it.");
}

TEST_F(CreateTagsStep, TimesOut) {
  ec2.silent["CreateTags"] = true;
  EXPECT_EQ(play("createTags", "ResourceIds: [ami-1], Tags: [{Key: k, Value: v}]",
                 "    timeoutSeconds: 60\n"),
            "TimedOut");
}

TEST_F(CreateTagsStep, IsCancelledOnceItsCallIsAnswered) {
  begin("createTags", "ResourceIds: [ami-1], Tags: [{Key: k, Value: v}]");
  EXPECT_EQ(cancel_after(Duration{1}), "Cancelled");
  EXPECT_EQ(driver.took(run), Duration{10});
}

TEST_F(InvokeLambdaStep, HandsOnThePayloadAndGivesItsAnswer) {
  answer(Object{{"StatusCode", 200}, {"Payload", R"({"deleted":["ami-1"]})"}});
  EXPECT_EQ(play("invokeLambdaFunction", R"(FunctionName: f, Payload: '{"a":1}')",
                 "    outputs: [{Name: First, Selector: '$.Payload.deleted[0]', Type: String}]\n"),
            "Success");
  EXPECT_EQ(sent("Invoke"), R"({"FunctionName":"f","Payload":"{\"a\":1}"})");
  EXPECT_EQ(outputs(),
            R"({"StatusCode":["200"],"Payload":["{\"deleted\":[\"ami-1\"]}"],"First":["ami-1"]})");
}

TEST_F(InvokeLambdaStep, InputPayloadWinsOverPayload) {
  play("invokeLambdaFunction", "FunctionName: f, Payload: '{}', InputPayload: {a: [1, x]}");
  EXPECT_EQ(sent("Invoke"), R"({"FunctionName":"f","Payload":"{\"a\":[1,\"x\"]}"})");
}

TEST_F(InvokeLambdaStep, ATextIsShownWithoutItsQuotes) {
  play("invokeLambdaFunction", "FunctionName: f");
  EXPECT_EQ(outputs(), R"({"StatusCode":["200"],"Payload":["done"]})");
}

TEST_F(InvokeLambdaStep, AFunctionThatRaisesFails) {
  answer(Object{{"StatusCode", 200},
                {"FunctionError", "Unhandled"},
                {"Payload", R"({"errorMessage":"no such tag"})"}});
  EXPECT_EQ(play("invokeLambdaFunction", "FunctionName: f"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is invoking the lambda function. The function failed (Unhandled): "
            "{\"errorMessage\":\"no such tag\"}.");
}

TEST_F(InvokeLambdaStep, AnAnswerThatIsTooLargeFails) {
  answer(Object{{"StatusCode", 200}, {"Payload", "[" + std::string(205'000, '1') + "]"}});
  EXPECT_EQ(play("invokeLambdaFunction", "FunctionName: f"), "Failed");
  EXPECT_NE(failure().find("The function answered 205002 bytes"), std::string::npos) << failure();
}

TEST_F(InvokeLambdaStep, ARefusedCallFails) {
  fails("Invoke", "ResourceNotFoundException");
  EXPECT_EQ(play("invokeLambdaFunction", "FunctionName: f"), "Failed");
  EXPECT_NE(failure().find("(ResourceNotFoundException) when calling the Invoke operation"),
            std::string::npos);
}

TEST_F(InvokeLambdaStep, IsGivenUpAfter300SecondsWhateverTheDocumentAsksFor) {
  ec2.silent["Invoke"] = true;
  EXPECT_EQ(play("invokeLambdaFunction", "FunctionName: f", "    timeoutSeconds: 600\n"),
            "TimedOut");
  EXPECT_EQ(driver.took(run), seconds(300));
  EXPECT_EQ(failure(), "Step timed out while step is invoking the lambda function.");
}

TEST_F(InvokeLambdaStep, AShorterTimeoutHolds) {
  ec2.silent["Invoke"] = true;
  play("invokeLambdaFunction", "FunctionName: f", "    timeoutSeconds: '60'\n");
  EXPECT_EQ(driver.took(run), seconds(60));
}

TEST_F(InvokeLambdaStep, IsCancelled) {
  ec2.silent["Invoke"] = true;
  begin("invokeLambdaFunction", "FunctionName: f");
  EXPECT_EQ(cancel_after(seconds(5)), "Cancelled");
}

TEST_F(SleepStep, SleepsForADuration) {
  EXPECT_EQ(play("sleep", "Duration: PT1H30M"), "Success");
  EXPECT_EQ(driver.took(run), minutes(90));
}

TEST_F(SleepStep, SleepsUntilAnInstantInBothSpellings) {
  for (const auto* spelling : {"Timestamp", "TimeStamp"}) {
    RunDriver fresh;
    fresh.add_document("Doc", fmt::format("schemaVersion: '0.3'\nmainSteps:\n  - name: Do\n    "
                                          "action: aws:sleep\n    inputs: {{{}: "
                                          "'2025-05-01T19:00:00Z'}}\n",
                                          spelling));
    const auto id = fresh.start("Doc");
    fresh.play();
    EXPECT_EQ(fresh.took(id), minutes(30)) << spelling;
  }
}

TEST_F(SleepStep, AnInstantThatHasPassedEndsAtOnce) {
  EXPECT_EQ(play("sleep", "Timestamp: '2020-01-01T00:00:00Z'"), "Success");
  EXPECT_EQ(driver.took(run), Duration{0});
}

TEST_F(SleepStep, TheDurationMayBePartOfAText) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
parameters: {Minutes: {type: String}}
mainSteps:
  - {name: Do, action: 'aws:sleep', inputs: {Duration: 'PT{{Minutes}}M'}}
)");
  run = driver.start("Doc", {{"Minutes", Array{"7"}}});
  driver.play();
  EXPECT_EQ(driver.took(run), minutes(7));
}

TEST_F(SleepStep, TooLongASleepFails) {
  EXPECT_EQ(play("sleep", "Timestamp: '2025-06-01T00:00:00Z'"), "Failed");
  EXPECT_NE(failure().find("the longest sleep is 604799 seconds"), std::string::npos);
}

TEST_F(SleepStep, TimesOutAtItsTimeout) {
  EXPECT_EQ(play("sleep", "Duration: PT60M", "    timeoutSeconds: 60\n"), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is sleeping.");
}

TEST_F(SleepStep, IsCancelledAtOnce) {
  begin("sleep", "Duration: PT60M");
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
  EXPECT_EQ(driver.took(run), minutes(1));
}

}  // namespace
}  // namespace hikae::runbook::testing
