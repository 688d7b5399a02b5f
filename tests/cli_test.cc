// The command line as a user and a script meet it: exit codes, help, JSON, plain text, and that two
// processes never share a data folder.
#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/file.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>

#include "nightly.h"

namespace hikae::tests {
namespace {

constexpr int kFailed = 1;
constexpr int kPatternRefused = 2;
constexpr int kUsage = 64;

struct Help {
  const char* command;
  std::vector<const char*> names;
};

const std::vector<Help>& all_help() {
  static const std::vector<Help> kAll{
      {"demo", {"--instances"}},
      {"up", {"FILE", "--clock", "--faults"}},
      {"backup", {"INSTANCE", "--tag", "--all", "--wait", "--clock", "--faults"}},
      {"run", {"DOCUMENT", "--param", "--clock", "--faults"}},
      {"runs", {"--status", "--limit"}},
      {"show", {"RUN"}},
      {"backups", {"--instance"}},
      {"ledger", {"--window", "--instance", "--limit", "--dead"}},
      {"fleet", {"FILE", "--clock"}},
      {"next", {"--schedule", "--kind", "--timezone", "--from", "--anchor", "--offset", "--count"}},
      {"cancel", {"RUN"}},
      {"prune", {"INSTANCE", "--dry-run"}},
      {"hold", {"INSTANCE", "--off"}},
      {"window", {"enable", "disable", "NAME"}},
      {"apply", {"FILE", "--stack", "--param"}},
      {"match", {"PATTERN-FILE", "EVENT-FILE"}},
      {"check", {"FILE", "--strict", "--sarif"}},
      {"policy", {"DOCUMENT", "--region"}}};
  return kAll;
}

/// `hikae WORDS…` and nothing else.
Ended plainly(std::vector<std::string> words) {
  words.insert(words.begin(), program());
  return run_process(words);
}

bool has(const std::string& text, const std::string& part) {
  return text.find(part) != std::string::npos;
}

TEST(CommandLine, HelpOfEveryCommandNamesItsOptions) {
  for (const auto& [command, names] : all_help()) {
    const auto ended = plainly({command, "--help"});
    EXPECT_EQ(ended.exit_code, 0) << command;
    EXPECT_EQ(ended.err, "") << command;
    for (const auto* common : {"--help", "--data", "--json"})
      EXPECT_TRUE(has(ended.out, common)) << command << " " << common;
    for (const auto* name : names) EXPECT_TRUE(has(ended.out, name)) << command << " " << name;
  }
}

TEST(CommandLine, HelpNamesEveryCommand) {
  const auto ended = plainly({"--help"});
  EXPECT_EQ(ended.exit_code, 0);
  for (const auto& help : all_help())
    EXPECT_TRUE(has(ended.out, std::string("  ") + help.command + " ")) << help.command;
}

TEST(CommandLine, VersionIsOneLine) {
  const auto ended = plainly({"--version"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_TRUE(ended.out.starts_with("hikae ")) << ended.out;
  EXPECT_EQ(std::count(ended.out.begin(), ended.out.end(), '\n'), 1);
}

TEST(CommandLine, WrongUsageIsExitCode64AndPrintsOnlyErrors) {
  const std::vector<std::vector<std::string>> kWrong{
      {},
      {"nothing-of-the-kind"},
      {"runs", "--no-such-option"},
      {"show"},
      {"demo", "--instances", "0"},
      {"next", "--count", "many"},
      {"next", "--schedule", "rate(1 day)", "--kind", "lunar"},
      {"apply", "/no/such/file.yaml"},
      {"check"},
      {"window", "open", "nightly"},
      {"backup", "--clock", "sundial"},
      {"backup"},
      {"backup", "--tag", "Name"},
      {"run", "any", "--param", "X"},
      {"run", "any", "--param", "=x"},
      {"apply", HIKAE_SOURCE_DIR "/runbooks/start.yaml", "--param", "P"}};
  for (const auto& words : kWrong) {
    const auto ended = plainly(words);
    EXPECT_EQ(ended.exit_code, kUsage) << (words.empty() ? "nothing" : words.front());
    EXPECT_EQ(ended.out, "");
    EXPECT_NE(ended.err, "");
  }
}

TEST(CommandLine, PolicyPrintsWhatADocumentNeedsAndNotesWhatItCannotRead) {
  const TempFolder folder;
  const auto file = folder.write("mine.yaml", R"(schemaVersion: '0.3'
mainSteps:
  - name: Stop
    action: aws:changeInstanceState
    inputs: {InstanceIds: [i-0123456789abcdef0], DesiredState: stopped}
  - name: Child
    action: aws:executeAutomation
    inputs: {DocumentName: theirs}
)");
  const auto ended = plainly({"policy", file, "--region", "eu-west-1"});
  EXPECT_EQ(ended.exit_code, 0) << ended.err;
  EXPECT_TRUE(has(ended.out, "arn:aws:ec2:eu-west-1:*:instance/i-0123456789abcdef0")) << ended.out;
  EXPECT_TRUE(has(ended.out, "ec2:StopInstances"));
  EXPECT_FALSE(has(ended.out, "ec2:StartInstances"));
  EXPECT_TRUE(has(ended.err, "mine, step Child: the child theirs was not read")) << ended.err;
  EXPECT_EQ(plainly({"policy", "/no/such/file.yaml"}).exit_code, 2);
}

TEST(CommandLine, MatchTellsByExitCodeWhetherTheEventFits) {
  const TempFolder folder;
  const auto pattern = folder.write("pattern.json", R"({"source": ["aws.ssm"]})");
  const auto broken = folder.write("broken.json", R"({"source": "aws.ssm"})");
  const auto event = folder.write("event.json", R"({"source": "aws.ssm"})");
  const auto other = folder.write("other.json", R"({"source": "aws.ec2"})");
  EXPECT_EQ(plainly({"match", pattern, event}).exit_code, 0);
  EXPECT_EQ(plainly({"match", pattern, other}).exit_code, kFailed);
  const auto refused = plainly({"match", broken, event});
  EXPECT_EQ(refused.exit_code, kPatternRefused);
  EXPECT_TRUE(has(refused.err, "source")) << refused.err;
}

TEST(CommandLine, NextGivesTheInstantsOfAnySchedule) {
  const TempFolder folder;
  const auto answer =
      hikae(folder.file("data"),
            {"next", "--schedule", "cron(30 03 ? * * *)", "--kind", "window", "--timezone",
             "Asia/Tokyo", "--from", "2026-01-01T00:00:00Z", "--count", "2"});
  EXPECT_EQ(answer.ended.exit_code, 0);
  EXPECT_EQ(answer.json,
            Value(Object{{"Next", Array{"2026-01-01T18:30:00Z", "2026-01-02T18:30:00Z"}}}));
  EXPECT_FALSE(std::filesystem::exists(folder.file("data"))) << "a question makes no folder";
}

TEST(CommandLine, NextOfADateThatNeverComesSaysSo) {
  const auto ended = plainly({"next", "--schedule", "cron(0 0 31 2 ? *)"});
  EXPECT_EQ(ended.exit_code, 0);
  EXPECT_TRUE(has(ended.out, "never fires")) << ended.out;
}

TEST(CommandLine, HelpOfWindowNamesItsTwoWordsOnly) {
  const auto ended = plainly({"window", "--help"});
  EXPECT_TRUE(has(ended.out, "{enable,disable}")) << ended.out;
  EXPECT_FALSE(has(ended.out, "->")) << ended.out;
}

TEST(CommandLine, ARefusedFileLeavesNoDataFolder) {
  const TempFolder folder;
  const auto config = folder.write("hikae.yaml", "notify: [ops@example.com]\n");
  const auto stack = folder.write("stack.yaml", "Resources: {A: {Type: 'AWS::No::Such'}}\n");
  for (const auto& file : {config, stack}) {
    const auto ended = plainly({"apply", file, "--data", folder.file("data")});
    EXPECT_EQ(ended.exit_code, kFailed) << file;
    EXPECT_FALSE(std::filesystem::exists(folder.file("data"))) << file;
  }
  const auto refused = plainly({"apply", config, "--data", folder.file("data")});
  EXPECT_TRUE(has(refused.err, "plans is missing")) << refused.err;
  EXPECT_TRUE(has(plainly({"check", config}).out, "plans is missing"));
}

TEST(CommandLine, TheDatabasesAreTheirOwnersOnly) {
  const Nightly nightly;
  for (const auto* name : {"/hikae.db", "/sandbox.db", "/hikae.log"})
    EXPECT_EQ(std::filesystem::status(nightly.data() + name).permissions(),
              std::filesystem::perms::owner_read | std::filesystem::perms::owner_write)
        << name;
}

TEST(CommandLine, BackupOfAllWithoutAnyMatchSaysSo) {
  const Nightly nightly("instances: [{name: other}]");
  const auto ended = plainly({"backup", "--all", "--data", nightly.data()});
  EXPECT_EQ(ended.exit_code, kFailed);
  EXPECT_TRUE(has(ended.err, "no instance fits any plan")) << ended.err;
}

TEST(CommandLine, CompletionKnowsEveryCommandAndItsOptions) {
  const auto ended = plainly({"completion"});
  EXPECT_EQ(ended.exit_code, 0);
  for (const auto& [command, names] : all_help()) {
    const auto line = ended.out.find(std::string("    ") + command + ") ");
    ASSERT_NE(line, std::string::npos) << command;
    const auto options = ended.out.substr(line, ended.out.find('\n', line) - line);
    for (const auto* name : names)
      EXPECT_TRUE(name[0] != '-' || has(options, name)) << command << " " << name;
  }
}

TEST(CommandLine, ABadInstantIsWrongUsageWithTheReason) {
  const auto ended = plainly({"next", "--schedule", "rate(1 day)", "--from", "yesterday"});
  EXPECT_EQ(ended.exit_code, kUsage);
  EXPECT_TRUE(has(ended.err, "yesterday")) << ended.err;
}

TEST(CommandLine, CheckFindsNothingInOurOwnRunbooks) {
  for (const auto& entry : std::filesystem::directory_iterator(HIKAE_SOURCE_DIR "/runbooks")) {
    if (!entry.is_regular_file()) continue;
    const auto ended = plainly({"check", "--strict", entry.path().string()});
    EXPECT_EQ(ended.exit_code, 0) << ended.out << ended.err;
    EXPECT_TRUE(has(ended.out, "nothing found")) << ended.out;
  }
}

TEST(CommandLine, CheckOfSeveralFilesFailsIfOneHasFindings) {
  const auto ended = plainly({"check", HIKAE_SOURCE_DIR "/runbooks/backup.yaml",
                              HIKAE_TEST_DATA "/bad-inputs/documents/no-action.yaml"});
  EXPECT_EQ(ended.exit_code, kFailed);
  EXPECT_TRUE(has(ended.out, "backup.yaml: document: nothing found")) << ended.out;
  EXPECT_TRUE(has(ended.out, "no-action.yaml:3:5: error: ")) << ended.out;
}

/// Holds a data folder as another process would.
class Holder {
 public:
  explicit Holder(const std::string& data)
      : lock_(open((data + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
    EXPECT_EQ(flock(lock_, LOCK_EX | LOCK_NB), 0);
  }
  ~Holder() { close(lock_); }
  Holder(const Holder&) = delete;
  Holder& operator=(const Holder&) = delete;

 private:
  int lock_;
};

/// A demo night, played once; each test has a copy of its own.
class AfterTheDemo : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    folder_ = std::make_unique<TempFolder>();
    played_ = hikae(folder_->file("night"), {"demo"});
    ASSERT_EQ(played_.ended.exit_code, 0) << played_.ended.err;
  }
  static void TearDownTestSuite() { folder_.reset(); }
  void SetUp() override {
    std::filesystem::copy(folder_->file("night"), data(), std::filesystem::copy_options::recursive);
  }
  [[nodiscard]] std::string data() const { return own_.file("night"); }
  /// The servers that were to be backed up.
  static Array servers() {
    Array servers;
    for (const auto& server : list_at(played_.json, "Instances"))
      if (!text_at(server, "RunId").empty()) servers.push_back(server);
    return servers;
  }
  Ended plain(std::vector<std::string> words) const {
    words.insert(words.end(), {"--data", data()});
    return plainly(words);
  }

 private:
  TempFolder own_;
  inline static std::unique_ptr<TempFolder> folder_;
  inline static Answer played_;
};

TEST_F(AfterTheDemo, EveryRunOfTheNightIsListedAndShown) {
  const auto runs = hikae(data(), {"runs", "--limit", "1000"}).ended.out;
  ASSERT_FALSE(servers().empty());
  for (const auto& server : servers()) {
    const auto run = str(text_at(server, "RunId"));
    EXPECT_TRUE(has(runs, run)) << text_at(server, "Name");
    const auto shown = hikae(data(), {"show", run.substr(0, 8)});
    const auto* execution = find(shown.json, "AutomationExecution");
    ASSERT_NE(execution, nullptr) << shown.ended.out << shown.ended.err;
    EXPECT_EQ(text_at(*execution, "AutomationExecutionId"), run);
    EXPECT_EQ(text_at(*execution, "AutomationExecutionStatus"), text_at(server, "Outcome"));
  }
}

TEST_F(AfterTheDemo, EveryImageOfTheNightIsAmongTheBackups) {
  const auto backups = hikae(data(), {"backups"}).ended.out;
  for (const auto& server : servers()) {
    if (text_at(server, "ImageState") != "available") continue;
    EXPECT_TRUE(has(backups, str(text_at(server, "ImageId")))) << text_at(server, "Name");
  }
}

TEST_F(AfterTheDemo, BackupsOfOneInstanceAreOnlyItsOwn) {
  const auto id = str(text_at(servers().front(), "InstanceId"));
  const auto ended = plain({"backups", "--instance", id});
  EXPECT_TRUE(has(ended.out, id)) << ended.out;
  EXPECT_FALSE(has(ended.out, str(text_at(servers().back(), "InstanceId")))) << ended.out;
}

TEST_F(AfterTheDemo, TheLedgerHasARowForEveryTargetOfTheNight) {
  const auto ledger = hikae(data(), {"ledger", "--limit", "1000"});
  for (const auto& server : servers()) {
    const auto& rows = list_at(ledger.json, "Instants");
    const auto found = std::find_if(rows.begin(), rows.end(), [&](const Value& row) {
      return text_at(row, "Target") == text_at(server, "InstanceId") &&
             text_at(row, "RunId") == text_at(server, "RunId");
    });
    ASSERT_NE(found, rows.end()) << text_at(server, "Name");
    EXPECT_EQ(text_at(*found, "Outcome"), text_at(server, "Outcome")) << text_at(server, "Name");
    EXPECT_EQ(text_at(*found, "Instant"), "2026-05-01T18:30:00Z");
  }
  EXPECT_TRUE(has(plain({"ledger"}).out, "INSTANT")) << plain({"ledger"}).out;
}

TEST_F(AfterTheDemo, NextNamesTheNextNight) {
  const auto next = hikae(data(), {"next", "--count", "20"});
  EXPECT_EQ(next.ended.exit_code, 0);
  EXPECT_TRUE(has(next.ended.out, "2026-05-02T18:30:00Z")) << next.ended.out;
  EXPECT_TRUE(has(next.ended.out, "hikae-demo-nightly")) << next.ended.out;
}

TEST_F(AfterTheDemo, FailedRunsCanBeAskedFor) {
  const auto failed = hikae(data(), {"runs", "--status", "Failed"});
  EXPECT_FALSE(list_at(failed.json, "Runs").empty()) << failed.ended.out;
  for (const auto& run : list_at(failed.json, "Runs"))
    EXPECT_EQ(text_at(run, "AutomationExecutionStatus"), "Failed");
}

TEST_F(AfterTheDemo, AnotherDemoInTheSameFolderIsRefused) {
  const auto ended = plain({"demo"});
  EXPECT_EQ(ended.exit_code, kFailed);
  EXPECT_TRUE(has(ended.err, "has servers already")) << ended.err;
}

TEST_F(AfterTheDemo, AnUnknownRunIsNotShown) {
  const auto ended = plain({"show", "00000000-not-a-run"});
  EXPECT_EQ(ended.exit_code, kFailed);
  EXPECT_TRUE(has(ended.err, "00000000-not-a-run")) << ended.err;
}

TEST_F(AfterTheDemo, PruneOfAForeignInstanceIsRefused) {
  const auto ended = plain({"prune", "--dry-run", "i-0fffffffffffffff0"});
  EXPECT_EQ(ended.exit_code, kFailed);
  EXPECT_TRUE(has(ended.err, "no plan backs up i-0fffffffffffffff0")) << ended.err;
}

TEST_F(AfterTheDemo, PruneHasNothingLeftToDelete) {
  const auto pruned = hikae(data(), {"prune", "--dry-run"});
  EXPECT_EQ(pruned.ended.exit_code, 0) << pruned.ended.out;
  EXPECT_EQ(list_at(pruned.json, "Reports").size(), servers().size());
}

TEST_F(AfterTheDemo, ASecondProcessIsRefusedWhileAnotherHasTheFolder) {
  const Holder holder(data());
  for (const auto* command : {"runs", "backups", "next", "prune", "up"}) {
    const auto ended = plain({command});
    EXPECT_EQ(ended.exit_code, kFailed) << command;
    EXPECT_TRUE(has(ended.err, "the data folder " + data() + " is in use by ")) << ended.err;
    EXPECT_TRUE(has(ended.err, "--data")) << ended.err;
  }
}

TEST_F(AfterTheDemo, JsonIsOneDocumentWithARecordAtItsRootAlsoForErrors) {
  const auto run = str(text_at(servers().front(), "RunId"));
  const auto instance = str(text_at(servers().front(), "InstanceId"));
  const std::vector<std::vector<std::string>> kAll{
      {"runs"},
      {"show", run},
      {"show", "nothing"},
      {"backups"},
      {"ledger"},
      {"ledger", "--dead"},
      {"next"},
      {"next", "--schedule", "rate(1 day)"},
      {"next", "--schedule", "rate(1 days"},
      {"prune", "--dry-run"},
      {"cancel", run},
      {"hold", instance},
      {"hold", instance, "--off"},
      {"window", "disable", "hikae-demo-nightly"},
      {"window", "enable", "no-such-window"},
      {"backup", instance},
      {"run", "no-such-document"},
      {"demo"},
      {"check", HIKAE_SOURCE_DIR "/runbooks/start.yaml"},
      {"apply", HIKAE_TEST_DATA "/bad-inputs/configurations/region.yaml"}};
  for (const auto& words : kAll) {
    const auto answer = hikae(data(), words);
    EXPECT_TRUE(answer.json.is_object()) << words.front() << " " << answer.ended.out;
    EXPECT_EQ(answer.ended.err, "") << words.front();
    const bool is_error = find(answer.json, "Error") != nullptr;
    EXPECT_TRUE(!is_error || answer.ended.exit_code == kFailed) << words.front();
  }
}

TEST_F(AfterTheDemo, TextIsWithoutEscapesWhereNoTerminalIs) {
  const auto run = str(text_at(servers().front(), "RunId"));
  const TempFolder another;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"runs"}, {"show", run}, {"backups"}, {"next"}, {"show", "nothing"}}) {
    const auto ended = plain(words);
    EXPECT_FALSE(has(ended.out + ended.err, "\x1b")) << words.front();
    EXPECT_FALSE(has(ended.out + ended.err, "\r")) << words.front();
  }
  const auto night = plainly({"demo", "--data", another.file("night")});
  EXPECT_FALSE(has(night.out + night.err, "\x1b"));
  EXPECT_FALSE(has(night.out + night.err, "\r"));
}

TEST_F(AfterTheDemo, LookingLeavesTheDatabasesAsTheyAre) {
  const auto before = read_text(data() + "/hikae.db") + read_text(data() + "/sandbox.db");
  const auto run = str(text_at(servers().front(), "RunId"));
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"runs"}, {"show", run}, {"next"}, {"show", "nothing"}})
    (void)plain(words);
  const auto after = read_text(data() + "/hikae.db") + read_text(data() + "/sandbox.db");
  EXPECT_TRUE(after == before);
}

TEST(CommandLine, AVirtualNightThatIsKilledGoesOnInVirtualTime) {
  const TempFolder folder;
  const auto data = folder.file("night");
  {
    Child demo({program(), "demo", "--data", data, "--instances", "2000"});
    ASSERT_TRUE(demo.says("virtual time", std::chrono::seconds(30))) << demo.out();
  }
  (void)hikae(data, {"runs", "--limit", "1"});
  const auto log = read_text(data + "/hikae.log");
  EXPECT_TRUE(has(log, "{\"time\":\"2026-05-01T")) << log;
}

}  // namespace
}  // namespace hikae::tests
