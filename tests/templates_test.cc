// The article's templates, as CDK made them: they apply unmodified, a night of that stack backs up
// what it can and tells what it cannot, and a deleted stack leaves nothing behind.
#include <gtest/gtest.h>

#include <algorithm>

#include "cli/run_text.h"
#include "json_patch.h"
#include "mail_reader.h"
#include "plane/ledger.h"
#include "sim/night.h"
#include "store/database.h"
#include "text/json.h"
#include "world.h"

namespace hikae::tests {
namespace {

constexpr const char* kTemplate = "article-template.json";
constexpr const char* kOnline = "i-00000000000000a01";
constexpr const char* kLost = "i-00000000000000a02";
constexpr const char* kNever = "i-00000000000000a03";
constexpr const char* kOutside = "i-00000000000000a04";

constexpr std::string_view kGroup = R"(
instances:
  - id: i-00000000000000a01
    name: web
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
    images: [{age: 1d, every: 1d, count: 3, tags: {Name: '{name}', AutoBackup: 'true'}}]
  - id: i-00000000000000a02
    name: silent
    agent: lost
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'false'}
  - id: i-00000000000000a03
    name: legacy
    agent: none
    tags: {BackupGroup: ssm-backup-group, EC2BackupGen: '2', BackupEC2StopStart: 'true'}
  - id: i-00000000000000a04
    name: outside
)";

class Templates : public ::testing::Test {
 protected:
  void SetUp() override {
    if (article_text(kTemplate).empty())
      GTEST_SKIP() << "the article's files are not here (HIKAE_SHARED)";
  }
  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  Answer apply(const std::string& name, const std::vector<std::string>& more = {}) {
    std::vector<std::string> words{"apply",   article_file(name), "--stack",
                                   "article", "--clock",          "virtual"};
    words.insert(words.end(), more.begin(), more.end());
    return hikae(data(), words);
  }
  static std::string status_of(const Answer& answer) {
    const auto* stack = find(answer.json, "Stack");
    return stack ? str(text_at(*stack, "StackStatus")) : answer.ended.out + answer.ended.err;
  }
  void expect_applies(const std::string& name, const std::vector<std::string>& more = {}) {
    const auto answer = apply(name, more);
    EXPECT_EQ(status_of(answer), "CREATE_COMPLETE") << text::to_pretty_json(answer.json);
    EXPECT_EQ(answer.ended.exit_code, 0);
  }
  /// What hikae keeps besides its own settings and the records of stack operations.
  [[nodiscard]] std::vector<std::string> resources_left() const {
    const auto database = store::Database::open_for_reading(data() + "/hikae.db").value();
    auto read = database
                    ->prepare(
                        "SELECT kind, id FROM resources WHERE account <> '' AND kind NOT IN "
                        "('stack', 'stack-call') ORDER BY kind, id")
                    .value();
    std::vector<std::string> left;
    while (read.step().value()) left.push_back(str(read.text(0)) + " " + str(read.text(1)));
    return left;
  }

  TempFolder folder_;
};

TEST_F(Templates, TheArticlesTemplateApplies) { expect_applies(kTemplate); }
TEST_F(Templates, TheOneMadeByCdksCommandApplies) { expect_applies("article-template.cli.json"); }
TEST_F(Templates, TheOneWithAFixedEnvironmentApplies) {
  expect_applies("article-template.env.json");
}

/// What CDK's command hands over with a template of the legacy synthesiser.
std::vector<std::string> asset_parameters(const std::string& name) {
  const auto source = text::parse_json(article_text(name)).value();
  std::vector<std::string> words;
  for (const auto& parameter : object_at(source, "Parameters")) {
    const std::string key(parameter.key());
    const auto value = key.find("S3Bucket") != std::string::npos       ? "assets"
                       : key.find("S3VersionKey") != std::string::npos ? "code/||function.zip"
                                                                       : "hash";
    words.emplace_back("--param");
    words.push_back(key + "=" + value);
  }
  return words;
}

TEST_F(Templates, TheLegacyOneAppliesWithItsAssetParameters) {
  const std::string name = "article-template.legacy.json";
  expect_applies(name, asset_parameters(name));
}

TEST_F(Templates, TheLegacyOneAppliesWithoutThem) {
  const std::string name = "article-template.legacy.json";
  expect_applies(name);
  EXPECT_EQ(apply(name).ended.exit_code, 0) << "the same values again";
}

TEST_F(Templates, AFailedFirstCreationDoesNotKeepTheName) {
  const std::string sub =
      R"({"Resources":{"S":{"Type":"AWS::SNS::Subscription","Properties":{"TopicArn":)"
      R"("arn:aws:sns:ap-northeast-1:123456789012:missing","Protocol":"email",)"
      R"("Endpoint":"a@example.com"}}}})";
  const auto bad = folder_.write("bad.json", sub);
  const auto failed = hikae(data(), {"apply", bad, "--stack", "article", "--clock", "virtual"});
  EXPECT_EQ(status_of(failed), "ROLLBACK_COMPLETE");
  const auto again = run_process({program(), "apply", article_file(kTemplate), "--stack", "article",
                                  "--data", data(), "--clock", "virtual"});
  EXPECT_EQ(again.exit_code, 0) << again.out << again.err;
  EXPECT_NE(again.out.find("the empty stack was deleted first"), std::string::npos) << again.out;
}

TEST_F(Templates, ProfilesAndPoliciesOfRolesAreMadeAndGoWithTheStack) {
  const std::string body =
      R"({"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":)"
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",)"
      R"("Principal":{"Service":"ec2.amazonaws.com"}}]}}},"P":{"Type":"AWS::IAM::RolePolicy",)"
      R"("Properties":{"RoleName":{"Ref":"R"},"PolicyName":"own","PolicyDocument":{"Version":)"
      R"("2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:StopInstances","Resource":"*"}]}}},)"
      R"("I":{"Type":"AWS::IAM::InstanceProfile","Properties":{"Roles":[{"Ref":"R"}]}}},)"
      R"("Outputs":{"A":{"Value":{"Fn::GetAtt":["I","Arn"]}}}})";
  const auto file = folder_.write("roles.json", body);
  const auto made = hikae(data(), {"apply", file, "--stack", "roles", "--clock", "virtual"});
  EXPECT_EQ(status_of(made), "CREATE_COMPLETE") << text::to_pretty_json(made.json);
  EXPECT_NE(text::to_json(made.json).find(":instance-profile/roles-I-"), std::string::npos);
  {
    const auto session = open_house(data(), cli::ClockKind::AsFolder);
    ask(*session, "cloudformation", "DeleteStack", Object{{"StackName", "roles"}});
    session->run_until([&] { return session->house().kernel().living("stack") == 0; });
  }
  EXPECT_EQ(resources_left(), std::vector<std::string>());
}

TEST_F(Templates, WhatCannotWorkLeavesNoStack) {
  const std::pair<std::string_view, std::vector<std::string>> bad[] = {
      {R"({"P":{"Type":"String","AllowedValues":["a"]}})", {"--param", "P=b"}},
      {R"({"P":{"Type":"String","AllowedPattern":"[a-z]+"}})", {"--param", "P=1"}},
      {R"({"P":{"Type":"String","MaxLength":1}})", {"--param", "P=ab"}},
      {R"({"P":{"Type":"Number","MinValue":3}})", {"--param", "P=2"}},
      {R"({"P":{"Type":"String","Default":"a"}})", {"--param", "Q=2"}},
      {R"({"P":{"Type":"String"}})", {}},
      {R"({"P":{"Type":"AWS::SSM::Parameter::Value<String>"}})", {"--param", "P=/none"}},
  };
  for (const auto& [parameters, words] : bad) {
    const auto file = folder_.write(
        "bad.json", R"({"Parameters":)" + str(parameters) +
                        R"(,"Resources":{"T":{"Type":"AWS::SNS::Topic","Properties":{}}}})");
    std::vector<std::string> all{"apply", file, "--stack", "bad", "--clock", "virtual"};
    all.insert(all.end(), words.begin(), words.end());
    EXPECT_EQ(hikae(data(), all).ended.exit_code, 1) << parameters;
    const auto session = open_house(data(), cli::ClockKind::AsFolder);
    const auto found =
        session->call("cloudformation", "DescribeStacks", Object{{"StackName", "bad"}});
    EXPECT_FALSE(found) << parameters;
  }
}

TEST_F(Templates, TheSameTemplateAgainChangesNothing) {
  expect_applies(kTemplate);
  const auto before = resources_left();
  const auto again = apply(kTemplate);
  EXPECT_EQ(again.ended.exit_code, 0) << again.ended.out;
  EXPECT_EQ(status_of(again), "CREATE_COMPLETE") << "nothing to do is no update";
  EXPECT_EQ(resources_left(), before);
}

TEST_F(Templates, ADeletedStackLeavesNothing) {
  expect_applies(kTemplate);
  EXPECT_GT(resources_left().size(), 15U);
  {
    const auto session = open_house(data(), cli::ClockKind::AsFolder);
    ask(*session, "cloudformation", "DeleteStack", Object{{"StackName", "article"}});
    session->run_until([&] { return session->house().kernel().living("stack") == 0; });
    EXPECT_EQ(session->house().kernel().living(), 0U) << "no window and no rule lives on";
  }
  EXPECT_EQ(resources_left(), std::vector<std::string>());
}

/// One night of the article's stack: 24 virtual hours from 21:00 in Tokyo.
class TemplateNight : public Templates {
 protected:
  void SetUp() override {
    Templates::SetUp();
    if (IsSkipped()) return;
    put_fleet(data(), kGroup, cli::ClockKind::Virtual);
    expect_applies(kTemplate);
    session_ = open_house(data(), cli::ClockKind::AsFolder);
    const auto begin = session_->now();
    const auto before = sim::count_generations(session_->sandbox(), session_->scope());
    let_pass(*session_, hours(24));
    night_ = sim::tell_night(session_->house(), session_->sandbox(), begin, before);
    mails_ = read_mails(data() + "/mail");
  }
  const sim::NightRow& row(std::string_view instance) {
    const auto found = std::find_if(night_.rows.begin(), night_.rows.end(),
                                    [&](const auto& one) { return one.instance == instance; });
    EXPECT_NE(found, night_.rows.end());
    return *found;
  }
  std::unique_ptr<cli::Session> session_;
  sim::Night night_;
  std::vector<ReadMail> mails_;
};

TEST_F(TemplateNight, BacksUpTheInstancesWhoseAgentsAreKnown) {
  for (const auto* instance : {kOnline, kLost}) {
    EXPECT_EQ(row(instance).outcome, "Success") << row(instance).reason;
    EXPECT_EQ(row(instance).image_state, "available");
    EXPECT_EQ(row(instance).power, "running");
  }
  EXPECT_GT(row(kOnline).stopped, seconds(30));
  // The article's document prunes while the new image is on its way: that one does not count yet.
  EXPECT_EQ(row(kOnline).before, 3);
  EXPECT_EQ(row(kOnline).after, 3) << "two good ones of three were kept, and the new one";
  EXPECT_EQ(row(kLost).stopped, Duration{});
  EXPECT_EQ(row(kOutside).outcome, "-");
}

TEST_F(TemplateNight, SkipsTheOneThatNeverRegisteredAndTellsBothSubscribers) {
  EXPECT_EQ(row(kNever).outcome, "-") << "AWS would not run it either";
  EXPECT_EQ(row(kNever).power, "running");
  EXPECT_TRUE(row(kNever).image.empty());
  for (const auto* address : {"xxxxxxxx@example.com", "xxxxxxx@example.com"})
    EXPECT_EQ(mails_that_say(mails_, "<" + std::string(address), {"SKIPPED", kNever}).size(), 1U)
        << shown(mails_);
}

TEST_F(TemplateNight, WritesTheSkippedOneIntoTheLedger) {
  const auto answer = ask(*session_, "hikae-ledger", "Query", Object{{"Prefix", ""}});
  int skipped = 0, good = 0;
  for (const auto& entry : list_at(answer, "Rows")) {
    const auto* found = find(entry, "Row");
    ASSERT_NE(found, nullptr);
    if (text_at(*found, "Target") == kNever) {
      EXPECT_EQ(text_at(*found, "Outcome"), "Skipped");
      EXPECT_NE(text_at(*found, "Reason").find("never registered"), std::string_view::npos);
      EXPECT_EQ(text_at(*found, "Instant"), "2026-05-01T18:30:00Z");
      ++skipped;
    }
    good += text_at(*found, "Outcome") == "Success" && text_at(*found, "Target") != "*";
  }
  EXPECT_EQ(skipped, 1);
  EXPECT_EQ(good, 2);
}

TEST_F(TemplateNight, TheAgentCheckTellsOfLostAndNeverRegisteredOnesInOneMessage) {
  // Ten minutes before the window, one mail for each subscriber.
  EXPECT_EQ(mails_that_say(mails_, "", {kLost, kNever}).size(), 2U) << shown(mails_);
}

/// All four live a whole life: made, a night, changed, deleted.
class EveryTemplate : public Templates, public ::testing::WithParamInterface<const char*> {
 protected:
  void update(cli::Session& session, Value source) {
    auto& resources = source.as_object()["Resources"].as_object();
    for (auto& resource : resources)
      if (text_at(resource.value(), "Type") == "AWS::SSM::MaintenanceWindow")
        resource.value().as_object()["Properties"].as_object()["Schedule"] = "cron(0 05 ? * * *)";
    Array parameters;
    for (const auto& parameter : object_at(source, "Parameters")) {
      const std::string key(parameter.key());
      Object given{{"ParameterKey", key}};
      if (key.find("ArtifactHash") != std::string::npos)
        given["ParameterValue"] = "another";
      else
        given["UsePreviousValue"] = true;
      parameters.push_back(std::move(given));
    }
    ask(session, "cloudformation", "UpdateStack",
        Object{{"StackName", "article"},
               {"TemplateBody", text::to_json(source)},
               {"Parameters", std::move(parameters)},
               {"Capabilities", Array{"CAPABILITY_NAMED_IAM"}}});
    session.run_until([&] { return session.house().kernel().living("stack") == 0; });
  }
};

TEST_P(EveryTemplate, IsMadeRunsANightIsChangedAndDeleted) {
  const std::string name = GetParam();
  put_fleet(data(), kGroup, cli::ClockKind::Virtual);
  const bool has_assets = name.find("legacy") != std::string::npos;
  expect_applies(name, has_assets ? asset_parameters(name) : std::vector<std::string>());
  {
    const auto session = open_house(data(), cli::ClockKind::AsFolder);
    const auto begin = session->now();
    const auto before = sim::count_generations(session->sandbox(), session->scope());
    let_pass(*session, hours(24));
    const auto night = sim::tell_night(session->house(), session->sandbox(), begin, before);
    const auto backed_up = std::ranges::count(night.rows, "Success", &sim::NightRow::outcome);
    EXPECT_EQ(backed_up, 2);
    update(*session, text::parse_json(article_text(name)).value());
    const auto stacks = ask(*session, "cloudformation", "DescribeStacks", {});
    EXPECT_EQ(text_at(list_at(stacks, "Stacks").at(0), "StackStatus"), "UPDATE_COMPLETE");
    const auto windows = ask(*session, "ssm", "DescribeMaintenanceWindows", {});
    EXPECT_EQ(text_at(list_at(windows, "WindowIdentities").at(0), "Schedule"),
              "cron(0 05 ? * * *)");
    ask(*session, "cloudformation", "DeleteStack", Object{{"StackName", "article"}});
    session->run_until([&] { return session->house().kernel().living("stack") == 0; });
    const auto left = ask(*session, "ssm", "DescribeMaintenanceWindows", {});
    EXPECT_TRUE(list_at(left, "WindowIdentities").empty());
  }
}

INSTANTIATE_TEST_SUITE_P(OfTheArticle, EveryTemplate,
                         ::testing::Values("article-template.json", "article-template.cli.json",
                                           "article-template.env.json",
                                           "article-template.legacy.json"),
                         [](const auto& given) {
                           std::string name = given.param;
                           std::erase_if(name, [](char c) { return c == '.' || c == '-'; });
                           return name;
                         });

/// Every case of tests/data/cfn-negative.json.
struct NegativeCase {
  std::string id;
  Array patch;
  bool is_accepted = false;
};

std::vector<NegativeCase> negative_cases() {
  std::vector<NegativeCase> cases;
  const auto all = text::parse_json(read_text(HIKAE_TEST_DATA "/cfn-negative.json"));
  if (!all) return cases;
  for (const auto& one : list_at(*all, "cases"))
    cases.push_back({str(text_at(one, "id")), list_at(one, "patch"),
                     text_at(one, "expected").starts_with("accepted")});
  return cases;
}

/// The resource that a patch touches: the one that a rejection must name.
std::string touched_resource(const NegativeCase& one) {
  const auto path = str(text_at(one.patch.front(), "path"));
  const auto begin = std::string("/Resources/").size();
  return path.substr(begin, path.find('/', begin) - begin);
}

TEST_F(Templates, TheBaseOfTheNegativeCasesHasNoFindingThatRefusesIt) {
  const auto answer = run_process({program(), "check", article_file(kTemplate), "--json"});
  EXPECT_EQ(answer.exit_code, 0) << answer.out;
}

TEST_F(Templates, EveryNegativeCaseGetsItsVerdict) {
  const auto base = text::parse_json(article_text(kTemplate)).value();
  const auto cases = negative_cases();
  ASSERT_EQ(cases.size(), 20U);
  for (const auto& one : cases) {
    const auto changed = patched(base, one.patch);
    ASSERT_FALSE(changed.is_null()) << one.id << ": the patch does not fit the template";
    const auto file = folder_.write(one.id + ".json", text::to_json(changed));
    const auto answer = run_process({program(), "check", file, "--json"});
    EXPECT_EQ(answer.exit_code, one.is_accepted ? 0 : 1) << one.id << ": " << answer.out;
    if (!one.is_accepted) {
      EXPECT_NE(answer.out.find(touched_resource(one)), std::string::npos)
          << one.id << " does not name the resource: " << answer.out;
    }
  }
}

}  // namespace
}  // namespace hikae::tests
