// The template as AWS applies it.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <set>

#include "plan/compile.h"
#include "plan/morning.h"
#include "stack/template.h"
#include "stack/validate.h"
#include "text/json.h"

namespace hikae::plan {
namespace {

Config aws_config(std::string_view text) {
  text::Diagnostics problems;
  auto config = read_config(text, problems);
  EXPECT_TRUE(config.has_value()) << (config ? "" : config.error().message);
  return config ? std::move(*config) : Config{};
}

constexpr std::string_view kAwsPlans = R"(
notify: [ops@example.com]
plans:
  - {name: nightly, at: "03:30", zone: Asia/Tokyo, keep: 7}
  - {name: db, at: "04:00", zone: Asia/Tokyo, keep: 7, notify: [dba@example.com],
     targets: {tag: {Role: [db, cache]}}}
  - {name: one, at: "05:00", zone: UTC, keep: all, instances: [i-0123456789abcdef0]}
)";

Value aws_template() {
  auto made = compile_template(aws_config(kAwsPlans), Applier::Aws);
  EXPECT_TRUE(made.has_value()) << (made ? "" : made.error().message);
  return made ? std::move(*made) : Value(Object{});
}

TEST(CompileForAws, GivesNothingAPhysicalName) {
  const std::set<std::string_view> kNames{"FunctionName", "RoleName", "TopicName", "Name"};
  const auto made = aws_template();
  for (const auto& [id, resource] : object_at(made, "Resources")) {
    const auto type = text_at(resource, "Type");
    if (type == "AWS::Lambda::Permission") continue;
    for (const auto& [name, value] : object_at(resource, "Properties"))
      if (kNames.contains(name)) {
        // A window has to have a name; it need not be its own.
        EXPECT_EQ(type, "AWS::SSM::MaintenanceWindow") << std::string_view(id);
        EXPECT_TRUE(text_at(value, "Fn::Sub").starts_with("${AWS::StackName}-"));
      }
  }
}

TEST(CompileForAws, IsAsSoundAsHikaesOwn) {
  const auto source = stack::template_of(aws_template());
  ASSERT_TRUE(source.has_value());
  for (const auto& problem : stack::validate(*source, stack::Checkers{}))
    ADD_FAILURE() << text::format(problem, "template");
}

TEST(CompileForAws, LeadsFailuresToTheReportWithTheTopicOfTheirPeople) {
  const auto made = aws_template();
  for (const auto& [rule, topic] :
       {std::pair{"FailureRule", "Topic"}, std::pair{"FailureRuleForDb", "TopicForDb"}}) {
    const auto* targets = find_path(made, {"Resources", rule, "Properties", "Targets"});
    ASSERT_NE(targets, nullptr) << rule;
    const auto& target = targets->get_array().front();
    EXPECT_EQ(text::to_json(*find(target, "Arn")), R"({"Fn::GetAtt":["ReportFunction","Arn"]})");
    const auto* input = find_path(target, {"InputTransformer", "InputTemplate", "Fn::Sub"});
    ASSERT_NE(input, nullptr);
    EXPECT_NE(text_of(*input).find(fmt::format(R"("detail":<detail>,"TopicArn":"${{{}}}")", topic)),
              std::string::npos)
        << text_of(*input);
  }
  EXPECT_EQ(find_path(made, {"Resources", "HikaeRule"}), nullptr);
}

TEST(CompileForAws, LooksInTheMorningAtEveryGroup) {
  const auto made = aws_template();
  const auto& resources = object_at(made, "Resources");
  for (const auto* id : {"ReportTaskNightly", "ReportTaskDb", "Report2TaskDb"})
    EXPECT_TRUE(resources.contains(id)) << id;
  EXPECT_FALSE(resources.contains("ReportWindowOne"));
  const auto* payload =
      find_path(made, {"Resources", "ReportTaskNightly", "Properties", "TaskInvocationParameters",
                       "MaintenanceWindowLambdaParameters", "Payload", "Fn::Sub"});
  ASSERT_NE(payload, nullptr);
  EXPECT_EQ(text_of(*payload),
            R"({"TagKey":"BackupGroup","TagValue":"ssm-backup-group","MaxAgeHours":24,)"
            R"("TopicArn":"${Topic}","WindowIds":["${WindowNightly}",)"
            R"("${AgentCheckWindowNightly}"]})");
  const auto notes = beyond_aws(aws_config(kAwsPlans));
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_TRUE(notes[0].starts_with("plan one: has no report"));
}

TEST(CompileForAws, TheReportMayLookAndTellAndNothingElse) {
  const auto made = aws_template();
  const auto* document =
      find_path(made, {"Resources", "ReportPolicy", "Properties", "PolicyDocument"});
  ASSERT_NE(document, nullptr);
  for (const auto& one : list_at(*document, "Statement")) {
    const auto* actions = find(one, "Action");
    const auto all = actions->is_array() ? actions->get_array() : Array{*actions};
    for (const auto& action : all) {
      const auto name = text_of(action);
      EXPECT_TRUE(name.find(":Describe") != std::string_view::npos ||
                  name.find(":Get") != std::string_view::npos || name == "sns:Publish" ||
                  name.starts_with("logs:"))
          << name;
    }
  }
}

TEST(MorningCheck, TellsTonightsImageFromTheOneBefore) {
  const auto check_of = [](std::string_view plan) {
    return morning_check(
        aws_config(fmt::format("notify: [a@example.com]\nplans: [{{name: n, {}}}]", plan))
            .plans.at(0));
  };
  const auto tokyo = check_of("at: '03:30', zone: Asia/Tokyo");
  ASSERT_TRUE(tokyo.has_value());
  EXPECT_EQ(tokyo->schedule, "cron(30 6 ? * * *)");
  EXPECT_EQ(tokyo->age_hours, 24);
  EXPECT_EQ(check_of("at: '03:30', zone: Europe/Berlin")->age_hours, 25);
  const auto weekly = check_of("schedule: cron(30 22 ? * SUN *), zone: UTC, window_hours: 3");
  EXPECT_EQ(weekly->schedule, "cron(30 3 ? * * *)");
  EXPECT_EQ(weekly->age_hours, 7 * 24);
  EXPECT_FALSE(check_of("at: '03:30', zone: UTC, targets: {tag: {A: x, B: y}}").has_value());
}

}  // namespace
}  // namespace hikae::plan
