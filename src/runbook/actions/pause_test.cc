#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class PauseStep : public OneStep {};

TEST_F(PauseStep, WaitsUntilItIsResumed) {
  begin("pause", "");
  driver.play_for(hours(5));
  EXPECT_EQ(driver.status(run), "Waiting");
  signal_after(minutes(1), "Resume", {{"StepName", "Do"}});
  driver.play();
  EXPECT_EQ(driver.status(run), "Success");
  EXPECT_EQ(driver.took(run), hours(5) + minutes(1));
}

TEST_F(PauseStep, AResumeOfAnotherStepIsIgnored) {
  begin("pause", "Message: 'look first'");
  signal_after(minutes(1), "Resume", {{"StepName", "Other"}});
  EXPECT_EQ(driver.status(run), "Waiting");
}

TEST_F(PauseStep, TimesOutAtItsTimeout) {
  EXPECT_EQ(play("pause", "", "    timeoutSeconds: 600\n"), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is waiting to be resumed.");
}

TEST_F(PauseStep, ThatEverybodyHasForgottenTimesOutAtTheCapOfAllSteps) {
  EXPECT_EQ(play("pause", ""), "TimedOut");
  EXPECT_EQ(driver.took(run), hours(48));
}

TEST_F(PauseStep, IsCancelledAtOnce) {
  begin("pause", "");
  EXPECT_EQ(cancel_after(minutes(1)), "Cancelled");
}

}  // namespace
}  // namespace hikae::runbook::testing
