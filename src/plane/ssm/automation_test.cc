// The automation API (docs/reference/ssm-automation.md 7, 8.1) over real runs and parents, with a
// cloud that knows a few instances.
#include <fmt/format.h>

#include <set>

#include "plane/ssm/ssm.h"
#include "plane/testing_kernel_test.h"
#include "runbook/rate.h"

namespace hikae::plane {
namespace {

constexpr std::string_view kRestDocument = R"({"schemaVersion": "0.3",
 "parameters": {"InstanceId": {"type": "String", "default": "none"},
                "Minutes": {"type": "String", "default": "PT1M"}},
 "mainSteps": [{"name": "Rest", "action": "aws:sleep", "inputs": {"Duration": "{{ Minutes }}"}},
               {"name": "Look", "action": "aws:assertAwsResourceProperty",
                "inputs": {"Service": "ec2", "Api": "DescribeInstances",
                           "InstanceIds": ["{{ InstanceId }}"],
                           "PropertySelector": "$.Reservations[0].Instances[0].State.Name",
                           "DesiredValues": ["running"]}}]})";

/// Instances i-1 to i-COUNT, all of Group=g; those in `gone` vanish from Describe by id.
struct FewInstances final : aws::Cloud {
  explicit FewInstances(VirtualTime& world) : time(world) {}
  void call(aws::Request request, aws::Done done) override {
    Array instances;
    const auto& ids = list_at(request.input, "InstanceIds");
    for (int i = 1; i <= count; ++i) {
      const auto id = fmt::format("i-{}", i);
      const bool asked = std::ranges::any_of(ids, [&](const Value& v) { return text_of(v) == id; });
      if (!ids.empty() && (!asked || gone.contains(id))) continue;
      instances.push_back(Object{{"InstanceId", id},
                                 {"State", Object{{"Name", "running"}}},
                                 {"Tags", Array{Object{{"Key", "Group"}, {"Value", "g"}}}}});
    }
    Result<Value> answer =
        Value(Object{{"Reservations", Array{Object{{"Instances", std::move(instances)}}}}});
    time.at(time.now() + Duration{20},
            [done = std::move(done), answer = std::move(answer)]() mutable {
              done(std::move(answer));
            });
  }
  VirtualTime& time;
  int count = 5;
  std::set<std::string> gone;
};

struct Holding {
  Library library{{}};
};

TestKernel::Kinds automation_kinds(Library& library) {
  auto kinds = TestKernel::recording({"event", "mail", "delivery", "power"});
  kinds.push_back(runbook::make_execution_kind(
      [&library](std::string_view hash) { return library.by_hash(hash); }));
  return kinds;
}

struct AutomationDesk : Holding, TestKernel {
  FewInstances cloud{time};
  Ssm service{*kernel, library, secrets};

  AutomationDesk() : TestKernel(automation_kinds(library)) {
    router.add("ec2", cloud);
    router.add("ssm", service);
    ok(service, "CreateDocument",
       Object{{"Name", "rest"},
              {"Content", kRestDocument},
              {"DocumentType", "Automation"},
              {"DocumentFormat", "JSON"}});
  }

  static Object on_targets(Object more = {}) {
    Object input{{"DocumentName", "rest"},
                 {"TargetParameterName", "InstanceId"},
                 {"Targets", Array{Object{{"Key", "tag:Group"}, {"Values", Array{"g"}}}}}};
    for (const auto& [name, value] : more) input[name] = value;
    return input;
  }
  static Object on_instance(std::string_view id) {
    return {{"DocumentName", "rest"}, {"Parameters", Object{{"InstanceId", Array{Value(id)}}}}};
  }
  std::string begin(Object input) {
    return str(text_at(ok(service, "StartAutomationExecution", std::move(input)),
                       "AutomationExecutionId"));
  }
  Value get(const std::string& id) {
    const auto answer =
        ok(service, "GetAutomationExecution", Object{{"AutomationExecutionId", id}});
    return *find(answer, "AutomationExecution");
  }
  std::string status(const std::string& id) {
    return str(text_at(get(id), "AutomationExecutionStatus"));
  }
  std::string refused_start(Object input) {
    return refused(service, "StartAutomationExecution", std::move(input));
  }
  void pass(Duration duration) { time.run_until(time.now() + duration); }
  Array listed(Array filters, Object more = {}) {
    more["Filters"] = std::move(filters);
    const auto answer = ok(service, "DescribeAutomationExecutions", std::move(more));
    return list_at(answer, "AutomationExecutionMetadataList");
  }
  Array steps(const std::string& id, Object more = {}) {
    more["AutomationExecutionId"] = id;
    const auto answer = ok(service, "DescribeAutomationStepExecutions", std::move(more));
    return list_at(answer, "StepExecutions");
  }
  void set(std::string_view setting, std::string_view value) {
    ok(service, "UpdateServiceSetting", Object{{"SettingId", setting}, {"SettingValue", value}});
  }
  std::size_t count_of(std::string_view wanted) {
    return listed(Array{Object{{"Key", "ExecutionStatus"}, {"Values", Array{Value(wanted)}}}})
        .size();
  }
};

Object filter(std::string_view key, std::string_view value) {
  return {{"Key", key}, {"Values", Array{Value(value)}}};
}

// ---- rate control ----

/// Detail-types of the events of one run that rests and looks, with that rule in place.
int step_events_with_rule(const char* pattern) {
  AutomationDesk desk;
  desk.kernel->perform([&](engine::Turn& turn) {
    turn.tables().put(desk.scope, "events-rule", "r",
                      Object{{"Name", "r"}, {"EventPattern", pattern}, {"State", "ENABLED"}});
  });
  desk.ok(desk.service, "StartAutomationExecution",
          Object{{"DocumentName", "rest"}, {"Parameters", Object{{"InstanceId", Array{"i-1"}}}}});
  desk.time.run_until(desk.time.now() + minutes(5));
  int found = 0;
  for (const auto& view : desk.kernel->list(desk.scope, "event", 100))
    found += text::to_json(view.record).find("Step Status-change") != std::string::npos;
  return found;
}

TEST(StepEvents, ARunTellsOfEachStepWhereARuleMayHearIt) {
  EXPECT_EQ(step_events_with_rule(
                R"({"detail-type":["EC2 Automation Step Status-change Notification"]})"),
            2);
  EXPECT_EQ(step_events_with_rule(R"({"detail":{"Status":["Success"]}})"), 2);
}

TEST(StepEvents, ARunTellsOfNoStepThatWentWellWhereNoRuleWouldHearIt) {
  EXPECT_EQ(step_events_with_rule(R"({"source":["aws.ec2"]})"), 0);
  EXPECT_EQ(step_events_with_rule(
                R"({"detail-type":["EC2 Automation Execution Status-change Notification"]})"),
            0);
}

TEST(RateControlApi, OneChildForEachTargetFoundByTag) {
  AutomationDesk desk;
  const auto id = desk.begin(AutomationDesk::on_targets());
  desk.pass(hours(1));
  const auto parent = desk.get(id);
  EXPECT_EQ(text_at(parent, "AutomationExecutionStatus"), "Success");
  EXPECT_EQ(list_at(parent, "StepExecutions").size(), 5U);
  const auto children = desk.listed(Array{filter("ParentExecutionId", id)});
  ASSERT_EQ(children.size(), 5U);
  std::set<std::string> targets;
  for (const auto& child : children) {
    targets.insert(str(text_at(child, "Target")));
    EXPECT_EQ(text_at(child, "ParentAutomationExecutionId"), id);
    EXPECT_EQ(text_at(child, "AutomationExecutionStatus"), "Success");
  }
  EXPECT_EQ(targets.size(), 5U);
}

TEST(RateControlApi, TheStepsOfAParentNameItsChildren) {
  AutomationDesk desk;
  const auto id = desk.begin(AutomationDesk::on_targets());
  desk.pass(hours(1));
  for (const auto& step : desk.steps(id)) {
    const auto& ids = list_at(object_at(step, "Outputs"), "ExecutionId");
    ASSERT_EQ(ids.size(), 1U);
    EXPECT_EQ(text_at(desk.get(str(text_of(ids[0]))), "Target"), text_at(step, "StepName"));
  }
}

TEST(RateControlApi, ATargetThatVanishesIsAChildThatFails) {
  AutomationDesk desk;
  desk.cloud.gone.insert("i-2");
  const auto id = desk.begin(AutomationDesk::on_targets({{"MaxErrors", "100%"}}));
  desk.pass(hours(1));
  EXPECT_EQ(desk.status(id), "Failed");
  const auto parent = desk.get(id);
  const auto& progress = object_at(parent, "ProgressCounters");
  EXPECT_EQ(int_at(progress, "FailedSteps"), 1);
  EXPECT_EQ(int_at(progress, "SuccessSteps"), 4);
}

TEST(RateControlApi, AChildWaitsForTheRunThatWorksOnItsInstance) {
  AutomationDesk desk;
  const auto by_hand = desk.begin(AutomationDesk::on_instance("i-1"));
  const auto id = desk.begin(AutomationDesk::on_targets({{"MaxConcurrency", "5"}}));
  desk.pass(seconds(10));
  const auto pending = desk.listed(Array{filter("ExecutionStatus", "Pending")});
  ASSERT_EQ(pending.size(), 1U);
  EXPECT_EQ(text_at(pending[0], "Target"), "i-1");
  const auto child = desk.get(str(text_at(pending[0], "AutomationExecutionId")));
  EXPECT_NE(text_at(child, "WaitsFor").find("execution " + by_hand), std::string::npos);
  desk.pass(hours(1));
  EXPECT_EQ(desk.status(id), "Success");
}

TEST(RateControlApi, CancelEndsParentAndChildren) {
  AutomationDesk desk;
  const auto id = desk.begin(AutomationDesk::on_targets());
  desk.pass(seconds(90));
  desk.ok(desk.service, "StopAutomationExecution", Object{{"AutomationExecutionId", id}});
  desk.pass(minutes(5));
  EXPECT_EQ(desk.status(id), "Cancelled");
  EXPECT_EQ(desk.count_of("InProgress"), 0U);
  EXPECT_EQ(
      desk.refused(desk.service, "StopAutomationExecution", Object{{"AutomationExecutionId", id}}),
      "InvalidAutomationStatusUpdateException");
}

TEST(RateControlApi, CompleteLetsRunningChildrenEnd) {
  AutomationDesk desk;
  const auto id = desk.begin(AutomationDesk::on_targets());
  desk.pass(seconds(10));
  desk.ok(desk.service, "StopAutomationExecution",
          Object{{"AutomationExecutionId", id}, {"Type", "Complete"}});
  desk.pass(minutes(5));
  EXPECT_EQ(desk.status(id), "Success");
  EXPECT_EQ(desk.listed(Array{filter("ParentExecutionId", id)}).size(), 1U);
}

TEST(RateControlApi, TheSameTokenIsTheSameExecutionAndOtherTargetsAMismatch) {
  AutomationDesk desk;
  const auto token = "11111111-2222-3333-4444-555555555555";
  const auto id = desk.begin(AutomationDesk::on_targets({{"ClientToken", token}}));
  EXPECT_EQ(desk.begin(AutomationDesk::on_targets({{"ClientToken", token}})), id);
  EXPECT_EQ(
      desk.refused_start(AutomationDesk::on_targets({{"ClientToken", token}, {"MaxErrors", "3"}})),
      "IdempotentParameterMismatch");
}

TEST(AutomationApi, TheSameTokenWithAnotherVersionIsAMismatch) {
  AutomationDesk desk;
  auto content = str(kRestDocument);
  content.insert(1, R"("description":"another",)");
  desk.ok(desk.service, "UpdateDocument",
          Object{{"Name", "rest"}, {"Content", content}, {"DocumentVersion", "$LATEST"}});
  const auto with = [](const char* version) {
    return AutomationDesk::on_targets(
        {{"ClientToken", "11111111-2222-3333-4444-555555555556"}, {"DocumentVersion", version}});
  };
  const auto id = desk.begin(with("1"));
  EXPECT_EQ(desk.begin(with("1")), id);
  EXPECT_EQ(desk.begin(with("$DEFAULT")), id);
  EXPECT_EQ(desk.refused_start(with("2")), "IdempotentParameterMismatch");
}

TEST(RateControlApi, WhatIsWrongIsRefusedWithTheServicesCodes) {
  AutomationDesk desk;
  EXPECT_EQ(desk.refused_start(AutomationDesk::on_targets({{"TargetParameterName", "Nowhere"}})),
            "InvalidAutomationExecutionParametersException");
  EXPECT_EQ(desk.refused_start(AutomationDesk::on_targets({{"MaxConcurrency", "0"}})),
            "ValidationException");
  EXPECT_EQ(desk.refused_start(AutomationDesk::on_targets({{"Mode", "Slow"}})),
            "ValidationException");
  EXPECT_EQ(desk.refused_start(
                AutomationDesk::on_targets({{"Targets", Array{filter("ResourceGroup", "g")}}})),
            "InvalidTarget");
  EXPECT_EQ(desk.refused_start(AutomationDesk::on_targets(
                {{"TargetLocations", Array{Object{{"Regions", Array{"us-east-1"}}}}}})),
            "InvalidTarget");
}

// ---- quota and queue ----

TEST(AutomationQuota, ExecutionsOverTheQuotaArePendingAndBeginInOrder) {
  AutomationDesk desk;
  desk.set("/hikae/automation/concurrent-executions", "2");
  std::vector<std::string> ids;
  for (int i = 1; i <= 5; ++i)
    ids.push_back(desk.begin(AutomationDesk::on_instance(fmt::format("i-{}", i))));
  desk.pass(seconds(10));
  EXPECT_EQ(desk.count_of("InProgress"), 2U);
  EXPECT_EQ(desk.count_of("Pending"), 3U);
  EXPECT_EQ(desk.status(ids[2]), "Pending");
  EXPECT_NE(text_at(desk.get(ids[2]), "WaitsFor"), "");
  desk.pass(seconds(80));
  EXPECT_EQ(desk.status(ids[2]), "InProgress");
  EXPECT_EQ(desk.status(ids[4]), "Pending");
  desk.pass(minutes(5));
  EXPECT_EQ(desk.count_of("Success"), 5U);
}

TEST(AutomationQuota, AFullQueueRefuses) {
  AutomationDesk desk;
  desk.set("/hikae/automation/concurrent-executions", "1");
  desk.set("/hikae/automation/queued-executions", "1");
  desk.begin(AutomationDesk::on_instance("i-1"));
  desk.begin(AutomationDesk::on_instance("i-2"));
  EXPECT_EQ(desk.refused_start(AutomationDesk::on_instance("i-3")),
            "AutomationExecutionLimitExceededException");
  desk.pass(minutes(2));
  desk.begin(AutomationDesk::on_instance("i-3"));
}

TEST(AutomationQuota, RateControlsHaveAQueueOfTheirOwn) {
  AutomationDesk desk;
  desk.set("/hikae/automation/concurrent-rate-controls", "1");
  const auto first = desk.begin(AutomationDesk::on_targets());
  const auto second = desk.begin(AutomationDesk::on_targets());
  desk.pass(seconds(10));
  EXPECT_EQ(desk.status(first), "InProgress");
  EXPECT_EQ(desk.status(second), "Pending");
  desk.begin(AutomationDesk::on_instance("i-5"));
  desk.pass(hours(1));
  EXPECT_EQ(desk.status(second), "Success");
}

TEST(AutomationQuota, ChildrenOfARateControlKeepToTheQuota) {
  AutomationDesk desk;
  desk.set("/hikae/automation/concurrent-executions", "1");
  const auto id = desk.begin(AutomationDesk::on_targets({{"MaxConcurrency", "5"}}));
  for (int i = 0; i < 30; ++i) {
    desk.pass(seconds(20));
    EXPECT_LE(desk.kernel->leases().holders("ssm:executions/123456789012/ap-northeast-1*1"), 1U);
  }
  EXPECT_EQ(desk.status(id), "Success");
}

TEST(AutomationQuota, OneThatIsCancelledInTheQueueNeverBegins) {
  AutomationDesk desk;
  desk.set("/hikae/automation/concurrent-executions", "1");
  desk.begin(AutomationDesk::on_instance("i-1"));
  const auto id = desk.begin(AutomationDesk::on_instance("i-2"));
  desk.ok(desk.service, "StopAutomationExecution", Object{{"AutomationExecutionId", id}});
  desk.pass(minutes(5));
  EXPECT_EQ(desk.status(id), "Cancelled");
  EXPECT_EQ(text_at(desk.steps(id)[0], "StepStatus"), "Pending");
}

TEST(AutomationQuota, SettingsAreShownChangedAndReset) {
  AutomationDesk desk;
  const auto value = [&] {
    const auto answer = desk.ok(desk.service, "GetServiceSetting",
                                Object{{"SettingId", "/hikae/automation/queued-executions"}});
    const auto& setting = object_at(answer, "ServiceSetting");
    return str(text_at(setting, "SettingValue")) + " " + str(text_at(setting, "Status"));
  };
  EXPECT_EQ(value(), "1000 Default");
  desk.set("/hikae/automation/queued-executions", "5");
  EXPECT_EQ(value(), "5 Customized");
  desk.ok(desk.service, "ResetServiceSetting",
          Object{{"SettingId", "/hikae/automation/queued-executions"}});
  EXPECT_EQ(value(), "1000 Default");
  EXPECT_EQ(desk.refused(desk.service, "GetServiceSetting", Object{{"SettingId", "/ssm/nothing"}}),
            "ServiceSettingNotFound");
  EXPECT_EQ(desk.refused(desk.service, "UpdateServiceSetting",
                         Object{{"SettingId", "/hikae/automation/concurrent-executions"},
                                {"SettingValue", "0"}}),
            "ValidationException");
}

// ---- signals ----

TEST(AutomationSignals, AnInteractiveExecutionGoesStepByStep) {
  AutomationDesk desk;
  auto input = AutomationDesk::on_instance("i-1");
  input["Mode"] = "Interactive";
  const auto id = desk.begin(input);
  desk.pass(minutes(5));
  EXPECT_EQ(desk.status(id), "Waiting");
  for (const auto* step : {"Rest", "Look"}) {
    desk.ok(desk.service, "SendAutomationSignal",
            Object{{"AutomationExecutionId", id},
                   {"SignalType", "StartStep"},
                   {"Payload", Object{{"StepName", Array{step}}}}});
    desk.pass(minutes(5));
  }
  EXPECT_EQ(desk.status(id), "Success");
}

TEST(AutomationSignals, ASignalThatDoesNotFitIsRefused) {
  AutomationDesk desk;
  const auto signal = [&](const std::string& id, const char* type) {
    return desk.refused(desk.service, "SendAutomationSignal",
                        Object{{"AutomationExecutionId", id}, {"SignalType", type}});
  };
  const auto single = desk.begin(AutomationDesk::on_instance("i-1"));
  const auto parent = desk.begin(AutomationDesk::on_targets());
  desk.pass(seconds(5));
  EXPECT_EQ(signal(single, "Approve"), "InvalidAutomationSignalException");
  EXPECT_EQ(signal(single, "StartStep"), "InvalidAutomationSignalException");
  EXPECT_EQ(signal(single, "Deny"), "ValidationException");
  EXPECT_EQ(signal(parent, "Resume"), "InvalidAutomationSignalException");
  EXPECT_EQ(signal("11111111-2222-3333-4444-555555555555", "Resume"),
            "AutomationExecutionNotFoundException");
  desk.pass(hours(1));
  EXPECT_EQ(signal(single, "StopStep"), "InvalidAutomationSignalException");
}

// ---- lists ----

TEST(AutomationLists, ExecutionsAreFilteredByWhatTheyAre) {
  AutomationDesk desk;
  auto tagged = AutomationDesk::on_instance("i-1");
  tagged["Tags"] = Array{Object{{"Key", "Team"}, {"Value", "ops"}}};
  const auto id = desk.begin(tagged);
  desk.pass(minutes(5));
  const auto after = iso_ms(desk.time.now());
  desk.begin(AutomationDesk::on_instance("i-2"));
  desk.pass(seconds(1));
  EXPECT_EQ(desk.listed(Array{filter("TagKey", "Team")}).size(), 1U);
  EXPECT_EQ(desk.listed(Array{filter("ExecutionId", id)}).size(), 1U);
  EXPECT_EQ(desk.listed(Array{filter("StartTimeBefore", after)}).size(), 1U);
  EXPECT_EQ(desk.listed(Array{filter("StartTimeAfter", after)}).size(), 0U);
  EXPECT_EQ(desk.listed(Array{filter("StartTimeAfter", "2025-01-01")}).size(), 2U);
  EXPECT_EQ(desk.listed(Array{filter("CurrentAction", "aws:sleep")}).size(), 1U);
  EXPECT_EQ(desk.listed(Array{filter("AutomationType", "CrossAccount")}).size(), 0U);
  EXPECT_EQ(
      desk.listed(Array{filter("DocumentNamePrefix", "re"), filter("ExecutionStatus", "Success")})
          .size(),
      1U);
}

TEST(AutomationLists, AWrongFilterIsRefused) {
  AutomationDesk desk;
  const auto code = [&](std::string_view key, std::string_view value) {
    return desk.refused(desk.service, "DescribeAutomationExecutions",
                        Object{{"Filters", Array{filter(key, value)}}});
  };
  EXPECT_EQ(code("Colour", "red"), "InvalidFilterKey");
  EXPECT_EQ(code("ExecutionStatus", "Canceled"), "InvalidFilterValue");
  EXPECT_EQ(code("StartTimeAfter", "yesterday"), "InvalidFilterValue");
  EXPECT_EQ(
      desk.refused(desk.service, "DescribeAutomationExecutions", Object{{"NextToken", "other"}}),
      "InvalidNextToken");
}

TEST(AutomationLists, StepsComeInPagesByStartOrTheOtherWayRound) {
  AutomationDesk desk;
  const auto id = desk.begin(AutomationDesk::on_targets({{"MaxConcurrency", "1"}}));
  desk.pass(hours(1));
  auto first = desk.ok(desk.service, "DescribeAutomationStepExecutions",
                       Object{{"AutomationExecutionId", id}, {"MaxResults", 3}});
  ASSERT_EQ(list_at(first, "StepExecutions").size(), 3U);
  EXPECT_EQ(text_at(list_at(first, "StepExecutions")[0], "StepName"), "i-1");
  const auto rest = desk.steps(id, {{"NextToken", text_at(first, "NextToken")}});
  ASSERT_EQ(rest.size(), 2U);
  EXPECT_EQ(text_at(rest[1], "StepName"), "i-5");
  EXPECT_EQ(text_at(desk.steps(id, {{"ReverseOrder", true}})[0], "StepName"), "i-5");
}

TEST(AutomationLists, StepsAreFilteredByWhatTheyAre) {
  AutomationDesk desk;
  desk.cloud.gone.insert("i-3");
  const auto id = desk.begin(AutomationDesk::on_targets({{"MaxErrors", "5"}}));
  desk.pass(hours(1));
  const auto count = [&](std::string_view key, std::string_view value) {
    return desk.steps(id, {{"Filters", Array{filter(key, value)}}}).size();
  };
  EXPECT_EQ(count("StepExecutionStatus", "Failed"), 1U);
  EXPECT_EQ(count("StepName", "i-4"), 1U);
  EXPECT_EQ(count("Action", "aws:executeAutomation"), 5U);
  EXPECT_EQ(desk.refused(
                desk.service, "DescribeAutomationStepExecutions",
                Object{{"AutomationExecutionId", id}, {"Filters", Array{filter("Colour", "red")}}}),
            "InvalidFilterKey");
}

TEST(AutomationDesk, BeginsNoBackupWhileTheDiskIsShortOfSpace) {
  AutomationDesk desk;
  desk.ok(desk.service, "CreateDocument",
          Object{{"Name", "backup"},
                 {"Content", kRestDocument},
                 {"DocumentType", "Automation"},
                 {"DocumentFormat", "JSON"},
                 {"Tags", Array{Object{{"Key", "hikae:power"}, {"Value", "restore"}}}}});
  desk.disk.is_low = true;
  desk.pass(minutes(1));
  EXPECT_EQ(desk.refused_start({{"DocumentName", "backup"}}),
            "AutomationExecutionLimitExceededException");
  desk.disk.is_low = false;
  desk.pass(minutes(1));
  EXPECT_EQ(desk.refused_start({{"DocumentName", "backup"}}), "");
}

TEST(AutomationDesk, KnowsARunAgainThatItBeganBeforeTheDiskWasShortOfSpace) {
  AutomationDesk desk;
  auto input = AutomationDesk::on_instance("i-1");
  input["ClientToken"] = "6b9d1cf2-0a4e-4c7a-9f60-3d1a5d1a0b11";
  const auto id = desk.begin(input);
  desk.disk.is_low = true;
  desk.pass(minutes(1));
  EXPECT_EQ(desk.begin(input), id);
}

}  // namespace
}  // namespace hikae::plane
