#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class LoopStep : public OneStep {
 protected:
  /// A loop `Do` with these inputs and inner steps (flow style, one a line), then a step After.
  std::string play_loop(const std::string& inputs, const std::vector<std::string>& steps,
                        const std::string& more = "", Object parameters = {}) {
    begin_loop(inputs, steps, more, std::move(parameters));
    driver.play();
    return driver.status(run);
  }
  void begin_loop(const std::string& inputs, const std::vector<std::string>& steps,
                  const std::string& more = "", Object parameters = {}) {
    std::string text =
        "schemaVersion: '0.3'\nparameters: {Names: {type: StringList, default: [a, b, c]}, Most: "
        "{type: Integer, default: 2}}\nmainSteps:\n  - name: Do\n    action: aws:loop\n" +
        more + "    inputs:\n" + inputs + "      Steps:\n";
    for (const auto& step : steps) text += "        - " + step + "\n";
    text +=
        "  - {name: After, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: LookAfter, "
        "N: '{{ Do.CurrentIteration }}'}}\n";
    driver.add_document("Doc", text);
    run = driver.start("Doc", std::move(parameters));
  }
  static std::string api(const std::string& name, const std::string& operation,
                         const std::string& inputs = "", const std::string& more = "") {
    return fmt::format(
        "{{name: {}, action: 'aws:executeAwsApi', inputs: {{Service: ec2, Api: {}{}"
        "}}{}}}",
        name, operation, inputs, more);
  }
  static constexpr const char* kOverNames = "      Iterators: '{{ Names }}'\n";
};

TEST_F(LoopStep, GoesThroughItsIterators) {
  EXPECT_EQ(play_loop(kOverNames, {api("One", "LookOne",
                                       ", V: '{{ Do.CurrentIteratorValue }}', N: '{{ "
                                       "Do.CurrentIteration }}'")}),
            "Success");
  EXPECT_EQ(sent("LookOne", 0), R"({"V":"a","N":1})");
  EXPECT_EQ(sent("LookOne", 2), R"({"V":"c","N":3})");
  EXPECT_EQ(driver.visited(run), "Do S, One S, One S, One S, After S");
  EXPECT_EQ(outputs(), R"({"CurrentIteration":["3"],"CurrentIteratorValue":["c"]})");
  EXPECT_EQ(sent("LookAfter"), R"({"N":3})");
}

TEST_F(LoopStep, AReferenceWithinTheListIsSplicedAndTypesAreConverted) {
  EXPECT_EQ(play_loop("      Iterators: ['1', '{{ Names }}']\n      IteratorDataType: String\n",
                      {api("One", "LookOne")}),
            "Success");
  EXPECT_EQ(driver.calls("LookOne").size(), 4U);
  EXPECT_EQ(play_loop("      Iterators: ['1', '2']\n      IteratorDataType: Integer\n",
                      {api("One", "LookTyped", ", V: '{{ Do.CurrentIteratorValue }}'")}),
            "Success");
  EXPECT_EQ(sent("LookTyped", 1), R"({"V":2})");
}

TEST_F(LoopStep, MapsAreIteratorsToo) {
  EXPECT_EQ(play_loop("      Iterators: [{k: x}]\n      IteratorDataType: StringMap\n",
                      {api("One", "LookOne", ", V: '{{ Do.CurrentIteratorValue }}'")}),
            "Success");
  EXPECT_EQ(sent("LookOne"), R"({"V":{"k":"x"}})");
}

TEST_F(LoopStep, AnEmptyListIsSuccessWithoutAnIteration) {
  play_loop(kOverNames, {api("One", "LookOne")}, "", {{"Names", Array{}}});
  EXPECT_EQ(driver.calls("LookOne").size(), 0U);
  EXPECT_EQ(text_at(driver.step(run, "Do"), "StepStatus"), "Success");
}

TEST_F(LoopStep, RepeatsWhileItsConditionHolds) {
  on("LookOne", {Object{{"Retry", true}}, Object{{"Retry", true}}, Object{{"Retry", false}}});
  EXPECT_EQ(play_loop("      LoopCondition: {Variable: '{{ One.Retry }}', BooleanEquals: true}\n",
                      {"{name: One, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: "
                       "LookOne}, outputs: [{Name: Retry, Selector: $.Retry, Type: Boolean}]}"}),
            "Success");
  EXPECT_EQ(driver.calls("LookOne").size(), 3U);
  EXPECT_EQ(outputs(), R"({"CurrentIteration":["3"]})");
}

TEST_F(LoopStep, ConditionsMayBeCombined) {
  EXPECT_EQ(play_loop("      LoopCondition:\n        And:\n          - Not: {Variable: '{{ "
                      "Do.CurrentIteration }}', NumericEquals: 4}\n          - {Variable: '{{ "
                      "Do.CurrentIteration }}', NumericLesser: 9}\n",
                      {api("One", "LookOne")}),
            "Success");
  EXPECT_EQ(driver.calls("LookOne").size(), 4U);
}

TEST_F(LoopStep, EndsInSuccessAtMaxIterationsWhateverIsLeft) {
  EXPECT_EQ(play_loop("      Iterators: '{{ Names }}'\n      MaxIterations: '{{ Most }}'\n",
                      {api("One", "LookOne")}),
            "Success");
  EXPECT_EQ(driver.calls("LookOne").size(), 2U);
  EXPECT_EQ(play_loop("      LoopCondition: {Variable: '{{ global:REGION }}', StringEquals: "
                      "ap-northeast-1}\n",
                      {api("One", "LookForEver")}),
            "Success");
  EXPECT_EQ(driver.calls("LookForEver").size(), 100U);
}

TEST_F(LoopStep, StepsInsideBranchJumpAndEndTheirIteration) {
  EXPECT_EQ(
      play_loop(kOverNames,
                {"{name: Pick, action: 'aws:branch', inputs: {Choices: [{NextStep: Last, Variable: "
                 "'{{ Do.CurrentIteratorValue }}', StringEquals: b}]}}",
                 api("One", "LookOne", "", ", isEnd: true"), api("Last", "LookLast")}),
      "Success");
  EXPECT_EQ(driver.visited(run), "Do S, Pick S, One S, Pick S, Last S, Pick S, One S, After S");
}

TEST_F(LoopStep, InnerStepsShowTheirIteration) {
  play_loop(kOverNames, {api("One", "LookOne", ", V: '{{ Do.CurrentIteratorValue }}'")});
  const auto described = driver.describe(run);
  const auto& steps = list_at(described, "StepExecutions");
  ASSERT_EQ(steps.size(), 5U);
  const auto& parent = object_at(steps[2], "ParentStepDetails");
  EXPECT_EQ(text_at(parent, "StepName"), "Do");
  EXPECT_EQ(text_at(parent, "StepExecutionId"), text_at(steps[0], "StepExecutionId"));
  EXPECT_EQ(int_at(parent, "Iteration"), 2);
  EXPECT_EQ(text_at(parent, "IteratorValue"), "b");
  EXPECT_EQ(text_at(object_at(steps[2], "Inputs"), "V"), R"("b")");
  EXPECT_NE(text_at(steps[1], "StepExecutionId"), text_at(steps[2], "StepExecutionId"));
}

TEST_F(LoopStep, AStepInsideThatAbortsFailsTheLoopWithItsText) {
  fails("LookOne");
  EXPECT_EQ(play_loop(kOverNames, {api("One", "LookOne")}), "Failed");
  EXPECT_EQ(driver.visited(run), "Do F, One F");
  EXPECT_NE(
      failure().find("Step fails when it is running the steps of the loop. In iteration 1 the "
                     "step One ended Failed: Step fails when it is Execute/Cancelling action."),
      std::string::npos)
      << failure();
}

TEST_F(LoopStep, TheLoopsOwnOnFailureDecidesWhereAStepInsideFails) {
  fails("LookOne");
  EXPECT_EQ(play_loop(kOverNames, {api("One", "LookOne")}, "    onFailure: Continue\n"), "Success");
  EXPECT_EQ(driver.visited(run), "Do F, One F, After S");
}

TEST_F(LoopStep, AStepInsideThatFailsAndContinuesDoesNotEndIt) {
  fails("LookOne", "Trouble", 1);
  EXPECT_EQ(play_loop(kOverNames, {api("One", "LookOne", "", ", onFailure: Continue")}), "Success");
  EXPECT_EQ(driver.visited(run), "Do S, One F, One S, One S, After S");
}

TEST_F(LoopStep, ACriticalStepInsideThatFailsAndJumpsIsRemembered) {
  fails("LookOne", "Trouble", 1);
  EXPECT_EQ(
      play_loop(kOverNames, {api("One", "LookOne", "", ", onFailure: 'step:Mend', isEnd: true"),
                             api("Mend", "LookMend")}),
      "Failed");
  EXPECT_EQ(driver.visited(run), "Do S, One F, Mend S, One S, One S, After S");
}

TEST_F(LoopStep, AFailedLoopIsTriedAgainFromItsFirstIteration) {
  on("LookOne", {Object{}});
  fails("LookOne", "Trouble", 1);
  EXPECT_EQ(play_loop(kOverNames, {api("One", "LookOne")}, "    maxAttempts: 2\n"), "Success");
  EXPECT_EQ(driver.visited(run), "Do S, One F, One S, One S, One S, After S");
}

TEST_F(LoopStep, TooManyIteratorsFail) {
  Array many(50, Value("x"));
  EXPECT_EQ(play_loop("      Iterators: ['{{ Names }}', '{{ Names }}', '{{ Names }}']\n",
                      {api("One", "LookOne")}, "", {{"Names", many}}),
            "Failed");
  EXPECT_NE(failure().find("Iterators has 150 entries: a loop takes at most 100"),
            std::string::npos)
      << failure();
}

TEST_F(LoopStep, TimesOutWithTheStepThatIsOpenInside) {
  EXPECT_EQ(play_loop(kOverNames, {"{name: Nap, action: 'aws:sleep', inputs: {Duration: PT10M}}"},
                      "    timeoutSeconds: 900\n"),
            "TimedOut");
  EXPECT_EQ(driver.visited(run), "Do T, Nap S, Nap T");
  EXPECT_EQ(driver.took(run), minutes(15));
  EXPECT_EQ(failure(), "Step timed out while step is running the steps of the loop.");
}

TEST_F(LoopStep, IsCancelledInTheMiddle) {
  begin_loop(kOverNames, {"{name: Nap, action: 'aws:sleep', inputs: {Duration: PT10M}}"});
  EXPECT_EQ(cancel_after(minutes(15)), "Cancelled");
  EXPECT_EQ(driver.visited(run), "Do C, Nap S, Nap C");
}

TEST_F(LoopStep, ACancelPlaysTheOnCancelOfTheStepInside) {
  begin_loop(kOverNames, {"{name: Nap, action: 'aws:sleep', onCancel: 'step:Tidy', isEnd: true, "
                          "inputs: {Duration: PT10M}}",
                          api("Tidy", "LookTidy")});
  EXPECT_EQ(cancel_after(minutes(15)), "Cancelled");
  EXPECT_EQ(driver.visited(run), "Do C, Nap S, Nap C, Tidy S");
}

TEST_F(LoopStep, CompleteEndsItAfterTheStepInside) {
  begin_loop(kOverNames, {"{name: Nap, action: 'aws:sleep', inputs: {Duration: PT10M}}"});
  signal_after(minutes(15), "complete");
  driver.play();
  EXPECT_EQ(driver.visited(run), "Do S, Nap S, Nap S");
  EXPECT_EQ(driver.status(run), "Success");
}

std::string loop_codes(const std::string& inputs) {
  text::Diagnostics problems;
  std::ignore = read_document(
      "schemaVersion: '0.3'\nmainSteps:\n  - name: Do\n    action: aws:loop\n    inputs:\n" +
          inputs + "  - {name: Out, action: 'aws:sleep', inputs: {Duration: PT1S}}\n",
      problems);
  std::string codes;
  for (const auto& problem : problems)
    codes += fmt::format("{}{}@{}", codes.empty() ? "" : " ", problem.code, problem.position.line);
  return codes;
}

TEST_F(LoopStep, BadLoopsAreRefusedWithTheirPlaces) {
  const std::string step =
      "      Steps:\n        - {name: In, action: 'aws:sleep', inputs: {Duration: PT1S}}\n";
  EXPECT_EQ(loop_codes("      Iterators: [a]\n" + step), "");
  EXPECT_EQ(loop_codes(step), "missing-input@5");
  EXPECT_EQ(
      loop_codes("      Iterators: [a]\n      LoopCondition: {Variable: '{{ Do.CurrentIteration "
                 "}}', NumericLesser: 2}\n" +
                 step),
      "missing-input@5");
  EXPECT_EQ(loop_codes("      Iterators: [a]\n      MaxIterations: 101\n" + step),
            "out-of-range@7");
  EXPECT_EQ(loop_codes("      Iterators: [a]\n      IteratorDataType: Number\n" + step),
            "bad-input@7");
  EXPECT_EQ(loop_codes("      Iterators: [a]\n      Steps: []\n"), "missing@7");
  EXPECT_EQ(
      loop_codes("      LoopCondition: {Variable: '{{ Do.CurrentIteration }}', Equals: 2}\n" + step)
          .substr(0, 15),
      "branch-operator");
  EXPECT_EQ(
      loop_codes("      Iterators: [a]\n      Steps:\n        - {name: In, action: 'aws:sleep', "
                 "nextStep: Out, inputs: {Duration: PT1S}}\n"),
      "loop-jump@8");
  EXPECT_NE(
      loop_codes("      Iterators: [a]\n      Steps:\n        - {name: In, action: 'aws:loop', "
                 "inputs: {Iterators: [b], Steps: [{name: Deep, action: 'aws:sleep', inputs: "
                 "{Duration: PT1S}}]}}\n")
          .find("nested-loop@8"),
      std::string::npos);
}

}  // namespace
}  // namespace hikae::runbook::testing
