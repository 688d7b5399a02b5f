// The user's functions behind a host that only says what it was asked for; real processes run in
// tests/functions_test.cc.
#include "aws/base64.h"
#include "plane/lambda/invocation.h"
#include "plane/lambda/lambda.h"
#include "plane/lambda/outcome.h"
#include "plane/settings.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

/// Holds invocations until `end_all`.
struct HeldFunctions final : FunctionHost {
  EnvironmentId open(FunctionJob job) override {
    jobs.push_back(std::move(job));
    return jobs.size();
  }
  void invoke(EnvironmentId id, FunctionCall call, Done done) override {
    used.push_back(id);
    calls.push_back(std::move(call));
    held.push_back(std::move(done));
  }
  void close(EnvironmentId id) override { closed.push_back(id); }
  void keep_log(const std::string&, std::string_view text) override { log += text; }
  bool has(FunctionRuntime) const override { return true; }
  void end_all(const Result<FunctionEnd>& end) {
    for (auto& done : std::exchange(held, {})) done(end);
  }

  std::vector<FunctionJob> jobs;
  std::vector<EnvironmentId> used, closed;
  std::vector<FunctionCall> calls;
  std::vector<Done> held;
  std::string log;
};

FunctionEnd returned_by_function(std::string payload) {
  FunctionEnd end;
  end.payload = std::move(payload);
  end.log = "printed\n";
  end.took = Duration(12);
  end.is_warm = true;
  return end;
}

struct NoCloud final : aws::Cloud {
  explicit NoCloud(VirtualTime& world) : time(world) {}
  void call(aws::Request request, aws::Done done) override {
    calls.push_back(request);
    time.soon([done = std::move(done)]() mutable { done(Object{{"Body", "PK-code"}}); });
  }
  VirtualTime& time;
  std::vector<aws::Request> calls;
};

/// Seals by doing nothing.
struct OpenBox final : SecretBox {
  Result<std::string> seal(std::string_view plain, std::string_view) const override {
    return str(plain);
  }
  Result<std::string> open(std::string_view sealed, std::string_view) const override {
    return str(sealed);
  }
};

TestKernel::Kinds process_kinds() {
  auto kinds = TestKernel::recording({"event", "mail", "delivery"});
  kinds.push_back(lambda::make_invocation_kind());
  return kinds;
}

struct ProcessDesk : TestKernel {
  HeldFunctions host;
  NoCloud cloud{time};
  OpenBox box;
  Log log{time, [](std::string_view) {}};
  Lambda service{*kernel, cloud, time, time, {&host, &box, &log, [] {
                                                return std::string("http://127.0.0.1:4001");
                                              }}};
  std::vector<Result<Value>> answers;

  ProcessDesk() : TestKernel(process_kinds()) { router.add("lambda", service); }

  void create(std::string_view name = "f", Value code = Object{{"ZipFile", "def go(e, c): pass"}}) {
    ok(service, "CreateFunction",
       Object{{"FunctionName", name},
              {"Runtime", "python3.12"},
              {"Handler", "index.go"},
              {"Role", "arn:aws:iam::123456789012:role/r"},
              {"Environment", Object{{"Variables", Object{{"MINE", "1"}, {"_HANDLER", "no"}}}}},
              {"Code", std::move(code)}});
  }
  void begin(std::string_view name = "f", Object more = {}) {
    more["FunctionName"] = name;
    service.call({scope, "lambda", "Invoke", more, {}},
                 [this](Result<Value> answer) { answers.push_back(std::move(answer)); });
    time.drain();
  }
  void end_with(const Result<FunctionEnd>& end) {
    host.end_all(end);
    time.drain();
  }
  std::string error_type() {
    const auto answer = answers.empty() ? Result<Value>(Value()) : answers.back();
    if (!answer) return answer.error().code;
    const auto told = text::parse_json(text_at(*answer, "Payload"));
    return told ? str(text_at(*told, "errorType")) : "";
  }
  bool has_variable(std::string_view text) {
    const auto& env = host.jobs.back().env;
    return std::ranges::find(env, text) != env.end();
  }
  std::size_t keys() { return kernel->tables().rows(Scope{}, kAccessKeyRows).size(); }
  void set(Value value) {
    kernel->perform([&](engine::Turn& turn) {
      turn.tables().put(Scope{}, kSettingRows, kFunctionSetting, value);
    });
    time.drain();
  }
};

TEST(FunctionProcesses, AnInvocationIsAnsweredByItsEnvironment) {
  ProcessDesk desk;
  desk.create();
  desk.begin("f", {{"Payload", R"({"a":1})"}, {"LogType", "Tail"}});
  ASSERT_EQ(desk.host.calls.size(), 1U);
  EXPECT_EQ(desk.host.calls[0].payload, R"({"a":1})");
  EXPECT_EQ(desk.host.calls[0].time, seconds(3));
  desk.end_with(returned_by_function("[2]"));
  ASSERT_EQ(desk.answers.size(), 1U);
  EXPECT_EQ(text_at(*desk.answers[0], "Payload"), "[2]");
  const auto tail = aws::from_base64(text_at(*desk.answers[0], "LogResult")).value_or("");
  EXPECT_EQ(tail, desk.host.log);
  const auto id = desk.host.calls[0].request_id;
  EXPECT_TRUE(tail.starts_with("START RequestId: " + id + " Version: $LATEST\nprinted\nEND"));
  EXPECT_NE(tail.find("REPORT RequestId: " + id + "\tDuration: 12.00 ms"), std::string::npos);
}

TEST(FunctionProcesses, AnEnvironmentHasWhatLambdaSetsAndAKeyOfItsRole) {
  ProcessDesk desk;
  desk.create();
  desk.begin();
  for (const auto* text :
       {"_HANDLER=index.go", "AWS_REGION=ap-northeast-1", "AWS_LAMBDA_FUNCTION_NAME=f",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=128", "AWS_ENDPOINT_URL=http://127.0.0.1:4001", "MINE=1"})
    EXPECT_TRUE(desk.has_variable(text)) << text;
  EXPECT_FALSE(desk.has_variable("_HANDLER=no"));
  EXPECT_EQ(desk.host.jobs[0].server, "127.0.0.1:4001");
  EXPECT_EQ(desk.host.jobs[0].code.file_name, "index.py");
  ASSERT_EQ(desk.keys(), 1U);
  const auto& key = desk.kernel->tables().rows(Scope{}, kAccessKeyRows).begin()->second;
  EXPECT_EQ(text_at(key, "Caller"), "arn:aws:sts::123456789012:assumed-role/r/f");
  EXPECT_EQ(text_at(key, "Level"), "operator");
}

TEST(FunctionProcesses, AWarmEnvironmentIsUsedAgainAndEndsWhenIdle) {
  ProcessDesk desk;
  desk.create();
  for (int i = 0; i < 2; ++i) {
    desk.begin();
    desk.end_with(returned_by_function("1"));
  }
  EXPECT_EQ(desk.host.used, (std::vector<EnvironmentId>{1, 1}));
  desk.time.run_until(desk.time.now() + minutes(4));
  EXPECT_TRUE(desk.host.closed.empty());
  desk.time.run_until(desk.time.now() + minutes(2));
  EXPECT_EQ(desk.host.closed, std::vector<EnvironmentId>{1});
  EXPECT_EQ(desk.keys(), 0U);
}

TEST(FunctionProcesses, AChangedFunctionGetsANewEnvironment) {
  ProcessDesk desk;
  desk.create();
  desk.begin();
  desk.end_with(returned_by_function("1"));
  desk.ok(desk.service, "UpdateFunctionConfiguration",
          Object{{"FunctionName", "f"}, {"Timeout", 9}});
  desk.begin();
  EXPECT_EQ(desk.host.used, (std::vector<EnvironmentId>{1, 2}));
  EXPECT_EQ(desk.host.closed, std::vector<EnvironmentId>{1});
  EXPECT_EQ(desk.host.calls.back().time, seconds(9));
}

TEST(FunctionProcesses, ThereAreBoundsToWhatRunsAtOnce) {
  ProcessDesk desk;
  desk.create();
  for (std::int64_t i = 0; i < lambda::kConcurrency; ++i) desk.begin();
  EXPECT_TRUE(desk.answers.empty());
  desk.begin();
  EXPECT_EQ(desk.error_type(), "TooManyRequestsException");
  desk.ok(desk.service, "PutFunctionConcurrency",
          Object{{"FunctionName", "f"}, {"ReservedConcurrentExecutions", 0}});
  desk.end_with(returned_by_function("1"));
  desk.create("g");
  for (std::int64_t i = 0; i < lambda::kConcurrency; ++i) desk.begin("g");
  EXPECT_EQ(desk.host.jobs.size(), 20U);
  EXPECT_EQ(desk.host.closed.size(), 4U) << "what is idle makes room";
}

TEST(FunctionProcesses, WhoEndedWhileNobodyLookedIsReplaced) {
  ProcessDesk desk;
  desk.create();
  desk.begin();
  desk.end_with(returned_by_function("1"));
  desk.begin();
  desk.end_with(fail(ErrorKind::NotFound, "gone"));
  EXPECT_EQ(desk.host.used, (std::vector<EnvironmentId>{1, 1, 2}));
  desk.end_with(returned_by_function("2"));
  ASSERT_EQ(desk.answers.size(), 2U);
  EXPECT_EQ(text_at(*desk.answers[1], "Payload"), "2");
}

TEST(FunctionProcesses, WhatEndsOtherwiseIsAFunctionErrorInLambdasShape) {
  const std::vector<std::pair<FunctionFate, std::string>> all{
      {FunctionFate::TimedOut, "Sandbox.Timedout"},
      {FunctionFate::Exited, "Runtime.ExitError"},
      {FunctionFate::Signalled, "Runtime.ExitError"},
      {FunctionFate::OutOfMemory, "Runtime.OutOfMemory"}};
  for (const auto& [fate, type] : all) {
    ProcessDesk desk;
    desk.create();
    desk.begin();
    FunctionEnd end;
    end.fate = fate;
    end.code = 9;
    desk.end_with(end);
    ASSERT_TRUE(desk.answers.size() == 1 && desk.answers[0]);
    EXPECT_EQ(text_at(*desk.answers[0], "FunctionError"), "Unhandled");
    EXPECT_EQ(desk.error_type(), type);
    EXPECT_EQ(desk.host.closed, std::vector<EnvironmentId>{1});
  }
}

TEST(FunctionProcesses, ATimeOutNamesItsSeconds) {
  lambda::Outcome about{"id", "$LATEST", 128, seconds(3), {}};
  FunctionEnd end;
  end.fate = FunctionFate::TimedOut;
  EXPECT_EQ(text_at(lambda::answer_of(end, about).value(), "Payload"),
            R"({"errorType":"Sandbox.Timedout","errorMessage":"RequestId: id Error: Task timed )"
            R"(out after 3.00 seconds"})");
  EXPECT_NE(lambda::log_of(end, about).find("id Task timed out after 3.00 seconds\n\nEND"),
            std::string::npos);
}

TEST(FunctionProcesses, AnAsynchronousInvocationIsTriedThreeTimes) {
  ProcessDesk desk;
  desk.create();
  desk.begin("f", {{"InvocationType", "Event"}});
  FunctionEnd raised;
  raised.fate = FunctionFate::Raised;
  raised.payload = R"({"errorMessage":"no","errorType":"E"})";
  raised.is_warm = true;
  for (int i = 0; i < 5; ++i) {
    desk.end_with(raised);
    desk.time.run_until(desk.time.now() + minutes(3));
  }
  EXPECT_EQ(desk.host.calls.size(), 3U);
  const auto all = desk.machines("invocation");
  ASSERT_EQ(all.size(), 1U);
  EXPECT_EQ(text_at(all[0].outcome, "Reason"), "E: no");
}

TEST(FunctionProcesses, CodeInABucketIsReadForTheFirstInvocation) {
  ProcessDesk desk;
  desk.create("f", Object{{"S3Bucket", "b"}, {"S3Key", "k/one.zip"}});
  desk.begin();
  ASSERT_EQ(desk.cloud.calls.size(), 1U);
  EXPECT_EQ(text_at(desk.cloud.calls[0].input, "Key"), "k/one.zip");
  EXPECT_EQ(desk.cloud.calls[0].scope, desk.scope);
  ASSERT_EQ(desk.host.jobs.size(), 1U);
  EXPECT_EQ(desk.host.jobs[0].code.zip, "PK-code");
}

TEST(FunctionProcesses, TheArticlesRunWhereTheirCodeIsUnlessHikaesOwnAreWanted) {
  ProcessDesk desk;
  desk.create("lmd-del-backup-gen");
  desk.begin("lmd-del-backup-gen");
  EXPECT_EQ(desk.host.calls.size(), 1U);
  desk.set(Object{{"Run", "own"}});
  desk.begin("lmd-del-backup-gen");
  EXPECT_EQ(desk.host.calls.size(), 1U) << "hikae's own work";
  desk.create("mine");
  desk.begin("mine");
  EXPECT_EQ(desk.host.calls.size(), 2U);
  desk.set(Object{{"Run", "off"}});
  desk.begin("mine");
  EXPECT_EQ(desk.host.calls.size(), 2U);
  EXPECT_EQ(desk.error_type(), "FunctionNotRun");
}

TEST(FunctionProcesses, WithoutTheirCodeTheArticlesAreHikaesOwn) {
  ProcessDesk desk;
  desk.create("lmd-del-backup-gen", Object{{"S3Bucket", "b"}, {"S3Key", "absent.zip"}});
  desk.begin("lmd-del-backup-gen");
  desk.begin("hikae-retention");
  EXPECT_TRUE(desk.host.calls.empty());
}

}  // namespace
}  // namespace hikae::plane
