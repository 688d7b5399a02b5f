// What commands show of runs, to people and to programs.
#include <gtest/gtest.h>

#include "nightly.h"

namespace hikae::tests {
namespace {

bool has_text(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

/// Whether an instant with a fraction stands there as a JSON string.
bool has_milliseconds(const std::string& json) {
  for (auto at = json.find("Z\""); at != std::string::npos; at = json.find("Z\"", at + 1))
    if (at > 4 && json[at - 4] == '.') return true;
  return false;
}

std::string first_run(const std::string& data) {
  const auto runs = hikae(data, {"runs"});
  const auto& list = list_at(runs.json, "Runs");
  return list.empty() ? "" : str(text_at(list.front(), "AutomationExecutionId"));
}

TEST(Shown, InstantsOfEveryCommandAreToTheSecond) {
  const Nightly nightly;
  const auto backup = hikae(nightly.data(), {"backup", "--all"});
  EXPECT_EQ(backup.ended.exit_code, 0) << backup.ended.out;
  const auto run = first_run(nightly.data());
  ASSERT_NE(run, "");
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"runs"}, {"show", run}, {"backups"}, {"ledger"}, {"ledger", "--dead"}, {"next"}}) {
    const auto answer = hikae(nightly.data(), words);
    EXPECT_EQ(answer.ended.exit_code, 0) << words.front();
    EXPECT_FALSE(has_milliseconds(answer.ended.out)) << words.front() << answer.ended.out;
  }
  EXPECT_FALSE(has_milliseconds(backup.ended.out)) << backup.ended.out;
}

/// Its output is a text of many lines, its failure too.
constexpr const char* kManyLines =
    "schemaVersion: '0.3'\n"
    "mainSteps:\n"
    "  - name: Read\n"
    "    action: aws:executeAwsApi\n"
    "    inputs: {Service: ssm, Api: GetParameter, Name: /lines}\n"
    "    outputs: [{Name: Text, Selector: $.Parameter.Value, Type: String}]\n"
    "  - name: Fail\n"
    "    action: aws:executeAwsApi\n"
    "    inputs: {Service: ssm, Api: GetDocument, Name: '{{ Read.Text }}'}\n";

TEST(Shown, LineBreaksOfOutputsAreLinesAndOtherControlCharactersAreNot) {
  const Nightly nightly;
  {
    const auto session = open_house(nightly.data(), cli::ClockKind::Virtual);
    ask(*session, "ssm", "PutParameter",
        Object{{"Name", "/lines"}, {"Type", "String"}, {"Value", "one\r\ntwo\x1b[31m\n  three"}});
  }
  const auto file = nightly.folder().write("lines.yaml", kManyLines);
  const auto ended = run_process({program(), "run", file, "--data", nightly.data()});
  EXPECT_TRUE(
      has_text(ended.out, "      Text = one\n             two?[31m\n               three\n"))
      << ended.out;
  EXPECT_FALSE(has_text(ended.out, "\x1b"));
}

TEST(Shown, AMailIsCountedForTheServerThatItIsAboutAlone) {
  const Nightly nightly(R"(instances:
  - {id: i-00000000000000e01, name: shop, tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'true'}}
  - {id: i-00000000000000e02, name: shop two, tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'true'}}
  - {id: i-00000000000000e03, name: 'shop two (failed)', tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'true'}}
)");
  const auto faults = nightly.faults(
      "[{action: error, operation: CreateImage, instance: i-00000000000000e02,"
      " code: UnauthorizedOperation}]");
  const auto night = hikae(nightly.data(), {"backup", "--all", "--faults", faults});
  EXPECT_EQ(night.ended.exit_code, 3) << night.ended.out;
  const auto& servers = list_at(night.json, "Instances");
  ASSERT_EQ(servers.size(), 3U) << night.ended.out;
  EXPECT_EQ(int_at(servers[0], "Mails"), 0) << night.ended.out;
  EXPECT_EQ(int_at(servers[1], "Mails"), 1) << night.ended.out;
  EXPECT_EQ(int_at(servers[2], "Mails"), 0) << night.ended.out;
}

TEST(Shown, AServerOnHoldIsBackedUpAndKeepsItsPower) {
  const Nightly nightly;
  const auto held = run_process({program(), "hold", kShop, "--data", nightly.data()});
  EXPECT_TRUE(has_text(held.out, "its backups do not stop it")) << held.out;
  const auto night = hikae(nightly.data(), {"backup", kShop});
  EXPECT_EQ(night.ended.exit_code, 0) << night.ended.out;
  const auto session = open_house(nightly.data(), cli::ClockKind::Virtual);
  EXPECT_EQ(power_changes(session->sandbox(), session->scope(), kShop), "");
  EXPECT_EQ(power_of(session->sandbox(), session->scope(), kShop), "running");
}

}  // namespace
}  // namespace hikae::tests
