#include "plane/cloudformation/cloudformation.h"
#include "plane/cloudformation/template_url.h"
#include "plane/sns/sns.h"
#include "plane/testing_kernel_test.h"
#include "stack/operation.h"

namespace hikae::plane {
namespace {

TestKernel::Kinds stack_kinds() {
  auto kinds = TestKernel::recording({"mail", "delivery", "event", "rule"});
  kinds.push_back(stack::make_stack_kind({}));
  return kinds;
}

/// A bucket with one template in it.
struct OneObject final : aws::Cloud {
  Timers& timers;
  std::string body;
  explicit OneObject(Timers& t) : timers(t) {}
  void call(aws::Request request, aws::Done done) override {
    const bool is_there =
        text_at(request.input, "Bucket") == "assets" && text_at(request.input, "Key") == "a b.json";
    timers.soon([is_there, this, done = std::move(done)]() mutable {
      if (is_there) return done(Object{{"Body", body}});
      done(fail(ErrorKind::NotFound, "NoSuchKey", "The specified key does not exist."));
    });
  }
};

constexpr std::string_view kOneTopic =
    R"({"Parameters":{"Show":{"Type":"String","Default":"one"}},"Resources":{"T":{)"
    R"("Type":"AWS::SNS::Topic","Properties":{"TopicName":"t","DisplayName":{"Ref":"Show"}}}},)"
    R"("Outputs":{"Arn":{"Value":{"Ref":"T"},"Export":{"Name":"topic-arn"}}}})";
constexpr std::string_view kTwoTopics =
    R"({"Resources":{"T":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"other"}},)"
    R"("U":{"Type":"AWS::SNS::Topic","Properties":{"DisplayName":{"Fn::GetAtt":["T",)"
    R"("TopicName"]}}}}})";

struct StackDesk : TestKernel {
  Sns sns{*kernel};
  OneObject bucket{time};
  ResourceProvider provider{*kernel, router};
  CloudFormation service{*kernel, {}, router};
  StackDesk() : TestKernel(stack_kinds()) {
    router.add("sns", sns);
    router.add("s3", bucket);
    router.add("hikae-stack", provider);
  }
  void settle() {
    time.run_while_busy([&] { return kernel->living("stack") == 0; }, time.now() + hours(1));
  }
  void create(std::string_view name = "s", std::string_view body = kOneTopic) {
    ok(service, "CreateStack", Object{{"StackName", name}, {"TemplateBody", body}});
    settle();
  }
  Value propose(Object input, std::string_view body = kOneTopic) {
    input["StackName"] = "s";
    if (!input.contains("ChangeSetName")) input["ChangeSetName"] = "c";
    input["TemplateBody"] = body;
    ok(service, "CreateChangeSet", input);
    return ok(service, "DescribeChangeSet",
              Object{{"StackName", "s"}, {"ChangeSetName", input["ChangeSetName"]}});
  }
  Value stack(std::string_view name = "s") {
    return list_at(ok(service, "DescribeStacks", Object{{"StackName", name}}), "Stacks").at(0);
  }
  std::string status() { return str(text_at(stack(), "StackStatus")); }
};

const Object kSet{{"StackName", "s"}, {"ChangeSetName", "c"}};

constexpr std::string_view kImporter =
    R"({"Resources":{"U":{"Type":"AWS::SNS::Topic","Properties":{"DisplayName":)"
    R"({"Fn::ImportValue":"topic-arn"}}}}})";

TEST(Exports, AreImportedAndHoldTheirStack) {
  StackDesk desk;
  desk.create();
  desk.create("user", kImporter);
  const Object name{{"ExportName", "topic-arn"}};
  EXPECT_EQ(list_at(desk.ok(desk.service, "ListImports", name), "Imports"), Array{"user"});
  EXPECT_EQ(desk.refused(desk.service, "DeleteStack", Object{{"StackName", "s"}}),
            "ValidationError");
  EXPECT_EQ(desk.refused(desk.service, "UpdateStack",
                         Object{{"StackName", "s"}, {"TemplateBody", kTwoTopics}}),
            "ValidationError");
  desk.ok(desk.service, "DeleteStack", Object{{"StackName", "user"}});
  desk.settle();
  desk.ok(desk.service, "DeleteStack", Object{{"StackName", "s"}});
  EXPECT_EQ(desk.refused(desk.service, "ListImports", name), "ValidationError");
}

TEST(Exports, AreRefusedWhereTheyAreMissingOrTaken) {
  StackDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "CreateStack",
                         Object{{"StackName", "user"}, {"TemplateBody", kImporter}}),
            "ValidationError");
  desk.create();
  EXPECT_EQ(desk.refused(desk.service, "CreateStack",
                         Object{{"StackName", "twin"}, {"TemplateBody", kOneTopic}}),
            "ValidationError");
}

TEST(StackChanges, ASubscriptionIsChangedInPlace) {
  const auto body = [](std::string_view more) {
    return R"({"Resources":{"T":{"Type":"AWS::SNS::Topic"},"S":{"Type":"AWS::SNS::Subscription",)"
           R"("Properties":{"TopicArn":{"Ref":"T"},"Protocol":"email","Endpoint":"a@example.com")" +
           str(more) + "}}}}";
  };
  StackDesk desk;
  const auto filter = [&] {
    const auto all = desk.ok(desk.service, "DescribeStackResources", Object{{"StackName", "s"}});
    std::string arn;
    for (const auto& one : list_at(all, "StackResources"))
      if (text_at(one, "LogicalResourceId") == "S") arn = text_at(one, "PhysicalResourceId");
    const auto shown =
        desk.ok(desk.sns, "GetSubscriptionAttributes", Object{{"SubscriptionArn", arn}});
    return str(text_at(object_at(shown, "Attributes"), "FilterPolicy"));
  };
  const auto update = [&](std::string_view more) {
    desk.ok(desk.service, "UpdateStack", Object{{"StackName", "s"}, {"TemplateBody", body(more)}});
    desk.settle();
    EXPECT_EQ(desk.status(), "UPDATE_COMPLETE");
  };
  desk.create("s", body(R"(,"FilterPolicy":{"a":["b"]})"));
  EXPECT_EQ(filter(), R"({"a":["b"]})");
  update(R"(,"FilterPolicy":{"a":["c"]})");
  EXPECT_EQ(filter(), R"({"a":["c"]})");
  update("");
  EXPECT_EQ(filter(), "");
}

TEST(ChangeSets, OneThatCreatesLeavesTheStackInReviewUntilItIsExecuted) {
  StackDesk desk;
  const auto shown = desk.propose({{"ChangeSetType", "CREATE"}});
  EXPECT_EQ(text_at(shown, "Status"), "CREATE_COMPLETE");
  EXPECT_EQ(text_at(shown, "ExecutionStatus"), "AVAILABLE");
  const auto& change = *find(list_at(shown, "Changes").at(0), "ResourceChange");
  EXPECT_EQ(text_at(change, "Action"), "Add");
  EXPECT_EQ(text_at(change, "LogicalResourceId"), "T");
  EXPECT_EQ(desk.status(), "REVIEW_IN_PROGRESS");
  desk.ok(desk.service, "ExecuteChangeSet", kSet);
  desk.settle();
  EXPECT_EQ(desk.status(), "CREATE_COMPLETE");
  EXPECT_EQ(text_at(desk.ok(desk.service, "DescribeChangeSet", kSet), "ExecutionStatus"),
            "EXECUTE_COMPLETE");
}

TEST(ChangeSets, AChangedParameterShowsWhereItComesFrom) {
  StackDesk desk;
  desk.create();
  const auto shown = desk.propose(
      {{"Parameters", Array{Object{{"ParameterKey", "Show"}, {"ParameterValue", "two"}}}}});
  const auto& change = *find(list_at(shown, "Changes").at(0), "ResourceChange");
  EXPECT_EQ(text_at(change, "Action"), "Modify");
  EXPECT_EQ(text_at(change, "Replacement"), "False");
  EXPECT_EQ(text_at(change, "PhysicalResourceId"), "arn:aws:sns:ap-northeast-1:123456789012:t");
  EXPECT_EQ(*find(change, "Details"),
            json(R"([{"Target":{"Attribute":"Properties","Name":"DisplayName",)"
                 R"("RequiresRecreation":"Never"},"Evaluation":"Static",)"
                 R"("ChangeSource":"ParameterReference","CausingEntity":"Show"}])"));
}

TEST(ChangeSets, AReplacementMakesWhatHangsOnItUncertain) {
  StackDesk desk;
  desk.create();
  const auto shown = desk.propose({}, kTwoTopics);
  const auto& changes = list_at(shown, "Changes");
  ASSERT_EQ(changes.size(), 2u);
  EXPECT_EQ(text_at(*find(changes[0], "ResourceChange"), "Replacement"), "True");
  EXPECT_EQ(text_at(*find(changes[1], "ResourceChange"), "Action"), "Add");
}

TEST(ChangeSets, OneWithoutChangesFailsInTheWordsThatToolsLookFor) {
  StackDesk desk;
  desk.create();
  const auto shown = desk.propose({});
  EXPECT_EQ(text_at(shown, "Status"), "FAILED");
  EXPECT_EQ(text_at(shown, "ExecutionStatus"), "UNAVAILABLE");
  EXPECT_TRUE(text_at(shown, "StatusReason")
                  .starts_with("The submitted information didn't contain "
                               "changes."));
  EXPECT_EQ(desk.refused(desk.service, "ExecuteChangeSet", kSet), "InvalidChangeSetStatus");
}

TEST(ChangeSets, AnExecutedOneTakesTheOthersAway) {
  StackDesk desk;
  desk.create();
  desk.propose({{"ChangeSetName", "d"}}, kTwoTopics);
  desk.propose({}, kTwoTopics);
  desk.ok(desk.service, "ExecuteChangeSet", kSet);
  desk.settle();
  EXPECT_EQ(desk.status(), "UPDATE_COMPLETE");
  const auto left = desk.ok(desk.service, "ListChangeSets", Object{{"StackName", "s"}});
  ASSERT_EQ(list_at(left, "Summaries").size(), 1u);
  EXPECT_EQ(text_at(list_at(left, "Summaries")[0], "ChangeSetName"), "c");
}

TEST(ChangeSets, OneThatTheStackHasLeftIsObsolete) {
  StackDesk desk;
  desk.create();
  desk.propose({}, kTwoTopics);
  desk.ok(desk.service, "UpdateStack", Object{{"StackName", "s"}, {"TemplateBody", kTwoTopics}});
  desk.settle();
  EXPECT_EQ(text_at(desk.ok(desk.service, "DescribeChangeSet", kSet), "ExecutionStatus"),
            "OBSOLETE");
  EXPECT_EQ(desk.refused(desk.service, "ExecuteChangeSet", kSet), "InvalidChangeSetStatus");
}

TEST(ChangeSets, ADeletedOneIsNotFoundAndMayBeDeletedAgain) {
  StackDesk desk;
  desk.propose({{"ChangeSetType", "CREATE"}});
  desk.ok(desk.service, "DeleteChangeSet", kSet);
  EXPECT_EQ(desk.refused(desk.service, "DescribeChangeSet", kSet), "ChangeSetNotFound");
  desk.ok(desk.service, "DeleteChangeSet", kSet);
}

TEST(ChangeSets, TheKindMustFitTheStack) {
  StackDesk desk;
  const Object update{{"StackName", "s"}, {"ChangeSetName", "c"}, {"TemplateBody", kOneTopic}};
  EXPECT_EQ(desk.refused(desk.service, "CreateChangeSet", update), "ValidationError");
  desk.create();
  for (const auto* kind : {"CREATE", "IMPORT"}) {
    auto input = update;
    input["ChangeSetType"] = kind;
    EXPECT_EQ(desk.refused(desk.service, "CreateChangeSet", input), "ValidationError") << kind;
  }
}

TEST(Stacks, AnAbsentOneIsAValidationErrorInItsWords) {
  StackDesk desk;
  const auto answer = desk.call(desk.service, "DescribeStacks", Object{{"StackName", "x"}});
  EXPECT_EQ(answer.error().code, "ValidationError");
  EXPECT_EQ(answer.error().message, "Stack with id x does not exist");
}

TEST(Stacks, ADeletedOneIsKnownByItsIdOnly) {
  StackDesk desk;
  desk.create();
  const auto id = str(text_at(desk.stack(), "StackId"));
  desk.ok(desk.service, "DeleteStack", Object{{"StackName", "s"}});
  desk.settle();
  EXPECT_EQ(desk.refused(desk.service, "DescribeStacks", Object{{"StackName", "s"}}),
            "ValidationError");
  EXPECT_EQ(text_at(desk.stack(id), "StackStatus"), "DELETE_COMPLETE");
  desk.create();
  EXPECT_EQ(desk.status(), "CREATE_COMPLETE");
  EXPECT_EQ(text_at(desk.stack(id), "StackStatus"), "DELETE_COMPLETE");
  const Object gone{{"StackStatusFilter", Array{"DELETE_COMPLETE"}}};
  EXPECT_EQ(list_at(desk.ok(desk.service, "ListStacks", gone), "StackSummaries").size(), 1u);
}

TEST(Stacks, ProtectionHoldsUntilItIsTakenAway) {
  StackDesk desk;
  desk.create();
  const auto protect = [&](bool on) {
    desk.ok(desk.service, "UpdateTerminationProtection",
            Object{{"StackName", "s"}, {"EnableTerminationProtection", on}});
  };
  protect(true);
  EXPECT_EQ(desk.refused(desk.service, "DeleteStack", Object{{"StackName", "s"}}),
            "ValidationError");
  protect(false);
  desk.ok(desk.service, "DeleteStack", Object{{"StackName", "s"}});
}

TEST(Stacks, ShowParametersOutputsExportsAndTags) {
  StackDesk desk;
  desk.ok(desk.service, "CreateStack",
          Object{{"StackName", "s"},
                 {"TemplateBody", kOneTopic},
                 {"Tags", Array{Object{{"Key", "k"}, {"Value", "v"}}}}});
  desk.settle();
  const auto shown = desk.stack();
  EXPECT_EQ(*find(shown, "Parameters"),
            json(R"([{"ParameterKey":"Show","ParameterValue":"one"}])"));
  EXPECT_EQ(*find(shown, "Outputs"),
            json(R"([{"OutputKey":"Arn","OutputValue":)"
                 R"("arn:aws:sns:ap-northeast-1:123456789012:t","ExportName":"topic-arn"}])"));
  EXPECT_EQ(*find(shown, "Tags"), json(R"([{"Key":"k","Value":"v"}])"));
  const auto exports = desk.ok(desk.service, "ListExports", Object());
  EXPECT_EQ(text_at(list_at(exports, "Exports").at(0), "Name"), "topic-arn");
}

TEST(Stacks, AnUpdateWithPreviousTemplateAndValuesChangesNothing) {
  StackDesk desk;
  desk.create();
  const auto answer = desk.call(
      desk.service, "UpdateStack",
      Object{{"StackName", "s"},
             {"UsePreviousTemplate", true},
             {"Parameters", Array{Object{{"ParameterKey", "Show"}, {"UsePreviousValue", true}}}}});
  ASSERT_FALSE(answer);
  EXPECT_EQ(answer.error().message, "No updates are to be performed.");
}

TEST(Stacks, AnUpdateRolledBackLeavesTemplateParametersAndOutputsAsTheyWere) {
  StackDesk desk;
  desk.create();
  constexpr std::string_view kBroken =
      R"({"Resources":{"T":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"t"}},)"
      R"("S":{"Type":"AWS::SNS::Subscription","Properties":{"Protocol":"email","Endpoint":)"
      R"("ops@example.com","TopicArn":"arn:aws:sns:ap-northeast-1:123456789012:none"}}}})";
  const auto before = desk.stack();
  desk.ok(desk.service, "UpdateStack", Object{{"StackName", "s"}, {"TemplateBody", kBroken}});
  desk.settle();
  const auto after = desk.stack();
  EXPECT_EQ(text_at(after, "StackStatus"), "UPDATE_ROLLBACK_COMPLETE");
  EXPECT_EQ(*find(after, "Outputs"), *find(before, "Outputs"));
  EXPECT_EQ(*find(after, "Parameters"), *find(before, "Parameters"));
  EXPECT_EQ(
      text_at(desk.ok(desk.service, "GetTemplate", Object{{"StackName", "s"}}), "TemplateBody"),
      kOneTopic);
}

TEST(Stacks, WithoutRollbackWhatWasMadeStays) {
  StackDesk desk;
  constexpr std::string_view kHalf =
      R"({"Resources":{"T":{"Type":"AWS::SNS::Topic","Properties":{"TopicName":"t"}},)"
      R"("S":{"Type":"AWS::SNS::Subscription","DependsOn":"T","Properties":{"Protocol":"email",)"
      R"("Endpoint":"ops@example.com","TopicArn":"arn:aws:sns:ap-northeast-1:123456789012:no"}}}})";
  desk.ok(desk.service, "CreateStack",
          Object{{"StackName", "s"}, {"TemplateBody", kHalf}, {"DisableRollback", true}});
  desk.settle();
  EXPECT_EQ(desk.status(), "CREATE_FAILED");
  EXPECT_EQ(list_at(desk.ok(desk.sns, "ListTopics", Object()), "Topics").size(), 1u);
}

TEST(Stacks, EventsOfEarlierOperationsAreShownTheLatestFirst) {
  StackDesk desk;
  desk.create();
  desk.ok(desk.service, "UpdateStack", Object{{"StackName", "s"}, {"TemplateBody", kTwoTopics}});
  desk.settle();
  const auto events = list_at(
      desk.ok(desk.service, "DescribeStackEvents", Object{{"StackName", "s"}}), "StackEvents");
  EXPECT_EQ(text_at(events.front(), "ResourceStatus"), "UPDATE_COMPLETE");
  EXPECT_EQ(text_at(events.back(), "ResourceStatus"), "CREATE_IN_PROGRESS");
}

TEST(Stacks, AreKnownLongAfterTheRecordOfTheirOperationIsGone) {
  StackDesk desk;
  desk.create();
  const auto before = desk.stack();
  for (int i = 0; i < 3; ++i) {
    desk.time.run_until(desk.time.now() + hours(24 * 201));
    desk.kernel->perform([](engine::Turn&) {});
    desk.time.run_until(desk.time.now() + hours(1));
  }
  EXPECT_TRUE(desk.machines("stack").empty());
  EXPECT_EQ(desk.stack(), before);
  desk.ok(desk.service, "DeleteStack", Object{{"StackName", "s"}});
  desk.settle();
  EXPECT_TRUE(list_at(desk.ok(desk.sns, "ListTopics", Object()), "Topics").empty());
}

TEST(Stacks, ResourcesAreListedAndDescribedOneByOne) {
  StackDesk desk;
  desk.create();
  const auto listed = desk.ok(desk.service, "ListStackResources", Object{{"StackName", "s"}});
  EXPECT_EQ(text_at(list_at(listed, "StackResourceSummaries").at(0), "LogicalResourceId"), "T");
  const auto one = desk.ok(desk.service, "DescribeStackResource",
                           Object{{"StackName", "s"}, {"LogicalResourceId", "T"}});
  EXPECT_EQ(text_at(*find(one, "StackResourceDetail"), "ResourceStatus"), "CREATE_COMPLETE");
  EXPECT_EQ(desk.refused(desk.service, "DescribeStackResource",
                         Object{{"StackName", "s"}, {"LogicalResourceId", "X"}}),
            "ValidationError");
}

TEST(Stacks, RolesAskForTheirCapability) {
  StackDesk desk;
  constexpr std::string_view kRole =
      R"({"Resources":{"R":{"Type":"AWS::IAM::Role","Properties":{"AssumeRolePolicyDocument":)"
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":)"
      R"("ssm.amazonaws.com"},"Action":"sts:AssumeRole"}]}}}}})";
  const auto answer =
      desk.call(desk.service, "CreateStack", Object{{"StackName", "s"}, {"TemplateBody", kRole}});
  EXPECT_EQ(answer.error().code, "InsufficientCapabilitiesException");
  EXPECT_EQ(answer.error().message, "Requires capabilities : [CAPABILITY_IAM]");
  const auto summary = desk.ok(desk.service, "GetTemplateSummary", Object{{"TemplateBody", kRole}});
  EXPECT_EQ(*find(summary, "Capabilities"), json(R"(["CAPABILITY_IAM"])"));
  EXPECT_EQ(*find(summary, "ResourceTypes"), json(R"(["AWS::IAM::Role"])"));
}

TEST(Stacks, ATemplateByUrlIsFetchedFromABucketOfOurs) {
  StackDesk desk;
  desk.bucket.body = kOneTopic;
  desk.ok(desk.service, "CreateStack",
          Object{{"StackName", "s"}, {"TemplateURL", "http://localhost:4780/assets/a%20b.json"}});
  desk.settle();
  EXPECT_EQ(desk.status(), "CREATE_COMPLETE");
  const auto missing =
      desk.call(desk.service, "ValidateTemplate",
                Object{{"TemplateURL", "https://assets.s3.amazonaws.com/none.json"}});
  EXPECT_EQ(missing.error().code, "ValidationError");
}

TEST(TemplateUrl, EveryFormOfHostLeadsToTheSameObject) {
  for (const auto* url :
       {"https://s3.amazonaws.com/b/d/k.json", "https://s3.ap-northeast-1.amazonaws.com/b/d/k.json",
        "https://s3-us-west-2.amazonaws.com/b/d/k.json", "https://b.s3.amazonaws.com/d/k.json",
        "https://b.s3.us-east-1.amazonaws.com/d/k.json", "http://127.0.0.1:4780/b/d/k.json",
        "http://b.localhost:4780/d/k.json", "http://b.s3.localhost:4780/d/k.json",
        "http://hikae.internal/b/d/k.json?versionId=1", "s3://b/d/k.json"}) {
    const auto place = cfn::template_place(url);
    ASSERT_TRUE(place) << url;
    EXPECT_EQ(place->bucket, "b") << url;
    EXPECT_EQ(place->key, "d/k.json") << url;
  }
  for (const auto* url : {"", "k.json", "ftp://h/b/k", "https://s3.amazonaws.com/b", "https://h"})
    EXPECT_FALSE(cfn::template_place(url)) << url;
}

}  // namespace
}  // namespace hikae::plane
