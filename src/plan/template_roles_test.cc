// Least privilege of the compiled template's roles.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "iam/policy.h"
#include "plan/compile.h"
#include "text/json.h"

namespace hikae::plan {
namespace {

/// Intrinsic functions as some text: what they stand for does not matter here.
Value without_functions(const Value& value) {
  if (const auto* object = value.if_object()) {
    if (const auto* text = find(value, "Fn::Sub")) return *text;
    if (object->size() == 1 && (find(value, "Ref") || find(value, "Fn::GetAtt")))
      return Value("arn:aws:x:::" + text::to_json(value));
    Object out;
    for (const auto& [key, member] : *object) out[key] = without_functions(member);
    return out;
  }
  const auto* list = value.if_array();
  if (!list) return value;
  Array out;
  for (const auto& item : *list) out.push_back(without_functions(item));
  return out;
}

Value template_for(std::string_view plans) {
  text::Diagnostics problems;
  const auto config = read_config("notify: [ops@example.com]\nplans:\n" + str(plans), problems);
  EXPECT_TRUE(config.has_value()) << (config ? "" : config.error().message);
  auto made = compile_template(*config);
  EXPECT_TRUE(made.has_value());
  return made ? *made : Value();
}

/// The statements of "BackupPolicy", with its functions resolved to anything.
Value document_in(const Value& made, std::string_view policy) {
  const auto* found = find_path(made, {"Resources", policy, "Properties", "PolicyDocument"});
  EXPECT_NE(found, nullptr) << policy;
  return found ? without_functions(*found) : Value();
}

iam::Policy policy_in(const Value& made, std::string_view policy) {
  auto read = iam::read_policy(document_in(made, policy), iam::PolicyUse::Identity);
  EXPECT_TRUE(read.has_value()) << (read ? "" : read.error().message);
  return read ? *read : iam::Policy{};
}

std::vector<std::string> actions_in(const iam::Policy& policy) {
  std::vector<std::string> all;
  for (const auto& statement : policy.statements)
    for (const auto& action : statement.actions.patterns) all.push_back(action);
  return all;
}

/// The statements whose Sid begins with that, as JSON.
std::string statements_named(const Value& made, std::string_view begin) {
  const auto document = document_in(made, "BackupPolicy");
  std::string out;
  for (const auto& statement : list_at(document, "Statement"))
    if (text_at(statement, "Sid").starts_with(begin)) out += text::to_json(statement) + "\n";
  return out;
}

constexpr std::string_view kOnePlan = "  - {name: nightly, at: '03:30', zone: Asia/Tokyo}\n";

TEST(TemplateRoles, NoActionThatChangesSomethingStandsOnEverything) {
  const auto made = template_for(kOnePlan);
  for (const auto* name : {"BackupPolicy", "RetentionPolicy", "AgentCheckPolicy"}) {
    const auto policy = policy_in(made, name);
    for (const auto& statement : policy.statements) {
      if (statement.resources->patterns != std::vector<std::string>{"*"}) continue;
      for (const auto& action : statement.actions.patterns)
        EXPECT_NE(action.find(":Describe"), std::string::npos) << name << " " << action;
    }
  }
}

TEST(TemplateRoles, TheBackupRoleDeletesNothingAndTheRetentionRoleMakesNothing) {
  const auto made = template_for(kOnePlan);
  for (const auto& action : actions_in(policy_in(made, "BackupPolicy")))
    for (const auto* word : {":Deregister", ":DeleteSnapshot", ":Terminate", "*"})
      EXPECT_EQ(action.find(word), std::string::npos) << action;
  for (const auto& action : actions_in(policy_in(made, "RetentionPolicy")))
    for (const auto* word : {"ec2:Create", ":Stop", ":Start", ":Run", "*"})
      EXPECT_EQ(action.find(word), std::string::npos) << action;
}

TEST(TemplateRoles, StopAndStartAreOfTheGroupsOfThePlans) {
  const auto made = template_for(
      "  - {name: a, at: '03:30', targets: {tag: {Role: [db]}}}\n"
      "  - {name: b, at: '03:30', targets: {tag: {Role: [web, '${x}']}}}\n"
      "  - {name: c, at: '03:30', targets: {tag: {Role: app, Tier: one}}}\n"
      "  - {name: d, at: '03:30', instances: [i-0123456789abcdef0]}\n");
  const auto stops = statements_named(made, "StopWhereAsked");
  EXPECT_EQ(std::count(stops.begin(), stops.end(), '\n'), 3) << stops;
  EXPECT_NE(stops.find(R"("aws:ResourceTag/Role":["${$}{x}","db","web"])"), std::string::npos)
      << stops;
  EXPECT_NE(stops.find(R"("aws:ResourceTag/Role":"app","aws:ResourceTag/Tier":"one")"),
            std::string::npos)
      << stops;
  EXPECT_NE(stops.find("instance/i-0123456789abcdef0"), std::string::npos) << stops;
  const auto starts = statements_named(made, "StartAgain");
  EXPECT_EQ(std::count(starts.begin(), starts.end(), '\n'), 3) << starts;
}

TEST(TemplateRoles, MorePlansThanARolesPolicyHasRoomForAreOneGroup) {
  std::string plans;
  for (int i = 0; i < 20; ++i)
    plans += fmt::format("  - {{name: p{0}, at: '03:30', targets: {{tag: {{K{0}: v}}}}}}\n", i);
  text::Diagnostics problems;
  const auto config = read_config("notify: [ops@example.com]\nplans:\n" + plans, problems);
  ASSERT_TRUE(config.has_value()) << config.error().message;
  const auto made = compile_template(*config);
  ASSERT_TRUE(made.has_value()) << made.error().message;
  EXPECT_LT(text::to_json(document_in(*made, "BackupPolicy")).size(), 10'240U);
  const auto stops = statements_named(*made, "StopWhereAsked");
  EXPECT_EQ(std::count(stops.begin(), stops.end(), '\n'), 1) << stops;
}

}  // namespace
}  // namespace hikae::plan
