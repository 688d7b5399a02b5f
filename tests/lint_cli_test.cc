// `hikae check` as a program: exit codes, lines, table, JSON and SARIF.
#include <gtest/gtest.h>

#include "cli/check_text.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr int kClean = 0;
constexpr int kFound = 1;
constexpr int kUnreadable = 2;

std::string lint_file(const std::string& name) { return HIKAE_TEST_DATA "/lint/" + name + ".yaml"; }

Ended check(std::vector<std::string> words) {
  words.insert(words.begin(), {program(), "check"});
  return run_process(words);
}

Value parsed(const Ended& ended) {
  const auto value = text::parse_json(ended.out);
  EXPECT_TRUE(value.has_value()) << ended.out << ended.err;
  return value.value_or(Value());
}

bool in(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CheckCommand, IsCleanOnADocumentWithoutHazards) {
  const auto ended = check({lint_file("base-good")});
  EXPECT_EQ(ended.exit_code, kClean) << ended.out;
  EXPECT_TRUE(in(ended.out, "base-good.yaml: document: nothing found")) << ended.out;
}

TEST(CheckCommand, NamesPlaceStepFixAndNumberInOneLine) {
  const auto ended = check({lint_file("p9-bad")});
  EXPECT_EQ(ended.exit_code, kFound);
  EXPECT_TRUE(in(ended.out, "p9-bad.yaml:36:16: error: step ImageStopped: ")) << ended.out;
  EXPECT_TRUE(in(ended.out, "(fix: ")) << ended.out;
  EXPECT_TRUE(in(ended.out, "[P9]\n")) << ended.out;
}

TEST(CheckCommand, CountsWarningsOnlyWithStrict) {
  EXPECT_EQ(check({lint_file("p21-bad")}).exit_code, kClean);
  EXPECT_EQ(check({"--strict", lint_file("p21-bad")}).exit_code, kFound);
  EXPECT_EQ(check({"--strict", lint_file("p21-good")}).exit_code, kClean);
}

TEST(CheckCommand, GoesOnAfterAFileThatCannotBeRead) {
  const auto ended = check({"/no/such/file.yaml", lint_file("p9-bad")});
  EXPECT_EQ(ended.exit_code, kUnreadable);
  EXPECT_TRUE(in(ended.err, "/no/such/file.yaml")) << ended.err;
  EXPECT_TRUE(in(ended.out, "[P9]")) << ended.out;
}

TEST(CheckCommand, KnowsTheOtherFilesAsChildren) {
  const TempFolder folder;
  auto text = read_text(lint_file("base-good"));
  for (auto at = text.find("hikae-start"); at != std::string::npos; at = text.find("hikae-start"))
    text.replace(at, 11, "my-waker");
  const auto parent = folder.write("parent.yaml", text);
  const auto starter =
      folder.write("my-waker.yaml", read_text(HIKAE_SOURCE_DIR "/runbooks/start.yaml"));
  EXPECT_EQ(check({parent}).exit_code, kFound);
  const auto both = check({parent, starter});
  EXPECT_EQ(both.exit_code, kClean) << both.out;
}

TEST(CheckCommand, GivesJsonWithTheReasonOfEachHazard) {
  const auto json = parsed(check({"--json", lint_file("p23-bad"), "/no/such/file.yaml"}));
  const auto& files = list_at(json, "Files");
  ASSERT_EQ(files.size(), 2U);
  const auto& finding = list_at(files[0], "Findings").at(0);
  EXPECT_EQ(text_at(finding, "Code"), "P23");
  EXPECT_EQ(text_at(finding, "Path"), "step Await");
  for (const auto* key : {"Message", "Hint", "Title", "Why"})
    EXPECT_FALSE(text_at(finding, key).empty()) << key;
  EXPECT_FALSE(text_at(files[1], "Error").empty());
}

TEST(CheckCommand, TellsConfigurationsAndTemplatesApartAsBefore) {
  const auto json = parsed(check({"--json", HIKAE_SOURCE_DIR "/docs/examples/hikae.yaml"}));
  EXPECT_EQ(text_at(list_at(json, "Files").at(0), "Kind"), "configuration");
}

TEST(CheckSarif, HasOneRunWithRulesResultsAndPlaces) {
  const auto json = parsed(check({"--sarif", lint_file("p9-bad"), lint_file("unknown-api-bad")}));
  EXPECT_EQ(text_at(json, "version"), "2.1.0");
  ASSERT_EQ(list_at(json, "runs").size(), 1U);
  const auto& run = list_at(json, "runs").at(0);
  const auto* rules = find_path(run, {"tool", "driver", "rules"});
  ASSERT_NE(rules, nullptr);
  ASSERT_GE(list_at(run, "results").size(), 4U);
  for (const auto& result : list_at(run, "results")) {
    const auto index = int_at(result, "ruleIndex");
    ASSERT_TRUE(index.has_value());
    const auto& rule = rules->as_array().at(static_cast<std::size_t>(*index));
    EXPECT_EQ(text_at(rule, "id"), text_at(result, "ruleId"));
    EXPECT_FALSE(text_at(object_at(result, "message"), "text").empty());
    const auto* place = find(list_at(result, "locations").at(0), "physicalLocation");
    ASSERT_NE(place, nullptr);
    EXPECT_GE(int_at(object_at(*place, "region"), "startLine").value_or(0), 1);
    EXPECT_TRUE(text_at(object_at(*place, "artifactLocation"), "uri").starts_with("file:///"));
  }
}

TEST(CheckSarif, SaysThatAFileCouldNotBeRead) {
  const auto ended = check({"--sarif", "/no/such/file.yaml"});
  EXPECT_EQ(ended.exit_code, kUnreadable);
  const auto json = parsed(ended);
  const auto& invocation = list_at(list_at(json, "runs").at(0), "invocations").at(0);
  EXPECT_FALSE(is_true_at(invocation, "executionSuccessful"));
  EXPECT_EQ(list_at(invocation, "toolExecutionNotifications").size(), 1U);
}

TEST(CheckSarif, KeepsAFindingsFingerprintWhenItMoves) {
  const TempFolder folder;
  const auto text = read_text(lint_file("p23-bad"));
  const auto print_of = [&](const std::string& content) {
    const auto json = parsed(check({"--sarif", folder.write("a.yaml", content)}));
    const auto& result = list_at(list_at(json, "runs").at(0), "results").at(0);
    return str(text_at(object_at(result, "partialFingerprints"), "hikaeFinding/v1"));
  };
  EXPECT_EQ(print_of(text), print_of("# one line more\n" + text));
}

TEST(CheckTable, HasARowForEachFindingAndFoldsLongTexts) {
  cli::CheckedFile checked{"a.yaml", "document", std::nullopt, {}};
  checked.findings.push_back({.severity = text::Severity::Warning,
                              .code = "P21",
                              .position = {12, 5},
                              .path = "step Image",
                              .message = std::string(60, 'a') + " " + std::string(60, 'b'),
                              .hint = "leave it out"});
  ::testing::internal::CaptureStdout();
  cli::Output out(cli::Format::Text);
  cli::print_check_table(out, checked);
  const auto shown = ::testing::internal::GetCapturedStdout();
  EXPECT_TRUE(in(shown, "12:5")) << shown;
  EXPECT_TRUE(in(shown, "a name with another zone's date")) << shown;
  EXPECT_TRUE(in(shown, std::string(60, 'a') + "\n")) << shown;
  EXPECT_TRUE(in(shown, "fix: leave it out\n")) << shown;
  EXPECT_FALSE(in(shown, "\x1b")) << "no colour outside of a terminal";
}

TEST(CheckTable, SumsUp) {
  cli::CheckedFile checked{"a.yaml", "document", std::nullopt, {}};
  checked.findings.push_back({.severity = text::Severity::Error, .code = "P9"});
  EXPECT_EQ(cli::check_summary({checked, {"b.yaml", "document", std::nullopt, {}}}),
            "2 files: 1 error, 0 warnings");
}

}  // namespace
}  // namespace hikae::tests
