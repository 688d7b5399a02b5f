#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class ExecuteAutomationStep : public OneStep {
 protected:
  void SetUp() override {
    OneStep::SetUp();
    driver.add_document("Child", R"(
schemaVersion: '0.3'
parameters: {Ids: {type: StringList, default: []}, Word: {type: String, default: w}}
outputs: [Make.Id, Make.All]
mainSteps:
  - name: Make
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: CreateImage, Name: '{{ Word }}'}
    outputs:
      - {Name: Id, Selector: $.ImageId, Type: String}
      - {Name: All, Selector: $..ImageId, Type: StringList}
)");
    driver.add_document("Sleeper", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Nap, action: 'aws:sleep', onCancel: 'step:Tidy', isEnd: true, inputs: {Duration: PT5H}}
  - name: Tidy
    action: aws:waitForAwsResourceProperty
    inputs: {Service: ec2, Api: DescribeTidy, PropertySelector: $.Done, DesiredValues: ['True']}
)");
  }
  std::string child() const { return driver.child_runs().at(0); }
};

TEST_F(ExecuteAutomationStep, StartsAChildAndGivesItsOutputs) {
  EXPECT_EQ(
      play("executeAutomation", "DocumentName: Child, RuntimeParameters: {Ids: [a, b], Word: n}"),
      "Success");
  EXPECT_EQ(outputs(), R"({"ExecutionId":[")" + child() +
                           R"("],"Status":["Success"],"Output":["ami-1","ami-1"]})");
  const auto input = driver.calls("StartAutomationExecution")[0].input;
  EXPECT_EQ(text::to_json(object_at(input, "Parameters")), R"({"Ids":["a","b"],"Word":["n"]})");
  EXPECT_EQ(text_at(input, "ClientToken").size(), 36);
  EXPECT_EQ(text::to_json(list_at(input, "Tags")),
            R"([{"Key":"hikae:parent-run","Value":")" + run +
                R"("},{"Key":"hikae:root-run","Value":")" + run +
                R"("},{"Key":"hikae:depth","Value":"1"},)"
                R"({"Key":"hikae:parent-step","Value":"Do"}])");
}

TEST_F(ExecuteAutomationStep, AChildThatFailsFailsTheStepWithItsMessage) {
  fails("CreateImage");
  EXPECT_EQ(play("executeAutomation", "DocumentName: Child"), "Failed");
  EXPECT_NE(failure().find("of Child ended Failed: Step fails when it is Execute/Cancelling "
                           "action. An error occurred (Trouble)"),
            std::string::npos)
      << failure();
}

TEST_F(ExecuteAutomationStep, AnUnknownDocumentFails) {
  EXPECT_EQ(play("executeAutomation", "DocumentName: Nowhere"), "Failed");
  EXPECT_NE(failure().find("(AutomationDefinitionNotFoundException) when calling the "
                           "StartAutomationExecution operation"),
            std::string::npos);
}

TEST_F(ExecuteAutomationStep, EveryAttemptIsAChildOfItsOwn) {
  fails("CreateImage", "Trouble", 1);
  EXPECT_EQ(play("executeAutomation", "DocumentName: Child", "    maxAttempts: 2\n"), "Success");
  ASSERT_EQ(driver.child_runs().size(), 2);
  EXPECT_NE(driver.child_runs()[0], driver.child_runs()[1]);
}

TEST_F(ExecuteAutomationStep, AChildThatIsCancelledByHandFailsTheStep) {
  begin("executeAutomation", "DocumentName: Sleeper");
  driver.cloud = [](const Call&, WallTime) { return answers(Object{{"Done", true}}); };
  driver.play_for(minutes(1));
  driver.signal(child(), "cancel");
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_NE(failure().find("ended Cancelled"), std::string::npos) << failure();
}

TEST_F(ExecuteAutomationStep, ACancelOfTheParentCancelsTheChildAndWaitsForIt) {
  begin("executeAutomation", "DocumentName: Sleeper");
  int looks = 0;
  driver.cloud = [&](const Call&, WallTime) { return answers(Object{{"Done", ++looks > 3}}); };
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
  EXPECT_EQ(driver.status(child()), "Cancelled");
  EXPECT_EQ(driver.visited(child()), "Nap C, Tidy S");
  EXPECT_GE(driver.took(run), driver.took(child()));
  EXPECT_EQ(text::to_json(driver.calls("StopAutomationExecution")[0].input),
            R"({"AutomationExecutionId":")" + child() + R"(","Type":"Cancel"})");
}

TEST_F(ExecuteAutomationStep, AStepTimeOutCancelsTheChildAndWaitsForIt) {
  driver.cloud = [](const Call&, WallTime) { return answers(Object{{"Done", false}}); };
  EXPECT_EQ(play("executeAutomation", "DocumentName: Sleeper", "    timeoutSeconds: 600\n"),
            "TimedOut");
  EXPECT_EQ(driver.status(child()), "Cancelled");
  EXPECT_GE(driver.took(run), minutes(12));  // the child takes its two minutes
  EXPECT_LT(driver.took(run), minutes(12) + seconds(5));
  EXPECT_EQ(failure(), "Step timed out while step is Execute/Cancelling action.");
}

TEST_F(ExecuteAutomationStep, AChildThatIsNotNamedYetIsCancelledOnceItIs) {
  driver.cloud = [](const Call&, WallTime) { return answers(Object{{"Done", true}}); };
  begin("executeAutomation", "DocumentName: Sleeper");
  driver.signal(run, "cancel");  // before the answer of the start has come
  driver.play();
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(driver.status(child()), "Cancelled");
}

TEST_F(ExecuteAutomationStep, AStartThatIsNeverAnsweredHoldsTheCancelOnlySoLong) {
  driver.answers_starts = false;
  begin("executeAutomation", "DocumentName: Sleeper");
  EXPECT_EQ(cancel_after(seconds(10)), "Cancelled");
  EXPECT_EQ(driver.took(run), seconds(160));
}

TEST_F(ExecuteAutomationStep, ADocumentThatStartsItselfEndsAtTheFifthChild) {
  driver.add_document("Loop", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Do, action: 'aws:executeAutomation', inputs: {DocumentName: Loop}}
)");
  run = driver.start("Loop");
  driver.play();
  EXPECT_EQ(driver.child_runs().size(), 5);
  EXPECT_EQ(driver.status(run), "Failed");
  const auto last = driver.failure_of(driver.child_runs().back(), "Do");
  EXPECT_NE(last.find("This run is 5 automations deep"), std::string::npos) << last;
}

TEST_F(ExecuteAutomationStep, PowerIsInheritedByTheChild) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Do, action: 'aws:executeAutomation', inputs: {DocumentName: Child}}
)");
  run = driver.start("Doc", {}, {{"Power", "restore"}});
  driver.play();
  EXPECT_NE(sent("StartAutomationExecution").find(R"({"Key":"hikae:power","Value":"restore"})"),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::runbook::testing
