#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class RunCommandStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    on("SendCommand", {Object{{"Command", Object{{"CommandId", "c-1"}}}}});
    on("ListCommands", {command("Pending"), command("InProgress"), command("Success")});
    on("ListCommandInvocations", {invocations({plugin("Success", 0, "hello\n")})});
  }
  static Value command(std::string_view status) {
    return Object{{"Commands", Array{Object{{"CommandId", "c-1"}, {"Status", status}}}}};
  }
  static Value plugin(std::string_view status, int code, std::string_view output) {
    return Object{{"Status", status}, {"ResponseCode", code}, {"Output", output}};
  }
  static Value invocations(const std::vector<Value>& plugins) {
    Array list;
    for (const auto& one : plugins)
      list.push_back(Object{{"Status", *find(one, "Status")}, {"CommandPlugins", Array{one}}});
    return Object{{"CommandInvocations", std::move(list)}};
  }
  static constexpr const char* kShell =
      "DocumentName: AWS-RunShellScript, InstanceIds: [i-1], Parameters: {commands: 'echo hello'}";
};

TEST_F(RunCommandStep, SendsWaitsAndGivesWhatWasSaid) {
  EXPECT_EQ(play("runCommand", kShell), "Success");
  // The comment is the run's own: by it a command is found whose answer is lost.
  EXPECT_EQ(std::string(sent("SendCommand"))
                .rfind(R"({"DocumentName":"AWS-RunShellScript","InstanceIds":["i-1"],)"
                       R"("Parameters":{"commands":["echo hello"]},"Comment":"hikae )",
                       0),
            0U)
      << sent("SendCommand");
  EXPECT_EQ(sent("ListCommands"), R"({"CommandId":"c-1"})");
  EXPECT_EQ(driver.calls("ListCommands").size(), 3U);
  EXPECT_EQ(sent("ListCommandInvocations"),
            R"({"CommandId":"c-1","Details":true,"MaxResults":50})");
  EXPECT_EQ(outputs(), R"({"CommandId":["c-1"],"Status":["Success"],"ResponseCode":["0"],)"
                       R"("Output":["hello\n"]})");
}

TEST_F(RunCommandStep, HandsOnEveryInput) {
  play("runCommand",
       "DocumentName: D, DocumentVersion: '2', Targets: [{Key: 'tag:a', Values: [b]}], Comment: c, "
       "DocumentHash: h, DocumentHashType: Sha256, NotificationConfig: {NotificationArn: n}, "
       "OutputS3BucketName: o, OutputS3KeyPrefix: p, ServiceRoleArn: r, TimeoutSeconds: '60', "
       "MaxConcurrency: 2, MaxErrors: '10%', CloudWatchOutputConfig: {CloudWatchOutputEnabled: "
       "true}");
  EXPECT_EQ(
      sent("SendCommand"),
      R"({"DocumentName":"D","DocumentVersion":"2","Targets":[{"Key":"tag:a","Values":["b"]}],)"
      R"("CloudWatchOutputConfig":{"CloudWatchOutputEnabled":true},"Comment":"c",)"
      R"("DocumentHash":"h","DocumentHashType":"Sha256",)"
      R"("NotificationConfig":{"NotificationArn":"n"},"OutputS3BucketName":"o",)"
      R"("OutputS3KeyPrefix":"p","ServiceRoleArn":"r","MaxConcurrency":"2","MaxErrors":"10%",)"
      R"("TimeoutSeconds":60})");
}

TEST_F(RunCommandStep, ACommandThatEndsOtherwiseFailsWithItsResult) {
  on("ListCommands", {command("Failed")});
  on("ListCommandInvocations",
     {invocations({plugin("Success", 0, "fine"), plugin("Failed", 1, "no such file")})});
  EXPECT_EQ(play("runCommand", kShell), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is verifying the command has completed. Command c-1 returns "
            "unexpected invocation result: {Status=[Success, Failed], ResponseCode=[0, 1], "
            "Output=[fineno such file]}.");
  EXPECT_NE(outputs().find(R"("Status":["Failed"],"ResponseCode":["1"])"), std::string::npos);
}

TEST_F(RunCommandStep, ASendThatIsRefusedFails) {
  fails("SendCommand", "InvalidInstanceId");
  EXPECT_EQ(play("runCommand", kShell), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is sending the command. An error occurred "
            "(InvalidInstanceId) when calling the SendCommand operation: as the test "
            "wants it.");
}

TEST_F(RunCommandStep, ALookThatIsRefusedFails) {
  fails("ListCommands");
  EXPECT_EQ(play("runCommand", kShell), "Failed");
  EXPECT_NE(failure().find("calling the ListCommands operation"), std::string::npos);
}

TEST_F(RunCommandStep, AnUnreadableResultFails) {
  fails("ListCommandInvocations");
  EXPECT_EQ(play("runCommand", kShell), "Failed");
  EXPECT_NE(failure().find("calling the ListCommandInvocations operation"), std::string::npos);
}

TEST_F(RunCommandStep, MoreThanFiftyInstancesAreRefusedAtOnce) {
  std::string ids = "[";
  for (int i = 0; i < 50; ++i) ids += "i-1, ";
  text::Diagnostics problems;
  EXPECT_FALSE(
      read_document("schemaVersion: '0.3'\nmainSteps:\n  - {name: Do, action: "
                    "'aws:runCommand', inputs: {DocumentName: D, InstanceIds: " +
                        ids + "i-1]}}\n",
                    problems));
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].message, "The input InstanceIds has 51 entries: at most 50 are allowed");
}

TEST_F(RunCommandStep, LongOutputIsCutAt2500Characters) {
  on("ListCommandInvocations", {invocations({plugin("Success", 0, std::string(4000, 'x'))})});
  play("runCommand", kShell);
  EXPECT_NE(outputs().find("\"" + std::string(2500, 'x') + "\""), std::string::npos);
}

TEST_F(RunCommandStep, TimesOutAndCancelsTheCommand) {
  on("ListCommands", {command("InProgress")});
  EXPECT_EQ(play("runCommand", kShell, "    timeoutSeconds: 60\n"), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is verifying the command has completed.");
  EXPECT_EQ(sent("CancelCommand"), R"({"CommandId":"c-1"})");
}

TEST_F(RunCommandStep, ACancelCancelsTheCommandAndWaitsForTheAnswer) {
  on("ListCommands", {command("InProgress")});
  begin("runCommand", kShell);
  EXPECT_EQ(cancel_after(seconds(20)), "Cancelled");
  EXPECT_EQ(driver.calls("CancelCommand").size(), 1U);
  EXPECT_EQ(driver.took(run), seconds(20) + Duration{10});
}

TEST_F(RunCommandStep, ACommandThatIsNotNamedYetIsCancelledOnceItIs) {
  on("ListCommands", {command("InProgress")});
  begin("runCommand", kShell);
  EXPECT_EQ(cancel_after(Duration{1}), "Cancelled");
  EXPECT_EQ(driver.calls("CancelCommand").size(), 1U);
}

}  // namespace
}  // namespace hikae::runbook::testing
