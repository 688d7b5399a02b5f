// Scripts and webhooks behind their services, with ports that only say what they were asked for;
// real children run in tests/scripts_test.cc.
#include "plane/script.h"

#include "plane/settings.h"
#include "plane/sts/keys.h"
#include "plane/testing_kernel_test.h"
#include "plane/webhook.h"

namespace hikae::plane {
namespace {

/// Holds each child until `end_all`.
struct HeldChildren final : Spawner {
  ChildId spawn(ChildJob job, Done done) override {
    jobs.push_back(std::move(job));
    held.push_back(std::move(done));
    return jobs.size();
  }
  void stop(ChildId id) override { stopped.push_back(id); }
  std::optional<std::string> program(std::string_view name) const override {
    if (name == "python3") return "/usr/bin/python3";
    return std::nullopt;
  }
  void end_all(const Result<ChildEnd>& end) {
    for (auto& done : std::exchange(held, {})) done(end);
  }
  std::vector<ChildJob> jobs;
  std::vector<Done> held;
  std::vector<ChildId> stopped;
};

struct HeldWebhooks final : WebhookSender {
  void send(const Value& integration, WebhookMessage message, Done done) override {
    integrations.push_back(integration);
    messages.push_back(std::move(message));
    held.push_back(std::move(done));
  }
  void end_all(const Result<WebhookAnswer>& answer) {
    for (auto& done : std::exchange(held, {})) done(answer);
  }
  std::vector<Value> integrations;
  std::vector<WebhookMessage> messages;
  std::vector<Done> held;
};

struct OutsideDesk : TestKernel {
  using TestKernel::TestKernel;
  void set(std::string_view name, Value value) {
    kernel->perform([&, value = std::move(value)](engine::Turn& turn) mutable {
      turn.tables().put(Scope{}, kSettingRows, name, std::move(value));
    });
    time.drain();
  }
  void allow_scripts() { set(kScriptSetting, Object{{"Allowed", true}}); }
  /// Asks; the answer stands in the list once it has come.
  void begin(aws::Cloud& cloud, std::string_view operation, Value input) {
    cloud.call({scope, "", str(operation), std::move(input), {}},
               [this](Result<Value> answer) { answers.push_back(std::move(answer)); });
    time.drain();
  }
  static Value script(std::string_view token = "t1") {
    return Object{{"Runtime", "python3.11"}, {"Handler", "go"},
                  {"Script", "…"},           {"RunId", "r"},
                  {"StepName", "Script"},    {"Token", token},
                  {"TimeoutSeconds", 9000},  {"InputPayload", Object{{"n", 1}}}};
  }
  static ChildEnd said(std::string out) {
    ChildEnd end;
    end.out = std::move(out);
    end.err = "printed";
    return end;
  }

  HeldChildren children;
  HeldWebhooks hooks;
  std::vector<Result<Value>> answers;
};

TEST(ScriptService, IsOffUnlessItIsAllowed) {
  OutsideDesk desk;
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  const auto answer = desk.call(service, "Run", OutsideDesk::script());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().kind, ErrorKind::Unsupported);
  EXPECT_NE(answer.error().message.find("scripts: allow"), std::string::npos);
  EXPECT_TRUE(desk.children.jobs.empty());
}

TEST(ScriptService, RunsAChildWithinItsLimitsAndAnswersItsResult) {
  OutsideDesk desk;
  desk.allow_scripts();
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  desk.begin(service, "Run", OutsideDesk::script());
  ASSERT_EQ(desk.children.jobs.size(), 1U);
  const auto& job = desk.children.jobs[0];
  EXPECT_EQ(job.argv[0], "/usr/bin/python3");
  EXPECT_EQ(job.limits.time, seconds(600)) << "whatever was asked for";
  EXPECT_EQ(job.limits.memory_bytes, std::size_t{512} << 20);
  EXPECT_EQ(job.folder_after, FolderAfter::Removed);
  EXPECT_EQ(*find(json(job.input), "events"), json(R"({"n":1})"));
  desk.children.end_all(OutsideDesk::said(R"({"value": {"a": [1]}})"));
  desk.time.drain();
  ASSERT_EQ(desk.answers.size(), 1U);
  EXPECT_EQ(*desk.answers[0], json(R"({"Payload":{"a":[1]},"ExecutionLog":"printed"})"));
}

TEST(ScriptService, GivesNoKeysWhereNobodyIsServed) {
  OutsideDesk desk;
  desk.allow_scripts();
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  desk.begin(service, "Run", OutsideDesk::script());
  ASSERT_EQ(desk.children.jobs.size(), 1U);
  EXPECT_EQ(desk.children.jobs[0].server, "");
  for (const auto& variable : desk.children.jobs[0].env)
    EXPECT_FALSE(variable.starts_with("AWS_")) << variable;
  EXPECT_TRUE(desk.kernel->tables().rows(Scope{}, kAccessKeyRows).empty());
}

TEST(ScriptService, GivesAScriptAKeyOfTheRunsRoleThatEndsWithIt) {
  OutsideDesk desk;
  desk.allow_scripts();
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  service.serve_at("http://127.0.0.1:4780");
  auto input = OutsideDesk::script();
  input.as_object()["Caller"] = "arn:aws:iam::123456789012:role/backup";
  desk.begin(service, "Run", std::move(input));
  ASSERT_EQ(desk.children.jobs.size(), 1U);
  EXPECT_EQ(desk.children.jobs[0].server, "127.0.0.1:4780");
  const auto& keys = desk.kernel->tables().rows(Scope{}, kAccessKeyRows);
  ASSERT_EQ(keys.size(), 1U);
  const auto& key = keys.begin()->second;
  EXPECT_EQ(text_at(key, "Caller"), "arn:aws:sts::123456789012:assumed-role/backup/r");
  EXPECT_EQ(text_at(key, "Level"), "operator");
  EXPECT_FALSE(text_at(key, "Expiration").empty());
  desk.children.end_all(OutsideDesk::said(R"({"value": 1})"));
  desk.time.drain();
  EXPECT_TRUE(desk.kernel->tables().rows(Scope{}, kAccessKeyRows).empty());
}

TEST(ScriptService, TheSameTokenJoinsAndIsAnsweredAlikeLater) {
  OutsideDesk desk;
  desk.allow_scripts();
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  desk.begin(service, "Run", OutsideDesk::script());
  desk.begin(service, "Run", OutsideDesk::script());
  desk.children.end_all(OutsideDesk::said(R"({"raised": "ValueError: no"})"));
  desk.time.drain();
  desk.begin(service, "Run", OutsideDesk::script());
  EXPECT_EQ(desk.children.jobs.size(), 1U);
  ASSERT_EQ(desk.answers.size(), 3U);
  for (const auto& answer : desk.answers) EXPECT_EQ(answer.error().message, "ValueError: no");
}

TEST(ScriptService, WhatWasUnderWayWhenTheProcessEndedIsNotRunAgain) {
  OutsideDesk desk;
  desk.allow_scripts();
  {
    ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
    desk.begin(service, "Run", OutsideDesk::script());
  }
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  const auto answer = desk.call(service, "Run", OutsideDesk::script());
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().code, "OutcomeUnknown");
  EXPECT_EQ(desk.children.jobs.size(), 1U);
}

TEST(ScriptService, StopEndsTheChildOfThatToken) {
  OutsideDesk desk;
  desk.allow_scripts();
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  desk.begin(service, "Run", OutsideDesk::script("t1"));
  desk.begin(service, "Run", OutsideDesk::script("t2"));
  EXPECT_TRUE(desk.call(service, "Stop", Object{{"Token", "t2"}}));
  EXPECT_TRUE(desk.call(service, "Stop", Object{{"Token", "t3"}}));
  EXPECT_EQ(desk.children.stopped, std::vector<ChildId>{2});
  desk.children.end_all(ChildEnd{.fate = ChildFate::Stopped});
  desk.time.drain();
  ASSERT_EQ(desk.answers.size(), 2U);
  EXPECT_EQ(desk.answers[1].error().code, "ScriptStopped");
}

TEST(ScriptService, WhatIsStoppedBeforeItsIntentIsOnDiskNeverBegins) {
  OutsideDesk desk;
  desk.allow_scripts();
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  for (const auto* operation : {"Run", "Stop"})
    service.call({desk.scope, "", operation, OutsideDesk::script(), {}},
                 [&](Result<Value> answer) { desk.answers.push_back(std::move(answer)); });
  desk.time.drain();
  EXPECT_TRUE(desk.children.jobs.empty());
  ASSERT_EQ(desk.answers.size(), 2U);
}

TEST(ScriptService, HowAChildEndedIsTold) {
  const auto told = [](ChildEnd end) {
    OutsideDesk desk;
    desk.allow_scripts();
    ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
    desk.begin(service, "Run", OutsideDesk::script());
    desk.children.end_all(end);
    desk.time.drain();
    return desk.answers.at(0) ? "" : desk.answers[0].error().code;
  };
  ChildEnd late;
  late.fate = ChildFate::TimedOut;
  EXPECT_EQ(told(late), "ScriptTimedOut");
  ChildEnd killed;
  killed.fate = ChildFate::Signalled;
  EXPECT_EQ(told(killed), "ScriptFailed");
  EXPECT_EQ(told(OutsideDesk::said("no JSON")), "ScriptFailed");
  EXPECT_EQ(told(OutsideDesk::said("[]")), "ScriptFailed");
}

TEST(ScriptService, WhatCannotBeRunHereIsRefused) {
  OutsideDesk desk;
  desk.allow_scripts();
  ScriptService service(*desk.kernel, desk.children, desk.secrets, desk.log);
  auto shell = OutsideDesk::script();
  shell.as_object()["Runtime"] = "PowerShell 7.4";
  EXPECT_EQ(desk.refused(service, "Run", shell), "ScriptNotRun");
  auto attached = OutsideDesk::script();
  attached.as_object()["Attachment"] = "a.zip";
  EXPECT_EQ(desk.refused(service, "Run", attached), "ScriptNotRun");
  EXPECT_EQ(desk.refused(service, "Run", OutsideDesk::script("")), "ValidationException");
}

TEST(WebhookService, CallsTheIntegrationOfThatNameOnce) {
  OutsideDesk desk;
  desk.set(kWebhookSetting,
           json(R"({"Hooks": {"chat": {"Url": "https://chat.example.com/canary"}}})"));
  WebhookService service(*desk.kernel, desk.hooks, desk.log);
  const auto wanted = json(R"({"IntegrationName": "chat", "Body": "{}", "Token": "t"})");
  desk.begin(service, "Invoke", wanted);
  desk.begin(service, "Invoke", wanted);
  ASSERT_EQ(desk.hooks.messages.size(), 1U);
  EXPECT_EQ(desk.hooks.messages[0].body, "{}");
  desk.hooks.end_all(WebhookAnswer{202, "taken"});
  desk.time.drain();
  ASSERT_EQ(desk.answers.size(), 2U);
  EXPECT_EQ(*desk.answers[1], json(R"({"ResponseCode": 202, "Response": "taken"})"));
  for (const auto& line : desk.logged) EXPECT_EQ(line.find("canary"), std::string::npos);
}

TEST(WebhookService, ANameThatIsNotThereIsRefused) {
  OutsideDesk desk;
  WebhookService service(*desk.kernel, desk.hooks, desk.log);
  EXPECT_EQ(desk.refused(service, "Invoke", json(R"({"IntegrationName": "x", "Token": "t"})")),
            "IntegrationNotFound");
}

}  // namespace
}  // namespace hikae::plane
