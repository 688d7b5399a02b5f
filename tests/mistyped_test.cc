// What the program says where a folder, a file or a time is not what was meant.
#include <gtest/gtest.h>

#include <filesystem>

#include "nightly.h"

namespace hikae::tests {
namespace {

bool is_said(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(Mistyped, AFolderIsNotMadeByCommandsThatBeginNothing) {
  const TempFolder folder;
  const auto typo = folder.file("typo");
  const std::vector<std::vector<std::string>> kLooking{{"runs"},        {"show", "x"},
                                                       {"backups"},     {"ledger"},
                                                       {"next"},        {"routes"},
                                                       {"doctor"},      {"prune"},
                                                       {"cancel", "x"}, {"recover", "--dry-run"},
                                                       {"recover"},     {"hold", "i-1"},
                                                       {"key", "list"}, {"window", "enable", "x"}};
  for (const auto& words : kLooking) {
    const auto answer = hikae(typo, words);
    EXPECT_EQ(answer.ended.exit_code, 1) << words.front();
    EXPECT_TRUE(is_said(answer.ended.out, "no data folder at " + typo)) << answer.ended.out;
    EXPECT_FALSE(std::filesystem::exists(typo)) << words.front();
  }
  const auto text = run_process({program(), "runs", "--data", folder.path()});
  EXPECT_TRUE(is_said(text.err, "is no data folder (it has no hikae.db): hikae up or hikae apply"))
      << text.err;
  EXPECT_TRUE(std::filesystem::is_empty(folder.path()));
}

TEST(Mistyped, AnEventThatCannotBeReadIsNoAnswer) {
  const TempFolder folder;
  const auto pattern = folder.write("pattern.json", R"({"source": ["aws.ssm"]})");
  const auto event = folder.write("event.json", "{");
  EXPECT_EQ(run_process({program(), "match", pattern, event}).exit_code, 2);
}

TEST(Mistyped, ATimeThatClocksJumpOverIsNamed) {
  const auto next = [](const char* schedule) {
    return run_process({program(), "next", "--schedule", schedule, "--timezone", "America/New_York",
                        "--from", "2026-03-08T00:00:00Z", "--count", "1"})
        .out;
  };
  const auto daily = next("cron(30 2 ? * * *)");
  EXPECT_TRUE(is_said(daily, "skipped: 2026-03-08T02:30:00 never comes")) << daily;
  EXPECT_TRUE(is_said(daily, "2026-03-09T06:30:00Z")) << daily;
  const auto once = next("at(2026-03-08T02:30:00)");
  EXPECT_TRUE(is_said(once, "skipped: 2026-03-08T02:30:00 never comes")) << once;
}

TEST(Mistyped, AFolderAmongTheFilesToCheckIsWalked) {
  const auto checked = run_process({program(), "check", HIKAE_SOURCE_DIR "/runbooks"});
  EXPECT_EQ(checked.exit_code, 0) << checked.out << checked.err;
  EXPECT_TRUE(is_said(checked.out, "/runbooks/backup.yaml: document: nothing found"));
  EXPECT_TRUE(is_said(checked.out, "/runbooks/tests/backup.yaml: tests: nothing found"));
  const TempFolder empty;
  EXPECT_EQ(run_process({program(), "check", empty.path()}).exit_code, 2);
}

TEST(Mistyped, UpOnAVirtualFolderSaysWhyItEnds) {
  const Nightly nightly;
  const auto ended = run_process({program(), "up", "--data", nightly.data()});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(is_said(ended.out, "clock is virtual")) << ended.out;
}

}  // namespace
}  // namespace hikae::tests
