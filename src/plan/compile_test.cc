#include "plan/compile.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>

#include "plan/runbooks.h"
#include "runbook/document.h"
#include "schedule/expression.h"
#include "schedule/upcoming.h"
#include "stack/operation.h"
#include "stack/validate.h"
#include "text/json.h"
#include "zone/zone.h"

namespace hikae::plan {
namespace {

Result<> check_template_schedule(std::string_view expression, stack::ScheduleUse use) {
  const auto kind =
      use == stack::ScheduleUse::Window ? schedule::Kind::Window : schedule::Kind::Rule;
  if (auto parsed = schedule::parse(expression, kind); !parsed)
    return fail(ErrorKind::Invalid, parsed.error().message +
                                        "; expected one such as cron(30 3 ? * * *) or rate(1 day)");
  return {};
}

Result<> check_template_zone(std::string_view name) {
  if (auto zone = zone::Zone::load(name); !zone)
    return fail(ErrorKind::Invalid,
                zone.error().message + "; expected an IANA name such as Asia/Tokyo");
  return {};
}

/// Documents of the other types are not hikae's to judge.
Result<> check_template_document(const Value& content, std::string_view type) {
  if (type != "Automation") return {};
  text::Diagnostics problems;
  const auto text = content.is_string() ? str(text_of(content)) : text::to_json(content);
  if (auto document = runbook::read_document(text, problems); !document)
    return fail(ErrorKind::Invalid, "expected an Automation document: " + document.error().message);
  return {};
}

stack::Checkers template_checkers() {
  stack::Checkers checkers;
  checkers.schedule = check_template_schedule;
  checkers.timezone = check_template_zone;
  checkers.document = check_template_document;
  return checkers;
}

constexpr std::string_view kTwoAudiences = R"(
smtp: {host: mail.example.com, from: hikae@example.com}
notify: [ops@example.com, night@example.com]
plans:
  - {name: nightly, at: "03:30", zone: Asia/Tokyo, keep: 7, catch_up_minutes: 30}
  - name: db-weekly
    schedule: cron(0 4 ? * SUN *)
    zone: America/New_York
    targets: {tag: {Role: [db, "${AWS::Region}"]}}
    keep: {last: 3, monthly: 12}
    notify: [dba@example.com]
    agent_check_minutes: 30
    require_agent: true
    before: {document: freeze}
    check: {function: is-healthy}
    after: {document: thaw}
    dst_gap: next
  - {name: one, at: "05:00", zone: UTC, keep: all, instances: [i-0123456789abcdef0]}
)";

Config compiled_config(std::string_view text = kTwoAudiences) {
  text::Diagnostics problems;
  auto config = read_config(text, problems);
  EXPECT_TRUE(config.has_value()) << (config ? "" : config.error().message);
  return std::move(*config);
}

Value compiled_template() {
  auto value = compile_template(compiled_config());
  EXPECT_TRUE(value.has_value());
  return std::move(*value);
}

const Value& properties_of(const Value& source, std::string_view id) {
  static const Value kNone;
  const auto* found = find_path(source, {"Resources", id, "Properties"});
  EXPECT_NE(found, nullptr) << id;
  return found ? *found : kNone;
}

TEST(Compile, GivesATemplateWithoutASingleFinding) {
  const auto source = *stack::template_of(compiled_template());
  for (const auto& problem : stack::validate(source, template_checkers()))
    ADD_FAILURE() << text::format(problem, "template");
}

TEST(Compile, GivesTheSameBytesForTheSameConfiguration) {
  EXPECT_EQ(text::to_json(compiled_template()), text::to_json(compiled_template()));
}

TEST(Compile, MakesATopicADocumentAndRulesForEveryAudience) {
  const auto value = compiled_template();
  const auto& resources = object_at(value, "Resources");
  for (const auto* id : {"Topic", "Subscription1", "Subscription2", "BackupDocument", "FailureRule",
                         "HikaeRule", "WindowNightly", "AgentCheckWindowNightly"})
    EXPECT_TRUE(resources.contains(id)) << id;
  std::size_t topics = 0, documents = 0;
  for (const auto& resource : resources) {
    topics += text_at(resource.value(), "Type") == "AWS::SNS::Topic" ? 1 : 0;
    documents += text_at(resource.value(), "Type") == "AWS::SSM::Document" ? 1 : 0;
  }
  EXPECT_EQ(topics, 2U);     // two lists of addresses
  EXPECT_EQ(documents, 3U);  // one for each topic, and hikae-start
}

TEST(Compile, TheInstallationIsTheStacksParameterAndEveryBackupDocumentsDefault) {
  const auto value = compiled_template();
  const auto* parameter = find_path(value, {"Parameters", "Installation"});
  ASSERT_NE(parameter, nullptr);
  EXPECT_EQ(text_at(*parameter, "Default", "?"), "");
  std::size_t documents = 0;
  for (const auto& resource : object_at(value, "Resources")) {
    const auto* given = find_path(
        resource.value(), {"Properties", "Content", "parameters", "Installation", "default"});
    if (!given) continue;
    ++documents;
    EXPECT_EQ(text_at(*given, "Ref"), "Installation");
  }
  EXPECT_EQ(documents, 2U);  // one for each topic
}

TEST(Compile, NamesOfPlansNeverCollideWithItsOwn) {
  std::string text = "plans:\n";
  for (const auto* name : {"rule", "policy", "1", "11", "a-b", "a.b", "aB", "Ab", "function"})
    text += fmt::format(
        "  - {{name: '{0}', at: '03:30', zone: Asia/Tokyo, notify: [{0}@x.jp], "
        "targets: {{tag: {{G: [a, b]}}}}}}\n",
        name);
  const auto value = compile_template(compiled_config(text));
  ASSERT_TRUE(value.has_value());
  std::map<std::string_view, int> counts;
  for (const auto& one : object_at(*value, "Resources")) ++counts[text_at(one.value(), "Type")];
  EXPECT_EQ(counts["AWS::SNS::Topic"], 9);
  EXPECT_EQ(counts["AWS::SSM::Document"], 10);
  EXPECT_EQ(counts["AWS::SSM::MaintenanceWindow"], 18);
  EXPECT_EQ(counts["AWS::SSM::MaintenanceWindowTask"], 27);
  EXPECT_EQ(counts["AWS::Events::Rule"], 18);
  EXPECT_TRUE(stack::validate(*stack::template_of(*value), template_checkers()).empty());
}

TEST(Compile, TheFailureRuleHearsOnlyParentsOfItsOwn) {
  const auto pattern =
      text::to_json(*find(properties_of(compiled_template(), "FailureRule"), "EventPattern"));
  EXPECT_EQ(pattern,
            R"({"source":["aws.ssm"],"detail-type":["EC2 Automation Execution Status-change )"
            R"(Notification"],"detail":{"Definition":[{"Ref":"BackupDocument"}],"Status":)"
            R"(["Failed","TimedOut","Cancelled","Canceled"]}})");
}

TEST(Compile, WindowsCarryTheirPlansSettings) {
  const auto value = compiled_template();
  const auto& window = properties_of(value, "WindowNightly");
  EXPECT_EQ(text_at(window, "Name"), "hikae-nightly");
  EXPECT_EQ(text_at(window, "ScheduleTimezone"), "Asia/Tokyo");
  EXPECT_EQ(text::to_json(*find(window, "Tags")),
            R"([{"Key":"hikae:plan","Value":"nightly"},{"Key":"hikae:require-agent","Value":)"
            R"("false"},{"Key":"hikae:dst-gap","Value":"skip"},)"
            R"({"Key":"hikae:catch-up-minutes","Value":"30"}])");
  const auto& task = properties_of(value, "TaskNightly");
  const auto* parameters = find_path(
      task, {"TaskInvocationParameters", "MaintenanceWindowAutomationParameters", "Parameters"});
  ASSERT_NE(parameters, nullptr);
  EXPECT_EQ(text::to_json(*find(*parameters, "InstanceId")), R"(["{{TARGET_ID}}"])");
  EXPECT_EQ(text::to_json(*find(*parameters, "KeepLast")), R"(["7"])");
  EXPECT_EQ(text::to_json(*find(*parameters, "KeepUtcOffsetMinutes")), R"(["540"])");
  const auto hours = *int_at(window, "Duration");
  EXPECT_EQ(text_of(list_at(*parameters, "StopWithinMinutes").front()), std::to_string(hours * 60));
}

TEST(Compile, ParametersOfTheTaskAreThoseOfTheDocument) {
  const auto config = compiled_config();
  text::Diagnostics problems;
  const auto document = *runbook::read_document(backup_runbook(), problems);
  for (const auto& plan : config.plans) {
    auto parameters = document_parameters(config, plan);
    parameters["InstanceId"] = Array{"i-0123456789abcdef0"};
    const auto bound_values = runbook::bind_parameters(*document, Value(parameters));
    EXPECT_TRUE(bound_values.has_value()) << bound_values.error().message;
  }
}

TEST(Compile, TheAgentCheckComesItsLeadBeforeTheWindowFor400DaysInThreeZones) {
  for (const auto* zone : {"America/New_York", "Europe/London", "Australia/Lord_Howe"}) {
    const auto config =
        compiled_config("plans: [{name: n, at: '03:30', zone: " + std::string(zone) +
                        ", agent_check_minutes: 25}]");
    const auto& plan = config.plans.at(0);
    schedule::ScheduleQuery query{.expression = plan.schedule,
                                  .kind = schedule::Kind::Window,
                                  .timezone = zone,
                                  .from = *parse_iso("2026-01-01T00:00:00Z"),
                                  .anchor = {},
                                  .offset = 0,
                                  .count = 400};
    const auto windows = *schedule::upcoming(query);
    query.expression = plan.agent_check_schedule;
    const auto checks = *schedule::upcoming(query);
    ASSERT_EQ(windows.size(), 400U);
    for (std::size_t i = 0; i < windows.size(); ++i)
      ASSERT_EQ(checks[i] + minutes(25), windows[i]) << zone << " " << iso(windows[i]);
  }
}

TEST(Compile, TagValuesOfPeopleAreNoReferences) {
  const auto text = text::to_json(compiled_template());
  EXPECT_NE(text.find(R"(\"TagValue\":\"${!AWS::Region}\")"), std::string::npos);
}

TEST(Compile, IsMadeWholeByTheStackOperation) {
  const auto kind = stack::make_stack_kind(template_checkers());
  const MachineId id{{"123456789012", "ap-northeast-1"}, "stack", "hikae/1"};
  auto machine = kind->fresh(id);
  Commands commands;
  machine->decide(event::Started{Object{{"StackName", "hikae"},
                                        {"StackId", "id"},
                                        {"Operation", "create"},
                                        {"Template", compiled_template()},
                                        {"Parameters", Object{}}}},
                  wall_ms(0), commands);
  for (int step = 0; step < 200; ++step) {
    const auto list = commands.take();
    ASSERT_EQ(list.size(), 1U);
    if (const auto* finish = std::get_if<command::Finish>(&list[0])) {
      EXPECT_EQ(text_at(finish->outcome, "Status"), "CREATE_COMPLETE")
          << text_at(finish->outcome, "StatusReason");
      EXPECT_FALSE(object_at(finish->outcome, "Resources").contains("BrokenWindowRule"));
      return;
    }
    const auto& send = std::get<command::Send>(list[0]);
    const bool window = text_at(send.call.input, "Type") == "AWS::SSM::MaintenanceWindow";
    const auto made = window ? "mw-0123456789abcdef0"
                             : "arn:aws:x:::" + str(text_at(send.call.input, "LogicalId"));
    machine->decide(event::Answered{send.tag, Value(Object{{"PhysicalId", made},
                                                           {"Attributes", Object{{"Arn", made}}}})},
                    wall_ms(step), commands);
  }
  FAIL() << "the operation never finished";
}

TEST(Compile, TheArticlesNegativeTemplatesAreRefusedByTheRealCheckersToo) {
  const auto checkers = template_checkers();
  EXPECT_FALSE(checkers.schedule("cron(99 * * * *)", stack::ScheduleUse::Window).has_value());
  EXPECT_FALSE(checkers.schedule("cron(20 18 * * * *)", stack::ScheduleUse::Rule).has_value());
  EXPECT_TRUE(checkers.schedule("cron(20 18 * * ? *)", stack::ScheduleUse::Rule).has_value());
  EXPECT_FALSE(checkers.timezone("Mars/Olympus").has_value());
  EXPECT_FALSE(checkers.document(Object{{"schemaVersion", "0.3"}}, "Automation").has_value());
}

}  // namespace
}  // namespace hikae::plan
