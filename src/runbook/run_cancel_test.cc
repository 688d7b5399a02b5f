#include "runbook/run_driver_test.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kSleepThenClean = R"(
schemaVersion: '0.3'
mainSteps:
  - name: Nap
    action: aws:sleep
    onCancel: step:Clean
    isEnd: true
    inputs: {Duration: PT60M}
  - name: Clean
    action: aws:waitForAwsResourceProperty
    inputs: {Service: ec2, Api: DescribeVolumes, PropertySelector: $.State, DesiredValues: [gone]}
  - name: Farewell
    action: aws:executeAwsApi
    inputs: {Service: sts, Api: GetCallerIdentity}
)";

std::string nap_and_cancel(RunDriver& driver) {
  driver.add_document("Doc", kSleepThenClean);
  const auto run = driver.start("Doc");
  driver.play_for(minutes(5));
  driver.signal(run, "cancel");
  return run;
}

TEST(Cancel, EndsAtOnceWhereTheStepHasNoOnCancel) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT60M}}
)");
  const auto run = driver.start("Doc");
  driver.play_for(minutes(5));
  driver.signal(run, "cancel");
  EXPECT_TRUE(driver.ended(run));
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(driver.visited(run), "Nap C");
}

TEST(Cancel, StepsAfterTheOnCancelStepRunToo) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) { return answers(Object{{"State", "gone"}}); };
  const auto run = nap_and_cancel(driver);
  driver.play();
  EXPECT_EQ(driver.visited(run), "Nap C, Clean S, Farewell S");
  EXPECT_EQ(driver.status(run), "Cancelled");
}

TEST(Cancel, TheWorkflowEndsAfterTwoMinutes) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) { return answers(Object{{"State", "there"}}); };
  const auto run = nap_and_cancel(driver);
  driver.play();
  EXPECT_EQ(driver.visited(run), "Nap C, Clean C");
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(driver.took(run), minutes(7));
}

TEST(Cancel, ASecondCancelChangesNothing) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) { return answers(Object{{"State", "gone"}}); };
  const auto run = nap_and_cancel(driver);
  driver.signal(run, "cancel");
  driver.play();
  EXPECT_EQ(driver.visited(run), "Nap C, Clean S, Farewell S");
}

TEST(Cancel, WaitsForACallThatIsOutBecauseItMayTakeEffect) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) {
    return Reply{.answer = Value(Object{}), .after = seconds(8)};
  };
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Make, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: CreateImage}}
)");
  const auto run = driver.start("Doc");
  driver.play_for(seconds(2));
  driver.signal(run, "cancel");
  EXPECT_FALSE(driver.ended(run));
  EXPECT_EQ(text_at(driver.step(run, "Make"), "StepStatus"), "Cancelling");
  driver.play();
  EXPECT_EQ(driver.visited(run), "Make C");
  EXPECT_EQ(driver.took(run), seconds(8));
}

TEST(Cancel, DoesNotWaitForEverForACallThatIsOut) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) { return never(); };
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Ask, action: 'aws:invokeLambdaFunction', inputs: {FunctionName: slow}}
)");
  const auto run = driver.start("Doc");
  driver.play_for(seconds(2));
  driver.signal(run, "cancel");
  driver.play();
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(driver.took(run), seconds(32));
}

TEST(Cancel, ARunThatWaitsForItsLeaseEndsCancelledWithoutAStep) {
  RunDriver driver;
  driver.add_document("Doc", kSleepThenClean);
  const auto run = driver.start("Doc", {}, {{"Lease", "ec2:instance/i-1"}});
  driver.signal(run, "cancel");
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(driver.visited(run), "");
}

TEST(Cancel, AFailedRetryIsNotTriedAgain) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) { return never(); };
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Ask, action: 'aws:executeAwsApi', maxAttempts: 5, inputs: {Service: ec2, Api: Ask}}
)");
  const auto run = driver.start("Doc");
  driver.play_for(seconds(2));
  driver.signal(run, "cancel");
  driver.play();
  EXPECT_EQ(driver.calls("Ask").size(), 1);
  EXPECT_EQ(driver.status(run), "Cancelled");
}

TEST(Complete, EndsTheRunAfterTheCurrentStep) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT60M}}
  - {name: More, action: 'aws:sleep', inputs: {Duration: PT60M}}
)");
  const auto run = driver.start("Doc");
  driver.play_for(minutes(5));
  driver.signal(run, "complete");
  driver.play();
  EXPECT_EQ(driver.visited(run), "Nap S");
  EXPECT_EQ(driver.status(run), "Success");
}

TEST(Lease, HoldsTheRunPendingUntilItIsGranted) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT1M}}
)");
  const auto run = driver.start("Doc", {}, {{"Lease", "ec2:instance/i-1"}});
  driver.play_for(minutes(5));
  EXPECT_EQ(driver.status(run), "Pending");
  driver.lease_granted(run);
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(driver.took(run), minutes(6));
}

TEST(Run, EndsFailedWhereItsDocumentIsNotThere) {
  RunDriver driver;
  const auto run = driver.start("Nowhere");
  EXPECT_EQ(text_at(driver.outcome(run), "Status"), "Failed");
  EXPECT_EQ(text_at(driver.outcome(run), "FailureMessage"),
            "The document Nowhere version 1 (hash Nowhere) is not there any more");
  EXPECT_EQ(driver.events("EC2 Automation Execution Status-change Notification").size(), 1);
}

TEST(Run, IgnoresSignalsThatNobodyWaitsFor) {
  RunDriver driver;
  driver.add_document("Doc", kSleepThenClean);
  const auto run = driver.start("Doc");
  driver.signal(run, "approve");
  driver.signal(run, "resume");
  driver.play();
  EXPECT_EQ(driver.visited(run), "Nap S");
}

}  // namespace
}  // namespace hikae::runbook::testing
