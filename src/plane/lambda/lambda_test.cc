#include "plane/lambda/lambda.h"

#include "plane/lambda/invocation.h"
#include "plane/lambda/own_functions.h"
#include "plane/lambda/rows.h"
#include "plane/sns/sns.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

/// An account with nothing in it that answers after two minutes, and can be told to refuse.
struct EmptyCloud final : aws::Cloud {
  explicit EmptyCloud(VirtualTime& world) : time(world) {}
  void call(aws::Request request, aws::Done done) override {
    calls.push_back(request);
    auto answer = refusal.empty() ? Result<Value>(Object{{"MessageId", "m"}})
                                  : Result<Value>(aws::aws_error(refusal, "refused by the test"));
    time.at(time.now() + delay, [done = std::move(done), answer]() mutable { done(answer); });
  }
  VirtualTime& time;
  Duration delay = seconds(1);
  std::string refusal;
  std::vector<aws::Request> calls;
};

TestKernel::Kinds lambda_kinds() {
  auto kinds = TestKernel::recording({"event", "mail", "delivery"});
  kinds.push_back(lambda::make_invocation_kind());
  return kinds;
}

struct LambdaDesk : TestKernel {
  EmptyCloud cloud{time};
  Lambda service{*kernel, cloud, time, time};
  LambdaDesk() : TestKernel(lambda_kinds()) { router.add("lambda", service); }

  static Object definition(std::string_view name) {
    return Object{{"FunctionName", name},
                  {"Runtime", "python3.12"},
                  {"Handler", "index.lambda_handler"},
                  {"Role", "arn:aws:iam::123456789012:role/r"},
                  {"Code", Object{{"ZipFile", "aGVsbG8="}}}};
  }
  Value create(std::string_view name = "f") {
    return ok(service, "CreateFunction", definition(name));
  }
  std::string refused_creation(std::string_view member, Value value) {
    auto input = definition("f");
    input[member] = std::move(value);
    return refused(service, "CreateFunction", std::move(input));
  }
  Value invoke(std::string_view name, std::string_view payload = "{}",
               std::string_view type = "RequestResponse") {
    return ok(service, "Invoke",
              Object{{"FunctionName", name}, {"Payload", payload}, {"InvocationType", type}});
  }
  Value permission(std::string_view sid, std::string_view principal) {
    return Object{{"FunctionName", "f"},
                  {"StatementId", sid},
                  {"Action", "lambda:InvokeFunction"},
                  {"Principal", principal},
                  {"SourceArn", "arn:aws:events:ap-northeast-1:123456789012:rule/r"}};
  }
  Value outcome() {
    time.run_until(time.now() + hours(12));
    const auto all = machines("invocation");
    return all.empty() ? Value() : all[0].outcome;
  }
};

TEST(LambdaFunctions, AreCreatedWithTheDefaultsOfAws) {
  LambdaDesk desk;
  const auto made = desk.create();
  EXPECT_EQ(text_at(made, "FunctionArn"), "arn:aws:lambda:ap-northeast-1:123456789012:function:f");
  EXPECT_EQ(*int_at(made, "Timeout"), 3);
  EXPECT_EQ(*int_at(made, "MemorySize"), 128);
  EXPECT_EQ(*int_at(made, "CodeSize"), 5);
  EXPECT_EQ(text_at(made, "CodeSha256"), "LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=");
  EXPECT_EQ(text_at(made, "LastModified"), "2026-01-01T18:30:00.000+0000");
  EXPECT_EQ(text_at(made, "State"), "Active");
}

TEST(LambdaFunctions, AreFoundByNameAndByArn) {
  LambdaDesk desk;
  const auto made = desk.create();
  for (const auto name : {"f", "f:$LATEST", "123456789012:function:f",
                          "arn:aws:lambda:ap-northeast-1:123456789012:function:f",
                          "arn:aws:lambda:ap-northeast-1:123456789012:function:f:$LATEST"})
    EXPECT_EQ(desk.ok(desk.service, "GetFunctionConfiguration", Object{{"FunctionName", name}}),
              made)
        << name;
  EXPECT_EQ(desk.refused(desk.service, "GetFunction", Object{{"FunctionName", "g"}}),
            "ResourceNotFoundException");
}

TEST(LambdaFunctions, CodeInABucketIsKeptAsAReference) {
  LambdaDesk desk;
  auto input = LambdaDesk::definition("f");
  input["Code"] = Object{{"S3Bucket", "assets"}, {"S3Key", "a.zip"}};
  desk.ok(desk.service, "CreateFunction", input);
  const auto shown = desk.ok(desk.service, "GetFunction", Object{{"FunctionName", "f"}});
  EXPECT_EQ(text_at(*find(shown, "Code"), "Location"), "s3://assets/a.zip");
}

TEST(LambdaFunctions, ASecondOneOfThatNameIsRefused) {
  LambdaDesk desk;
  desk.create();
  EXPECT_EQ(desk.refused(desk.service, "CreateFunction", LambdaDesk::definition("f")),
            "ResourceConflictException");
}

TEST(LambdaFunctions, SettingsAreChecked) {
  LambdaDesk desk;
  const std::string code = "InvalidParameterValueException";
  EXPECT_EQ(desk.refused_creation("FunctionName", "a b"), code);
  EXPECT_EQ(desk.refused_creation("Timeout", 901), code);
  EXPECT_EQ(desk.refused_creation("MemorySize", 64), code);
  EXPECT_EQ(desk.refused_creation("Role", "r"), code);
  EXPECT_EQ(desk.refused_creation("Handler", ""), code);
  EXPECT_EQ(desk.refused_creation("Code", Object()), code);
  EXPECT_EQ(desk.refused_creation("Environment",
                                  Object{{"Variables", Object{{"A", std::string(5000, 'a')}}}}),
            code);
  EXPECT_EQ(desk.refused_creation("Code", Object{{"ZipFile", std::string(7'000'000, 'a')}}), code);
}

TEST(LambdaFunctions, CodeAndConfigurationAreUpdated) {
  LambdaDesk desk;
  const auto before = desk.create();
  const auto updated = desk.ok(desk.service, "UpdateFunctionConfiguration",
                               Object{{"FunctionName", "f"}, {"Timeout", 600}});
  EXPECT_EQ(*int_at(updated, "Timeout"), 600);
  EXPECT_EQ(*int_at(updated, "MemorySize"), 128);
  EXPECT_NE(text_at(updated, "RevisionId"), text_at(before, "RevisionId"));
  const auto recoded = desk.ok(desk.service, "UpdateFunctionCode",
                               Object{{"FunctionName", "f"}, {"S3Bucket", "b"}, {"S3Key", "k"}});
  EXPECT_NE(text_at(recoded, "CodeSha256"), text_at(before, "CodeSha256"));
  EXPECT_EQ(desk.kernel->tables().get(desk.scope, lambda::kCodeRows, "f"), nullptr);
  EXPECT_EQ(desk.refused(desk.service, "UpdateFunctionConfiguration",
                         Object{{"FunctionName", "f"}, {"RevisionId", "old"}}),
            "PreconditionFailedException");
}

TEST(LambdaFunctions, AreListedAndDeleted) {
  LambdaDesk desk;
  for (const auto name : {"b", "a"}) desk.create(name);
  const auto page = desk.ok(desk.service, "ListFunctions", Object{{"MaxItems", 1}});
  EXPECT_EQ(text_at(list_at(page, "Functions")[0], "FunctionName"), "a");
  EXPECT_EQ(text_at(page, "NextMarker"), "1");
  desk.ok(desk.service, "DeleteFunction", Object{{"FunctionName", "a"}});
  EXPECT_EQ(desk.refused(desk.service, "DeleteFunction", Object{{"FunctionName", "a"}}),
            "ResourceNotFoundException");
}

TEST(LambdaPermissions, MakeThePolicyOfTheFunction) {
  LambdaDesk desk;
  desk.create();
  EXPECT_EQ(desk.refused(desk.service, "GetPolicy", Object{{"FunctionName", "f"}}),
            "ResourceNotFoundException");
  const auto added =
      desk.ok(desk.service, "AddPermission", desk.permission("s", "events.amazonaws.com"));
  const auto statement = json(text_at(added, "Statement"));
  EXPECT_EQ(text_at(*find(statement, "Principal"), "Service"), "events.amazonaws.com");
  const auto policy = desk.ok(desk.service, "GetPolicy", Object{{"FunctionName", "f"}});
  EXPECT_EQ(list_at(json(text_at(policy, "Policy")), "Statement").at(0), statement);
  EXPECT_EQ(desk.refused(desk.service, "AddPermission", desk.permission("s", "*")),
            "ResourceConflictException");
  const Object of{{"FunctionName", "f"}, {"StatementId", "s"}};
  desk.ok(desk.service, "RemovePermission", of);
  EXPECT_EQ(desk.refused(desk.service, "RemovePermission", of), "ResourceNotFoundException");
}

TEST(LambdaPermissions, PrincipalsAreWrittenAsAwsDoes) {
  LambdaDesk desk;
  desk.create();
  const auto principal = [&](std::string_view sid, std::string_view of) {
    const auto added = desk.ok(desk.service, "AddPermission", desk.permission(sid, of));
    return *find(json(text_at(added, "Statement")), "Principal");
  };
  EXPECT_EQ(principal("a", "*"), Value("*"));
  EXPECT_EQ(principal("b", "210987654321"), json(R"({"AWS":"arn:aws:iam::210987654321:root"})"));
  EXPECT_EQ(desk.refused(desk.service, "AddPermission", desk.permission("a b", "*")),
            "InvalidParameterValueException");
}

TEST(LambdaInvoke, HikaesOwnFunctionsNeedNotBeCreated) {
  LambdaDesk desk;
  const auto answer = desk.invoke("lmd-del-backup-gen", R"({"ServerName":"web1","gen":"3"})");
  EXPECT_EQ(*int_at(answer, "StatusCode"), 200);
  EXPECT_EQ(find(answer, "FunctionError"), nullptr) << text::to_json(answer);
  EXPECT_EQ(*int_at(json(text_at(answer, "Payload")), "Deleted"), 0);
  ASSERT_FALSE(desk.cloud.calls.empty());
  EXPECT_EQ(desk.cloud.calls[0].operation, "DescribeImages");
}

TEST(LambdaInvoke, TheVariablesOfAFunctionAreItsConfiguration) {
  LambdaDesk desk;
  auto input = LambdaDesk::definition("hikae-agent-check-nightly");
  input["Environment"] = json(R"({"Variables":{"TAG_KEY":"Group","TAG_VALUE":"night",)"
                              R"("SNS_TOPIC_ARN":"arn:aws:sns:ap-northeast-1:123456789012:t"}})");
  desk.ok(desk.service, "CreateFunction", input);
  const auto answer = desk.invoke("hikae-agent-check-nightly");
  EXPECT_EQ(find(answer, "FunctionError"), nullptr) << text::to_json(answer);
  ASSERT_FALSE(desk.cloud.calls.empty());
  const auto filter = list_at(desk.cloud.calls[0].input, "Filters").at(0);
  EXPECT_EQ(text_at(filter, "Name"), "tag:Group");
  EXPECT_EQ(list_at(filter, "Values").at(0), Value("night"));
}

TEST(LambdaInvoke, AHandlerThatFailsIsAFunctionErrorNotAnError) {
  LambdaDesk desk;
  const auto answer = desk.invoke("lmd-ssmagentcheck-send-sns");  // nobody to tell
  EXPECT_EQ(*int_at(answer, "StatusCode"), 200);
  EXPECT_EQ(text_at(answer, "FunctionError"), "Unhandled");
  const auto payload = json(text_at(answer, "Payload"));
  EXPECT_NE(text_at(payload, "errorMessage").find("no topic"), std::string::npos);
  EXPECT_FALSE(text_at(payload, "errorType").empty());
}

TEST(LambdaInvoke, TheOnlyTopicThatSomebodyListensToIsTold) {
  LambdaDesk desk;
  Sns sns_service{*desk.kernel};
  const auto arn = "arn:aws:sns:ap-northeast-1:123456789012:t";
  desk.ok(sns_service, "CreateTopic", Object{{"Name", "t"}});
  const auto configuration = [&] {
    return lambda::configuration_of(desk.kernel->tables(), desk.scope, "hikae-retention");
  };
  EXPECT_EQ(configuration(), Value(Object()));
  desk.ok(sns_service, "Subscribe",
          Object{{"TopicArn", arn}, {"Protocol", "email"}, {"Endpoint", "a@example.com"}});
  EXPECT_EQ(configuration(), Value(Object{{"TopicArn", arn}}));
}

TEST(LambdaInvoke, AFunctionOfTheUsersOwnSaysThatItWasNotRun) {
  LambdaDesk desk;
  desk.create();
  const auto answer = desk.invoke("f");
  EXPECT_EQ(text_at(answer, "FunctionError"), "Unhandled");
  EXPECT_NE(text_at(answer, "Payload").find("processes, which live by the real clock"),
            std::string_view::npos);
}

TEST(LambdaInvoke, AnAbsentFunctionIsNotFound) {
  LambdaDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "Invoke", Object{{"FunctionName", "g"}}),
            "ResourceNotFoundException");
}

TEST(LambdaInvoke, PruningsOfOneInstanceTakeTurnsWhateverTheirPayload) {
  LambdaDesk desk;
  int answers = 0;
  for (const auto* payload :
       {R"({"InstanceId":"i-1","Keep":1})", R"({"InstanceId":"i-1","Keep":2})",
        R"({"InstanceId":"i-2","Keep":1})"})
    desk.service.call({desk.scope, "lambda", "Invoke",
                       Object{{"FunctionName", "hikae-retention"}, {"Payload", payload}}, ""},
                      [&](const Result<Value>& answer) { answers += answer.has_value(); });
  EXPECT_EQ(desk.cloud.calls.size(), 2u) << "the second of i-1 waits";
  desk.time.run_until(desk.time.now() + minutes(5));
  EXPECT_EQ(answers, 3);
}

TEST(LambdaInvoke, WhatIsWrongWithARequestIsSaid) {
  LambdaDesk desk;
  const auto code = [&](std::string_view payload, std::string_view type) {
    return desk.refused(
        desk.service, "Invoke",
        Object{
            {"FunctionName", "hikae-retention"}, {"Payload", payload}, {"InvocationType", type}});
  };
  EXPECT_EQ(code("{", "RequestResponse"), "InvalidRequestContentException");
  EXPECT_EQ(code("{}", "Later"), "InvalidParameterValueException");
  EXPECT_EQ(code('"' + std::string(300'000, 'a') + '"', "Event"), "RequestTooLargeException");
  EXPECT_EQ(desk.refused(desk.service, "Invoke", Object{{"FunctionName", "a b"}}),
            "InvalidParameterValueException");
}

TEST(LambdaInvoke, ADryRunOnlyLooks) {
  LambdaDesk desk;
  EXPECT_EQ(*int_at(desk.invoke("hikae-retention", "{}", "DryRun"), "StatusCode"), 204);
  EXPECT_TRUE(desk.cloud.calls.empty());
}

TEST(LambdaInvoke, AskingAgainForWhatStillRunsJoinsIt) {
  LambdaDesk desk;
  desk.cloud.delay = minutes(2);
  int answers = 0;
  for (int i = 0; i < 2; ++i) {
    desk.service.call({desk.scope, "lambda", "Invoke",
                       json(R"({"FunctionName":"hikae-retention",)"
                            R"("Payload":"{\"ServerName\":\"web1\",\"gen\":\"3\"}"})"),
                       ""},
                      [&](Result<Value> answer) { answers += answer.has_value(); });
    desk.time.run_until(desk.time.now() + seconds(30));
  }
  desk.time.run_until(desk.time.now() + hours(1));
  EXPECT_EQ(answers, 2);
  EXPECT_EQ(desk.cloud.calls.size(), 1u);
}

TEST(Invocations, AreAnsweredAtOnceAndRunAfterwards) {
  LambdaDesk desk;
  const auto answer =
      desk.invoke("lmd-del-backup-gen", R"({"ServerName":"web1","gen":"3"})", "Event");
  EXPECT_EQ(answer, Value(Object{{"StatusCode", 202}}));
  const auto outcome = desk.outcome();
  EXPECT_EQ(text_at(outcome, "Status"), "Succeeded");
  EXPECT_EQ(*int_at(outcome, "Attempts"), 1);
}

TEST(Invocations, AFunctionThatFailsIsRunTwiceMoreAndThenTold) {
  LambdaDesk desk;
  desk.create();
  desk.invoke("f", R"({"a":1})", "Event");
  const auto outcome = desk.outcome();
  EXPECT_EQ(text_at(outcome, "Status"), "Failed");
  EXPECT_EQ(*int_at(outcome, "Attempts"), 3);
  const auto events = desk.machines("event");
  ASSERT_EQ(events.size(), 1u);
  EXPECT_EQ(events[0].started_at, parse_iso("2026-01-01T18:33:00Z").value());
  const auto& event = *find(events[0].record, "Input");
  EXPECT_EQ(text_at(event, "source"), "hikae");
  EXPECT_EQ(text_at(event, "detail-type"), "Invocation Failed");
  EXPECT_EQ(text_at(*find(event, "detail"), "function-name"), "f");
  EXPECT_EQ(text_at(*find(event, "detail"), "payload"), R"({"a":1})");
  EXPECT_EQ(list_at(event, "resources").at(0),
            Value("arn:aws:lambda:ap-northeast-1:123456789012:function:f"));
}

TEST(Invocations, AFunctionThatIsGoneIsGivenUpAtOnce) {
  LambdaDesk desk;
  desk.create();
  desk.service.call({desk.scope, "lambda", "Invoke",
                     Object{{"FunctionName", "f"}, {"InvocationType", "Event"}}, ""},
                    [](const Result<Value>&) {});
  desk.ok(desk.service, "DeleteFunction", Object{{"FunctionName", "f"}});
  const auto outcome = desk.outcome();
  EXPECT_EQ(*int_at(outcome, "Attempts"), 1);
  EXPECT_NE(text_at(outcome, "Reason").find("ResourceNotFoundException"), std::string_view::npos);
}

/// One machine under a hand-driven clock.
struct InvocationDriver {
  std::unique_ptr<MachineKind> kind = lambda::make_invocation_kind();
  MachineId id{{"1", "r"}, "invocation", "x"};
  std::unique_ptr<Machine> machine = kind->fresh(id);
  WallTime now = wall_ms(0);
  /// Each event also goes to a machine loaded from the record before it: same record, same
  /// commands.
  std::vector<Command> tell(const Event& event) {
    const auto twin = kind->load(id, machine->save()).value();
    Commands commands, again;
    machine->decide(event, now, commands);
    twin->decide(event, now, again);
    EXPECT_EQ(machine->save(), twin->save());
    EXPECT_EQ(commands.list().size(), again.list().size());
    return commands.take();
  }
  void start() { tell(event::Started{Object{{"FunctionName", "f"}, {"Payload", "{}"}}}); }
  std::vector<Command> refuse(ErrorKind error) {
    return tell(event::Answered{"run", fail(error, "x")});
  }
};

TEST(Invocations, ThrottlingIsWaitedOutForSixHours) {
  InvocationDriver driver;
  driver.start();
  int waits = 0;
  for (;;) {
    const auto commands = driver.refuse(ErrorKind::Throttled);
    const auto* wake = std::get_if<command::Pause>(&commands.at(0));
    if (!wake) break;
    ++waits;
    EXPECT_LE(wake->wait, minutes(5));
    driver.now += wake->wait;
    driver.tell(event::Woke{"again"});
  }
  EXPECT_GT(waits, 70);
  EXPECT_GT(driver.now, wall_ms(0) + hours(5));
  EXPECT_LE(driver.now, wall_ms(0) + hours(6));
}

TEST(Invocations, ARefusalThatWillNotPassEndsIt) {
  InvocationDriver driver;
  driver.start();
  const auto commands = driver.refuse(ErrorKind::Denied);
  ASSERT_EQ(commands.size(), 2u);
  EXPECT_TRUE(std::holds_alternative<command::Start>(commands[0]));
  EXPECT_TRUE(std::holds_alternative<command::Finish>(commands[1]));
}

TEST(OwnFunctions, AreToldByTheirNames) {
  EXPECT_EQ(lambda::own_function("hikae-retention-nightly"), lambda::OwnFunction::Retention);
  EXPECT_EQ(lambda::own_function("lmd-del-backup-gen"), lambda::OwnFunction::Retention);
  EXPECT_EQ(lambda::own_function("hikae-agent-check"), lambda::OwnFunction::AgentCheck);
  EXPECT_EQ(lambda::own_function("lmd-ssmagentcheck-send-sns"), lambda::OwnFunction::AgentCheck);
  EXPECT_EQ(lambda::own_function("lmd-del-backup-gen-2"), lambda::OwnFunction::None);
}

TEST(LambdaVersions, AreWhatTheFunctionWas) {
  LambdaDesk desk;
  desk.create();
  const Object named{{"FunctionName", "f"}};
  EXPECT_EQ(text_at(desk.ok(desk.service, "PublishVersion", named), "Version"), "1");
  EXPECT_EQ(text_at(desk.ok(desk.service, "PublishVersion", named), "Version"), "1");
  desk.ok(desk.service, "UpdateFunctionConfiguration",
          Object{{"FunctionName", "f"}, {"Timeout", 60}});
  const auto second = desk.ok(desk.service, "PublishVersion", named);
  EXPECT_EQ(text_at(second, "FunctionArn"),
            "arn:aws:lambda:ap-northeast-1:123456789012:function:f:2");
  const auto first = desk.ok(desk.service, "GetFunctionConfiguration",
                             Object{{"FunctionName", "f"}, {"Qualifier", "1"}});
  EXPECT_EQ(int_at(first, "Timeout"), 3);
  const auto listed = desk.ok(desk.service, "ListVersionsByFunction", named);
  ASSERT_EQ(list_at(listed, "Versions").size(), 3u);
  EXPECT_EQ(text_at(list_at(listed, "Versions")[0], "Version"), "$LATEST");
  desk.ok(desk.service, "DeleteFunction", Object{{"FunctionName", "f:1"}});
  EXPECT_EQ(
      desk.refused(desk.service, "GetFunction", Object{{"FunctionName", "f"}, {"Qualifier", "1"}}),
      "ResourceNotFoundException");
  desk.ok(desk.service, "GetFunction", named);
}

TEST(LambdaFunctions, KeepTheirConcurrencyAndTags) {
  LambdaDesk desk;
  const auto arn = str(text_at(desk.create(), "FunctionArn"));
  const Object named{{"FunctionName", "f"}};
  auto reserve = named;
  reserve["ReservedConcurrentExecutions"] = 5;
  desk.ok(desk.service, "PutFunctionConcurrency", reserve);
  const auto shown = desk.ok(desk.service, "GetFunction", named);
  EXPECT_EQ(int_at(*find(shown, "Concurrency"), "ReservedConcurrentExecutions"), 5);
  desk.ok(desk.service, "DeleteFunctionConcurrency", named);
  EXPECT_EQ(desk.ok(desk.service, "GetFunctionConcurrency", named), Value(Object()));
  desk.ok(desk.service, "TagResource",
          Object{{"Resource", arn}, {"Tags", Object{{"a", "1"}, {"b", "2"}}}});
  desk.ok(desk.service, "UntagResource", Object{{"Resource", arn}, {"TagKeys", Array{"a"}}});
  EXPECT_EQ(desk.ok(desk.service, "ListTags", Object{{"Resource", arn}}),
            json(R"({"Tags":{"b":"2"}})"));
}

}  // namespace
}  // namespace hikae::plane
