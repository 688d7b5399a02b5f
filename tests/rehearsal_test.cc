// `hikae test` as a runbook's author starts it: hikae's own files of tests, the article's 16 rows,
// and what a failing or a broken file looks like.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>

#include "process.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

const std::string kSource = HIKAE_SOURCE_DIR;

Ended hikae_test(std::vector<std::string> args) {
  args.insert(args.begin(), {program(), "test"});
  return run_process(args, std::chrono::seconds(300));
}

/// A document that stops a server, and a file with one test of it.
class FileOfTests {
 public:
  explicit FileOfTests(const std::string& tests) {
    folder_.write("stop.yaml",
                  "schemaVersion: '0.3'\nparameters: {InstanceId: {type: String}}\nmainSteps:\n"
                  "  - name: StopIt\n    action: aws:changeInstanceState\n    inputs:\n"
                  "      {InstanceIds: ['{{ InstanceId }}'], DesiredState: stopped}\n");
    path_ = folder_.write("tests.yaml",
                          "document: stop.yaml\nparameters: {InstanceId: i-0000000000000abcd}\n"
                          "fleet: {instances: [{id: i-0000000000000abcd, name: web}]}\ntests:\n" +
                              tests);
  }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const TempFolder& folder() const { return folder_; }

 private:
  TempFolder folder_;
  std::string path_;
};

const std::string kGood =
    "  - {name: it stops, expect: {status: Success, instances: {web: stopped}}}\n";
const std::string kBad =
    "  - {name: it <stays>, expect: {status: Success, steps: [StopIt Failed]}}\n";

TEST(RehearsalFiles, HikaesOwnRunbooksPassTheirTests) {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(kSource + "/runbooks/tests"))
    files.push_back(entry.path().string());
  ASSERT_GE(files.size(), 2U);
  const auto ended = hikae_test(files);
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
}

TEST(RehearsalFiles, TheExamplePasses) {
  const auto ended = hikae_test({kSource + "/docs/examples/restart-tests.yaml"});
  EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
}

TEST(RehearsalFiles, TheArticlesSixteenRowsPass) {
  const auto document = article_file("backup-document.yaml");
  if (document.empty()) GTEST_SKIP() << "the article's files are not here (HIKAE_SHARED)";
  const auto shared = std::filesystem::path(document).parent_path().parent_path();
  ::setenv("HIKAE_SHARED", shared.c_str(), 1);
  const auto ended = hikae_test({HIKAE_TEST_DATA "/rehearsal/article-rows.yaml", "--json"});
  ASSERT_EQ(ended.exit_code, 0) << ended.out.substr(0, 20'000) << ended.err;
  const auto report = text::parse_json(ended.out).value();
  const auto& played = list_at(list_at(report, "Files").front(), "Tests");
  for (int row = 1; row <= 16; ++row) {
    const auto prefix = "row " + std::string(row < 10 ? "0" : "") + std::to_string(row) + ",";
    EXPECT_TRUE(std::ranges::any_of(played, [&](const Value& test) {
      return text_at(test, "Name").starts_with(prefix);
    })) << prefix;
  }
}

TEST(RehearsalFiles, AFailingTestShowsTheDifferenceAndTheTimeline) {
  const FileOfTests file(kGood + kBad);
  const auto ended = hikae_test({file.path()});
  EXPECT_EQ(ended.exit_code, 1) << ended.err;
  for (const auto& words :
       {"ok    " + file.path() + ": it stops  (", "FAIL  " + file.path() + ": it <stays>  (",
        file.path() + ":6:", std::string("- StopIt Failed"), std::string("+ StopIt Success"),
        std::string("timeline, from 2026-05-01T12:00:00Z"), std::string("ec2:StopInstances"),
        std::string("1 ok, 1 failed")})
    EXPECT_NE(ended.out.find(words), std::string::npos) << words << "\n" << ended.out;
}

TEST(RehearsalFiles, AMistakeIsToldWithItsPlaceAndNothingIsPlayed) {
  const FileOfTests file(kGood + "  - {name: b, expect: {status: Succes}}\n");
  const auto ended = hikae_test({file.path()});
  EXPECT_EQ(ended.exit_code, 2);
  EXPECT_NE(ended.err.find(file.path() + ":6:"), std::string::npos) << ended.err;
  EXPECT_NE(ended.err.find("did you mean \"Success\""), std::string::npos) << ended.err;
  EXPECT_EQ(ended.out.find("it stops"), std::string::npos) << ended.out;
}

TEST(RehearsalFiles, AFileThatIsNotThereIsUnread) {
  EXPECT_EQ(hikae_test({"/nowhere/tests.yaml"}).exit_code, 2);
}

TEST(RehearsalFiles, TheFilterChoosesByNameAndAnEmptyChoiceIsAMistake) {
  const FileOfTests file(kGood + kBad);
  EXPECT_EQ(hikae_test({file.path(), "--filter", "it st?ps"}).exit_code, 0);
  EXPECT_EQ(hikae_test({file.path(), "--filter", "*stays*"}).exit_code, 1);
  EXPECT_EQ(hikae_test({file.path(), "--filter", "nothing"}).exit_code, 2);
}

TEST(RehearsalFiles, PathsAreRelativeToTheRootThatIsGiven) {
  const FileOfTests file(kGood);
  const TempFolder elsewhere;
  const auto moved = elsewhere.write("tests.yaml", read_text(file.path()));
  EXPECT_EQ(hikae_test({moved}).exit_code, 2);
  EXPECT_EQ(hikae_test({moved, "--root", file.folder().path()}).exit_code, 0);
}

TEST(RehearsalFiles, TheJUnitReportHasASuiteAFileAndACaseATestAndIsTheSameTwice) {
  const FileOfTests file(kGood + kBad);
  const auto report = file.folder().file("report.xml"), again = file.folder().file("again.xml");
  EXPECT_EQ(hikae_test({file.path(), "--junit", report}).exit_code, 1);
  EXPECT_EQ(hikae_test({file.path(), "--junit", again}).exit_code, 1);
  const auto xml = read_text(report);
  EXPECT_EQ(xml, read_text(again));
  for (const auto& words :
       {std::string("<testsuite name=\"" + file.path() +
                    "\" tests=\"2\" failures=\"1\" errors=\"0\""),
        std::string("name=\"it stops\""), std::string("name=\"it &lt;stays&gt;\""),
        std::string("<failure message=\"steps: expected"), std::string("- StopIt Failed")})
    EXPECT_NE(xml.find(words), std::string::npos) << words << "\n" << xml;
}

TEST(RehearsalFiles, TheJUnitReportHasFilesThatCouldNotBeRead) {
  const FileOfTests file("  - {name: a}\n");
  const auto report = file.folder().file("report.xml");
  EXPECT_EQ(hikae_test({file.path(), "--junit", report}).exit_code, 2);
  EXPECT_NE(read_text(report).find("tests=\"1\" failures=\"0\" errors=\"1\""), std::string::npos)
      << read_text(report);
}

}  // namespace
}  // namespace hikae::tests
