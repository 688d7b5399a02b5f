// `iam: enforce`: a night of hikae's own stack under its own policies, and what each statement is
// good for.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>

#include "nightly.h"
#include "text/json.h"

namespace hikae::tests {
namespace {

constexpr const char* kMarked = "i-00000000000000d02";    // in no group, but stopped by hikae
constexpr const char* kStranger = "i-00000000000000d03";  // in no group, though its tag asks for it

constexpr std::string_view kGuardedFleet = R"(
instances:
  - id: i-00000000000000d01
    name: shop
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images:
      - name: 'hikae/{instance}/old-{n}'
        age: 1d
        every: 1d
        count: 2
        tags: {Name: '{name}', AutoBackup: 'true', 'hikae:source-instance': '{instance}', 'hikae:run': 'old-{n}'}
  - id: i-00000000000000d02
    name: marked
    tags: {'hikae:stopped-by': 'somebody'}
  - id: i-00000000000000d03
    name: stranger
    tags: {BackupEC2StopStart: 'true'}
    images:
      - {name: 'article-{n}', age: 1d, every: 1d, count: 1, tags: {Name: '{name}', AutoBackup: 'true'}}
)";

constexpr std::string_view kArticleFleet = R"(
instances:
  - id: i-00000000000000d01
    name: web
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images: [{age: 1d, every: 1d, count: 3, tags: {Name: '{name}', AutoBackup: 'true'}}]
)";

/// The plan `nightly` under enforcement.
class Enforced : public ::testing::Test {
 protected:
  void SetUp() override {
    put_fleet(data(), kGuardedFleet, cli::ClockKind::Virtual);
    const auto file = folder_.write("hikae.yaml", "iam: enforce\n" + std::string(kNightlyConfig));
    const auto applied = hikae(data(), {"apply", file});
    ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
    session_ = open_house(data(), cli::ClockKind::AsFolder);
    ASSERT_NE(session_, nullptr);
  }

  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  /// The physical name of a resource of the stack.
  std::string named(std::string_view logical_id) {
    const auto answer = ask(*session_, "cloudformation", "DescribeStackResource",
                            Object{{"StackName", "hikae"}, {"LogicalResourceId", logical_id}});
    return str(text_at(object_at(answer, "StackResourceDetail"), "PhysicalResourceId"));
  }

  std::string role_arn(std::string_view logical_id) {
    const auto answer = ask(*session_, "iam", "GetRole", Object{{"RoleName", named(logical_id)}});
    return str(text_at(object_at(answer, "Role"), "Arn"));
  }

  std::string session_of(std::string_view logical_id) {
    return "arn:aws:sts::" + session_->scope().account + ":assumed-role/" + named(logical_id) +
           "/test";
  }

  /// A call in somebody's name.
  Result<Value> call_as(const std::string& caller, std::string_view service,
                        std::string_view operation, Value input) {
    std::optional<Result<Value>> answer;
    session_->house().cloud().call(
        {session_->scope(), str(service), str(operation), std::move(input), caller},
        [&](Result<Value> given) { answer = std::move(given); });
    session_->run_until([&] { return answer.has_value(); });
    return answer ? *answer : fail(ErrorKind::Timeout, "no answer");
  }

  bool is_denied(const std::string& caller, std::string_view service, std::string_view operation,
                 Value input) {
    const auto answer = call_as(caller, service, operation, std::move(input));
    return !answer &&
           answer.error().message.find("is not authorized to perform") != std::string::npos;
  }

  std::string policy_text(const std::string& role, std::string_view policy) {
    const auto* row =
        session_->house().kernel().tables().get({session_->scope().account, ""}, "iam-role", role);
    return row ? str(text_at(object_at(*row, "Policies"), policy)) : std::string();
  }

  void put_policy(const std::string& role, std::string_view policy, const std::string& text) {
    ask(*session_, "iam", "PutRolePolicy",
        Object{{"RoleName", role}, {"PolicyName", policy}, {"PolicyDocument", text}});
  }

  std::string image_of(std::string_view name) {
    for (const auto& image : session_->sandbox().images(session_->scope()))
      if (text_at(image, "Name").find(name) != std::string_view::npos)
        return str(text_at(image, "ImageId"));
    ADD_FAILURE() << "no image " << name;
    return {};
  }

  /// Ends at noon: one window is behind it.
  void pass_a_day() { let_pass(*session_, hours(24)); }

  /// Of the shop: how often it was stopped and started, and images in all.
  std::pair<std::ptrdiff_t, std::ptrdiff_t> done_so_far() {
    std::ptrdiff_t images = 0, power = 0;
    for (const auto& change : session_->sandbox().changes(session_->scope())) {
      if (change.instance != kShop && change.resource != kShop) continue;
      images += change.what == "image-available";
      power += change.what == "stopped" || change.what == "pending";
    }
    return {images, power};
  }

  std::size_t images_of_shop() {
    std::size_t count = 0;
    for (const auto& image : session_->sandbox().images(session_->scope()))
      count += text_at(image, "Name").find(kShop) != std::string_view::npos;
    return count;
  }

  TempFolder folder_;
  std::unique_ptr<cli::Session> session_;
};

std::string without_statement(const std::string& policy, std::string_view sid) {
  auto value = *text::parse_json(policy);
  auto& statements = value.as_object()["Statement"].as_array();
  const auto at = std::ranges::find_if(
      statements, [&](const Value& one) { return text_at(one, "Sid") == sid; });
  EXPECT_NE(at, statements.end()) << sid;
  if (at != statements.end()) statements.erase(at);
  return text::to_json(value);
}

TEST_F(Enforced, ANightGoesAsWithoutAndInTheNamesOfItsRoles) {
  pass_a_day();
  EXPECT_EQ(power_changes(session_->sandbox(), session_->scope(), kShop),
            "stopping stopped pending running");
  EXPECT_EQ(images_of_shop(), 2U);
  std::set<std::string> callers;
  for (const auto& change : session_->sandbox().changes(session_->scope()))
    if (change.operation == "StopInstances" || change.operation == "CreateImage" ||
        change.operation == "DeregisterImage")
      callers.insert(change.operation + " " + change.caller);
  const auto backup = role_arn("BackupRole");
  const auto retention = session_of("RetentionRole");
  EXPECT_EQ(callers, (std::set<std::string>{"CreateImage " + backup, "StopInstances " + backup,
                                            "DeregisterImage " +
                                                retention.substr(0, retention.rfind('/') + 1) +
                                                "hikae-retention"}));
}

TEST_F(Enforced, ANightWithoutOneOfItsStatementsIsNoWholeNight) {
  const auto role = named("BackupRole");
  const auto whole = policy_text(role, "hikae-backup");
  pass_a_day();
  for (const auto* sid :
       {"Look", "MakeImages", "TagAtBirth", "StopWhereAsked", "Invoke", "StartRuns", "PassSelf"}) {
    const auto before = done_so_far();
    const auto generations = images_of_shop();
    put_policy(role, "hikae-backup", without_statement(whole, sid));
    pass_a_day();
    put_policy(role, "hikae-backup", whole);
    const auto after = done_so_far();
    const bool is_whole = after.first == before.first + 1 && after.second == before.second + 2 &&
                          images_of_shop() == generations;
    EXPECT_FALSE(is_whole) << sid;
    EXPECT_EQ(power_of(session_->sandbox(), session_->scope(), kShop), "running") << sid;
    // The next night makes up for what was left.
    pass_a_day();
  }
}

/// What a statement is there for.
struct Use {
  std::string role, policy, sid, service, operation;
  Object input;
};

TEST_F(Enforced, EachStatementAllowsSomethingThatNothingElseDoes) {
  const auto image = image_of("old-1");
  const auto topic = named("Topic");
  const auto dry = [](Object input) {
    input["DryRun"] = true;
    return input;
  };
  const auto machine = [&](const char* id) { return dry({{"InstanceIds", Array{id}}}); };
  const auto tagging = [&](std::string_view id, std::string_view key) {
    return dry({{"Resources", Array{id}}, {"Tags", Array{Object{{"Key", key}, {"Value", "x"}}}}});
  };
  const Object making = dry({{"InstanceId", kShop}, {"Name", "n"}});
  auto making_with_tags = making;
  making_with_tags["TagSpecifications"] = Array{
      Object{{"ResourceType", "image"}, {"Tags", Array{Object{{"Key", "a"}, {"Value", "b"}}}}}};
  const Object told{{"TopicArn", topic}, {"Message", "m"}};
  const std::string backup = "BackupRole", own = "hikae-backup";
  const std::string retention = "RetentionRole", agents = "AgentCheckRole";
  const std::vector<Use> uses{
      {backup, own, "Look", "ec2", "DescribeInstances", {}},
      {backup, own, "MakeImages", "ec2", "CreateImage", making},
      {backup, own, "TagAtBirth", "ec2", "CreateImage", making_with_tags},
      {backup, own, "MarkDoubtful", "ec2", "CreateTags", tagging(image, "hikae:consistency")},
      {backup, own, "StopWhereAsked", "ec2", "StopInstances", machine(kShop)},
      {backup, own, "StartAgain", "ec2", "StartInstances", machine(kShop)},
      {backup, own, "StartWhatWasStopped", "ec2", "StartInstances", machine(kMarked)},
      {backup, own, "MarkStopped", "ec2", "CreateTags", tagging(kShop, "hikae:stopped-by")},
      {backup,
       own,
       "Invoke",
       "lambda",
       "Invoke",
       {{"FunctionName", "hikae-retention"}, {"InvocationType", "DryRun"}}},
      {backup, own, "Tell", "sns", "Publish", told},
      {backup,
       own,
       "StartRuns",
       "ssm",
       "StartAutomationExecution",
       {{"DocumentName", "hikae-start"}}},
      {backup,
       own,
       "WatchRuns",
       "ssm",
       "GetAutomationExecution",
       {{"AutomationExecutionId", "00000000-0000-4000-8000-000000000000"}}},
      {backup,
       own,
       "PassSelf",
       "ssm",
       "StartAutomationExecution",
       {{"DocumentName", "hikae-start"}, {"Parameters", Object{{"InstanceId", Array{kShop}}}}}},
      {retention, "hikae-retention", "Look", "ec2", "DescribeImages", {}},
      {retention, "hikae-retention", "DeleteOurs", "ec2", "DeregisterImage",
       dry({{"ImageId", image}})},
      {retention, "hikae-retention", "Tell", "sns", "Publish", told},
      {agents, "hikae-agent-check", "Look", "ssm", "DescribeInstanceInformation", {}},
      {agents,
       "hikae-agent-check",
       "ReadWindows",
       "ssm",
       "GetMaintenanceWindow",
       {{"WindowId", "mw-0123456789abcdef0"}}},
      {agents, "hikae-agent-check", "Tell", "sns", "Publish", told}};
  std::set<std::string> used;
  for (const auto& use : uses) {
    const auto role = named(use.role);
    const auto caller = session_of(use.role);
    const auto whole = policy_text(role, use.policy);
    EXPECT_FALSE(is_denied(caller, use.service, use.operation, use.input)) << use.sid;
    put_policy(role, use.policy, without_statement(whole, use.sid));
    EXPECT_TRUE(is_denied(caller, use.service, use.operation, use.input)) << use.sid;
    put_policy(role, use.policy, whole);
    used.insert(use.policy + "/" + use.sid);
  }
  // Nothing here answers for keys of encryption and for logs.
  for (const auto* elsewhere :
       {"hikae-backup/StartEncrypted", "hikae-retention/Log", "hikae-agent-check/Log"})
    used.insert(elsewhere);
  for (const auto& [role, policy] :
       {std::pair{backup, own}, std::pair{retention, std::string("hikae-retention")},
        std::pair{agents, std::string("hikae-agent-check")}}) {
    const auto document = *text::parse_json(policy_text(named(role), policy));
    for (const auto& statement : list_at(document, "Statement")) {
      const auto sid = policy + "/" + str(text_at(statement, "Sid"));
      EXPECT_TRUE(used.contains(sid)) << sid << " has no use in this test";
    }
  }
}

TEST_F(Enforced, RolesMayNoMoreThanTheirs) {
  const auto backup = session_of("BackupRole");
  const auto retention = session_of("RetentionRole");
  const auto ours = image_of("old-1");
  EXPECT_TRUE(is_denied(backup, "ec2", "DeregisterImage", Object{{"ImageId", ours}}));
  EXPECT_TRUE(
      is_denied(backup, "ec2", "TerminateInstances", Object{{"InstanceIds", Array{kShop}}}));
  EXPECT_TRUE(is_denied(backup, "ec2", "StopInstances", Object{{"InstanceIds", Array{kStranger}}}));
  EXPECT_TRUE(
      is_denied(backup, "ec2", "StartInstances", Object{{"InstanceIds", Array{kStranger}}}));
  EXPECT_TRUE(is_denied(backup, "ec2", "DeleteTags", Object{{"Resources", Array{kShop}}}));
  EXPECT_TRUE(is_denied(
      backup, "ec2", "CreateTags",
      Object{{"Resources", Array{kStranger}},
             {"Tags", Array{Object{{"Key", "BackupGroup"}, {"Value", "ssm-backup-group"}}}}}));
  EXPECT_TRUE(is_denied(
      backup, "iam", "PutRolePolicy",
      Object{{"RoleName", named("BackupRole")}, {"PolicyName", "p"}, {"PolicyDocument", "{}"}}));
  EXPECT_TRUE(
      is_denied(retention, "ec2", "CreateImage", Object{{"InstanceId", kShop}, {"Name", "n"}}));
  EXPECT_TRUE(
      is_denied(retention, "ec2", "DeregisterImage", Object{{"ImageId", image_of("article")}}));
}

TEST_F(Enforced, ARoleIsTakenByWhomItTrustsAlone) {
  const auto refused = session_->call(
      "sts", "AssumeRole", Object{{"RoleArn", role_arn("BackupRole")}, {"RoleSessionName", "me"}});
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, "AccessDenied");
  const auto trust =
      R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",)"
      R"("Principal":{"AWS":")" +
      session_->scope().account + R"("}}})";
  ask(*session_, "iam", "CreateRole",
      Object{{"RoleName", "ops"}, {"AssumeRolePolicyDocument", trust}});
  ask(*session_, "sts", "AssumeRole",
      Object{{"RoleArn", "arn:aws:iam::" + session_->scope().account + ":role/ops"},
             {"RoleSessionName", "me"}});
}

TEST_F(Enforced, AStackIsMadeInTheNameOfWhoeverAsksForIt) {
  ask(*session_, "iam", "CreateUser", Object{{"UserName", "builder"}});
  ask(*session_, "iam", "PutUserPolicy",
      Object{{"UserName", "builder"},
             {"PolicyName", "stacks"},
             {"PolicyDocument", R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":)"
                                R"(["cloudformation:*","sns:*"],"Resource":"*"}})"}});
  const auto builder = "arn:aws:iam::" + session_->scope().account + ":user/builder";
  const auto made = [&](std::string_view name, std::string_view resource) {
    const Object body{{"Resources", Object{{"R", *text::parse_json(resource)}}}};
    const auto begun = call_as(builder, "cloudformation", "CreateStack",
                               Object{{"StackName", name},
                                      {"TemplateBody", text::to_json(body)},
                                      {"Capabilities", Array{"CAPABILITY_IAM"}}});
    EXPECT_TRUE(begun) << begun.error().text();
    let_pass(*session_, minutes(5));
    const auto answer =
        ask(*session_, "cloudformation", "DescribeStacks", Object{{"StackName", name}});
    return str(text_at(list_at(answer, "Stacks").front(), "StackStatus"));
  };
  EXPECT_EQ(made("topic", R"({"Type":"AWS::SNS::Topic"})"), "CREATE_COMPLETE");
  EXPECT_EQ(made("role", R"({"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":)"
                         R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":)"
                         R"("sts:AssumeRole","Principal":{"Service":"ssm.amazonaws.com"}}]}}})"),
            "ROLLBACK_COMPLETE");
}

TEST_F(Enforced, ASessionsPolicyNarrowsWhatItsRoleMay) {
  const auto account = session_->scope().account;
  ask(*session_, "iam", "CreateRole",
      Object{{"RoleName", "ops"},
             {"AssumeRolePolicyDocument",
              R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"sts:AssumeRole",)"
              R"("Principal":{"AWS":")" +
                  account + R"("}}})"}});
  put_policy("ops", "all",
             R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"ec2:*",)"
             R"("Resource":"*"}})");
  const auto take = [&](const char* session, Object more) {
    more["RoleArn"] = "arn:aws:iam::" + account + ":role/ops";
    more["RoleSessionName"] = session;
    const auto answer = ask(*session_, "sts", "AssumeRole", std::move(more));
    return str(text_at(object_at(answer, "AssumedRoleUser"), "Arn"));
  };
  const auto wide = take("wide", {});
  const auto narrow =
      take("narrow", {{"Policy", R"({"Version":"2012-10-17","Statement":{"Effect":"Allow",)"
                                 R"("Action":"ec2:Describe*","Resource":"*"}})"}});
  const Object stop{{"InstanceIds", Array{kShop}}, {"DryRun", true}};
  EXPECT_FALSE(is_denied(wide, "ec2", "StopInstances", stop));
  EXPECT_TRUE(is_denied(narrow, "ec2", "StopInstances", stop));
  EXPECT_FALSE(is_denied(narrow, "ec2", "DescribeInstances", Object()));
  EXPECT_TRUE(is_denied(narrow, "ssm", "DescribeInstanceInformation", Object()));
}

TEST(ArticleEnforced, ItsStackBacksUpUnderItsOwnPolicies) {
  const auto file = article_file("article-template.json");
  if (file.empty()) GTEST_SKIP() << "the article's files are not beside the project";
  const TempFolder folder;
  const auto data = folder.file("data");
  put_fleet(data, kArticleFleet, cli::ClockKind::Virtual);
  ASSERT_TRUE(
      open_house(data, cli::ClockKind::AsFolder)->store_setting("iam", Object{{"Enforce", true}}));
  const auto applied = hikae(data, {"apply", file, "--stack", "article"});
  ASSERT_EQ(applied.ended.exit_code, 0) << applied.ended.out << applied.ended.err;
  const auto session = open_house(data, cli::ClockKind::AsFolder);
  let_pass(*session, hours(24));
  EXPECT_EQ(power_changes(session->sandbox(), session->scope(), kShop),
            "stopping stopped pending running");
  std::set<std::string> callers;
  for (const auto& change : session->sandbox().changes(session->scope()))
    if (change.operation == "StopInstances" || change.operation == "CreateImage" ||
        change.operation == "DeregisterImage")
      callers.insert(change.operation + " " + change.caller);
  EXPECT_EQ(callers, (std::set<std::string>{
                         "CreateImage arn:aws:iam::123456789012:role/SSMAutomationRole",
                         "DeregisterImage arn:aws:sts::123456789012:assumed-role/LambdaBackupRole/"
                         "lmd-del-backup-gen",
                         "StopInstances arn:aws:iam::123456789012:role/SSMAutomationRole"}));
}

TEST(Unenforced, PoliciesOfRolesBindNobody) {
  const Nightly nightly;
  const auto session = open_house(nightly.data(), cli::ClockKind::AsFolder);
  std::optional<Result<Value>> answer;
  session->house().cloud().call(
      {session->scope(), "ec2", "DescribeInstances", Object(), "arn:aws:iam::123456789012:role/no"},
      [&](Result<Value> given) { answer = std::move(given); });
  session->run_until([&] { return answer.has_value(); });
  ASSERT_TRUE(answer.has_value());
  EXPECT_TRUE(answer->has_value());
}

}  // namespace
}  // namespace hikae::tests
