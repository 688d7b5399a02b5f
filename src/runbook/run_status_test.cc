// The status rule, item by item of docs/reference/ssm-automation.md 13: steps call operations whose
// name says how they end.
#include <fmt/format.h>

#include "runbook/run_driver_test.h"

namespace hikae::runbook::testing {
namespace {

constexpr std::string_view kStatusHead = "schemaVersion: '0.3'\nmainSteps:\n";

// GoodX succeeds, BadX fails, SilentX never answers; `more` are lines of the step.
std::string status_step(std::string_view name, std::string_view api, std::string_view more = "") {
  std::string text = fmt::format(
      "  - name: {}\n    action: aws:executeAwsApi\n    inputs: {{Service: ec2, Api: {}}}\n", name,
      api);
  for (std::size_t at = 0; at < more.size();) {
    const auto end = std::min(more.find('\n', at), more.size());
    text += fmt::format("    {}\n", more.substr(at, end - at));
    at = end + 1;
  }
  return text;
}

class StatusRule : public ::testing::Test {
 protected:
  void SetUp() override {
    driver.cloud = [this](const Call& call, WallTime) {
      if (call.operation.starts_with("Bad")) return refuses("Bad", "as the test wants it");
      if (call.operation.starts_with("Silent")) return never();
      if (call.operation.starts_with("Third") && ++thirds < 3) return refuses("NotYet", "not yet");
      return answers(Object{});
    };
  }
  std::string play(const std::string& steps) {
    driver.add_document("Doc", std::string(kStatusHead) + steps);
    run = driver.start("Doc");
    driver.play();
    return driver.status(run);
  }
  RunDriver driver;
  std::string run;
  int thirds = 0;
};

TEST_F(StatusRule, A_AbortEndsFailed) {
  EXPECT_EQ(play(status_step("One", "BadThing") + status_step("Two", "GoodThing")), "Failed");
  EXPECT_EQ(driver.visited(run), "One F");
}

TEST_F(StatusRule, B_ContinueEndsInSuccess) {
  EXPECT_EQ(
      play(status_step("One", "BadThing", "onFailure: Continue") + status_step("Two", "GoodThing")),
      "Success");
  EXPECT_EQ(driver.visited(run), "One F, Two S");
}

TEST_F(StatusRule, C_ContinueThatIsCriticalEndsFailedAfterTheLaterSteps) {
  EXPECT_EQ(play(status_step("One", "BadThing", "onFailure: Continue\nisCritical: true") +
                 status_step("Two", "GoodThing")),
            "Failed");
  EXPECT_EQ(driver.visited(run), "One F, Two S");
}

TEST_F(StatusRule, D_AJumpToARecoveryThatWorksEndsFailed) {
  EXPECT_EQ(
      play(status_step("One", "BadThing", "onFailure: step:Three\nnextStep: Two") +
           status_step("Two", "GoodThing", "isEnd: true") + status_step("Three", "GoodThing")),
      "Failed");
  EXPECT_EQ(driver.visited(run), "One F, Three S");
}

TEST_F(StatusRule, E_AJumpAfterATimeOutEndsTimedOut) {
  EXPECT_EQ(play(status_step("One", "SilentThing", "onFailure: step:Two\ntimeoutSeconds: 5") +
                 status_step("Two", "GoodThing")),
            "TimedOut");
  EXPECT_EQ(driver.visited(run), "One T, Two S");
}

TEST_F(StatusRule, F_AJumpOfAStepThatIsNotCriticalEndsInSuccess) {
  EXPECT_EQ(play(status_step("One", "BadThing", "onFailure: step:Two\nisCritical: false") +
                 status_step("Two", "GoodThing")),
            "Success");
}

TEST_F(StatusRule, G_ABranchWithoutAMatchThatIsEndEndsInSuccess) {
  EXPECT_EQ(play(R"(  - name: Pick
    action: aws:branch
    isEnd: true
    inputs:
      Choices:
        - {NextStep: Two, Variable: '{{ global:REGION }}', StringEquals: mars}
)" + status_step("Two", "GoodThing")),
            "Success");
  EXPECT_EQ(driver.visited(run), "Pick S");
}

TEST_F(StatusRule, H_ACancelRunsOnCancelAndEndsCancelled) {
  driver.add_document("Doc", std::string(kStatusHead) +
                                 status_step("One", "SilentThing", "onCancel: step:Three") +
                                 status_step("Two", "GoodThing", "isEnd: true") +
                                 status_step("Three", "GoodThing"));
  run = driver.start("Doc");
  driver.play_for(seconds(3));
  driver.signal(run, "cancel");
  EXPECT_EQ(driver.status(run), "Cancelling");
  driver.play();
  EXPECT_EQ(driver.status(run), "Cancelled");
  EXPECT_EQ(driver.visited(run), "One C, Three S");
}

TEST_F(StatusRule, I_SuccessAtTheThirdOfThreeAttemptsIsSuccess) {
  EXPECT_EQ(play(status_step("One", "ThirdThing", "maxAttempts: 3")), "Success");
  EXPECT_EQ(driver.calls("ThirdThing").size(), 3);
}

TEST_F(StatusRule, I_TwoAttemptsAreTooFewForTheThird) {
  EXPECT_EQ(play(status_step("One", "ThirdThing", "maxAttempts: 2")), "Failed");
  EXPECT_EQ(driver.calls("ThirdThing").size(), 2);
}

TEST_F(StatusRule, J_UnvisitedStepsStayPending) {
  play(status_step("One", "BadThing") + status_step("Two", "GoodThing"));
  EXPECT_EQ(text_at(driver.step(run, "Two"), "StepStatus"), "Pending");
}

TEST_F(StatusRule, K_ALastStepThatFailsWithContinueEndsInSuccess) {
  EXPECT_EQ(
      play(status_step("One", "GoodThing") + status_step("Two", "BadThing", "onFailure: Continue")),
      "Success");
}

TEST_F(StatusRule, TheFirstCriticalStepDecidesBetweenTimedOutAndFailed) {
  EXPECT_EQ(play(status_step("One", "SilentThing", "onFailure: step:Two\ntimeoutSeconds: 5") +
                 status_step("Two", "BadThing")),
            "TimedOut");
  EXPECT_EQ(text_at(driver.outcome(run), "FailedStep"), "One");
}

TEST_F(StatusRule, AJumpWinsOverIsEndWhenTheStepFailed) {
  play(status_step("One", "BadThing", "onFailure: step:Two\nisEnd: true") +
       status_step("Two", "GoodThing"));
  EXPECT_EQ(driver.visited(run), "One F, Two S");
}

TEST_F(StatusRule, IsEndWinsOverContinue) {
  EXPECT_EQ(play(status_step("One", "BadThing", "onFailure: Continue\nisEnd: true") +
                 status_step("Two", "GoodThing")),
            "Success");
  EXPECT_EQ(driver.visited(run), "One F");
}

TEST_F(StatusRule, ContinueGoesToNextStepWhereOneIsNamed) {
  play(status_step("One", "BadThing", "onFailure: Continue\nnextStep: Three") +
       status_step("Two", "GoodThing") + status_step("Three", "GoodThing"));
  EXPECT_EQ(driver.visited(run), "One F, Three S");
}

TEST_F(StatusRule, AStepThatIsNotCriticalAndAbortsEndsTheRunInSuccess) {
  EXPECT_EQ(
      play(status_step("One", "BadThing", "isCritical: false") + status_step("Two", "GoodThing")),
      "Success");
  EXPECT_EQ(driver.visited(run), "One F");
}

TEST_F(StatusRule, TheRunStaysInProgressUntilTheRecoveryHasEnded) {
  driver.add_document(
      "Doc", std::string(kStatusHead) + status_step("One", "BadThing", "onFailure: step:Two") +
                 "  - name: Two\n    action: aws:sleep\n    inputs: {Duration: PT60M}\n");
  run = driver.start("Doc");
  driver.play_for(minutes(59));
  EXPECT_EQ(driver.status(run), "InProgress");
  driver.play();
  EXPECT_EQ(driver.status(run), "Failed");
  EXPECT_EQ(driver.took(run), minutes(60) + Duration{10});
}

TEST_F(StatusRule, ATimeOutIsTriedAgainAsOftenAsAFailure) {
  EXPECT_EQ(play(status_step("One", "SilentThing", "timeoutSeconds: 5\nmaxAttempts: 3")),
            "TimedOut");
  EXPECT_EQ(driver.calls("SilentThing").size(), 3);
  EXPECT_EQ(driver.took(run), seconds(15));
}

TEST_F(StatusRule, TheMessageOfTheRunIsThatOfTheDecidingStep) {
  play(status_step("One", "BadThing"));
  EXPECT_EQ(text_at(driver.outcome(run), "FailureMessage"),
            "Step fails when it is Execute/Cancelling action. An error occurred (Bad) when calling "
            "the BadThing operation: as the test wants it. Please refer to Automation Service "
            "Troubleshooting Guide for more diagnosis details.");
}

}  // namespace
}  // namespace hikae::runbook::testing
