#include "window/rule.h"

#include "window/script_test.h"

namespace hikae::window {
namespace {

constexpr const char* kRuleArn = "arn:aws:events:ap-northeast-1:123456789012:rule/check";

Object rule_definition(std::string_view expression) {
  return {{"Name", "check"},
          {"Arn", kRuleArn},
          {"ScheduleExpression", expression},
          {"CreatedAt", "2026-01-01T00:00:00Z"},
          {"Enabled", true}};
}

Script rule_script(std::string_view expression, std::string_view now) {
  Script script(make_rule_kind(), "check", now);
  script.start_with(rule_definition(expression));
  return script;
}

TEST(Rule, StartsTheScheduledEventForItsOwnTargets) {
  auto script = rule_script("cron(20 18 * * ? *)", "2026-01-10T00:00:00Z");
  script.wake("due");
  ASSERT_EQ(script.told("Scheduled Event").size(), 1U);
  const auto event = script.told("Scheduled Event")[0];
  EXPECT_EQ(text_at(event, "source"), "aws.events");
  EXPECT_EQ(text_at(event, "time"), "2026-01-10T18:20:00Z");
  EXPECT_EQ(text_at(event, "hikae-rule"), kRuleArn);
  EXPECT_EQ(text_of(list_at(event, "resources")[0]), kRuleArn);
  EXPECT_TRUE(object_at(event, "detail").empty());
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-11T18:20:00Z");
}

TEST(Rule, AfterDowntimeTheLatestInstantOfADayRunsAndTheRestIsTold) {
  auto script = rule_script("cron(20 18 * * ? *)", "2026-01-10T00:00:00Z");
  script.set_clock("2026-01-13T20:00:00Z");
  script.wake("due");
  ASSERT_EQ(script.told("Scheduled Event").size(), 1U);
  EXPECT_EQ(text_at(script.told("Scheduled Event")[0], "time"), "2026-01-13T18:20:00Z");
  ASSERT_EQ(script.told("Rule Missed").size(), 1U);
  const Value detail = object_at(script.told("Rule Missed")[0], "detail");
  EXPECT_EQ(int_at(detail, "count"), 3);
  EXPECT_EQ(text_at(detail, "first"), "2026-01-10T18:20:00Z");
  EXPECT_EQ(text_at(detail, "last"), "2026-01-12T18:20:00Z");
}

TEST(Rule, WhatIsOlderThanADayIsOnlyTold) {
  auto script = rule_script("cron(20 18 1 * ? *)", "2026-01-10T00:00:00Z");
  script.set_clock("2026-02-03T00:00:00Z");
  script.wake("due");
  EXPECT_TRUE(script.told("Scheduled Event").empty());
  EXPECT_EQ(script.told("Rule Missed").size(), 1U);
}

TEST(Rule, AClockSetBackRunsNothingTwice) {
  auto script = rule_script("rate(5 minutes)", "2026-01-10T00:01:00Z");
  script.wake("due");
  script.set_clock("2026-01-10T00:00:00Z");
  script.wake_now("due");
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-10T00:10:00Z");
  EXPECT_EQ(script.told("Scheduled Event").size(), 1U);
}

TEST(Rule, DisabledUpdatedDeleted) {
  auto script = rule_script("rate(5 minutes)", "2026-01-10T00:01:00Z");
  script.signal("disable");
  EXPECT_TRUE(script.wakes.empty());
  script.set_clock("2026-01-10T01:01:00Z");
  script.signal("update", rule_definition("rate(1 hour)"));
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-10T02:00:00Z");
  EXPECT_TRUE(script.told("Rule Missed").empty());
  script.signal("delete");
  EXPECT_TRUE(script.finished.has_value());
}

}  // namespace
}  // namespace hikae::window
