// Commands against a spawner that only says what it was asked for; real scripts run in
// tests/scripts_test.cc.
#include <filesystem>

#include "sandbox/world_fixture.h"

namespace hikae::sandbox {
namespace {

/// Ends each child after `takes`, as `end` says.
class ToySpawner final : public Spawner {
 public:
  explicit ToySpawner(VirtualTime& world) : time(world) {}
  ChildId spawn(ChildJob job, Done done) override {
    const auto id = jobs.size() + 1;
    jobs.push_back(std::move(job));
    waiting[id] = std::move(done);
    time.after(takes, [this, id] { answer(id, end); });
    return id;
  }
  void stop(ChildId id) override {
    time.soon([this, id] { answer(id, ChildEnd{.fate = ChildFate::Stopped, .out = "so far"}); });
  }
  std::optional<std::string> program(std::string_view) const override { return std::nullopt; }

  VirtualTime& time;
  std::vector<ChildJob> jobs;
  std::map<ChildId, Done> waiting;
  Result<ChildEnd> end = ChildEnd{.out = "hello\n"};
  Duration takes = seconds(3);

 private:
  void answer(ChildId id, Result<ChildEnd> with) {
    if (auto done = waiting.extract(id); !done.empty()) done.mapped()(std::move(with));
  }
};

class CommandTest : public WorldTest {
 protected:
  void SetUp() override {
    open({.path = ":memory:", .spawner = &spawner_});
    load();
  }
  std::string send(std::string_view more = "", std::string_view instances = kBoth) {
    const auto answer = ask("ssm", "SendCommand",
                            R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": )"
                            R"(["echo hello", "date"]}, "InstanceIds": )" +
                                str(instances) + str(more) + "}");
    EXPECT_TRUE(answer) << answer.error().text();
    return answer ? str(text_at(object_at(*answer, "Command"), "CommandId")) : "";
  }
  std::string refused(std::string_view input) {
    const auto answer = ask("ssm", "SendCommand", input);
    return answer ? "ok" : answer.error().code;
  }
  Value result(const std::string& id, std::string_view instance = kWeb) {
    const auto answer =
        ask("ssm", "GetCommandInvocation",
            R"({"CommandId": ")" + id + R"(", "InstanceId": ")" + str(instance) + R"("})");
    EXPECT_TRUE(answer) << answer.error().text();
    return answer ? *answer : Value();
  }
  std::string details(const std::string& id, std::string_view instance = kWeb) {
    return str(text_at(result(id, instance), "StatusDetails"));
  }
  Value command(const std::string& id) {
    const auto answer = ask("ssm", "ListCommands", R"({"CommandId": ")" + id + R"("})");
    EXPECT_TRUE(answer) << answer.error().text();
    return answer ? list_at(*answer, "Commands").at(0) : Value();
  }

  static constexpr std::string_view kOne = R"(["i-00000000000000001"])";
  static constexpr std::string_view kBoth = R"(["i-00000000000000001", "i-00000000000000002"])";
  ToySpawner spawner_{time_};
};

TEST_F(CommandTest, TheScriptRunsInTheMachinesOwnFolder) {
  const auto id = send(R"(, "Comment": "nightly")", kOne);
  EXPECT_EQ(details(id), "Pending");
  wait(seconds(2));
  EXPECT_EQ(details(id), "InProgress");
  ASSERT_EQ(spawner_.jobs.size(), 1U);
  const auto& job = spawner_.jobs[0];
  EXPECT_EQ(job.folder, "machines/123456789012/ap-northeast-1/i-00000000000000001");
  EXPECT_EQ(job.script->text, "echo hello\ndate\n");
  EXPECT_EQ(job.argv, (std::vector<std::string>{"/bin/sh", "./" + job.script->name}));
  EXPECT_EQ(job.limits.time, hours(1));
  wait(seconds(5));
  const auto shown = result(id);
  EXPECT_EQ(text_at(shown, "Status"), "Success");
  EXPECT_EQ(int_at(shown, "ResponseCode"), 0);
  EXPECT_EQ(text_at(shown, "StandardOutputContent"), "hello\n");
  EXPECT_EQ(text_at(shown, "Comment"), "nightly");
}

TEST_F(CommandTest, AScriptThatNamesItsInterpreterIsExecutedByIt) {
  ask("ssm", "SendCommand",
      R"json({"DocumentName": "AWS-RunShellScript", "InstanceIds": ["i-00000000000000001"],
          "Parameters": {"commands": ["#!/usr/bin/python3", "print(1)"],
                         "workingDirectory": ["sub"], "executionTimeout": ["60"]}})json");
  wait(seconds(2));
  ASSERT_EQ(spawner_.jobs.size(), 1U);
  EXPECT_EQ(spawner_.jobs[0].argv.size(), 1U);
  EXPECT_EQ(spawner_.jobs[0].directory, "sub");
  EXPECT_EQ(spawner_.jobs[0].limits.time, seconds(60));
}

TEST_F(CommandTest, ALostAgentsCommandIsGivenUpAfterTheDeliveryTimeOut) {
  const auto id = send(R"(, "TimeoutSeconds": 600)");
  wait(minutes(5));
  EXPECT_EQ(details(id, kWeb), "Success");
  EXPECT_EQ(details(id, kDb), "Delayed");
  EXPECT_EQ(text_at(command(id), "Status"), "InProgress");
  wait(minutes(6));
  EXPECT_EQ(details(id, kDb), "DeliveryTimedOut");
  EXPECT_EQ(text_at(result(id, kDb), "Status"), "TimedOut");
  const auto whole = command(id);
  EXPECT_EQ(text_at(whole, "Status"), "TimedOut");
  EXPECT_EQ(text_at(whole, "StatusDetails"), "DeliveryTimedOut");
  EXPECT_EQ(int_at(whole, "DeliveryTimedOutCount"), 1);
  EXPECT_EQ(int_at(whole, "CompletedCount"), 2);
  EXPECT_EQ(spawner_.jobs.size(), 1U);
}

TEST_F(CommandTest, AMachineThatIsSwitchedOnInTimeStillGetsItsCommand) {
  ASSERT_TRUE(ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  wait(minutes(5));
  const auto id = send("", kOne);
  wait(minutes(2));
  EXPECT_EQ(details(id), "Delayed");
  ASSERT_TRUE(ec2("StartInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  wait(minutes(10));
  EXPECT_EQ(details(id), "Success");
}

TEST_F(CommandTest, AFailureHasItsExitCodeAndErrors) {
  spawner_.end = ChildEnd{.code = 3, .out = "a", .err = "no space left"};
  const auto id = send("", kOne);
  wait(seconds(10));
  const auto shown = result(id);
  EXPECT_EQ(text_at(shown, "Status"), "Failed");
  EXPECT_EQ(int_at(shown, "ResponseCode"), 3);
  EXPECT_EQ(text_at(shown, "StandardErrorContent"), "no space left");
  const auto list =
      ask("ssm", "ListCommandInvocations", R"({"CommandId": ")" + id + R"(", "Details": true})");
  ASSERT_TRUE(list);
  const auto& plugin = list_at(list_at(*list, "CommandInvocations").at(0), "CommandPlugins").at(0);
  EXPECT_EQ(text_at(plugin, "Output"), "a\n----------ERROR-------\nno space left");
  EXPECT_EQ(int_at(plugin, "ResponseCode"), 3);
}

TEST_F(CommandTest, AScriptThatTakesTooLongHasTimedOut) {
  spawner_.end = ChildEnd{.fate = ChildFate::TimedOut, .out = "begun"};
  const auto id = send("", kOne);
  wait(seconds(10));
  EXPECT_EQ(details(id), "ExecutionTimedOut");
  EXPECT_EQ(text_at(command(id), "Status"), "TimedOut");
}

TEST_F(CommandTest, AScriptThatCannotBeStartedFailsWithTheReason) {
  spawner_.end = fail(ErrorKind::Unsupported, "this kernel cannot confine it");
  const auto id = send("", kOne);
  wait(seconds(10));
  EXPECT_EQ(details(id), "Failed");
  EXPECT_EQ(text_at(result(id), "StandardErrorContent"), "this kernel cannot confine it");
}

TEST_F(CommandTest, OutputIsCutAt24000CharactersNotBytes) {
  std::string japanese;
  for (int i = 0; i < 24'100; ++i) japanese += "控";
  spawner_.end = ChildEnd{.out = japanese, .err = std::string(9000, 'e')};
  const auto id = send("", kOne);
  wait(seconds(10));
  const auto shown = result(id);
  EXPECT_EQ(text_at(shown, "StandardOutputContent").size(), 24'000U * 3);
  EXPECT_EQ(text_at(shown, "StandardErrorContent").size(), 8'000U);
}

TEST_F(CommandTest, CancellingTakesBackWhatWaitsAndStopsWhatRuns) {
  const auto id = send();
  wait(seconds(2));
  ASSERT_TRUE(ask("ssm", "CancelCommand", R"({"CommandId": ")" + id + R"("})"));
  wait(seconds(1));
  EXPECT_EQ(details(id, kWeb), "Cancelled");
  EXPECT_EQ(text_at(result(id, kWeb), "StandardOutputContent"), "so far");
  EXPECT_EQ(details(id, kDb), "Cancelled");
  EXPECT_EQ(text_at(command(id), "Status"), "Cancelled");
}

TEST_F(CommandTest, AMachineThatLosesItsPowerEndsItsScript) {
  spawner_.takes = hours(1);
  const auto id = send("", kOne);
  wait(seconds(2));
  ASSERT_TRUE(ec2("StopInstances", R"({"InstanceIds": ["i-00000000000000001"]})"));
  wait(minutes(5));
  EXPECT_EQ(details(id), "Failed");
  EXPECT_TRUE(spawner_.waiting.empty());
}

TEST_F(CommandTest, MachinesAreFoundByTagAndOneAtATimeWhereAsked) {
  const auto answer =
      ask("ssm", "SendCommand",
          R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["true"]},
              "Targets": [{"Key": "tag:BackupGroup", "Values": ["g"]}], "MaxConcurrency": "1"})");
  ASSERT_TRUE(answer) << answer.error().text();
  EXPECT_EQ(int_at(object_at(*answer, "Command"), "TargetCount"), 2);
}

TEST_F(CommandTest, WhatIsWrongIsRefusedAtOnce) {
  const std::string head = R"({"DocumentName": "AWS-RunShellScript", )";
  const std::string one = R"("InstanceIds": ["i-00000000000000001"], )";
  EXPECT_EQ(refused(R"({"DocumentName": "Other", "InstanceIds": ["i-00000000000000001"]})"),
            "InvalidDocument");
  EXPECT_EQ(refused(head + R"("InstanceIds": ["i-00000000000000003"],
                    "Parameters": {"commands": ["true"]}})"),
            "InvalidInstanceId")
      << "its agent never registered";
  EXPECT_EQ(refused(head + R"("Parameters": {"commands": ["true"]}})"), "ValidationException");
  EXPECT_EQ(refused(head + one + R"("Parameters": {}})"), "InvalidParameters");
  EXPECT_EQ(refused(head + one + R"("Parameters": {"commands": ["true"], "other": ["x"]}})"),
            "InvalidParameters");
  EXPECT_EQ(
      refused(head + one + R"("Parameters": {"commands": ["x"], "executionTimeout": ["soon"]}})"),
      "InvalidParameters");
  EXPECT_EQ(refused(head + one + R"("MaxErrors": "many", "Parameters": {"commands": ["true"]}})"),
            "ValidationException");
  const auto answer = ask("ssm", "CancelCommand", R"({"CommandId": "none"})");
  EXPECT_EQ(answer.error().code, "InvalidCommandId");
  EXPECT_EQ(ask("ssm", "GetCommandInvocation",
                R"({"CommandId": "none", "InstanceId": "i-00000000000000001"})")
                .error()
                .code,
            "InvocationDoesNotExist");
}

TEST_F(CommandTest, APlaceWithoutChildrenRefusesThemClearly) {
  open({.path = ":memory:"});
  load();
  EXPECT_EQ(refused(R"({"DocumentName": "AWS-RunShellScript", "Parameters": {"commands": ["x"]},
                       "InstanceIds": ["i-00000000000000001"]})"),
            "InvalidDocument");
}

TEST_F(CommandTest, ListsAreNewestFirstAndPaged) {
  const auto first = send("", kOne);
  wait(seconds(10));
  const auto second = send("", kOne);
  const auto page = ask("ssm", "ListCommands", R"({"MaxResults": 1})");
  ASSERT_TRUE(page);
  EXPECT_EQ(ids(page, "Commands", "CommandId"), second);
  const auto rest =
      ask("ssm", "ListCommands",
          R"({"MaxResults": 1, "NextToken": ")" + str(text_at(*page, "NextToken")) + R"("})");
  EXPECT_EQ(ids(rest, "Commands", "CommandId"), first);
  EXPECT_EQ(
      ids(ask("ssm", "ListCommands", R"({"Filters": [{"key": "Status", "value": "Success"}]})"),
          "Commands", "CommandId"),
      first);
}

TEST_F(CommandTest, CommandsSurviveAndWhatRanWhenTheProcessEndedHasFailed) {
  const auto path = testing::TempDir() + "hikae-commands.db";
  for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
  open({.path = path, .spawner = &spawner_});
  load();
  const auto before = send("", kOne);
  wait(seconds(10));
  spawner_.takes = hours(1);
  const auto during = send("", kOne);
  wait(seconds(5));
  const auto after = send("", kOne);
  spawner_.takes = seconds(1);
  open({.path = path, .spawner = &spawner_});
  wait(seconds(10));
  EXPECT_EQ(details(before), "Success");
  EXPECT_EQ(details(during), "Failed");
  EXPECT_EQ(text_at(result(during), "StandardErrorContent"),
            "The script was killed: hikae ended while it ran.");
  EXPECT_EQ(details(after), "Success");
  sandbox_.reset();
  for (const auto* end : {"", "-wal", "-shm"}) std::filesystem::remove(path + end);
}

}  // namespace
}  // namespace hikae::sandbox
