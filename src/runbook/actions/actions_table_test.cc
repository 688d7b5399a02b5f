// docs/actions.md is made of the tests' own names: which test shows what of each action. Set
// HIKAE_WRITE_DOCS to write it anew.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "runbook/check_actions.h"

namespace hikae::runbook::testing {
namespace {

const std::string kActionsPage = HIKAE_SOURCE_DIR "/docs/actions.md";

/// Where the tests of an action stand: a suite, and how their names begin.
struct ActionSuite {
  std::string_view action;
  std::string_view suite;
  std::string_view prefix = "";
  std::string_view at_once = "";  // why there is nothing to time out or to cancel
};
constexpr std::string_view kDecidesAtOnce = "decides at once: there is nothing to wait for";
constexpr std::array<ActionSuite, 23> kActionSuites{{
    {"aws:approve", "ApproveStep"},
    {"aws:assertAwsResourceProperty", "PropertyStep", "Assert"},
    {"aws:branch", "BranchStep", "", kDecidesAtOnce},
    {"aws:changeInstanceState", "ChangeInstanceStateStep"},
    {"aws:copyImage", "CopyImageStep"},
    {"aws:createImage", "CreateImageStep"},
    {"aws:createStack", "CreateStackStep"},
    {"aws:createTags", "CreateTagsStep"},
    {"aws:deleteImage", "DeleteImageStep"},
    {"aws:deleteStack", "DeleteStackStep"},
    {"aws:executeAutomation", "ExecuteAutomationStep"},
    {"aws:executeAwsApi", "ExecuteAwsApiStep"},
    {"aws:executeScript", "ExecuteScriptStep"},
    {"aws:executeStateMachine", "ExecuteStateMachineStep"},
    {"aws:invokeLambdaFunction", "InvokeLambdaStep"},
    {"aws:invokeWebhook", "InvokeWebhookStep"},
    {"aws:loop", "LoopStep"},
    {"aws:pause", "PauseStep"},
    {"aws:runCommand", "RunCommandStep"},
    {"aws:runInstances", "RunInstancesStep"},
    {"aws:sleep", "SleepStep"},
    {"aws:updateVariable", "UpdateVariableStep", "", kDecidesAtOnce},
    {"aws:waitForAwsResourceProperty", "PropertyStep", "Wait"},
}};

struct TestsOfAction {
  std::vector<std::string> success, failure, timeout, cancel;
  std::size_t count = 0;
};

bool says_one_of(std::string_view name, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return name.find(word) != std::string_view::npos;
  });
}

void sort_in(TestsOfAction& tests, const std::string& name) {
  ++tests.count;
  const bool goes_well =
      says_one_of(name, {"DoesNotFail", "DoesNotEnd", "DoesNotKeep", "NotThereIs"});
  if (!goes_well && says_one_of(name, {"Fail", "Refuse", "Odd", "TakeOne", "EndsAtTheFifth",
                                       "SaysWhat", "Rejection", "Vanishes"}))
    return tests.failure.push_back(name);
  if (says_one_of(name, {"TimesOut", "TimeOut", "Timeout", "GivenUp"}))
    return tests.timeout.push_back(name);
  if (says_one_of(name, {"Cancel"})) return tests.cancel.push_back(name);
  tests.success.push_back(name);
}

TestsOfAction tests_of(const ActionSuite& row) {
  TestsOfAction tests;
  const auto& all = *::testing::UnitTest::GetInstance();
  for (int i = 0; i < all.total_test_suite_count(); ++i) {
    const auto& suite = *all.GetTestSuite(i);
    if (row.suite != suite.name()) continue;
    for (int j = 0; j < suite.total_test_count(); ++j) {
      const std::string name = suite.GetTestInfo(j)->name();
      if (name.starts_with(row.prefix)) sort_in(tests, name);
    }
  }
  return tests;
}

std::string cell(const std::vector<std::string>& names, std::string_view otherwise = "") {
  if (names.empty()) return std::string(otherwise);
  std::string text;
  for (const auto& name : names) text += (text.empty() ? "`" : "<br>`") + name + "`";
  return text;
}

std::string actions_page() {
  std::string page =
      "# The 23 actions, and the test that shows each of their ways\n\n"
      "Made of the tests' names by `ActionsTable.IsWhatTheTestsShow` (HIKAE_WRITE_DOCS=1 writes it "
      "anew).\n"
      "Each name is a test of the suite in its row; a failure's text is in its test.\n\n"
      "**Kill and resume** is every test of the row: between any two events the machine is thrown "
      "away\nand goes on as one made anew from the text that was saved; one that was never killed, "
      "and a replay of\nthe whole journal, must ask for the same (`RunDriver::deliver`, "
      "`src/runbook/run_driver_test.cc`).\n\n"
      "| action, suite | success | each failure text | time-out | cancel | kill and resume |\n"
      "|---|---|---|---|---|---|\n";
  for (const auto& row : kActionSuites) {
    const auto tests = tests_of(row);
    page +=
        fmt::format("| `{}`<br>{} | {} | {} | {} | {} | all {} |\n", row.action, row.suite,
                    cell(tests.success), cell(tests.failure, "it cannot fail"),
                    cell(tests.timeout, row.at_once), cell(tests.cancel, row.at_once), tests.count);
  }
  return page;
}

TEST(ActionsTable, EveryActionHasATestInEveryColumn) {
  for (const auto& row : kActionSuites) {
    const auto tests = tests_of(row);
    EXPECT_TRUE(rule_of(row.action)) << row.action;
    EXPECT_FALSE(tests.success.empty()) << row.action;
    EXPECT_FALSE(tests.failure.empty() && row.action != "aws:pause") << row.action;
    EXPECT_EQ(tests.timeout.empty(), !row.at_once.empty()) << row.action;
    EXPECT_EQ(tests.cancel.empty(), !row.at_once.empty()) << row.action;
  }
}

TEST(ActionsTable, IsWhatTheTestsShow) {
  const auto page = actions_page();
  if (std::getenv("HIKAE_WRITE_DOCS")) std::ofstream(kActionsPage) << page;
  std::ifstream file(kActionsPage);
  std::stringstream written;
  written << file.rdbuf();
  EXPECT_EQ(written.str(), page) << "run with HIKAE_WRITE_DOCS=1 to write it anew";
}

}  // namespace
}  // namespace hikae::runbook::testing
