#include "stack/operation.h"

#include <map>

#include "stack/testing_template.h"

namespace hikae::stack {
namespace {

using testing::shared_folder;
using testing::text_of_file;

const MachineId kNightStack{{"123456789012", "ap-northeast-1"}, "stack", "night/1"};

std::string text_of_command(const Command& command) {
  if (const auto* send = std::get_if<command::Send>(&command))
    return "send " + send->tag + " " + send->call.operation + " " + text::to_json(send->call.input);
  if (const auto* finish = std::get_if<command::Finish>(&command))
    return "finish " + text::to_json(finish->outcome);
  if (const auto* await = std::get_if<command::Await>(&command))
    return "await " + await->tag + " " + await->call.operation + " " +
           text::to_json(await->call.input);
  if (const auto* drop = std::get_if<command::Drop>(&command)) return "drop " + drop->tag;
  return "another command";
}

/// Runs one operation against a provider that keeps its resources in a map, loading the machine
/// anew from its save before every event: the copy must say the same as the one that went on.
class StackWorld {
 public:
  std::map<std::string, std::string> live;  // physical id -> logical id
  std::vector<std::string> calls;           // "CreateResource Topic"
  std::string refuse;                       // the call that fails
  std::vector<std::string> asked;           // of Parameter Store
  std::string slow;                         // the resource that is not ready at once
  bool goes_away = false;                   // and never will be

  Value run(Value input) {
    const auto kind = make_stack_kind(Checkers{});
    const MachineId id{kNightStack.scope, "stack", "night/" + std::to_string(++operations_)};
    auto machine = kind->fresh(id);
    std::vector<Event> events{event::Started{std::move(input)}};
    for (std::size_t i = 0; i < events.size(); ++i) {
      const auto at = wall_ms(static_cast<std::int64_t>(i) * 1000);
      const auto saved = machine->save();
      Commands commands, again;
      if (i > 0) {
        auto copy = kind->load(id, saved);
        EXPECT_TRUE(copy.has_value());
        (*copy)->decide(events[i], at, again);
        machine->decide(events[i], at, commands);
        EXPECT_EQ((*copy)->save(), machine->save());
      } else {
        machine->decide(events[i], at, commands);
        again = commands;
      }
      compare(commands, again);
      for (const auto& command : commands.take())
        if (auto ended = take(command, events)) return *ended;
    }
    ADD_FAILURE() << "the operation never finished";
    return {};
  }

 private:
  int operations_ = 0;

  static void compare(const Commands& a, const Commands& b) {
    ASSERT_EQ(a.list().size(), b.list().size());
    for (std::size_t i = 0; i < a.list().size(); ++i)
      EXPECT_EQ(text_of_command(a.list()[i]), text_of_command(b.list()[i]));
  }

  std::optional<Value> take(const Command& command, std::vector<Event>& events) {
    if (const auto* finish = std::get_if<command::Finish>(&command)) return finish->outcome;
    if (const auto* send = std::get_if<command::Send>(&command))
      events.push_back(event::Answered{send->tag, answer(send->call)});
    if (const auto* await = std::get_if<command::Await>(&command))
      events.push_back(event::Answered{await->tag, look_at(await->call)});
    return {};
  }

  Result<Value> look_at(const Call& call) {
    calls.push_back(call.operation + " " + str(text_at(call.input, "LogicalId")));
    if (goes_away) return Value(Object{{"Gone", true}});
    return Value(Object{{"Attributes", Object{{"TopicName", "seen"}}}});
  }

  Result<Value> answer(const Call& call) {
    if (call.service == "ssm") {
      asked.push_back(str(text_at(call.input, "Name")));
      if (asked.back() == "/none") return fail(ErrorKind::NotFound, "ParameterNotFound", "");
      return Value(Object{{"Parameter", Object{{"Value", "21"}}}});
    }
    const auto id = str(text_at(call.input, "LogicalId"));
    calls.push_back(call.operation + " " + id);
    if (calls.back() == refuse) return fail(ErrorKind::Denied, "AccessDenied", "not allowed");
    const auto physical = str(text_at(call.input, "PhysicalId"));
    if (call.operation == "DeleteResource") {
      EXPECT_EQ(live.erase(physical), 1U) << id;
      return Value(Object{{"Settles", slow == id}});
    }
    if (call.operation == "UpdateResource") return Value(Object{});
    const auto made = "arn:" + id + "-" + str(text_at(call.input, "Token")).substr(0, 8);
    live[made] = id;
    return Value(
        Object{{"PhysicalId", made},
               {"Settles", slow == id},
               {"Attributes", Object{{"Arn", made}, {"TopicName", id}, {"WindowId", made}}}});
  }
};

Value operation_input(std::string_view operation, std::string_view yaml, Value previous = {}) {
  Object input{{"StackName", "night"},
               {"StackId", "id"},
               {"Operation", operation},
               {"Parameters", Object{}},
               {"Previous", std::move(previous)}};
  if (!yaml.empty()) input["Template"] = testing::template_from(yaml).value;
  return input;
}

constexpr std::string_view kThree = R"(
Resources:
  C: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt B.TopicName}}
  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !GetAtt A.TopicName}}
  A: {Type: AWS::SNS::Topic, Properties: {TopicName: first}}
Outputs:
  Name: {Value: !Sub '${C.TopicName}!'}
)";

using Calls = std::vector<std::string>;

TEST(StackOperation, CreatesInOrderOfNeedAndGivesOutputs) {
  StackWorld world;
  const auto outcome = world.run(operation_input("create", kThree));
  EXPECT_EQ(text_at(outcome, "Status"), "CREATE_COMPLETE");
  EXPECT_EQ(world.calls, (Calls{"CreateResource A", "CreateResource B", "CreateResource C"}));
  EXPECT_EQ(text_at(object_at(outcome, "Outputs"), "Name"), "C!");
  EXPECT_EQ(text::to_json(*find_path(outcome, {"Resources", "B", "Properties"})),
            R"({"DisplayName":"A"})");
  EXPECT_EQ(list_at(outcome, "Events").size(), 8U);
}

TEST(StackOperation, WaitsForWhatIsNotReadyAndGivesItsAttributesThen) {
  StackWorld world;
  world.slow = "A";
  const auto outcome = world.run(operation_input("create", kThree));
  EXPECT_EQ(text_at(outcome, "Status"), "CREATE_COMPLETE");
  EXPECT_EQ(world.calls[1], "ReadResource A");
  EXPECT_EQ(text::to_json(*find_path(outcome, {"Resources", "B", "Properties"})),
            R"({"DisplayName":"seen"})");
  world.goes_away = true;
  const auto gone = world.run(operation_input("delete", "", outcome));
  EXPECT_EQ(text_at(gone, "Status"), "DELETE_COMPLETE");
  EXPECT_EQ(world.calls.back(), "ReadResource A");
}

TEST(StackOperation, WhatGoesAwayInsteadOfBecomingReadyFails) {
  StackWorld world;
  world.slow = "B";
  world.goes_away = true;
  const auto outcome = world.run(operation_input("create", kThree));
  EXPECT_EQ(text_at(outcome, "Status"), "ROLLBACK_COMPLETE");
  EXPECT_NE(text_at(outcome, "StatusReason").find("went away"), std::string_view::npos);
}

TEST(StackOperation, ImportsWhatOtherStacksExport) {
  StackWorld world;
  const auto body =
      "Resources: {A: {Type: AWS::SNS::Topic, Properties: {DisplayName: "
      "!ImportValue {Fn::Sub: '${AWS::StackName}-x'}}}}";
  auto input = operation_input("create", body);
  input.as_object()["Imports"] = Object{{"night-x", "imported"}};
  const auto outcome = world.run(input);
  EXPECT_EQ(text::to_json(*find_path(outcome, {"Resources", "A", "Properties"})),
            R"({"DisplayName":"imported"})");
  EXPECT_NE(text_at(world.run(operation_input("create", body)), "StatusReason").find("No export"),
            std::string_view::npos);
}

TEST(StackOperation, RetainExceptOnCreateKeepsWhatWasMadeOnce) {
  StackWorld world;
  const auto body =
      "Resources: {A: {Type: AWS::SNS::Topic, DeletionPolicy: RetainExceptOnCreate}, "
      "B: {Type: AWS::SNS::Topic, DependsOn: A}}";
  world.refuse = "CreateResource B";
  EXPECT_EQ(text_at(world.run(operation_input("create", body)), "Status"), "ROLLBACK_COMPLETE");
  EXPECT_TRUE(world.live.empty());
  world.refuse.clear();
  const auto made = world.run(operation_input("create", body));
  EXPECT_EQ(text_at(world.run(operation_input("delete", "", made)), "Status"), "DELETE_COMPLETE");
  EXPECT_EQ(world.live.size(), 1U);
}

TEST(StackOperation, LooksUpDynamicReferencesOnceAndWhenTheyAreNeeded) {
  StackWorld world;
  const auto outcome = world.run(operation_input("create", R"(
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {DisplayName: '{{resolve:ssm:/a}}-{{resolve:ssm:/b:3}}'}}
  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: !Sub '{{resolve:ssm:/a}}${A.TopicName}'}}
)"));
  EXPECT_EQ(text_at(outcome, "Status"), "CREATE_COMPLETE") << text_at(outcome, "StatusReason");
  EXPECT_EQ(world.asked, (std::vector<std::string>{"/a", "/b:3"}));
  EXPECT_EQ(text::to_json(*find_path(outcome, {"Resources", "A", "Properties"})),
            R"({"DisplayName":"21-21"})");
  EXPECT_EQ(text::to_json(*find_path(outcome, {"Resources", "B", "Properties"})),
            R"({"DisplayName":"21A"})");
}

TEST(StackOperation, AReferenceThatCannotBeReadFailsItsResource) {
  StackWorld world;
  const auto outcome = world.run(operation_input("create", R"(
Resources:
  A: {Type: AWS::SNS::Topic}
  B: {Type: AWS::SNS::Topic, DependsOn: A, Properties: {DisplayName: '{{resolve:ssm:/none}}'}}
)"));
  EXPECT_EQ(text_at(outcome, "Status"), "ROLLBACK_COMPLETE");
  EXPECT_TRUE(text_at(outcome, "StatusReason").starts_with("B: the parameter /none"))
      << text_at(outcome, "StatusReason");
  EXPECT_TRUE(world.live.empty());
}

TEST(StackOperation, RollsBackInReverseAndNamesTheCause) {
  StackWorld world;
  world.refuse = "CreateResource C";
  const auto outcome = world.run(operation_input("create", kThree));
  EXPECT_EQ(text_at(outcome, "Status"), "ROLLBACK_COMPLETE");
  EXPECT_EQ(text_at(outcome, "StatusReason"), "C: AccessDenied: not allowed");
  EXPECT_EQ(world.calls, (Calls{"CreateResource A", "CreateResource B", "CreateResource C",
                                "DeleteResource B", "DeleteResource A"}));
  EXPECT_TRUE(world.live.empty());
  EXPECT_TRUE(object_at(outcome, "Resources").empty());
}

constexpr std::string_view kThreeChanged = R"(
Resources:
  A: {Type: AWS::SNS::Topic, Properties: {TopicName: renamed}}
  B: {Type: AWS::SNS::Topic, Properties: {DisplayName: other}}
  D: {Type: AWS::SNS::Topic, DependsOn: B}
)";

TEST(StackOperation, UpdatesReplacesAddsAndRemovesAtTheEnd) {
  StackWorld world;
  const auto first = world.run(operation_input("create", kThree));
  world.calls.clear();
  const auto outcome = world.run(operation_input("update", kThreeChanged, first));
  EXPECT_EQ(text_at(outcome, "Status"), "UPDATE_COMPLETE");
  EXPECT_EQ(world.calls, (Calls{"CreateResource A", "UpdateResource B", "CreateResource D",
                                "DeleteResource C", "DeleteResource A"}));
  EXPECT_EQ(world.live.size(), 3U);
}

TEST(StackOperation, LeavesUnchangedResourcesAlone) {
  StackWorld world;
  const auto first = world.run(operation_input("create", kThree));
  world.calls.clear();
  EXPECT_EQ(text_at(world.run(operation_input("update", kThree, first)), "Status"),
            "UPDATE_COMPLETE");
  EXPECT_TRUE(world.calls.empty());
}

TEST(StackOperation, AFailedUpdateRestoresWhatWasThere) {
  StackWorld world;
  const auto first = world.run(operation_input("create", kThree));
  const auto live = world.live;
  world.calls.clear();
  world.refuse = "CreateResource D";
  const auto outcome = world.run(operation_input("update", kThreeChanged, first));
  EXPECT_EQ(text_at(outcome, "Status"), "UPDATE_ROLLBACK_COMPLETE");
  EXPECT_EQ(world.calls, (Calls{"CreateResource A", "UpdateResource B", "CreateResource D",
                                "UpdateResource B", "DeleteResource A"}));
  EXPECT_EQ(world.live, live);
  EXPECT_EQ(text::to_canonical_json(object_at(outcome, "Resources")),
            text::to_canonical_json(object_at(first, "Resources")));
}

TEST(StackOperation, DeletesInReverseAndKeepsWhatIsToBeRetained) {
  StackWorld world;
  const auto first =
      world.run(operation_input("create",
                                "Resources:\n  A: {Type: AWS::SNS::Topic, DeletionPolicy: Retain}\n"
                                "  B: {Type: AWS::SNS::Topic, DependsOn: A}\n"));
  const auto outcome = world.run(operation_input("delete", "", first));
  EXPECT_EQ(text_at(outcome, "Status"), "DELETE_COMPLETE");
  EXPECT_EQ(world.calls.back(), "DeleteResource B");
  EXPECT_EQ(world.live.size(), 1U);
}

TEST(StackOperation, AFailedDeletionGoesOnAndSaysWhatIsLeft) {
  StackWorld world;
  const auto first = world.run(operation_input("create", kThree));
  world.refuse = "DeleteResource B";
  const auto outcome = world.run(operation_input("delete", "", first));
  EXPECT_EQ(text_at(outcome, "Status"), "DELETE_FAILED");
  EXPECT_EQ(object_at(outcome, "Resources").size(), 1U);
  EXPECT_TRUE(object_at(outcome, "Resources").contains("B"));
}

TEST(StackOperation, AResourceWhoseConditionIsFalseIsNotMade) {
  StackWorld world;
  const auto outcome = world.run(operation_input(
      "create",
      "Conditions: {No: {Fn::Equals: [1, 2]}}\nResources:\n"
      "  A: {Type: AWS::SNS::Topic}\n  B: {Type: AWS::SNS::Topic, Condition: No}\n"));
  EXPECT_EQ(world.calls, Calls{"CreateResource A"});
  EXPECT_EQ(object_at(outcome, "Resources").size(), 1U);
}

TEST(StackOperation, ARuleThatRefusesMakesNothing) {
  StackWorld world;
  const auto outcome = world.run(operation_input(
      "create",
      "Rules: {R: {Assertions: [{Assert: {Fn::Equals: [1, 2]}, AssertDescription: no}]}}\n"
      "Resources: {A: {Type: AWS::SNS::Topic}}\n"));
  EXPECT_EQ(text_at(outcome, "Status"), "ROLLBACK_COMPLETE");
  EXPECT_TRUE(world.calls.empty());
}

TEST(StackOperation, ResolvedPropertiesAreCheckedBeforeTheCall) {
  StackWorld world;
  auto input = operation_input(
      "create",
      "Parameters: {Hours: {Type: String}}\nResources:\n  W: {Type: "
      "AWS::SSM::MaintenanceWindow, Properties: {Name: night, Duration: !Ref Hours, "
      "Cutoff: 0, Schedule: rate(1 day), AllowUnassociatedTargets: false}}\n");
  input.as_object()["Parameters"] = Object{{"Hours", "30"}};
  const auto outcome = world.run(input);
  EXPECT_TRUE(world.calls.empty());
  EXPECT_NE(text_at(outcome, "StatusReason").find("expected 1 to 24"), std::string_view::npos);
}

TEST(StackOperation, CancelRollsBackAfterTheResourceInHand) {
  const auto kind = make_stack_kind(Checkers{});
  auto machine = kind->fresh(kNightStack);
  Commands commands;
  machine->decide(event::Started{operation_input("create", kThree)}, wall_ms(0), commands);
  machine->decide(event::Signalled{"cancel", {}}, wall_ms(1), commands);
  EXPECT_EQ(text_at(describe_stack(machine->save()), "Status"), "CREATE_IN_PROGRESS");
  commands = Commands{};
  machine->decide(event::Answered{"call:1", Value(Object{{"PhysicalId", "p"}})}, wall_ms(2),
                  commands);
  const auto list = commands.take();
  ASSERT_EQ(list.size(), 1U);
  EXPECT_NE(text_of_command(list[0]).find("DeleteResource"), std::string::npos);
}

TEST(StackOperation, TheArticlesTemplateIsMadeWhole) {
  if (shared_folder().empty()) GTEST_SKIP() << "the article's files are not beside the project";
  for (std::string_view name : {"", ".cli", ".env"}) {
    StackWorld world;
    const auto text =
        text_of_file(shared_folder() + "/compat/article-template" + str(name) + ".json");
    auto input = operation_input("create", text);
    // Physical ids of this world are no window ids, so what names them is not checked here.
    auto& resources = input.as_object()["Template"].as_object()["Resources"].as_object();
    for (const auto* id : {"SsmBackupBackupMaintenanceWindowTarget8B05395E",
                           "SsmBackupBackupMaintenanceWindowTask46CB236E"})
      resources[id].as_object()["Properties"].as_object()["WindowId"] = "mw-0123456789abcdef0";
    const auto outcome = world.run(input);
    EXPECT_EQ(text_at(outcome, "Status"), "CREATE_COMPLETE") << text_at(outcome, "StatusReason");
    EXPECT_EQ(world.calls.size(), 19U);
  }
}

}  // namespace
}  // namespace hikae::stack
