#include "plane/events/events.h"

#include "plane/sns/sns.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kFailures = R"({"source":["aws.ssm"],"detail":{"Status":["Failed"]}})";
constexpr std::string_view kTopicTarget = "arn:aws:sns:ap-northeast-1:123456789012:backups";

struct EventsDesk : TestKernel {
  Events service{*kernel};
  Sns sns_service{*kernel};

  void put(Object rule) { ok(service, "PutRule", std::move(rule)); }
  void put_pattern(std::string_view name = "r", std::string_view pattern = kFailures) {
    put({{"Name", name}, {"EventPattern", pattern}});
  }
  void put_schedule(std::string_view state = "ENABLED") {
    put({{"Name", "s"}, {"ScheduleExpression", "rate(1 hour)"}, {"State", state}});
  }
  std::string refused_rule(Object rule) { return refused(service, "PutRule", std::move(rule)); }
  void target(std::string_view rule, Object members = {}) {
    if (!members.contains("Id")) members["Id"] = "t";
    if (!members.contains("Arn")) members["Arn"] = kTopicTarget;
    ok(service, "PutTargets", Object{{"Rule", rule}, {"Targets", Array{std::move(members)}}});
  }
  std::string refused_target(Object members) {
    members["Id"] = "t";
    if (!members.contains("Arn")) members["Arn"] = kTopicTarget;
    return refused(service, "PutTargets",
                   Object{{"Rule", "r"}, {"Targets", Array{std::move(members)}}});
  }
  Array matches(Value event) {
    return list_at(ok(service.bus(), "Match", Object{{"Event", std::move(event)}}), "Matches");
  }
  /// What the rule's machines were told, oldest first.
  std::vector<std::string> told() {
    std::vector<std::string> names;
    for (const auto& machine : machines("rule"))
      for (const auto& signal : list_at(machine.record, "Signals"))
        names.push_back(str(text_at(signal, "Name")));
    return names;
  }
  void add_listener() {
    ok(sns_service, "CreateTopic", Object{{"Name", "backups"}});
    ok(sns_service, "Subscribe",
       Object{{"TopicArn", kTopicTarget}, {"Protocol", "email"}, {"Endpoint", "a@example.com"}});
  }
  static Value event(std::string_view source, std::string_view status) {
    return Object{{"version", "0"},
                  {"id", "e1"},
                  {"detail-type", "T"},
                  {"source", source},
                  {"account", "123456789012"},
                  {"time", "2026-01-01T18:30:00Z"},
                  {"region", "ap-northeast-1"},
                  {"resources", Array()},
                  {"detail", Object{{"Status", status}}}};
  }
};

TEST(EventRules, ARuleIsPutAndDescribed) {
  EventsDesk desk;
  const auto answer =
      desk.ok(desk.service, "PutRule",
              Object{{"Name", "r"}, {"EventPattern", kFailures}, {"Description", "failed runs"}});
  EXPECT_EQ(text_at(answer, "RuleArn"), "arn:aws:events:ap-northeast-1:123456789012:rule/r");
  const auto rule = desk.ok(desk.service, "DescribeRule", Object{{"Name", "r"}});
  EXPECT_EQ(text_at(rule, "State"), "ENABLED");
  EXPECT_EQ(text_at(rule, "EventPattern"), kFailures);
  EXPECT_EQ(text_at(rule, "EventBusName"), "default");
  EXPECT_EQ(find(rule, "ScheduleExpression"), nullptr);
}

TEST(EventRules, PuttingOneAgainReplacesWhatIsNotNamed) {
  EventsDesk desk;
  desk.put({{"Name", "r"}, {"EventPattern", kFailures}, {"Description", "failed runs"}});
  desk.put_pattern();
  EXPECT_EQ(find(desk.ok(desk.service, "DescribeRule", Object{{"Name", "r"}}), "Description"),
            nullptr);
}

TEST(EventRules, WhatIsWrongWithARuleIsSaidByTheRightCode) {
  EventsDesk desk;
  EXPECT_EQ(desk.refused_rule({{"Name", "r"}}), "ValidationException");
  EXPECT_EQ(desk.refused_rule({{"Name", "a b"}, {"EventPattern", kFailures}}),
            "ValidationException");
  EXPECT_EQ(desk.refused_rule({{"Name", "r"}, {"EventPattern", R"({"source":"aws.ssm"})"}}),
            "InvalidEventPatternException");
  EXPECT_EQ(desk.refused_rule({{"Name", "r"}, {"ScheduleExpression", "cron(0 0 * * * *)"}}),
            "ValidationException");
  EXPECT_EQ(desk.refused_rule({{"Name", "r"}, {"ScheduleExpression", "at(2026-01-02T00:00:00)"}}),
            "ValidationException");
  EXPECT_EQ(
      desk.refused_rule({{"Name", "r"}, {"EventPattern", kFailures}, {"EventBusName", "other"}}),
      "ResourceNotFoundException");
  EXPECT_EQ(desk.refused(desk.service, "DescribeRule", Object{{"Name", "r"}}),
            "ResourceNotFoundException");
}

TEST(EventRules, AreListedByPrefixAndInPages) {
  EventsDesk desk;
  for (const auto name : {"a1", "a2", "a3", "b1"}) desk.put_pattern(name);
  const auto first = desk.ok(desk.service, "ListRules", Object{{"NamePrefix", "a"}, {"Limit", 2}});
  EXPECT_EQ(list_at(first, "Rules").size(), 2u);
  const auto rest =
      desk.ok(desk.service, "ListRules",
              Object{{"NamePrefix", "a"}, {"NextToken", text_at(first, "NextToken")}});
  ASSERT_EQ(list_at(rest, "Rules").size(), 1u);
  EXPECT_EQ(text_at(list_at(rest, "Rules")[0], "Name"), "a3");
}

TEST(EventRules, TagsAreKeptOverAReplacement) {
  EventsDesk desk;
  desk.put({{"Name", "r"},
            {"EventPattern", kFailures},
            {"Tags", Array{Object{{"Key", "team"}, {"Value", "ops"}}}}});
  desk.put_pattern();
  const Object of{{"ResourceARN", "arn:aws:events:ap-northeast-1:123456789012:rule/r"}};
  EXPECT_EQ(list_at(desk.ok(desk.service, "ListTagsForResource", of), "Tags").size(), 1u);
  auto drop = of;
  drop["TagKeys"] = Array{"team"};
  desk.ok(desk.service, "UntagResource", drop);
  EXPECT_TRUE(list_at(desk.ok(desk.service, "ListTagsForResource", of), "Tags").empty());
}

TEST(ScheduledRules, AnEnabledOneHasAMachine) {
  EventsDesk desk;
  desk.put_schedule();
  const auto machines = desk.machines("rule");
  ASSERT_EQ(machines.size(), 1u);
  EXPECT_EQ(*find(machines[0].record, "Input"),
            json(R"({"Name":"s","Arn":"arn:aws:events:ap-northeast-1:123456789012:rule/s",)"
                 R"j("ScheduleExpression":"rate(1 hour)","CreatedAt":"2026-01-01T18:30:00Z",)j"
                 R"("Enabled":true})"));
}

TEST(ScheduledRules, ADisabledOneHasNoneUntilItIsEnabled) {
  EventsDesk desk;
  desk.put_schedule("DISABLED");
  EXPECT_TRUE(desk.machines("rule").empty());
  desk.ok(desk.service, "EnableRule", Object{{"Name", "s"}});
  EXPECT_EQ(desk.machines("rule").size(), 1u);
}

TEST(ScheduledRules, TheMachineHearsOfEveryChange) {
  EventsDesk desk;
  desk.put_schedule();
  desk.put_schedule();
  desk.ok(desk.service, "DisableRule", Object{{"Name", "s"}});
  desk.ok(desk.service, "DisableRule", Object{{"Name", "s"}});
  desk.ok(desk.service, "EnableRule", Object{{"Name", "s"}});
  desk.ok(desk.service, "DeleteRule", Object{{"Name", "s"}});
  EXPECT_EQ(desk.machines("rule").size(), 1u);
  EXPECT_EQ(desk.kernel->living("rule"), 0u);
}

TEST(ScheduledRules, SignalsComeInTheOrderOfTheRequests) {
  EventsDesk desk;
  desk.put_schedule();
  desk.put_schedule();
  desk.ok(desk.service, "DisableRule", Object{{"Name", "s"}});
  desk.ok(desk.service, "EnableRule", Object{{"Name", "s"}});
  EXPECT_EQ(desk.told(), (std::vector<std::string>{"update", "disable", "update"}));
}

TEST(ScheduledRules, ARuleThatComesAgainHasANewMachine) {
  EventsDesk desk;
  for (int i = 0; i < 3; ++i) {
    desk.put_schedule();
    EXPECT_EQ(desk.kernel->living("rule"), 1u);
    desk.ok(desk.service, "DeleteRule", Object{{"Name", "s"}});
    EXPECT_EQ(desk.kernel->living("rule"), 0u);
  }
  EXPECT_EQ(desk.machines("rule").size(), 3u);
}

TEST(ScheduledRules, ARuleThatLosesItsScheduleLosesItsMachine) {
  EventsDesk desk;
  desk.put_schedule();
  desk.put_pattern("s");
  EXPECT_EQ(desk.kernel->living("rule"), 0u);
}

TEST(EventTargets, ArePutListedAndRemoved) {
  EventsDesk desk;
  desk.put_pattern();
  desk.target("r");
  desk.target("r", {{"Id", "t2"}, {"Input", "{}"}});
  const auto listed = desk.ok(desk.service, "ListTargetsByRule", Object{{"Rule", "r"}});
  ASSERT_EQ(list_at(listed, "Targets").size(), 2u);
  EXPECT_EQ(text_at(list_at(listed, "Targets")[1], "Input"), "{}");
  const auto removed =
      desk.ok(desk.service, "RemoveTargets", Object{{"Rule", "r"}, {"Ids", Array{"t", "t3"}}});
  EXPECT_EQ(*int_at(removed, "FailedEntryCount"), 1);
}

TEST(EventTargets, ThereAreAtMostFive) {
  EventsDesk desk;
  desk.put_pattern();
  for (const auto id : {"1", "2", "3", "4", "5", "5"}) desk.target("r", {{"Id", id}});
  EXPECT_EQ(desk.refused_target({}), "LimitExceededException");
}

TEST(EventTargets, AreCheckedWhenTheyArePut) {
  EventsDesk desk;
  EXPECT_EQ(desk.refused_target({}), "ResourceNotFoundException");
  desk.put_pattern();
  const auto bad = [&](Object members) { return desk.refused_target(std::move(members)); };
  EXPECT_EQ(bad({{"Arn", "backups"}}), "ValidationException");
  EXPECT_EQ(bad({{"Arn", "arn:aws:kinesis:ap-northeast-1:123456789012:stream/s"}}),
            "ValidationException");
  EXPECT_EQ(bad({{"Input", "{"}}), "ValidationException");
  EXPECT_EQ(bad({{"Input", "{}"}, {"InputPath", "$.detail"}}), "ValidationException");
  EXPECT_EQ(bad({{"InputPath", "detail"}}), "ValidationException");
  EXPECT_EQ(bad({{"RetryPolicy", Object{{"MaximumRetryAttempts", 186}}}}), "ValidationException");
  EXPECT_EQ(bad({{"RetryPolicy", Object{{"MaximumEventAgeInSeconds", 59}}}}),
            "ValidationException");
  EXPECT_EQ(bad({{"DeadLetterConfig", Object{{"Arn", kTopicTarget}}}}), "ValidationException");
}

TEST(EventTargets, AQueueInOrderNeedsAGroupWhichItsMatchesName) {
  EventsDesk desk;
  desk.put_pattern();
  constexpr auto kLine = "arn:aws:sqs:ap-northeast-1:123456789012:line.fifo";
  EXPECT_EQ(desk.refused_target({{"Arn", kLine}}), "ValidationException");
  desk.target("r", {{"Arn", kLine}, {"SqsParameters", Object{{"MessageGroupId", "backups"}}}});
  const auto matches = desk.matches(EventsDesk::event("aws.ssm", "Failed"));
  ASSERT_FALSE(matches.empty());
  EXPECT_EQ(text_at(matches[0], "GroupId"), "backups");
}

TEST(EventTargets, ARuleWithTargetsIsDeletedOnlyByForce) {
  EventsDesk desk;
  desk.put_pattern();
  desk.target("r");
  EXPECT_EQ(desk.refused(desk.service, "DeleteRule", Object{{"Name", "r"}}), "ValidationException");
  desk.ok(desk.service, "DeleteRule", Object{{"Name", "r"}, {"Force", true}});
  desk.put_pattern();
  EXPECT_TRUE(list_at(desk.ok(desk.service, "ListTargetsByRule", Object{{"Rule", "r"}}), "Targets")
                  .empty());
  desk.ok(desk.service, "DeleteRule", Object{{"Name", "gone"}});
}

TEST(PutEvents, StartsAMachineForEachGoodEntry) {
  EventsDesk desk;
  const auto entries =
      json(R"([{"Source":"mine","DetailType":"T","Detail":"{\"a\":1}","Resources":["r"],)"
           R"("Time":"2026-01-01T00:00:00Z"},{"Source":"mine","DetailType":"T","Detail":"["},)"
           R"({"Source":"aws.ssm","DetailType":"T","Detail":"{}"},{"Source":"mine"}])");
  const auto answer = desk.ok(desk.service, "PutEvents", Object{{"Entries", entries}});
  EXPECT_EQ(*int_at(answer, "FailedEntryCount"), 3);
  const auto& rows = list_at(answer, "Entries");
  EXPECT_EQ(text_at(rows[1], "ErrorCode"), "MalformedDetail");
  EXPECT_EQ(text_at(rows[2], "ErrorCode"), "NotAuthorizedForSourceException");
  EXPECT_EQ(text_at(rows[3], "ErrorCode"), "InvalidArgument");
  const auto machines = desk.machines("event");
  ASSERT_EQ(machines.size(), 1u);
  EXPECT_EQ(machines[0].id.id, text_at(rows[0], "EventId"));
  auto event = *find(machines[0].record, "Input");
  event.as_object().erase("id");
  EXPECT_EQ(event, json(R"({"version":"0","detail-type":"T","source":"mine",)"
                        R"("account":"123456789012","time":"2026-01-01T00:00:00Z",)"
                        R"("region":"ap-northeast-1","resources":["r"],"detail":{"a":1}})"));
}

TEST(PutEvents, RequestsHaveTenEntriesAnd256KiB) {
  EventsDesk desk;
  const Object entry{{"Source", "mine"}, {"DetailType", "T"}, {"Detail", "{}"}};
  Array many;
  for (int i = 0; i < 11; ++i) many.push_back(entry);
  EXPECT_EQ(desk.refused(desk.service, "PutEvents", Object{{"Entries", many}}),
            "ValidationException");
  EXPECT_EQ(desk.refused(desk.service, "PutEvents", Object{{"Entries", Array()}}),
            "ValidationException");
  auto large = entry;
  large["Detail"] = R"({"a":")" + std::string(262'144, 'a') + R"("})";
  EXPECT_EQ(desk.refused(desk.service, "PutEvents", Object{{"Entries", Array{large}}}),
            "ValidationException");
}

TEST(TestEventPattern, SaysWhetherItMatches) {
  EventsDesk desk;
  const auto result = [&](std::string_view status) {
    const auto text = text::to_json(EventsDesk::event("aws.ssm", status));
    return is_true_at(desk.ok(desk.service, "TestEventPattern",
                              Object{{"EventPattern", kFailures}, {"Event", text}}),
                      "Result");
  };
  EXPECT_TRUE(result("Failed"));
  EXPECT_FALSE(result("Success"));
}

TEST(TestEventPattern, TellsABadPatternFromABadEvent) {
  EventsDesk desk;
  const auto text = text::to_json(EventsDesk::event("aws.ssm", "Failed"));
  EXPECT_EQ(desk.refused(desk.service, "TestEventPattern",
                         Object{{"EventPattern", "{}"}, {"Event", text}}),
            "InvalidEventPatternException");
  EXPECT_EQ(desk.refused(desk.service, "TestEventPattern",
                         Object{{"EventPattern", kFailures}, {"Event", R"({"id":"1"})"}}),
            "ValidationException");
}

TEST(Bus, GivesEachTargetOfEachRuleThatMatches) {
  EventsDesk desk;
  desk.put_pattern("a");
  desk.put_pattern("b");
  desk.put_pattern("c", R"({"source":["other"]})");
  for (const auto rule : {"a", "b", "c"}) desk.target(rule);
  desk.target("a",
              {{"Id", "u"},
               {"RoleArn", "arn:aws:iam::123456789012:role/r"},
               {"RetryPolicy", Object{{"MaximumRetryAttempts", 3}}},
               {"DeadLetterConfig", Object{{"Arn", "arn:aws:sqs:ap-northeast-1:123456789012:q"}}}});
  const auto event = EventsDesk::event("aws.ssm", "Failed");
  const auto matches = desk.matches(event);
  ASSERT_EQ(matches.size(), 3u);
  EXPECT_EQ(matches[0],
            Value(Object{{"RuleArn", "arn:aws:events:ap-northeast-1:123456789012:rule/a"},
                         {"TargetId", "t"},
                         {"TargetArn", kTopicTarget},
                         {"Input", text::to_json(event)}}));
  EXPECT_EQ(text_at(matches[1], "DeadLetterArn"), "arn:aws:sqs:ap-northeast-1:123456789012:q");
  EXPECT_EQ(*int_at(*find(matches[1], "RetryPolicy"), "MaximumRetryAttempts"), 3);
}

TEST(Bus, FollowsEveryChangeOfTheRules) {
  EventsDesk desk;
  const auto count = [&] { return desk.matches(EventsDesk::event("aws.ssm", "Failed")).size(); };
  EXPECT_EQ(count(), 0u);
  desk.put_pattern();
  desk.target("r");
  EXPECT_EQ(count(), 1u);
  desk.ok(desk.service, "DisableRule", Object{{"Name", "r"}});
  EXPECT_EQ(count(), 0u);
  desk.ok(desk.service, "EnableRule", Object{{"Name", "r"}});
  EXPECT_EQ(count(), 1u);
  desk.put_pattern("r", R"({"source":["other"]})");
  EXPECT_EQ(count(), 0u);
  desk.put_pattern();
  desk.ok(desk.service, "DeleteRule", Object{{"Name", "r"}, {"Force", true}});
  EXPECT_EQ(count(), 0u);
}

TEST(Bus, KnowsTheRulesThatWereThereBeforeIt) {
  EventsDesk desk;
  desk.put_pattern();
  desk.target("r");
  Events again(*desk.kernel);
  const auto answer =
      desk.ok(again.bus(), "Match", Object{{"Event", EventsDesk::event("aws.ssm", "Failed")}});
  EXPECT_EQ(list_at(answer, "Matches").size(), 1u);
}

TEST(Bus, AnEventOfARuleGoesToThatRuleAloneWithoutTheMark) {
  EventsDesk desk;
  desk.put_pattern("r", R"({"source":["aws.events"]})");
  desk.put_schedule();
  desk.target("r");
  desk.target("s");
  auto event = EventsDesk::event("aws.events", "-");
  const auto bare = text::to_json(event);
  event.as_object()["hikae-rule"] = "arn:aws:events:ap-northeast-1:123456789012:rule/s";
  const auto matches = desk.matches(event);
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(text_at(matches[0], "RuleArn"), "arn:aws:events:ap-northeast-1:123456789012:rule/s");
  EXPECT_EQ(text_at(matches[0], "Input"), bare);
}

TEST(Bus, OwnEventsThatReachNobodyGoToWhoeverListens) {
  EventsDesk desk;
  EXPECT_TRUE(desk.matches(EventsDesk::event("hikae", "x")).empty());
  desk.add_listener();
  const auto matches = desk.matches(EventsDesk::event("hikae", "x"));
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_EQ(text_at(matches[0], "RuleArn"), "hikae:fallback");
  EXPECT_EQ(text_at(matches[0], "TargetArn"), kTopicTarget);
  EXPECT_EQ(text_at(matches[0], "TargetId"), "backups");
}

TEST(Bus, TheFallbackIsForOwnEventsWithoutARuleOnly) {
  EventsDesk desk;
  desk.add_listener();
  EXPECT_TRUE(desk.matches(EventsDesk::event("mine", "x")).empty());
  desk.put_pattern("r", R"({"source":["hikae"]})");
  EXPECT_EQ(desk.matches(EventsDesk::event("hikae", "x")).size(), 1u) << "the rule has no target";
  desk.target("r");
  const auto matches = desk.matches(EventsDesk::event("hikae", "x"));
  ASSERT_EQ(matches.size(), 1u);
  EXPECT_NE(text_at(matches[0], "RuleArn"), "hikae:fallback");
}

TEST(Bus, ScopesDoNotSeeEachOther) {
  EventsDesk desk;
  desk.put_pattern();
  desk.target("r");
  desk.scope.region = "us-east-1";
  EXPECT_TRUE(desk.matches(EventsDesk::event("aws.ssm", "Failed")).empty());
}

TEST(EventsTargets, TellWhichRulesNameThem) {
  EventsDesk desk;
  for (const auto name : {"b", "a", "c"}) desk.put_pattern(name);
  desk.target("b");
  desk.target("a");
  desk.target("a", {{"Id", "u"}});
  const auto names = [&](std::string_view arn) {
    return *find(desk.ok(desk.service, "ListRuleNamesByTarget", Object{{"TargetArn", arn}}),
                 "RuleNames");
  };
  EXPECT_EQ(names(kTopicTarget), json(R"(["a","b"])"));
  EXPECT_EQ(names("arn:aws:sns:ap-northeast-1:123456789012:other"), json("[]"));
}

TEST(EventsBus, IsOne) {
  EventsDesk desk;
  const auto bus = json(R"({"Name":"default",)"
                        R"("Arn":"arn:aws:events:ap-northeast-1:123456789012:event-bus/default"})");
  EXPECT_EQ(desk.ok(desk.service, "DescribeEventBus", Object()), bus);
  EXPECT_EQ(list_at(desk.ok(desk.service, "ListEventBuses", Object()), "EventBuses")[0], bus);
  EXPECT_EQ(desk.refused(desk.service, "DescribeEventBus", Object{{"Name", "mine"}}),
            "ResourceNotFoundException");
  EXPECT_EQ(desk.refused(desk.service, "CreateEventBus", Object{{"Name", "mine"}}),
            "LimitExceededException");
}

}  // namespace
}  // namespace hikae::plane
