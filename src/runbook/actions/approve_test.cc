#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

const std::string kApproveBob = "arn:aws:iam::123456789012:user/bob";
const std::string kApproveAnn = "arn:aws:iam::123456789012:user/ops/ann";

class ApproveStep : public OneStep {
 protected:
  void ask(const std::string& inputs, const std::string& more = "") {
    begin("approve", inputs, more);
    driver.play_for(seconds(5));
  }
  void say(std::string_view what, const std::string& who, std::string_view comment = "") {
    Object payload{{"Caller", who}};
    if (!comment.empty()) payload["Comment"] = comment;
    driver.signal(run, str(what), payload);
  }
};

TEST_F(ApproveStep, WaitsAndSucceedsWithTheFirstApproval) {
  ask("Approvers: [bob, ann]");
  EXPECT_EQ(driver.status(run), "Waiting");
  EXPECT_EQ(text_at(driver.step(run, "Do"), "StepStatus"), "Waiting");
  EXPECT_EQ(outputs(), R"({"ApprovalStatus":["Waiting"],"ApproverDecisions":[]})");
  say("Approve", kApproveBob, "go on");
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(outputs(), R"({"ApprovalStatus":["Approved"],"ApproverDecisions":["{\"Approver\":\")" +
                           kApproveBob +
                           R"(\",\"Decision\":\"Approved\",\"Time\":\"2025-05-01T18:30:05Z\",)"
                           R"(\"Comment\":\"go on\"}"]})");
}

TEST_F(ApproveStep, TellsTheTopicWhoIsWaitedFor) {
  ask("Approvers: [bob], NotificationArn: 'arn:aws:sns:r:1:AutomationPlease', Message: Ready?");
  const auto told = sent("Publish");
  EXPECT_NE(told.find(R"("TopicArn":"arn:aws:sns:r:1:AutomationPlease")"), std::string::npos);
  EXPECT_NE(told.find("Ready?\\n\\nStep Do of the automation execution " + run), std::string::npos)
      << told;
  EXPECT_EQ(driver.status(run), "Waiting");
}

TEST_F(ApproveStep, TheWaitIsAnEventOfTheRun) {
  ask("Approvers: [bob]");
  const auto events = driver.events("EC2 Automation Execution Status-change Notification");
  ASSERT_EQ(events.size(), 2U);
  EXPECT_EQ(text_at(*find(events[1], "detail"), "Status"), "Waiting");
}

TEST_F(ApproveStep, WaitsForAsManyAsAreRequiredAndCountsEachPersonOnce) {
  ask("Approvers: [bob, ann], MinRequiredApprovals: 2");
  say("Approve", kApproveBob);
  say("Approve", kApproveBob);
  EXPECT_EQ(driver.status(run), "Waiting");
  say("Approve", kApproveAnn);
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
}

TEST_F(ApproveStep, RevokeTakesAnApprovalBack) {
  ask("Approvers: [bob, ann], MinRequiredApprovals: 2");
  say("Approve", kApproveBob);
  say("Revoke", kApproveBob);
  say("Approve", kApproveAnn);
  EXPECT_EQ(driver.status(run), "Waiting");
}

TEST_F(ApproveStep, AStrangerDecidesNothing) {
  ask("Approvers: [bob]");
  say("Approve", kApproveAnn);
  say("Reject", kApproveAnn);
  say("Approve", "");
  EXPECT_EQ(driver.status(run), "Waiting");
}

TEST_F(ApproveStep, RolesApproveThroughTheirSessions) {
  ask("Approvers: ['arn:aws:iam::123456789012:role/path/Ops']");
  say("Approve", "arn:aws:sts::999999999999:assumed-role/Ops/me");
  EXPECT_EQ(driver.status(run), "Waiting");
  say("Approve", "arn:aws:sts::123456789012:assumed-role/Ops/me");
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
}

TEST_F(ApproveStep, OneRejectionFails) {
  ask("Approvers: [bob, ann], MinRequiredApprovals: 2");
  say("Approve", kApproveAnn);
  say("Reject", kApproveBob, "not tonight");
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(failure(), "Step fails when it is waiting for approval. Rejected by " + kApproveBob +
                           ": not tonight.");
  EXPECT_NE(outputs().find(R"("ApprovalStatus":["Rejected"])"), std::string::npos);
}

TEST_F(ApproveStep, ARequestThatCannotBeSentFails) {
  fails("Publish", "NotFound");
  EXPECT_EQ(play("approve", "Approvers: [bob], NotificationArn: 'arn:aws:sns:r:1:AutomationX'"),
            "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is sending the approval request. An error occurred (NotFound) when "
            "calling the Publish operation: as the test wants it.");
}

TEST_F(ApproveStep, FailsWhereItsInputsAreOutOfBounds) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
parameters: {Who: {type: StringList}, Min: {type: Integer, default: 1}, Topic: {type: String, default: ''}}
mainSteps:
  - {name: Do, action: 'aws:approve', inputs: {Approvers: '{{ Who }}', MinRequiredApprovals: '{{ Min }}'}}
)");
  const auto text = [&](Object parameters) {
    run = driver.start("Doc", std::move(parameters));
    driver.play_for(seconds(1));
    return failure();
  };
  EXPECT_NE(text({{"Who", Array(11, Value("x"))}}).find("Approvers has 11 entries: at most 10"),
            std::string::npos);
  EXPECT_NE(text({{"Who", Array{"a"}}, {"Min", Array{"2"}}})
                .find("MinRequiredApprovals is 2: with 1 approvers it must be from 1 to 1"),
            std::string::npos);
}

TEST_F(ApproveStep, ATopicWithoutTheAutomationPrefixIsRefusedAtOnce) {
  text::Diagnostics problems;
  const auto document = read_document(
      "schemaVersion: '0.3'\nmainSteps:\n  - name: Do\n    action: aws:approve\n    inputs:\n"
      "      Approvers: [bob]\n      NotificationArn: arn:aws:sns:r:1:Please\n",
      problems);
  EXPECT_FALSE(document.has_value());
  ASSERT_EQ(problems.size(), 1U);
  EXPECT_EQ(problems[0].position.line, 7);
  EXPECT_NE(problems[0].message.find("must begin with \"Automation\""), std::string::npos);
}

TEST_F(ApproveStep, TimesOutAfterSevenDaysAndSoDoesTheRun) {
  EXPECT_EQ(play("approve", "Approvers: [bob]"), "TimedOut");
  EXPECT_EQ(driver.took(run), hours(7 * 24));
  EXPECT_EQ(failure(), "Step timed out while step is waiting for approval.");
  EXPECT_NE(outputs().find(R"("ApprovalStatus":["Waiting"])"), std::string::npos);
}

TEST_F(ApproveStep, IsCancelledAtOnce) {
  ask("Approvers: [bob]");
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
}

}  // namespace
}  // namespace hikae::runbook::testing
