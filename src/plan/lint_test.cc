// tests/data/lint: for each rule documents that have the hazard and documents that do not. The
// second line of each says which findings are expected, and there may be no other.
#include "plan/lint.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "base/limits.h"
#include "plan/runbooks.h"

namespace hikae::plan {
namespace {

std::string lint_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

std::string lint_case(const std::string& name) {
  return lint_text(std::filesystem::path(HIKAE_TEST_DATA) / "lint" / (name + ".yaml"));
}

/// The findings' codes, each once unless it is no P number, in order.
std::string codes_of(const text::Diagnostics& findings) {
  std::multiset<std::string> codes;
  for (const auto& finding : findings)
    if (!lint_rule(finding.code) || !codes.contains(finding.code)) codes.insert(finding.code);
  std::string all;
  for (const auto& code : codes) all += (all.empty() ? "" : " ") + code;
  return all;
}

std::string told(const text::Diagnostics& findings) {
  std::string all;
  for (const auto& finding : findings) all += text::format(finding, "document") + "\n";
  return all;
}

std::string sorted_words(const std::string& line) {
  std::istringstream words(line);
  std::multiset<std::string> sorted;
  for (std::string word; words >> word;) sorted.insert(word);
  std::string all;
  for (const auto& word : sorted) all += (all.empty() ? "" : " ") + word;
  return all == "nothing" ? "" : all;
}

std::string expected_of(const std::string& text) {
  constexpr std::string_view kMark = "# expect: ";
  const auto begin = text.find(kMark) + kMark.size();
  return sorted_words(text.substr(begin, text.find('\n', begin) - begin));
}

const text::Diagnostic* found(const text::Diagnostics& findings, std::string_view code,
                              std::string_view path = {}) {
  for (const auto& finding : findings)
    if (finding.code == code && (path.empty() || finding.path == path)) return &finding;
  return nullptr;
}

TEST(Lint, FindsInEachDocumentWhatItIsWrittenForAndNothingElse) {
  for (const auto& entry :
       std::filesystem::directory_iterator(std::filesystem::path(HIKAE_TEST_DATA) / "lint")) {
    const auto text = lint_text(entry.path());
    const auto findings = lint_document(text);
    EXPECT_EQ(codes_of(findings), expected_of(text)) << entry.path() << "\n" << told(findings);
  }
}

TEST(Lint, HasAGoodAndABadDocumentForEveryRule) {
  for (const auto& rule : lint_rules()) {
    auto name = str(rule.code);
    name.front() = 'p';
    EXPECT_FALSE(lint_case(name + "-good").empty()) << name;
    const auto bad = " " + expected_of(lint_case(name + "-bad")) + " ";
    EXPECT_NE(bad.find(" " + str(rule.code) + " "), std::string::npos) << name;
  }
}

TEST(Lint, GivesEachRuleAReasonAndAFixAndOrdersThemByNumber) {
  int last = 0;
  for (const auto& rule : lint_rules()) {
    const int number = std::stoi(str(rule.code.substr(1)));
    EXPECT_GT(number, last) << rule.code;
    last = number;
    for (const auto text : {rule.title, rule.why, rule.fix}) {
      EXPECT_FALSE(text.empty()) << rule.code;
      EXPECT_EQ(text.find('\n'), std::string_view::npos) << rule.code;
    }
  }
  EXPECT_EQ(last, 42);
}

TEST(Lint, FindsNothingInOurOwnRunbooks) {
  for (const auto& entry : std::filesystem::directory_iterator(HIKAE_SOURCE_DIR "/runbooks")) {
    if (!entry.is_regular_file()) continue;
    EXPECT_EQ(told(lint_document(lint_text(entry.path()))), "") << entry.path();
  }
}

TEST(Lint, PointsAtTheJumpThatLosesTheInstance) {
  const auto findings = lint_document(lint_case("p9-bad"));
  const auto* finding = found(findings, "P9");
  ASSERT_NE(finding, nullptr) << told(findings);
  EXPECT_EQ(finding->path, "step ImageStopped");
  const auto text = lint_case("p9-bad");
  const auto at = text.find("onFailure: Abort");
  EXPECT_EQ(finding->position.line,
            std::count(text.begin(), text.begin() + static_cast<long>(at), '\n') + 1);
  EXPECT_NE(finding->message.find("Stop"), std::string::npos);
  EXPECT_FALSE(finding->hint.empty());
}

TEST(Lint, BlamesTheStepThatEndsTheRunAndNotTheOneThatFailedBefore) {
  const auto findings = lint_document(lint_case("p9-second-bad"));
  EXPECT_NE(found(findings, "P9", "step Note"), nullptr) << told(findings);
  EXPECT_EQ(found(findings, "P9", "step ImageStopped"), nullptr) << told(findings);
}

TEST(Lint, SuggestsTheNearestServiceAndOperation) {
  const auto all = told(lint_document(lint_case("unknown-api-bad")));
  EXPECT_NE(all.find("did you mean \"ec2\"?"), std::string::npos) << all;
  EXPECT_NE(all.find("did you mean \"DescribeInstances\"?"), std::string::npos) << all;
}

TEST(Lint, ReportsStructureFirstAndNoHazardsOfWhatCannotRun) {
  const auto findings = lint_document(
      "schemaVersion: '0.3'\nmainSteps:\n  - name: A\n    action: aws:nothing\n    inputs: {}\n");
  ASSERT_FALSE(findings.empty());
  for (const auto& finding : findings) EXPECT_EQ(lint_rule(finding.code), nullptr);
}

TEST(Lint, KnowsWhatAChildOfTheAuthorsOwnDoes) {
  auto text = lint_case("base-good");
  for (auto at = text.find("hikae-start"); at != std::string::npos; at = text.find("hikae-start"))
    text.replace(at, 11, "my-waker");
  EXPECT_NE(found(lint_document(text), "P9"), nullptr) << "a child nobody knows starts nothing";
  text::Diagnostics problems;
  const auto starter = runbook::read_document(start_runbook(), problems);
  ASSERT_TRUE(starter.has_value());
  const std::vector<LintChild> children{{"my-waker", *starter}};
  EXPECT_EQ(told(lint_document(text, children)), "");
}

TEST(Lint, SaysSoWhereThereAreTooManyPaths) {
  std::string text = "schemaVersion: '0.3'\nparameters:\n";
  for (int i = 0; i < 24; ++i) text += "  P" + std::to_string(i) + ": {type: String}\n";
  text += "mainSteps:\n";
  for (const auto* round : {"A", "B"})
    for (int i = 0; i < 24; ++i) {
      const auto name = round + std::to_string(i);
      text += "  - {name: " + name +
              ", action: 'aws:branch', inputs: {Choices: [{NextStep: " + name +
              "x, Variable: '{{ P" + std::to_string(i) +
              " }}', StringEquals: a}]}}\n  - {name: " + name +
              "x, action: 'aws:sleep', inputs: {Duration: PT1S}}\n";
    }
  EXPECT_EQ(codes_of(lint_document(text)), "too-many-paths");
}

}  // namespace
}  // namespace hikae::plan
