// executeStateMachine, invokeWebhook, executeScript: whoever does the work is elsewhere.
#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class ExecuteStateMachineStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("StartExecution", {Object{{"executionArn", "arn:e"}}});
    on("DescribeExecution", {status("RUNNING"), status("SUCCEEDED")});
  }
  static Value status(std::string_view word) {
    return Object{{"executionArn", "arn:e"},
                  {"name", "n"},
                  {"input", "{}"},
                  {"output", "{\"a\":1}"},
                  {"status", word},
                  {"startDate", "2025-05-01"},
                  {"stateMachineArn", "arn:m"},
                  {"stopDate", "2025-05-02"},
                  {"error", "States.X"},
                  {"cause", "because"}};
  }
};

TEST_F(ExecuteStateMachineStep, StartsWaitsAndGivesItsOutput) {
  EXPECT_EQ(play("executeStateMachine", "stateMachineArn: arn:m, name: n, input: '{}'"), "Success");
  EXPECT_EQ(driver.calls("StartExecution")[0].service, "stepfunctions");
  EXPECT_EQ(sent("StartExecution"), R"({"stateMachineArn":"arn:m","name":"n","input":"{}"})");
  EXPECT_EQ(outputs(), R"({"executionArn":["arn:e"],"input":["{}"],"name":["n"],)"
                       R"("output":["{\"a\":1}"],"startDate":["2025-05-01"],)"
                       R"("stateMachineArn":["arn:m"],"status":["SUCCEEDED"],)"
                       R"("stopDate":["2025-05-02"]})");
}

TEST_F(ExecuteStateMachineStep, AMapAsInputBecomesJsonAndTheNameIsFilled) {
  play("executeStateMachine", "stateMachineArn: arn:m, input: {a: [1]}");
  const auto input = driver.calls("StartExecution")[0].input;
  EXPECT_EQ(text_at(input, "input"), R"({"a":[1]})");
  EXPECT_EQ(text_at(input, "name").size(), 36U);
}

TEST_F(ExecuteStateMachineStep, AnyOtherEndFailsWithItsCause) {
  for (const auto* word : {"FAILED", "TIMED_OUT", "ABORTED"}) {
    on("DescribeExecution", {status(word)});
    EXPECT_EQ(play("executeStateMachine", "stateMachineArn: arn:m"), "Failed");
    EXPECT_EQ(failure(), fmt::format("Step fails when it is executing the state machine. The "
                                     "execution arn:e ended {}: States.X: because.",
                                     word));
  }
}

TEST_F(ExecuteStateMachineStep, APlaceWithoutStepFunctionsRefusesAndTheStepFails) {
  ec2.troubles["StartExecution"] = {.code = "UnknownOperationException",
                                    .kind = ErrorKind::Unsupported};
  EXPECT_EQ(play("executeStateMachine", "stateMachineArn: arn:m"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is executing the state machine. An error occurred "
            "(UnknownOperationException) when calling the StartExecution operation: as "
            "the test wants it.");
}

TEST_F(ExecuteStateMachineStep, ALookThatIsRefusedFails) {
  fails("DescribeExecution");
  EXPECT_EQ(play("executeStateMachine", "stateMachineArn: arn:m"), "Failed");
  EXPECT_NE(failure().find("calling the DescribeExecution operation"), std::string::npos);
}

TEST_F(ExecuteStateMachineStep, AnInputThatIsNoJsonIsRefusedAtOnce) {
  text::Diagnostics problems;
  EXPECT_FALSE(
      read_document("schemaVersion: '0.3'\nmainSteps:\n  - {name: Do, action: "
                    "'aws:executeStateMachine', inputs: {stateMachineArn: a, input: 'x:'}}\n",
                    problems));
}

TEST_F(ExecuteStateMachineStep, TimesOutAndStopsTheExecution) {
  on("DescribeExecution", {status("RUNNING")});
  EXPECT_EQ(play("executeStateMachine", "stateMachineArn: arn:m", "    timeoutSeconds: 60\n"),
            "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is executing the state machine.");
  EXPECT_EQ(text_at(driver.calls("StopExecution").at(0).input, "executionArn"), "arn:e");
}

TEST_F(ExecuteStateMachineStep, ACancelStopsTheExecution) {
  on("DescribeExecution", {status("RUNNING")});
  begin("executeStateMachine", "stateMachineArn: arn:m");
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
  EXPECT_EQ(driver.calls("StopExecution").size(), 1U);
}

TEST_F(ExecuteStateMachineStep, AnExecutionThatIsNotNamedYetIsCancelledOnceItIs) {
  on("DescribeExecution", {status("RUNNING")});
  begin("executeStateMachine", "stateMachineArn: arn:m");
  EXPECT_EQ(cancel_after(Duration{1}), "Cancelled");
  EXPECT_EQ(driver.calls("StopExecution").size(), 1U);
}

class InvokeWebhookStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("Invoke", {Object{{"ResponseCode", 200}, {"Response", "ok"}}});
  }
};

TEST_F(InvokeWebhookStep, CallsTheIntegrationAndGivesItsAnswer) {
  EXPECT_EQ(
      play("invokeWebhook", "IntegrationName: chat, Body: '{\"text\":\"{{ global:REGION }}\"}'"),
      "Success");
  const auto call = driver.calls("Invoke")[0];
  EXPECT_EQ(call.service, "hikae-webhook");
  EXPECT_EQ(text_at(call.input, "IntegrationName"), "chat");
  EXPECT_EQ(text_at(call.input, "Body"), R"({"text":"ap-northeast-1"})");
  EXPECT_EQ(text_at(call.input, "Token").size(), 36U);
  EXPECT_EQ(outputs(), R"({"Response":["ok"],"ResponseCode":["200"]})");
}

TEST_F(InvokeWebhookStep, AnAnswerOtherThan2xxFailsAndIsAnOutput) {
  on("Invoke", {Object{{"ResponseCode", 403}, {"Response", "no"}}});
  EXPECT_EQ(play("invokeWebhook", "IntegrationName: chat"), "Failed");
  EXPECT_EQ(failure(), "Step fails when it is invoking the webhook. The webhook answered 403: no.");
  EXPECT_EQ(outputs(), R"({"Response":["no"],"ResponseCode":["403"]})");
}

TEST_F(InvokeWebhookStep, AnIntegrationThatIsNotThereFails) {
  fails("Invoke", "ParameterNotFound");
  EXPECT_EQ(play("invokeWebhook", "IntegrationName: chat"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is invoking the webhook. The integration chat was not "
            "invoked: ParameterNotFound: as the test wants it.");
}

TEST_F(InvokeWebhookStep, APlaceThatCallsNoWebhooksRefusesAndTheStepFails) {
  ec2.troubles["Invoke"] = {.code = "UnknownOperationException", .kind = ErrorKind::Unsupported};
  EXPECT_EQ(play("invokeWebhook", "IntegrationName: chat"), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is invoking the webhook. Webhooks are not called in this place.");
}

TEST_F(InvokeWebhookStep, TimesOut) {
  ec2.silent["Invoke"] = true;
  EXPECT_EQ(play("invokeWebhook", "IntegrationName: chat", "    timeoutSeconds: 60\n"), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is invoking the webhook.");
}

TEST_F(InvokeWebhookStep, IsCancelledOnceItsCallIsAnswered) {
  begin("invokeWebhook", "IntegrationName: chat");
  EXPECT_EQ(cancel_after(Duration{1}), "Cancelled");
  EXPECT_EQ(driver.took(run), Duration{10});
}

class ExecuteScriptStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("Run", {Object{{"Payload", Object{{"ids", Array{"a", "b"}}}}}});
  }
  static std::string refused(const std::string& inputs) {
    text::Diagnostics problems;
    std::ignore = read_document(
        "schemaVersion: '0.3'\nmainSteps:\n  - {name: Do, action: "
        "'aws:executeScript', inputs: {" +
            inputs + "}}\n",
        problems);
    return problems.empty() ? "" : problems[0].message;
  }
  static constexpr const char* kPython = "Runtime: python3.8, Handler: f, Script: 'def f(e, c): 1'";
};

TEST_F(ExecuteScriptStep, HandsOnScriptAndPayloadAndGivesWhatItReturned) {
  EXPECT_EQ(play("executeScript", str(kPython) + ", InputPayload: {Region: '{{ global:REGION }}'}",
                 "    outputs: [{Name: First, Selector: '$.Payload.ids[0]', Type: String}]\n"),
            "Success");
  const auto call = driver.calls("Run")[0];
  EXPECT_EQ(call.service, "hikae-script");
  EXPECT_EQ(text_at(call.input, "Handler"), "f");
  EXPECT_EQ(text_at(call.input, "Script"), "def f(e, c): 1");
  EXPECT_EQ(text::to_json(*find(call.input, "InputPayload")), R"({"Region":"ap-northeast-1"})");
  EXPECT_EQ(int_at(call.input, "TimeoutSeconds"), 600);
  EXPECT_EQ(outputs(), R"({"Payload":["{\"ids\":[\"a\",\"b\"]}"],"First":["a"]})");
}

TEST_F(ExecuteScriptStep, AnAttachmentIsNamedWithItsDocument) {
  play("executeScript", "Runtime: PowerShell 7.0, Attachment: run.ps1");
  const auto input = driver.calls("Run")[0].input;
  EXPECT_EQ(text_at(input, "Attachment"), "run.ps1");
  EXPECT_EQ(text_at(input, "DocumentName"), "Doc");
}

TEST_F(ExecuteScriptStep, BracesThatAreNoReferenceStay) {
  play("executeScript",
       "Runtime: python3.8, Handler: f, Script: '{{ color: red }} {{ global:REGION }}'");
  EXPECT_EQ(text_at(driver.calls("Run")[0].input, "Script"), "{{ color: red }} ap-northeast-1");
}

TEST_F(ExecuteScriptStep, WhatTheScriptRaisedIsTheTextItFailsWith) {
  driver.cloud = [](const Call&, WallTime) {
    return Reply{.answer = fail(ErrorKind::Invalid, "Traceback (most recent call last): KeyError")};
  };
  EXPECT_EQ(play("executeScript", kPython), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is Poll action status for completion. Traceback (most "
            "recent call last): KeyError.");
}

TEST_F(ExecuteScriptStep, WhereScriptsAreOffItFailsAndSaysSo) {
  ec2.troubles["Run"] = {.code = "UnknownOperationException", .kind = ErrorKind::Unsupported};
  EXPECT_EQ(play("executeScript", kPython), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is Poll action status for completion. Scripts are off: "
            "this place does not run aws:executeScript unless its configuration allows "
            "it.");
}

TEST_F(ExecuteScriptStep, TooLargeAPayloadFails) {
  on("Run", {Object{{"Payload", std::string(102'401, 'x')}}});
  EXPECT_EQ(play("executeScript", kPython), "Failed");
  EXPECT_NE(failure().find("returned 102401 bytes: a step takes at most 102400"),
            std::string::npos);
}

TEST_F(ExecuteScriptStep, TooLongAListFails) {
  on("Run", {Object{{"Payload", Object{{"a", Array(101, Value(1))}}}}});
  EXPECT_EQ(play("executeScript", kPython), "Failed");
  EXPECT_NE(failure().find("a list of more than 100 items"), std::string::npos);
}

TEST_F(ExecuteScriptStep, BadInputsAreRefusedAtOnce) {
  EXPECT_NE(
      refused("Runtime: ruby, Script: x").find("Runtime is 'ruby': it must be one of python3.6"),
      std::string::npos);
  EXPECT_NE(refused("Runtime: python3.8, Script: x").find("The input Handler is missing"),
            std::string::npos);
  EXPECT_NE(refused("Runtime: PowerShell 7.0").find("One of the inputs Script and Attachment"),
            std::string::npos);
}

TEST_F(ExecuteScriptStep, IsGivenUpAfter600SecondsWhateverTheDocumentAsksFor) {
  ec2.silent["Run"] = true;
  EXPECT_EQ(play("executeScript", kPython, "    timeoutSeconds: 3600\n"), "TimedOut");
  EXPECT_EQ(driver.took(run), seconds(600) + Duration{10}) << "and the answer to Stop";
  EXPECT_EQ(failure(), "Step timed out while step is Poll action status for completion.");
}

TEST_F(ExecuteScriptStep, ATimeOutAndACancelStopTheScript) {
  ec2.silent["Run"] = true;
  EXPECT_EQ(play("executeScript", kPython, "    timeoutSeconds: 60\n"), "TimedOut");
  ASSERT_EQ(driver.calls("Stop").size(), 1);
  EXPECT_EQ(text_at(driver.calls("Stop")[0].input, "Token"),
            text_at(driver.calls("Run")[0].input, "Token"));
  begin("executeScript", kPython);
  EXPECT_EQ(cancel_after(seconds(1)), "Cancelled");
  EXPECT_EQ(driver.calls("Stop").size(), 2);
}

TEST_F(ExecuteScriptStep, OneThatHasAnsweredIsNotStopped) {
  play("executeScript", kPython);
  EXPECT_TRUE(driver.calls("Stop").empty());
}

TEST_F(ExecuteScriptStep, IsCancelledOnceItsCallIsAnswered) {
  begin("executeScript", kPython);
  EXPECT_EQ(cancel_after(Duration{1}), "Cancelled");
  EXPECT_EQ(driver.took(run), Duration{11});
}

}  // namespace
}  // namespace hikae::runbook::testing
