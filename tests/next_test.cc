// `hikae next`: what fires in an installation, windows and scheduled rules alike, and the instants
// of any expression.
#include <gtest/gtest.h>

#include "nightly.h"

namespace hikae::tests {
namespace {

constexpr const char* kWindowAndRules =
    "Resources:\n"
    "  Window:\n"
    "    Type: AWS::SSM::MaintenanceWindow\n"
    "    Properties: {Name: nightly, Schedule: cron(30 18 * * ? *), Duration: 2, Cutoff: 1,\n"
    "                 AllowUnassociatedTargets: false}\n"
    "  Check:\n"
    "    Type: AWS::Events::Rule\n"
    "    Properties: {Name: agent-check, ScheduleExpression: cron(20 18 * * ? *)}\n"
    "  Often:\n"
    "    Type: AWS::Events::Rule\n"
    "    Properties: {Name: often, ScheduleExpression: rate(5 minutes), State: DISABLED}\n";

/// A folder with that template, at 12:00.
class NextOfInstallation : public ::testing::Test {
 protected:
  void SetUp() override {
    { ASSERT_NE(open_house(data(), cli::ClockKind::Virtual), nullptr); }
    const auto applied = hikae(data(), {"apply", folder_.write("template.yaml", kWindowAndRules)});
    ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out;
  }
  [[nodiscard]] std::string data() const { return folder_.file("data"); }

 private:
  TempFolder folder_;
};

Value firing(const char* at, const char* kind, const char* name) {
  return Object{{"At", at}, {"Kind", kind}, {"Name", name}};
}

TEST_F(NextOfInstallation, WindowsAndEnabledRulesByTheirInstant) {
  const auto answer = hikae(data(), {"next", "--count", "3"});
  EXPECT_EQ(answer.ended.exit_code, 0);
  EXPECT_EQ(answer.json,
            Value(Object{{"Next", Array{firing("2026-05-01T18:20:00Z", "rule", "agent-check"),
                                        firing("2026-05-01T18:30:00Z", "window", "nightly"),
                                        firing("2026-05-02T18:20:00Z", "rule", "agent-check")}}}));
}

TEST_F(NextOfInstallation, AsTextWithTheirKind) {
  const auto ended = run_process({program(), "next", "--data", data()});
  EXPECT_NE(ended.out.find("2026-05-01T18:20:00Z  rule    agent-check"), std::string::npos)
      << ended.out;
}

TEST_F(NextOfInstallation, OptionsOfAnExpressionWithoutOneAreWrongUsage) {
  for (const auto* words : {"--kind=rule", "--timezone=UTC", "--from=2026-01-01T00:00:00Z",
                            "--anchor=2026-01-01T00:00:00Z", "--offset=1", "--count=101"})
    EXPECT_EQ(hikae(data(), {"next", words}).ended.exit_code, 64) << words;
}

Answer next_of(const std::string& expression) {
  const TempFolder folder;
  return hikae(folder.file("data"), {"next", "--schedule", expression});
}

TEST(NextOfExpression, OneThatIsOverIsValidAndHasNoInstants) {
  for (const auto* expression : {"at(2020-01-01T00:00:00)", "cron(0 0 31 2 ? *)"}) {
    const auto answer = next_of(expression);
    EXPECT_EQ(answer.ended.exit_code, 0) << expression;
    EXPECT_EQ(answer.json, Value(Object{{"Next", Array{}}})) << expression;
  }
}

TEST(NextOfExpression, AnInvalidOneFailsWithTheReason) {
  for (const auto* expression : {"", "at(2020-13-01T00:00:00)", "rate(1 days)"}) {
    const auto answer = next_of(expression);
    EXPECT_EQ(answer.ended.exit_code, 1) << expression;
    const auto* error = find(answer.json, "Error");
    ASSERT_NE(error, nullptr) << expression << answer.ended.out;
    EXPECT_NE(text_at(*error, "Message"), "") << expression;
  }
}

}  // namespace
}  // namespace hikae::tests
