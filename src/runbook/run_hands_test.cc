// Mode Interactive, the signals of people, assumeRole.
#include "runbook/run.h"
#include "runbook/run_driver_test.h"
#include "runbook/signals.h"
#include "text/json.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kTwoNaps = R"(
schemaVersion: '0.3'
mainSteps:
  - {name: One, action: 'aws:sleep', inputs: {Duration: PT1M}}
  - {name: Two, action: 'aws:sleep', inputs: {Duration: PT1M}}
)";

class Interactive : public ::testing::Test {
 protected:
  void SetUp() override {
    driver.add_document("Doc", kTwoNaps);
    run = driver.start("Doc", {}, {{"Mode", "Interactive"}});
  }
  void start_step(std::string_view name) {
    driver.signal(run, "StartStep", Object{{"StepName", name}});
    driver.play();
  }
  RunDriver driver;
  std::string run;
};

TEST_F(Interactive, WaitsBeforeEachStep) {
  driver.play();
  EXPECT_EQ(driver.status(run), "Waiting");
  EXPECT_EQ(driver.visited(run), "");
  EXPECT_EQ(text_at(driver.describe(run), "CurrentStepName"), "One");
  EXPECT_EQ(text_at(driver.describe(run), "Mode"), "Interactive");
  start_step("One");
  EXPECT_EQ(driver.visited(run), "One S");
  EXPECT_EQ(driver.status(run), "Waiting");
  start_step("");
  EXPECT_EQ(driver.status(run), "Success");
}

TEST_F(Interactive, AnotherStepThanTheNextIsNotStarted) {
  start_step("Two");
  EXPECT_EQ(driver.visited(run), "");
}

TEST_F(Interactive, ACancelEndsItWhileItWaits) {
  start_step("One");
  driver.signal(run, "cancel");
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(driver.visited(run), "One S");
}

TEST_F(Interactive, CompleteEndsItWhileItWaits) {
  start_step("One");
  driver.signal(run, "complete");
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(driver.visited(run), "One S");
}

TEST_F(Interactive, TheStepsOfALoopWaitToo) {
  driver.add_document("Loop", R"(
schemaVersion: '0.3'
mainSteps:
  - name: L
    action: aws:loop
    timeoutSeconds: 3600
    inputs:
      Iterators: [a, b]
      Steps: [{name: In, action: 'aws:sleep', inputs: {Duration: PT1S}}]
)");
  run = driver.start("Loop", {}, {{"Mode", "Interactive"}});
  for (const auto* step : {"L", "In", "In"}) {
    driver.signal(run, "StartStep", Object{{"StepName", step}});
    driver.play_for(seconds(2));
  }
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(driver.visited(run), "L S, In S, In S");
}

TEST_F(Interactive, ALoopTimesOutWhileItsNextStepWaits) {
  driver.add_document("Loop", R"(
schemaVersion: '0.3'
mainSteps:
  - name: L
    action: aws:loop
    timeoutSeconds: 60
    inputs:
      Iterators: [a, b]
      Steps: [{name: In, action: 'aws:sleep', inputs: {Duration: PT1S}}]
)");
  run = driver.start("Loop", {}, {{"Mode", "Interactive"}});
  driver.signal(run, "StartStep");
  driver.play();
  EXPECT_EQ(driver.status(run), "TimedOut");
}

TEST(StopStep, StopsTheStepWhichThenGoesTheWayOfAFailure) {
  RunDriver driver;
  driver.add_document("Doc", kTwoNaps);
  const auto run = driver.start("Doc");
  driver.play_for(seconds(5));
  driver.signal(run, "StopStep", Object{{"StepExecutionId", "another"}});
  EXPECT_EQ(driver.visited(run), "One ?");
  driver.signal(run, "StopStep",
                Object{{"StepExecutionId", text_at(driver.step(run, "One"), "StepExecutionId")}});
  EXPECT_EQ(driver.visited(run), "One C");
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(text_at(driver.outcome(run), "FailedStep"), "One");
}

TEST(StopStep, WithContinueTheRunGoesOn) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: One, action: 'aws:sleep', onFailure: Continue, inputs: {Duration: PT1M}}
  - {name: Two, action: 'aws:sleep', inputs: {Duration: PT1M}}
)");
  const auto run = driver.start("Doc");
  driver.play_for(seconds(5));
  driver.signal(run, "StopStep");
  driver.play();
  EXPECT_EQ(driver.visited(run), "One C, Two S");
  EXPECT_EQ(driver.status(run), "Success");
}

class SignalCheck : public ::testing::Test {
 protected:
  std::string check(std::string_view signal, Object given = {}, std::string_view caller = "c") {
    const auto payload = signal_payload(given, caller);
    const auto fit = check_signal({RunDriver::kScope, "run", run}, driver.saved(run),
                                  driver.document(name), signal, payload);
    return fit ? "ok" : fit.error().text();
  }
  void begin(const std::string& action, const std::string& inputs, Object more = {}) {
    driver.add_document(name, "schemaVersion: '0.3'\nmainSteps:\n  - {name: Do, action: 'aws:" +
                                  action + "', inputs: {" + inputs + "}}\n");
    run = driver.start(name, {}, std::move(more));
    driver.play_for(seconds(1));
  }
  RunDriver driver;
  std::string name = "Doc";
  std::string run;
};

TEST_F(SignalCheck, AnApprovalNeedsAStepThatWaitsAndAnApprover) {
  begin("approve", "Approvers: [bob]");
  EXPECT_EQ(check("Approve", {}, "arn:aws:iam::1:user/bob"), "ok");
  EXPECT_EQ(
      check("Approve", {}, "arn:aws:iam::1:user/eve"),
      "InvalidAutomationSignalException: Signal Approve: arn:aws:iam::1:user/eve is not among "
      "the approvers");
  EXPECT_EQ(check("Resume"),
            "InvalidAutomationSignalException: Signal Resume: no step of this execution waits for "
            "it");
  begin("sleep", "Duration: PT1M");
  EXPECT_EQ(check("Reject"),
            "InvalidAutomationSignalException: Signal Reject: no step of this execution waits for "
            "it");
}

TEST_F(SignalCheck, AResumeNamesTheStepThatIsPaused) {
  begin("pause", "");
  EXPECT_EQ(check("Resume", {{"StepName", Array{"Do"}}}), "ok");
  EXPECT_EQ(check("Resume", {{"StepName", Array{"No"}}}),
            "AutomationStepNotFoundException: The document has no step No");
}

TEST_F(SignalCheck, StartStepNeedsAStepThatWaitsToBeStarted) {
  begin("sleep", "Duration: PT1M", {{"Mode", "Interactive"}});
  EXPECT_EQ(check("StartStep", {{"StepName", Array{"Do"}}}), "ok");
  EXPECT_EQ(check("StopStep"),
            "InvalidAutomationSignalException: Signal StopStep: no step is "
            "under way");
  driver.signal(run, "StartStep");
  EXPECT_EQ(check("StartStep"),
            "InvalidAutomationSignalException: Signal StartStep: no step waits to be started");
  EXPECT_EQ(check("StopStep"), "ok");
  EXPECT_EQ(check("StopStep", {{"StepExecutionId", Array{"x"}}}),
            "AutomationStepNotFoundException: The step execution x is not under way");
}

TEST_F(SignalCheck, NothingIsSignalledToARunThatHasEndedAndUnknownSignalsAreNone) {
  begin("sleep", "Duration: PT1M");
  EXPECT_EQ(check("Deny"), "InvalidAutomationSignalException: There is no signal Deny");
  driver.play();
  EXPECT_EQ(check("StopStep"), "InvalidAutomationSignalException: The execution has ended");
}

TEST(Approvers, AreUsersByNameOrArnAndRoles) {
  const Array list{"bob", "arn:aws:iam::1:user/x/ann", "arn:aws:iam::1:role/p/Ops",
                   "arn:aws:sts::1:assumed-role/Dev/joe"};
  EXPECT_TRUE(is_approver(list, "arn:aws:iam::1:user/bob"));
  EXPECT_TRUE(is_approver(list, "arn:aws:iam::1:user/x/ann"));
  EXPECT_TRUE(is_approver(list, "arn:aws:sts::1:assumed-role/Ops/any"));
  EXPECT_TRUE(is_approver(list, "arn:aws:sts::1:assumed-role/Dev/joe"));
  EXPECT_FALSE(is_approver(list, "arn:aws:sts::1:assumed-role/Dev/jim"));
  EXPECT_FALSE(is_approver(list, "arn:aws:sts::1:assumed-role/NoOps/any"));
  EXPECT_FALSE(is_approver(list, "arn:aws:sts::2:assumed-role/Ops/any"));
  EXPECT_FALSE(is_approver(list, ""));
}

TEST(AssumeRole, StepsCallAsTheRoleAndChildrenStartAsWhoStartedTheRun) {
  RunDriver driver;
  driver.add_document("Child", R"(
schemaVersion: '0.3'
mainSteps: [{name: Look, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: DescribeChild}}]
)");
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
assumeRole: '{{ Role }}'
parameters: {Role: {type: String, default: ''}}
mainSteps:
  - {name: Look, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: DescribeParent}}
  - {name: Call, action: 'aws:executeAutomation', inputs: {DocumentName: Child}}
)");
  const std::string role = "arn:aws:iam::123456789012:role/automation";
  const std::string starter = "arn:aws:iam::123456789012:role/backup";
  const auto run = driver.start("Doc", {{"Role", Array{Value(role)}}});
  driver.play();
  EXPECT_EQ(driver.calls("DescribeParent")[0].caller, role);
  EXPECT_EQ(driver.calls("StartAutomationExecution")[0].caller, starter);
  EXPECT_EQ(driver.calls("DescribeChild")[0].caller, starter);
  EXPECT_EQ(text_at(driver.describe(driver.child_runs()[0]), "ExecutedBy"), starter);
}

TEST(AssumeRole, WithoutOneStepsCallAsWhoStartedTheRun) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
assumeRole: '{{ Role }}'
parameters: {Role: {type: String, default: ''}}
mainSteps: [{name: Look, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: DescribeParent}}]
)");
  driver.start("Doc");
  driver.play();
  EXPECT_EQ(driver.calls("DescribeParent")[0].caller, "arn:aws:iam::123456789012:role/backup");
}

TEST(AssumeRole, AnOddArnIsRefusedAtStartInTheServicesWords) {
  text::Diagnostics problems;
  const auto document = read_document(std::string(kTwoNaps) + std::string(R"(
assumeRole: arn:aws:iam::12:role/x
)"),
                                      problems);
  ASSERT_TRUE(document.has_value());
  const auto bound = bind_parameters(**document, Object{});
  ASSERT_FALSE(bound.has_value());
  EXPECT_EQ(bound.error().text(),
            "InvalidAutomationExecutionParametersException: The format of the supplied assume role "
            "ARN isn't valid.");
}

TEST(MutatingLooks, AreRefusedWhenADocumentIsRead) {
  for (const auto* action : {"waitForAwsResourceProperty", "assertAwsResourceProperty"}) {
    text::Diagnostics problems;
    EXPECT_FALSE(read_document(
        std::string("schemaVersion: '0.3'\nmainSteps:\n  - name: A\n    action: aws:") + action +
            "\n    inputs: {Service: ec2, Api: stop_instances, PropertySelector: $.X, "
            "DesiredValues: "
            "[a]}\n",
        problems));
    ASSERT_EQ(problems.size(), 1U);
    EXPECT_EQ(problems[0].code, "mutating-api");
  }
}

TEST(MutatingLooks, AreRefusedBeforeSendingWhereOnlyTheRunNamesThem) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
parameters: {Api: {type: String}}
mainSteps:
  - name: A
    action: aws:waitForAwsResourceProperty
    inputs: {Service: ec2, Api: '{{ Api }}', PropertySelector: $.X, DesiredValues: [a]}
)");
  const auto run = driver.start("Doc", {{"Api", Array{"CreateImage"}}});
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(driver.calls("CreateImage").size(), 0U);
  EXPECT_NE(
      driver.failure_of(run, "A").find("The input Api is CreateImage, which changes something"),
      std::string::npos);
}

TEST(LongRuns, FiftyThousandStepsTakeTimeInProportion) {
  auto document = std::make_shared<Document>();
  constexpr std::size_t kMany = 50'000;
  for (std::size_t i = 0; i < kMany; ++i) {
    Step step;
    step.name = "S" + std::to_string(i);
    step.action = "aws:sleep";
    step.inputs = Object{{"Duration", "PT0S"}};
    document->step_index_by_name[step.name] = i;
    document->steps.push_back(std::move(step));
  }
  document->main_steps = kMany;
  const auto kind = make_run_kind([&](std::string_view) { return document; });
  const auto machine = kind->fresh({RunDriver::kScope, "run", "r"});
  Commands commands;
  machine->decide(event::Started{Object{{"DocumentName", "Doc"}, {"DocumentHash", "h"}}},
                  RunDriver::kStart, commands);
  EXPECT_EQ(text_at(machine->save(), "st"), "Success");
  EXPECT_EQ(list_at(machine->save(), "steps").size(), kMany);
}

}  // namespace
}  // namespace hikae::runbook::testing
