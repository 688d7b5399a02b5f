// The policy that `hikae doctor --policy` prints is enough for a night, and each part of it is
// needed: held against another hikae that enforces policies (`iam: enforce`) and stands for AWS.
#include <gtest/gtest.h>

#include "cli/serving.h"
#include "serving_hikae.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kServer = "i-00000000000000d01";

constexpr std::string_view kFleetOfLeastRights = R"(
instances:
  - id: i-00000000000000d01
    name: web
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images:
      - name: 'hikae/{instance}/0a0a0a0a-0000-4000-8000-00000000000{n}'
        age: 1d
        every: 1d
        count: 2
        tags: {Name: web, AutoBackup: 'true', 'hikae:source-instance': '{instance}', 'hikae:run': '0a0a0a0a-0000-4000-8000-00000000000{n}'}
  - {id: i-00000000000000d02, name: stranger, tags: {BackupEC2StopStart: 'true'}}
)";

/// The machines' side: a user "backup" with the policy, and a key of it.
class LeastRights : public ::testing::Test {
 protected:
  void SetUp() override {
    put_fleet(machines_.path(), kFleetOfLeastRights, cli::ClockKind::Real);
    const auto enforce = machines_.write(
        "hikae.yaml",
        "iam: enforce\nregion: ap-northeast-1\nnotify: [ops@example.com]\nplans:\n"
        "  - {name: other, at: '03:30', keep: 2, targets: {tag: {BackupGroup: nobody}}}\n");
    const auto applied = hikae(machines_.path(), {"apply", enforce, "--clock", "real"});
    ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
    const auto plan = control_.write("plan.yaml", config_text(""));
    const auto printed = run_process({program(), "doctor", "--policy", "--config", plan});
    ASSERT_EQ(printed.exit_code, 0) << printed.err;
    policy_ = text::parse_json(printed.out).value();
    const auto session = open_house(machines_.path(), cli::ClockKind::Real);
    ask(*session, "iam", "CreateUser", Object{{"UserName", "backup"}});
    const auto made = ask(*session, "iam", "CreateAccessKey", Object{{"UserName", "backup"}});
    const auto& key = object_at(made, "AccessKey");
    credentials_ = control_.write(
        "credentials", "[backup]\naws_access_key_id = " + str(text_at(key, "AccessKeyId")) +
                           "\naws_secret_access_key = " + str(text_at(key, "SecretAccessKey")) +
                           "\n");
    put_policy(*session, policy_);
  }

  static void put_policy(cli::Session& session, const Value& policy) {
    ask(session, "iam", "PutUserPolicy",
        Object{{"UserName", "backup"},
               {"PolicyName", "hikae"},
               {"PolicyDocument", text::to_json(policy)}});
  }

  [[nodiscard]] Value policy_without(std::string_view sid) const {
    auto policy = policy_;
    Array statements;
    for (const auto& one : list_at(policy_, "Statement"))
      if (text_at(one, "Sid") != sid) statements.push_back(one);
    policy.as_object()["Statement"] = std::move(statements);
    return policy;
  }

  static std::string config_text(const std::string& url) {
    const auto cloud = url.empty()
                           ? std::string()
                           : "cloud: aws\naws: {endpoint_url: '" + url + "', profile: backup}\n";
    return cloud +
           "region: ap-northeast-1\nnotify: [ops@example.com]\nplans:\n"
           "  - {name: nightly, at: '03:30', zone: Asia/Tokyo, keep: 2}\n";
  }

  Answer as_backup(std::vector<std::string> words) {
    std::vector<std::string> argv{"/usr/bin/env", "AWS_SHARED_CREDENTIALS_FILE=" + credentials_,
                                  "AWS_CONFIG_FILE=/nonexistent", "AWS_EC2_METADATA_DISABLED=true",
                                  program()};
    argv.insert(argv.end(), words.begin(), words.end());
    argv.insert(argv.end(), {"--data", control_.file("data"), "--json"});
    Answer answer{run_process(argv, std::chrono::seconds(180)), {}};
    if (auto value = text::parse_json(answer.ended.out)) answer.json = *std::move(value);
    return answer;
  }

  TempFolder machines_, control_;
  Value policy_;
  std::string credentials_;
};

TEST_F(LeastRights, AreEnoughForTheDoctorAndForANightWithAStopAndADeletion) {
  {
    ServingHikae aws(machines_.path());
    ASSERT_TRUE(aws.serves()) << aws.why();
    const auto config = control_.write("hikae.yaml", config_text(aws.url()));
    ASSERT_EQ(as_backup({"apply", config, "--clock", "real"}).ended.exit_code, 0);
    const auto doctor = as_backup({"doctor"});
    EXPECT_EQ(doctor.ended.exit_code, 0) << doctor.ended.out << doctor.ended.err;
    const auto backed = as_backup({"backup", "--all"});
    EXPECT_EQ(backed.ended.exit_code, 0) << backed.ended.out << backed.ended.err;
    EXPECT_EQ(aws.stop().exit_code, 0);
  }
  const auto session = open_house(machines_.path(), cli::ClockKind::Real);
  EXPECT_EQ(power_of(session->sandbox(), session->scope(), kServer), "running");
  EXPECT_EQ(power_changes(session->sandbox(), session->scope(), kServer),
            "stopping stopped pending running");
  EXPECT_EQ(session->sandbox().images(session->scope()).size(), 2U) << "one came, one went";
  EXPECT_EQ(session->sandbox().snapshots(session->scope()).size(), 2U);
}

TEST_F(LeastRights, EachStatementThatIsTakenAwayIsMissedByTheDoctor) {
  ServingHikae aws(machines_.path());
  ASSERT_TRUE(aws.serves()) << aws.why();
  const auto config = control_.write("hikae.yaml", config_text(aws.url()));
  ASSERT_EQ(as_backup({"apply", config, "--clock", "real"}).ended.exit_code, 0);
  auto admin = cli::Session::connect(*cli::reach_of(machines_.path()), machines_.path());
  ASSERT_TRUE(admin);
  const std::pair<const char*, const char*> kMissed[] = {
      {"Look", "ec2:DescribeInstances"},          {"ImagesOfTheGroup", "ec2:CreateImage"},
      {"ImagesWithMarks", "ec2:CreateImage"},     {"TagAtBirth", "ec2:CreateImage"},
      {"StopInTheGroup", "ec2:StopInstances"},    {"StartInTheGroup", "ec2:StartInstances"},
      {"MarkInTheGroup", "ec2:CreateTags"},       {"UnmarkInstances", "ec2:DeleteTags"},
      {"DeleteOurImages", "ec2:DeregisterImage"}, {"DeleteOurSnapshots", "ec2:DeleteSnapshot"}};
  for (const auto& [sid, call] : kMissed) {
    put_policy(**admin, policy_without(sid));
    const auto doctor = as_backup({"doctor"});
    EXPECT_EQ(doctor.ended.exit_code, 1) << sid;
    bool is_named = false;
    for (const auto& check : list_at(doctor.json, "Checks"))
      is_named |= text_at(check, "Check") == call && text_at(check, "Grade") == "failure";
    EXPECT_TRUE(is_named) << sid << "\n" << doctor.ended.out;
  }
}

TEST_F(LeastRights, AllowNothingOnAStranger) {
  const auto session = open_house(machines_.path(), cli::ClockKind::Real);
  const auto call_as_backup = [&](std::string_view operation, Value input) {
    std::optional<Result<Value>> answer;
    session->house().cloud().call({session->scope(), "ec2", str(operation), std::move(input),
                                   "arn:aws:iam::123456789012:user/backup"},
                                  [&](Result<Value> given) { answer = std::move(given); });
    session->run_until([&] { return answer.has_value(); });
    return answer.value_or(Value());
  };
  const Array stranger{"i-00000000000000d02"};
  for (const auto* operation : {"StopInstances", "StartInstances", "TerminateInstances"}) {
    const auto answer = call_as_backup(operation, Object{{"InstanceIds", stranger}});
    ASSERT_FALSE(answer) << operation;
    EXPECT_EQ(answer.error().code, "UnauthorizedOperation") << operation;
  }
  const auto tagged = call_as_backup(
      "CreateTags",
      Object{{"Resources", stranger},
             {"Tags", Array{Object{{"Key", "BackupGroup"}, {"Value", "ssm-backup-group"}}}}});
  EXPECT_FALSE(tagged) << "it cannot take a machine into the group";
}

}  // namespace
}  // namespace hikae::tests
