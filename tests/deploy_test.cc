// hikae's own stack in an account: one hikae serves as AWS, the commands deploy to it.
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <map>

#include "base/time.h"
#include "cli/deploy_diff.h"
#include "mail_reader.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr std::string_view kDeployFleet = R"(
instances:
  - {id: i-00000000000000d01, name: shop, tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'true'}}
  - {id: i-00000000000000d02, name: desk, tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'false'}}
)";

std::string deploy_config(int keep) {
  return "region: ap-northeast-1\nnotify: [ops@example.com]\nplans:\n"
         "  - {name: nightly, at: '03:30', zone: Asia/Tokyo, keep: " +
         std::to_string(keep) + "}\n";
}

/// A zip with one file "bootstrap" that does nothing: what is uploaded is not run here.
std::string idle_function(const std::string& says) {
  const auto le = [](std::size_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) out += static_cast<char>(value >> (8 * i) & 0xFF);
    return out;
  };
  const std::string name = "bootstrap", body = "#!/usr/bin/false\n# " + says + "\n";
  std::uint32_t crc = 0xFFFFFFFFU;
  for (const unsigned char c : body) {
    crc ^= c;
    for (int bit = 0; bit < 8; ++bit) crc = crc >> 1 ^ (crc & 1 ? 0xEDB88320U : 0U);
  }
  const auto sizes = le(~crc & 0xFFFFFFFFU, 4) + le(body.size(), 4) + le(body.size(), 4);
  const auto local =
      "PK\x03\x04" + le(20, 2) + le(0, 8) + sizes + le(name.size(), 2) + le(0, 2) + name + body;
  const auto entry = "PK\x01\x02" + le(0x31E, 2) + le(20, 2) + le(0, 8) + sizes +
                     le(name.size(), 2) + le(0, 2) + le(0, 2) + le(0, 2) + le(0, 2) +
                     le(0x81ED0000U, 4) + le(0, 4) + name;
  return local + entry + "PK\x05\x06" + le(0, 4) + le(1, 2) + le(1, 2) + le(entry.size(), 4) +
         le(local.size(), 4) + le(0, 2);
}

/// A hikae that stands in for AWS, and a folder with what is to be deployed.
class Deploys : public ::testing::Test {
 protected:
  void SetUp() override {
    put_fleet(aws_folder_.path(), fleet(), cli::ClockKind::Real);
    prepare_aws();
    std::filesystem::create_directories(folder_.file("functions"));
    for (const auto* name : {"retention", "agent-check", "report"})
      folder_.write(std::string("functions/hikae-") + name + ".zip", idle_function(name));
    config_ = folder_.write("hikae.yaml", deploy_config(2));
    aws_ = std::make_unique<ServingHikae>(aws_folder_.path());
    ASSERT_TRUE(aws_->serves()) << aws_->why();
  }

  virtual void prepare_aws() {}
  [[nodiscard]] virtual std::string_view fleet() const { return kDeployFleet; }

  Answer run(std::vector<std::string> words) {
    words.insert(words.begin(), program());
    words.push_back("--json");
    auto argv = aws_->as_client(std::move(words));
    argv.insert(argv.begin() + 1, "AWS_ENDPOINT_URL=" + aws_->url());
    Answer answer{run_process(argv, std::chrono::seconds(180)), nullptr};
    if (auto json = text::parse_json(answer.ended.out)) answer.json = std::move(*json);
    return answer;
  }
  /// synth, diff or deploy, by the configuration.
  Answer of_config(const std::string& command, std::vector<std::string> more = {}) {
    std::vector<std::string> words{command, config_, "--functions", folder_.file("functions")};
    words.insert(words.end(), more.begin(), more.end());
    return run(std::move(words));
  }
  static std::string said(const Answer& answer) { return answer.ended.out + answer.ended.err; }
  /// What a client of AWS's own sees.
  Value aws_says(std::vector<std::string> words) {
    words.insert(words.begin(),
                 {"/usr/bin/aws", "--endpoint-url", aws_->url(), "--output", "json"});
    const auto ended = run_process(aws_->as_client(std::move(words)), std::chrono::seconds(60));
    auto json = text::parse_json(ended.out);
    EXPECT_TRUE(json.has_value()) << ended.out << ended.err;
    return json ? std::move(*json) : Value();
  }

  TempFolder aws_folder_, folder_;
  std::string config_;
  std::unique_ptr<ServingHikae> aws_;
};

TEST_F(Deploys, WhatIsDeployedIsCleanAndWhatChangesIsShownThenDone) {
  EXPECT_EQ(of_config("diff").ended.exit_code, 2);
  const auto first = of_config("deploy");
  ASSERT_EQ(first.ended.exit_code, 0) << said(first);
  EXPECT_EQ(text_at(object_at(first.json, "Stack"), "StackStatus"), "CREATE_COMPLETE");
  const auto clean = of_config("diff");
  EXPECT_EQ(clean.ended.exit_code, 0) << said(clean);
  const auto again = of_config("deploy");
  EXPECT_EQ(again.ended.exit_code, 0) << said(again);
  EXPECT_EQ(text_at(again.json, "ChangeSetId"), "") << said(again);

  folder_.write("hikae.yaml", deploy_config(3));
  const auto changed = of_config("diff");
  EXPECT_EQ(changed.ended.exit_code, 2);
  EXPECT_NE(changed.ended.out.find("KeepLast"), std::string::npos) << said(changed);
  EXPECT_EQ(list_at(changed.json, "Differences").size(), 2U) << said(changed);  // two tasks
  const auto kept = of_config("deploy", {"--no-execute"});
  EXPECT_EQ(kept.ended.exit_code, 0) << said(kept);
  EXPECT_EQ(of_config("diff").ended.exit_code, 2);
  const auto second = of_config("deploy");
  ASSERT_EQ(second.ended.exit_code, 0) << said(second);
  EXPECT_EQ(of_config("diff").ended.exit_code, 0);

  folder_.write("functions/hikae-report.zip", idle_function("another"));
  const auto code = of_config("diff");
  EXPECT_EQ(code.ended.exit_code, 2);
  EXPECT_NE(code.ended.out.find("Code.S3Key"), std::string::npos) << said(code);
}

TEST_F(Deploys, ABackupByHandTakesTheStacksOwnPathAndDestroyLeavesOnlyTheImages) {
  ASSERT_EQ(of_config("deploy").ended.exit_code, 0);
  const auto other = of_config("deploy", {"--stack", "other"});
  ASSERT_EQ(other.ended.exit_code, 0) << said(other);
  const auto backed = run({"backup", "i-00000000000000d02", "--stack", "hikae"});
  const auto& runs = list_at(backed.json, "AutomationExecutions");
  ASSERT_EQ(runs.size(), 1U) << said(backed);
  const auto id = str(text_at(runs[0], "AutomationExecutionId"));
  const auto listed = run({"runs", "--stack", "hikae"});
  ASSERT_GE(list_at(listed.json, "Runs").size(), 1U) << said(listed);
  EXPECT_EQ(list_at(run({"runs", "--stack", "other"}).json, "Runs").size(), 0U);
  const auto shown = run({"show", id.substr(0, 8), "--stack", "hikae"});
  EXPECT_EQ(text_at(object_at(shown.json, "AutomationExecution"), "AutomationExecutionId"), id)
      << said(shown);
  const auto images = run({"backups", "--stack", "hikae"});
  EXPECT_EQ(list_at(images.json, "Backups").size(), 1U) << said(images);
  EXPECT_EQ(list_at(run({"backups", "--stack", "other"}).json, "Backups").size(), 0U);

  for (const auto* name : {"hikae", "other"}) {
    const auto asked = run({"destroy", "--stack", name});
    EXPECT_EQ(asked.ended.exit_code, 1) << said(asked);
    const auto gone = run({"destroy", config_, "--stack", name, "--yes"});
    EXPECT_EQ(gone.ended.exit_code, 0) << said(gone);
  }
  EXPECT_TRUE(list_at(aws_says({"cloudformation", "describe-stacks"}), "Stacks").empty());
  EXPECT_TRUE(list_at(aws_says({"lambda", "list-functions"}), "Functions").empty());
  EXPECT_TRUE(list_at(aws_says({"sns", "list-topics"}), "Topics").empty());
  EXPECT_TRUE(list_at(aws_says({"events", "list-rules"}), "Rules").empty());
  EXPECT_TRUE(
      list_at(aws_says({"ssm", "describe-maintenance-windows"}), "WindowIdentities").empty());
  EXPECT_TRUE(list_at(aws_says({"s3api", "list-buckets"}), "Buckets").empty());
  EXPECT_EQ(list_at(aws_says({"ec2", "describe-images", "--owners", "self"}), "Images").size(), 1U);
  const auto nothing = run({"destroy", config_, "--yes"});
  EXPECT_EQ(nothing.ended.exit_code, 0) << said(nothing);
}

TEST_F(Deploys, AStackOfSomebodyElseIsLeftAlone) {
  const auto theirs = folder_.write(
      "theirs.json", R"({"Resources": {"T": {"Type": "AWS::SNS::Topic", "Properties": {}}}})");
  const auto made = run_process(aws_->as_client({"/usr/bin/aws", "--endpoint-url", aws_->url(),
                                                 "cloudformation", "create-stack", "--stack-name",
                                                 "hikae", "--template-body", "file://" + theirs}));
  ASSERT_EQ(made.exit_code, 0) << made.err;
  for (const auto& words : std::vector<std::vector<std::string>>{
           {"deploy", config_, "--functions", folder_.file("functions")},
           {"destroy", config_, "--yes"}}) {
    const auto refused = run(words);
    EXPECT_EQ(refused.ended.exit_code, 1);
    EXPECT_NE(said(refused).find("was not made by hikae"), std::string::npos) << said(refused);
  }
  EXPECT_EQ(list_at(aws_says({"sns", "list-topics"}), "Topics").size(), 1U);
}

TEST_F(Deploys, ACreationThatFailsNamesTheFirstFailureAndTheNextOneStartsAnew) {
  auto refused_address = deploy_config(2);
  refused_address.replace(refused_address.find("ops@"), 4, "ops(night)@");
  folder_.write("hikae.yaml", refused_address);
  const auto failed = of_config("deploy");
  EXPECT_EQ(failed.ended.exit_code, 1) << said(failed);
  EXPECT_EQ(text_at(object_at(failed.json, "FirstFailure"), "LogicalResourceId"), "Subscription1")
      << said(failed);
  folder_.write("hikae.yaml", deploy_config(2));
  const auto mended = of_config("deploy");
  EXPECT_EQ(mended.ended.exit_code, 0) << said(mended);
}

/// Three generations of the second server.
constexpr std::string_view kOldImages = R"(
instances:
  - id: i-00000000000000d02
    name: desk
    tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'false'}
    images:
      - name: 'hikae/{instance}/old-{n}'
        age: 1d
        every: 1d
        count: 3
        tags: {Name: '{name}', AutoBackup: 'true', 'hikae:source-instance': '{instance}', 'hikae:run': 'old-{n}', 'hikae:plan': nightly}
  - {id: i-00000000000000d01, name: shop, tags: {BackupGroup: ssm-backup-group, BackupEC2StopStart: 'true'}}
)";

/// That AWS lets nobody do what no policy allows.
constexpr std::string_view kEnforcing = R"(
iam: enforce
stack: own
notify: [aws@example.com]
plans:
  - {name: none, at: '03:30', zone: UTC, keep: 2, targets: {tag: {Nobody: nothing}}, agent_check_minutes: false}
)";

/// The functions as they are built, run by the hikae that stands in for AWS.
class DeployedNight : public Deploys {
 protected:
  void SetUp() override {
    const auto built = std::string(HIKAE_BINARY_DIR) + "/functions";
    if (!std::filesystem::exists(built + "/hikae-report.zip"))
      GTEST_SKIP() << "the functions are not built (ninja function_zips)";
    Deploys::SetUp();
    for (const auto* name : {"retention", "agent-check", "report"}) {
      const auto file = std::string("/hikae-") + name + ".zip";
      std::filesystem::copy_file(built + file, folder_.file("functions") + file,
                                 std::filesystem::copy_options::overwrite_existing);
    }
    const auto deployed = of_config("deploy");
    ASSERT_EQ(deployed.ended.exit_code, 0) << said(deployed);
    const auto parts =
        aws_says({"cloudformation", "list-stack-resources", "--stack-name", "hikae"});
    for (const auto& one : list_at(parts, "StackResourceSummaries"))
      physical_[str(text_at(one, "LogicalResourceId"))] = text_at(one, "PhysicalResourceId");
  }

  std::string_view fleet() const override { return kOldImages; }
  void prepare_aws() override {
    const auto applied =
        hikae(aws_folder_.path(), {"apply", folder_.write("own.yaml", std::string(kEnforcing))});
    EXPECT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
  }
  /// The window opens at once.
  void open_window(const std::string& id) {
    const auto soon = iso(wall_ms(std::chrono::duration_cast<std::chrono::milliseconds>(
                                      std::chrono::system_clock::now().time_since_epoch())
                                      .count()) +
                          seconds(4));
    aws_says({"ssm", "update-maintenance-window", "--window-id", physical_[id], "--schedule",
              "at(" + soon.substr(0, 19) + ")", "--schedule-timezone", "UTC"});
  }
  /// Mails with all those words, as soon as there is one.
  std::vector<ReadMail> mails_with(const std::vector<std::string>& words) {
    std::vector<ReadMail> found;
    for (int tries = 0; tries < 60 && found.empty(); ++tries) {
      found = mails_that_say(read_mails(aws_folder_.file("mail")), "ops@example.com", words);
      // A client's own life is a pause.
      if (found.empty()) aws_says({"sts", "get-caller-identity"});
    }
    return found;
  }
  std::size_t good_runs() {
    const auto runs = run({"runs", "--stack", "hikae", "--status", "Success"});
    return list_at(runs.json, "Runs").size();
  }

  std::map<std::string, std::string> physical_;
};

TEST_F(DeployedNight, MakesImagesByTheStacksOwnWindowAndPrunesByTheFunctionOfCpp) {
  open_window("WindowNightly");
  const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(120);
  while (good_runs() < 2 && std::chrono::steady_clock::now() < deadline) continue;
  EXPECT_EQ(good_runs(), 2U) << said(run({"runs", "--stack", "hikae"}));
  const auto images = run({"backups", "--stack", "hikae"});
  EXPECT_EQ(list_at(images.json, "Backups").size(), 2U) << said(images);
  // Of the second server the new one and one of three older: keep is 2.
  const auto all = aws_says({"ec2", "describe-images", "--owners", "self"});
  EXPECT_EQ(list_at(all, "Images").size(), 3U) << text::to_pretty_json(all);
}

TEST_F(DeployedNight, TellsAFailedRunAndADisabledWindowInPlainWords) {
  const auto failed = run({"run", "BackupDocument", "--param", "InstanceId=i-00000000000000d02",
                           "--param", "BeforeFunction=not-there", "--stack", "hikae"});
  EXPECT_EQ(failed.ended.exit_code, 1) << said(failed);
  EXPECT_FALSE(mails_with({"i-00000000000000d02", "RunBeforeFunction", "running"}).empty())
      << shown(read_mails(aws_folder_.file("mail")));
  aws_says({"ssm", "update-maintenance-window", "--window-id", physical_["WindowNightly"],
            "--no-enabled"});
  open_window("ReportWindowNightly");
  EXPECT_FALSE(mails_with({"hikae-nightly", "DISABLED", "i-00000000000000d01"}).empty())
      << shown(read_mails(aws_folder_.file("mail")));
}

TEST(Synth, WritesATemplateThatAwssOwnValidatorPassesWithoutAWord) {
  const auto folder_of_validator = std::string(HIKAE_SOURCE_DIR) + "/tests/clients/cfn";
  if (!std::filesystem::exists(folder_of_validator + "/node_modules"))
    GTEST_SKIP() << "tests/clients/cfn/node_modules is absent: ./test installs it with npm";
  TempFolder folder;
  std::filesystem::create_directories(folder.file("functions"));
  for (const auto* name : {"retention", "agent-check", "report"})
    folder.write(std::string("functions/hikae-") + name + ".zip", idle_function(name));
  const auto config = folder.write(
      "hikae.yaml",
      deploy_config(2) +
          "  - {name: db, at: '04:00', zone: America/New_York, keep: {daily: 7}, "
          "notify: [dba@example.com], targets: {tag: {Role: [db, cache]}}}\n"
          "  - {name: one, schedule: rate(1 day), instances: [i-00000000000000d01]}\n");
  const auto made = run_process({program(), "synth", config, "--functions",
                                 folder.file("functions"), "--out", folder.file("out")});
  ASSERT_EQ(made.exit_code, 0) << made.out << made.err;
  const auto judged = run_process({"/usr/bin/env", "node", folder_of_validator + "/validate.mjs",
                                   folder.file("out/template.json")});
  EXPECT_EQ(judged.exit_code, 0) << judged.out << judged.err;
}

TEST(DeployDiff, PutsParametersInAndNamesEachPropertyThatDiffers) {
  const auto old_template = yaml(R"(
Resources:
  Gone: {Type: 'AWS::SNS::Topic'}
  Code: {Type: 'AWS::Lambda::Function', Properties: {Code: {S3Key: {Ref: Key}}, Timeout: 3}}
  Same: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: a}}
)");
  const auto new_template = yaml(R"(
Resources:
  Code: {Type: 'AWS::Lambda::Function', Properties: {Code: {S3Key: {Ref: Key}}, MemorySize: 128}}
  Same: {Type: 'AWS::SNS::Topic', Properties: {DisplayName: a}}
  New: {Type: 'AWS::SNS::Topic'}
)");
  const auto key = [](const char* value) {
    return Array{Object{{"ParameterKey", "Key"}, {"ParameterValue", value}}};
  };
  const auto found = cli::differences(old_template, key("old.zip"), new_template, key("new.zip"));
  ASSERT_EQ(found.size(), 3U);
  EXPECT_EQ(found[0].id, "Code");
  ASSERT_EQ(found[0].properties.size(), 3U);
  EXPECT_EQ(found[0].properties[0].path, "Code.S3Key");
  EXPECT_EQ(found[0].properties[0].before, "\"old.zip\"");
  EXPECT_EQ(found[0].properties[0].after, "\"new.zip\"");
  EXPECT_EQ(found[0].properties[1].path, "MemorySize");
  EXPECT_EQ(found[0].properties[1].before, "");
  EXPECT_EQ(found[0].properties[2].path, "Timeout");
  EXPECT_EQ(found[0].properties[2].after, "");
  EXPECT_EQ(found[1].id, "New");
  EXPECT_EQ(found[2].kind, cli::ResourceDifference::Kind::Remove);
  EXPECT_TRUE(cli::differences(new_template, key("a"), new_template, key("a")).empty());
}

TEST(StackOption, IsNotAboutADataFolder) {
  TempFolder folder;
  const auto refused = run_process(
      {program(), "runs", "--stack", "hikae", "--data", folder.path(), "--region", "eu-west-1"});
  EXPECT_EQ(refused.exit_code, 1);
  EXPECT_NE(refused.err.find("leave them away"), std::string::npos) << refused.err;
}

TEST(Synth, SaysWhereItLookedForTheFunctions) {
  TempFolder folder;
  const auto config = folder.write("hikae.yaml", deploy_config(2));
  const auto made = run_process({program(), "synth", config, "--functions", folder.path()});
  EXPECT_EQ(made.exit_code, 1);
  EXPECT_NE(made.err.find(folder.path()), std::string::npos) << made.err;
}

}  // namespace
}  // namespace hikae::tests
