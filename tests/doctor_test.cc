// `hikae doctor`: one fault at a time is put into an installation that works, and the doctor has to
// name it. And its policy: no call of a real night is missing from it, none is too much.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "cli/plans.h"
#include "cli/run_text.h"
#include "mail_server.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "upkeep/needs.h"
#include "upkeep/policy.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kWeb = "i-00000000000000d01";
constexpr const char* kDb = "i-00000000000000d02";

constexpr std::string_view kMachine = R"(
  - {id: i-00000000000000d01, name: web, profile: 'arn:aws:iam::123456789012:instance-profile/ssm', tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}, images: [{name: 'hikae/{instance}/0a0a0a0a-0000-4000-8000-00000000000{n}', age: 1d, every: 1d, count: 2, tags: {Name: web, AutoBackup: 'true', 'hikae:source-instance': '{instance}', 'hikae:run': '0a0a0a0a-0000-4000-8000-00000000000{n}'}}]}
)";

/// An installation of one plan and one good machine; further machines as given.
class DoctorCommand : public ::testing::Test {
 protected:
  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  void prepare(std::string_view more_machines = "", const std::string& more_config = "") {
    put_fleet(data(), "instances:" + std::string(kMachine) + std::string(more_machines),
              cli::ClockKind::Real);
    const auto config = folder_.write(
        "hikae.yaml", "notify: [ops@example.com]\n" + more_config +
                          "plans:\n  - {name: nightly, at: '03:30', zone: Asia/Tokyo, keep: 2}\n");
    const auto applied = hikae(data(), {"apply", config, "--clock", "real"});
    ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
  }

  Answer doctor(std::vector<std::string> more = {}) {
    more.insert(more.begin(), "doctor");
    return hikae(data(), more);
  }

  /// With one fault rule: calls of that operation are refused.
  Answer doctor_refused(std::string_view operation, std::string_view code) {
    const auto faults =
        folder_.write("faults.yaml", "- {action: error, operation: " + std::string(operation) +
                                         ", code: " + std::string(code) + "}\n");
    return doctor({"--faults", faults});
  }

  TempFolder folder_;
};

/// The check of that name about that subject; null where there is none.
Value check_of(const Answer& answer, std::string_view what, std::string_view subject = "") {
  for (const auto& check : list_at(answer.json, "Checks"))
    if (text_at(check, "Check") == what &&
        (subject.empty() || text_at(check, "Subject") == subject))
      return check;
  return {};
}

void expect_found(const Answer& answer, std::string_view what, std::string_view grade,
                  std::string_view words, std::string_view subject = "") {
  for (const auto& check : list_at(answer.json, "Checks"))
    if (text_at(check, "Check") == what && text_at(check, "Grade") == grade &&
        (subject.empty() || text_at(check, "Subject") == subject) &&
        text_at(check, "Detail").find(words) != std::string_view::npos) {
      EXPECT_NE(text_at(check, "Advice"), "") << what;
      const int expected = grade == "failure" ? 1 : answer.ended.exit_code;
      EXPECT_EQ(answer.ended.exit_code, expected);
      return;
    }
  ADD_FAILURE() << what << " (" << grade << ", \"" << words << "\") was not found in\n"
                << answer.ended.out << answer.ended.err;
}

TEST_F(DoctorCommand, AGoodInstallationBesideARunningHikaeHasNoFindingAndExit0) {
  prepare();
  ServingHikae running(data());
  ASSERT_TRUE(running.serves()) << running.why();
  const auto answer = doctor({"--mail"});
  EXPECT_EQ(answer.ended.exit_code, 0) << answer.ended.out << answer.ended.err;
  EXPECT_TRUE(is_true_at(answer.json, "WillWork"));
  EXPECT_EQ(int_at(answer.json, "Warnings"), 0) << answer.ended.out;
  for (const auto* what : {"agent", "profile", "endpoints", "tags", "ec2:CreateImage",
                           "ec2:DeregisterImage", "ec2:DeleteSnapshot", "ec2:StopInstances"})
    EXPECT_EQ(text_at(check_of(answer, what, kWeb), "Grade"), "good") << what;
  EXPECT_EQ(text_at(check_of(answer, "mail", "ops@example.com"), "Grade"), "good");
}

TEST_F(DoctorCommand, AFolderOfItsOwnIsExaminedTooAndOnATerminalThereIsATable) {
  prepare();
  const auto answer = doctor();
  EXPECT_EQ(answer.ended.exit_code, 0) << answer.ended.out;
  expect_found(answer, "hikae up", "warning", "no hikae runs");
  const auto text = run_process({program(), "doctor", "--data", data()});
  EXPECT_EQ(text.exit_code, 0);
  for (const auto* word : {"INSTANCE", kWeb, "ENDPOINTS", "tonight will work"})
    EXPECT_NE(text.out.find(word), std::string::npos) << word << "\n" << text.out;
}

TEST_F(DoctorCommand, AgentsAndProfilesAreNamed) {
  constexpr std::string_view kTags =
      "tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'false'}}\n";
  prepare("  - {id: i-00000000000000d02, name: lost, agent: lost, " + std::string(kTags) +
          "  - {id: i-00000000000000d03, name: silent, agent: inactive, " + std::string(kTags) +
          "  - {id: i-00000000000000d04, name: none, agent: none, " + std::string(kTags) +
          "  - {id: i-00000000000000d05, name: off, state: stopped, " + std::string(kTags));
  const auto answer = doctor();
  expect_found(answer, "agent", "warning", "lost (", kDb);
  expect_found(answer, "agent", "warning", "inactive (", "i-00000000000000d03");
  expect_found(answer, "agent", "warning", "never registered", "i-00000000000000d04");
  expect_found(answer, "profile", "warning", "no instance profile", "i-00000000000000d04");
  expect_found(answer, "endpoints", "inferred", "inferred from the missing ping", kDb);
  EXPECT_EQ(text_at(check_of(answer, "agent", "i-00000000000000d05"), "Grade"), "inferred");
  EXPECT_EQ(answer.ended.exit_code, 0) << "hikae-backup needs no agent";
}

TEST_F(DoctorCommand, EachFaultOfATagIsNamed) {
  prepare(
      "  - {id: i-00000000000000d02, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '0', "
      "BackupEC2StopStart: 'True'}}\n"
      "  - {id: i-00000000000000d03, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2'}}\n"
      "  - {id: i-00000000000000d04, tags: {backupgroup: ssm-backup-group}}\n"
      "  - {id: i-00000000000000d05, tags: {BackupGroup: ssm_backup_group}}\n");
  const auto answer = doctor();
  expect_found(answer, "tag BackupEC2StopStart", "failure", "is \"True\"", kDb);
  expect_found(answer, "tag EC2BackupGen", "failure", "is \"0\"", kDb);
  expect_found(answer, "tag BackupEC2StopStart", "failure", "there is no", "i-00000000000000d03");
  expect_found(answer, "tag BackupGroup", "warning", "is nearly", "i-00000000000000d04");
  expect_found(answer, "tag BackupGroup", "warning", "is nearly", "i-00000000000000d05");
}

TEST_F(DoctorCommand, EachRefusedCallIsNamed) {
  prepare();
  for (const auto& call : upkeep::needed_calls()) {
    if (call.by != upkeep::NeedBy::Night || call.service == "sts") continue;
    const auto* code = call.service == "ssm" ? "AccessDeniedException" : "UnauthorizedOperation";
    const auto answer = doctor_refused(call.operation, code);
    expect_found(answer, std::string(call.service) + ":" + std::string(call.operation), "failure",
                 code);
  }
}

TEST_F(DoctorCommand, WindowsThatAreOffAndFoldersWithoutAPlanFail) {
  const auto fleet = folder_.write("fleet.yaml", "instances: [{name: one}]");
  ASSERT_EQ(hikae(folder_.file("bare"), {"fleet", fleet}).ended.exit_code, 0);
  const auto bare = hikae(folder_.file("bare"), {"doctor"});
  EXPECT_EQ(bare.ended.exit_code, 1);
  expect_found(bare, "plans", "failure", "no plan is applied");
  prepare();
  const auto window = check_of(doctor(), "window");
  const auto name = std::string(text_at(window, "Subject"));
  EXPECT_EQ(text_at(window, "Grade"), "good");
  ASSERT_EQ(hikae(data(), {"window", "disable", name}).ended.exit_code, 0);
  expect_found(doctor(), "window", "failure", "it is disabled", name);
}

TEST_F(DoctorCommand, AGroupWithoutAMachineFails) {
  const auto config = folder_.write(
      "hikae.yaml",
      "notify: [ops@example.com]\nplans:\n  - {name: nightly, at: '03:30', keep: 2}\n");
  ASSERT_EQ(hikae(data(), {"apply", config, "--clock", "real"}).ended.exit_code, 0);
  expect_found(doctor(), "group", "failure", "no instance fits this plan");
}

TEST_F(DoctorCommand, SomebodyElsesBackupOfTheSameMachineIsNamed) {
  prepare(
      "  - {id: i-00000000000000d02, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', "
      "BackupEC2StopStart: 'false'}, images: [{name: 'db-{stamp}', age: 20h, tags: {Name: db, "
      "AutoBackup: 'true'}}]}\n");
  expect_found(doctor(), "backed up twice", "warning", "by somebody else", kDb);
}

TEST_F(DoctorCommand, AnEncryptedDiskIsNamedAsInferred) {
  prepare(
      "  - {id: i-00000000000000d02, tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', "
      "BackupEC2StopStart: 'false'}, volumes: [{device: /dev/xvda, size: 8, encrypted: true}]}\n");
  expect_found(doctor(), "disks", "inferred", "inferred", kDb);
}

TEST_F(DoctorCommand, AMailServerThatIsNotThereFailsTheTestMail) {
  prepare("", "smtp: {host: 127.0.0.1, port: 1, tls: off, from: hikae@example.com}\n");
  expect_found(doctor({"--mail"}), "mail", "failure", "not taken", "ops@example.com");
  EXPECT_EQ(doctor().ended.exit_code, 0) << "without --mail nobody asks the server";
}

// The machines are another hikae's, and the key may only read there.
TEST(DoctorOnAws, AReadOnlyKeyIsRefusedEachCallThatChangesSomething) {
  TempFolder machines, control;
  put_fleet(machines.path(), "instances:" + std::string(kMachine), cli::ClockKind::Real);
  const auto made = hikae(machines.path(), {"key", "create", "looker", "--role", "read-only",
                                            "--profile", "looker", "--clock-free"});
  EXPECT_EQ(made.ended.exit_code, 64);
  const auto key = hikae(machines.path(), {"key", "create", "looker", "--profile", "looker"});
  ASSERT_EQ(key.ended.exit_code, 0) << key.ended.out << key.ended.err;
  ServingHikae aws(machines.path());
  ASSERT_TRUE(aws.serves()) << aws.why();
  const auto config = control.write(
      "hikae.yaml",
      "cloud: aws\naws: {endpoint_url: '" + aws.url() +
          "', profile: looker}\nregion: ap-northeast-1\nnotify: [ops@example.com]\nplans:\n"
          "  - {name: nightly, at: '03:30', zone: Asia/Tokyo, keep: 2}\n");
  const auto as_looker = [&](std::vector<std::string> words) {
    std::vector<std::string> argv{
        "/usr/bin/env",
        "AWS_SHARED_CREDENTIALS_FILE=" + std::string(text_at(key.json, "CredentialsFile")),
        "AWS_CONFIG_FILE=" + std::string(text_at(key.json, "ConfigFile")),
        "AWS_EC2_METADATA_DISABLED=true", program()};
    argv.insert(argv.end(), words.begin(), words.end());
    argv.insert(argv.end(), {"--data", control.file("data"), "--json"});
    Answer answer{run_process(argv, std::chrono::seconds(120)), {}};
    if (auto value = text::parse_json(answer.ended.out)) answer.json = *std::move(value);
    return answer;
  };
  ASSERT_EQ(as_looker({"apply", config, "--clock", "real"}).ended.exit_code, 0);
  const auto answer = as_looker({"doctor"});
  for (const auto& call : upkeep::needed_calls())
    if (call.effect == upkeep::NeedEffect::Changes)
      expect_found(answer, "ec2:" + std::string(call.operation), "failure", "read-only", kWeb);
  EXPECT_EQ(text_at(check_of(answer, "ec2:DescribeInstances"), "Grade"), "good");
}

// What hikae takes for AWS has a window of its own over the same group, as the article's stack has.
TEST(DoctorOnAws, AWindowOfTheAccountOverTheSameMachinesIsNamed) {
  TempFolder machines, control;
  put_fleet(machines.path(), "instances:" + std::string(kMachine), cli::ClockKind::Real);
  const std::string plan =
      "region: ap-northeast-1\nnotify: [ops@example.com]\nplans:\n"
      "  - {name: NAME, at: '03:30', zone: Asia/Tokyo, keep: 2}\n";
  const auto named = [&](const std::string& name) {
    auto text = plan;
    return text.replace(text.find("NAME"), 4, name);
  };
  const auto articles = machines.write("hikae.yaml", named("articles"));
  ASSERT_EQ(hikae(machines.path(), {"apply", articles, "--clock", "real"}).ended.exit_code, 0);
  ServingHikae aws(machines.path());
  ASSERT_TRUE(aws.serves()) << aws.why();
  const auto config = control.write("hikae.yaml", "cloud: aws\naws: {endpoint_url: '" + aws.url() +
                                                      "', profile: hikae}\n" + named("mine"));
  const auto as_control = [&](std::vector<std::string> words) {
    words.insert(words.begin(), program());
    words.insert(words.end(), {"--data", control.file("data"), "--json"});
    Answer answer{run_process(aws.as_client(std::move(words)), std::chrono::seconds(120)), {}};
    if (auto value = text::parse_json(answer.ended.out)) answer.json = *std::move(value);
    return answer;
  };
  ASSERT_EQ(as_control({"apply", config, "--clock", "real"}).ended.exit_code, 0);
  const auto answer = as_control({"doctor"});
  EXPECT_EQ(answer.ended.exit_code, 0) << answer.ended.out << answer.ended.err;
  expect_found(answer, "backed up twice", "warning", "hikae-articles of the account runs",
               "hikae-mine");
  EXPECT_EQ(text_at(check_of(answer, "ec2:CreateImage", kWeb), "Grade"), "good");
}

std::set<std::string> actions_of(const Value& policy) {
  std::set<std::string> actions;
  for (const auto& statement : list_at(policy, "Statement")) {
    if (const auto one = text_at(statement, "Action"); !one.empty()) actions.insert(str(one));
    for (const auto& one : list_at(statement, "Action")) actions.insert(str(text_of(one)));
  }
  return actions;
}

/// What in `cloud: aws` goes to the account (house/house.cc).
bool goes_to_the_account(const aws::Request& request) {
  if (request.service == "ec2" || request.service == "sts") return true;
  return request.service == "ssm" && (request.operation == "DescribeInstanceInformation" ||
                                      request.operation.find("Command") != std::string::npos);
}

TEST(DoctorPolicy, HasEveryCallOfANightAndNoOther) {
  TempFolder folder;
  put_fleet(folder.path(),
            "instances:" + std::string(kMachine) +
                "  - {id: i-00000000000000d02, name: db, tags: {BackupGroup: ssm-backup-group, "
                "EC2BackupGen: '1', BackupEC2StopStart: 'false'}}\n",
            cli::ClockKind::Virtual);
  const auto config = folder.write("hikae.yaml",
                                   "notify: [ops@example.com]\nplans:\n  - {name: nightly, at: "
                                   "'03:30', zone: Asia/Tokyo, keep: 2}\n");
  ASSERT_EQ(hikae(folder.path(), {"apply", config, "--clock", "virtual"}).ended.exit_code, 0);
  const auto policy = hikae(folder.path(), {"doctor", "--policy", "--config", config});
  ASSERT_EQ(policy.ended.exit_code, 0) << policy.ended.err;
  const auto granted = actions_of(policy.json);

  std::set<std::string> called;
  {
    const auto session = open_house(folder.path(), cli::ClockKind::AsFolder);
    session->house().observe([&](const aws::Request& request) {
      if (goes_to_the_account(request)) called.insert(request.service + ":" + request.operation);
    });
    // Two nights: the agent check, a stop, an image, a start, and a deletion.
    let_pass(*session, hours(48));
    ask(*session, "sts", "GetCallerIdentity", {});  // the start of a session in that mode
  }
  for (const auto& call : called) EXPECT_TRUE(granted.contains(call)) << call << " is not granted";
  std::set<std::string> needed;
  for (const auto& call : upkeep::needed_calls())
    if (call.by == upkeep::NeedBy::Night)
      needed.insert(std::string(call.service) + ":" + std::string(call.operation));
  EXPECT_EQ(called, needed) << "the table of calls is neither short of one nor has one too many";

  auto rest = granted;
  for (const auto& call : upkeep::needed_calls())
    rest.erase(std::string(upkeep::policy_prefix(call.service)) + ":" +
               std::string(call.operation));
  for (const auto action : upkeep::actions_of_encrypted_disks()) rest.erase(std::string(action));
  EXPECT_TRUE(rest.empty()) << *rest.begin() << " is granted, and nothing calls it";
}

TEST(Keys, AreMadeListedUsedAndDeleted) {
  TempFolder folder;
  const auto made = hikae(folder.path(), {"key", "create", "ci", "--role", "operator"});
  ASSERT_EQ(made.ended.exit_code, 0) << made.ended.out << made.ended.err;
  const auto id = std::string(text_at(made.json, "AccessKeyId"));
  EXPECT_EQ(text_at(made.json, "SecretAccessKey").size(), 40U);
  const auto listed = hikae(folder.path(), {"key", "list"});
  ASSERT_EQ(list_at(listed.json, "Keys").size(), 1U);
  EXPECT_EQ(text_at(list_at(listed.json, "Keys")[0], "Level"), "operator");
  EXPECT_EQ(listed.ended.out.find(text_at(made.json, "SecretAccessKey")), std::string::npos)
      << "the secret is shown once";
  EXPECT_EQ(hikae(folder.path(), {"key", "delete", id}).ended.exit_code, 0);
  EXPECT_TRUE(list_at(hikae(folder.path(), {"key", "list"}).json, "Keys").empty());
  EXPECT_EQ(hikae(folder.path(), {"key", "delete", id}).ended.exit_code, 1);
  EXPECT_EQ(hikae(folder.path(), {"key", "create"}).ended.exit_code, 64);
}

TEST(Keys, AProfileIsWrittenForTheOwnerAloneAndNowhereElse) {
  TempFolder folder;
  const auto made = hikae(folder.path(), {"key", "create", "ci", "--profile", "ci"});
  ASSERT_EQ(made.ended.exit_code, 0) << made.ended.err;
  const auto file = std::string(text_at(made.json, "CredentialsFile"));
  EXPECT_NE(read_text(file).find(text_at(made.json, "SecretAccessKey")), std::string::npos);
  EXPECT_EQ(std::filesystem::status(file).permissions() & std::filesystem::perms::mask,
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
  EXPECT_EQ(hikae(folder.path(), {"key", "create", "ci", "--profile", "../x"}).ended.exit_code, 1);
}

}  // namespace
}  // namespace hikae::tests
