#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class BranchStep : public OneStep {
 protected:
  std::string go(const std::string& inputs, const std::string& more = "", Object parameters = {}) {
    driver.add_document("Doc",
                        "schemaVersion: '0.3'\nparameters: {P: {type: String, default: x}}\n"
                        "mainSteps:\n  - name: Do\n    action: aws:branch\n" +
                            more + "    inputs: {" + inputs +
                            "}\n  - {name: Next, action: 'aws:sleep', isEnd: true, inputs: "
                            "{Duration: PT0S}}\n  - {name: Far, action: 'aws:sleep', inputs: "
                            "{Duration: PT0S}}\n");
    run = driver.start("Doc", std::move(parameters));
    driver.play();
    return driver.visited(run);
  }
  static constexpr const char* kToFar =
      "Choices: [{NextStep: Far, Variable: '{{ P }}', StringEquals: far}]";
};

TEST_F(BranchStep, TakesTheFirstChoiceThatHolds) {
  EXPECT_EQ(go(kToFar, "", {{"P", Array{"far"}}}), "Do S, Far S");
}

TEST_F(BranchStep, WithoutAMatchTakesTheDefaultElseTheNextStep) {
  EXPECT_EQ(go(kToFar), "Do S, Next S");
  EXPECT_EQ(go(std::string(kToFar) + ", Default: Far"), "Do S, Far S");
}

TEST_F(BranchStep, WithoutAMatchIsEndEndsInSuccess) {
  EXPECT_EQ(go(kToFar, "    isEnd: true\n"), "Do S");
  EXPECT_EQ(driver.status(run), "Success");
}

TEST_F(BranchStep, AnUnknownOperatorIsRefusedAtOnce) {
  text::Diagnostics problems;
  EXPECT_FALSE(
      read_document("schemaVersion: '0.3'\nmainSteps:\n  - {name: Do, action: "
                    "'aws:branch', inputs: {Choices: [{NextStep: E, Variable: '{{ "
                    "global:DATE }}', StringSame: x}]}}\n  - {name: E, action: 'aws:sleep', "
                    "inputs: {Duration: PT0S}}\n",
                    problems));
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].code, "branch-operator");
}

}  // namespace
}  // namespace hikae::runbook::testing
