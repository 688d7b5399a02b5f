#include "plane/iam/access.h"

#include "plane/iam/iam.h"
#include "plane/lambda/rows.h"
#include "plane/settings.h"
#include "plane/sns/sns.h"
#include "plane/sqs/sqs.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

constexpr const char* kBound = "arn:aws:iam::123456789012:role/r";
constexpr const char* kBoundSession = "arn:aws:sts::123456789012:assumed-role/r/me";

std::string one_statement(std::string_view effect, std::string_view action,
                          std::string_view resource, std::string_view more = {}) {
  return R"({"Version":"2012-10-17","Statement":[{"Effect":")" + str(effect) + R"(","Action":")" +
         str(action) + R"(","Resource":")" + str(resource) + "\"" + str(more) + "}]}";
}

struct AccessDesk : TestKernel {
  Iam iam{*kernel, secrets};
  Sns sns{*kernel};
  Sqs sqs{*kernel, time, "http://127.0.0.1:4780"};
  access::MachineTags tags = [](const Scope&, std::string_view id) {
    return id == "i-1" ? Object{{"Group", "nightly"}} : Object();
  };

  AccessDesk() { add_role_for(R"({"Service":["ssm.amazonaws.com","lambda.amazonaws.com"]})"); }

  void add_role_for(std::string_view principal) {
    ok(iam, "CreateRole",
       Object{{"RoleName", "r"},
              {"AssumeRolePolicyDocument",
               R"({"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":)"
               R"("sts:AssumeRole","Principal":)" +
                   str(principal) + "}}"}});
  }
  void allow(const std::string& policy) {
    ok(iam, "PutRolePolicy",
       Object{{"RoleName", "r"}, {"PolicyName", "p"}, {"PolicyDocument", policy}});
  }
  /// The code of the refusal; "" where it is none.
  std::string refusal(std::string_view service, std::string_view operation, Value input,
                      std::string_view caller = kBoundSession) {
    const auto checked =
        access::check_call({kernel->tables(), time.now(), tags},
                           {scope, str(service), str(operation), std::move(input), str(caller)});
    return checked ? "" : checked.error().code;
  }
};

TEST(Access, ARoleWithoutPoliciesMayNothing) {
  AccessDesk desk;
  EXPECT_EQ(desk.refusal("ec2", "DescribeInstances", Object()), "UnauthorizedOperation");
  EXPECT_EQ(desk.refusal("ssm", "ListDocuments", Object()), "AccessDeniedException");
  EXPECT_EQ(desk.refusal("sns", "ListTopics", Object()), "AuthorizationError");
  EXPECT_EQ(desk.refusal("iam", "ListRoles", Object()), "AccessDenied");
}

TEST(Access, ItsOwnIdentityIsNobodysToAllow) {
  AccessDesk desk;
  EXPECT_EQ(desk.refusal("sts", "GetCallerIdentity", Object()), "");
}

TEST(Access, HikaeItselfAndItsKeysAreNotBound) {
  AccessDesk desk;
  EXPECT_EQ(desk.refusal("ec2", "DescribeInstances", Object(), ""), "");
  EXPECT_EQ(
      desk.refusal("ec2", "DescribeInstances", Object(), "arn:aws:iam::123456789012:user/hikae/me"),
      "");
}

TEST(Access, WhoIsBoundReachesNoneOfHikaesOwnServices) {
  AccessDesk desk;
  EXPECT_EQ(desk.refusal("hikae-desk", "CreateKey", Object()), "AccessDeniedException");
  EXPECT_EQ(desk.refusal("hikae-desk", "CreateKey", Object(), ""), "");
  EXPECT_EQ(desk.refusal("hikae-script", "Run", Object()), "");
}

TEST(Access, ARoleThatIsGoneMayNothing) {
  AccessDesk desk;
  EXPECT_EQ(desk.refusal("ec2", "DescribeInstances", Object(),
                         "arn:aws:sts::123456789012:assumed-role/gone/me"),
            "UnauthorizedOperation");
}

TEST(Access, TagsOfMachinesAreLookedUp) {
  AccessDesk desk;
  desk.allow(one_statement("Allow", "ec2:StopInstances", "*",
                           R"(,"Condition":{"StringEquals":{"ec2:ResourceTag/Group":"nightly"}})"));
  EXPECT_EQ(desk.refusal("ec2", "StopInstances", json(R"({"InstanceIds":["i-1"]})")), "");
  EXPECT_EQ(desk.refusal("ec2", "StopInstances", json(R"({"InstanceIds":["i-1","i-2"]})")),
            "UnauthorizedOperation");
}

TEST(Access, ATopicsPolicyIsEnoughForWhomItNames) {
  AccessDesk desk;
  const auto topic = desk.ok(desk.sns, "CreateTopic", Object{{"Name", "t"}});
  const Object publish{{"TopicArn", text_at(topic, "TopicArn")}, {"Message", "m"}};
  EXPECT_EQ(desk.refusal("sns", "Publish", publish), "AuthorizationError");
  desk.ok(desk.sns, "SetTopicAttributes",
          Object{{"TopicArn", text_at(topic, "TopicArn")},
                 {"AttributeName", "Policy"},
                 {"AttributeValue",
                  one_statement("Allow", "sns:Publish", text_at(topic, "TopicArn"),
                                R"(,"Principal":{"AWS":"arn:aws:iam::123456789012:role/r"})")}});
  EXPECT_EQ(desk.refusal("sns", "Publish", publish), "");
}

TEST(Access, AQueuesDenyWinsOverTheRolesAllow) {
  AccessDesk desk;
  desk.allow(one_statement("Allow", "sqs:*", "*"));
  const auto queue = desk.ok(desk.sqs, "CreateQueue", Object{{"QueueName", "q"}});
  const Object send{{"QueueUrl", text_at(queue, "QueueUrl")}, {"MessageBody", "m"}};
  EXPECT_EQ(desk.refusal("sqs", "SendMessage", send), "");
  desk.ok(desk.sqs, "SetQueueAttributes",
          Object{{"QueueUrl", text_at(queue, "QueueUrl")},
                 {"Attributes", Object{{"Policy", one_statement("Deny", "sqs:SendMessage", "*",
                                                                R"(,"Principal":"*")")}}}});
  EXPECT_EQ(desk.refusal("sqs", "SendMessage", send), "AccessDenied");
}

TEST(Access, AUserIsBoundByItsPoliciesAndItsNameIsAVariable) {
  AccessDesk desk;
  desk.ok(desk.iam, "CreateUser", Object{{"UserName", "me"}});
  desk.ok(desk.iam, "PutUserPolicy",
          Object{{"UserName", "me"},
                 {"PolicyName", "p"},
                 {"PolicyDocument",
                  one_statement("Allow", "s3:GetObject", "arn:aws:s3:::home/${aws:username}/*")}});
  const auto* me = "arn:aws:iam::123456789012:user/me";
  EXPECT_EQ(desk.refusal("s3", "GetObject", json(R"({"Bucket":"home","Key":"me/x"})"), me), "");
  EXPECT_EQ(desk.refusal("s3", "GetObject", json(R"({"Bucket":"home","Key":"you/x"})"), me),
            "AccessDenied");
}

TEST(Access, ARoleIsPassedOnlyToTheServiceThatItMayBePassedTo) {
  AccessDesk desk;
  desk.allow(
      R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["ssm:*","lambda:*"],)"
      R"("Resource":"*"},{"Effect":"Allow","Action":"iam:PassRole","Resource":"*","Condition":)"
      R"({"StringEquals":{"iam:PassedToService":"ssm.amazonaws.com"}}}]})");
  EXPECT_EQ(desk.refusal("ssm", "RegisterTaskWithMaintenanceWindow",
                         Object{{"WindowId", "mw-1"}, {"ServiceRoleArn", kBound}}),
            "");
  EXPECT_EQ(
      desk.refusal("lambda", "CreateFunction", Object{{"FunctionName", "f"}, {"Role", kBound}}),
      "AccessDeniedException");
}

TEST(Access, AServiceTakesOnlyARoleThatTrustsIt) {
  AccessDesk desk;
  const access::Ground ground{desk.kernel->tables(), desk.time.now(), desk.tags};
  EXPECT_TRUE(access::check_taken(ground, desk.scope, kBound, "ssm.amazonaws.com", "arn:x"));
  const auto refused =
      access::check_taken(ground, desk.scope, kBound, "events.amazonaws.com", "arn:x");
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::Denied);
  EXPECT_FALSE(access::check_taken(ground, desk.scope, "arn:aws:iam::123456789012:role/gone",
                                   "ssm.amazonaws.com", "arn:x"));
}

TEST(Access, APolicyOfAwsThatIsHeldHasItsEffectAndAnotherHasNone) {
  AccessDesk desk;
  const auto attach = [&](std::string_view name) {
    desk.ok(desk.iam, "AttachRolePolicy",
            Object{{"RoleName", "r"}, {"PolicyArn", "arn:aws:iam::aws:policy/" + str(name)}});
  };
  attach("AmazonEC2FullAccess");
  EXPECT_EQ(desk.refusal("ec2", "DescribeInstances", Object()), "UnauthorizedOperation");
  attach("service-role/AmazonSSMMaintenanceWindowRole");
  EXPECT_EQ(desk.refusal("ssm", "StartAutomationExecution", json(R"({"DocumentName":"d"})")), "");
  EXPECT_EQ(desk.refusal("lambda", "Invoke", json(R"({"FunctionName":"SSMx"})")), "");
  EXPECT_EQ(desk.refusal("lambda", "Invoke", json(R"({"FunctionName":"x"})")),
            "AccessDeniedException");
}

TEST(Access, AFunctionCallsAsASessionOfItsRoleWhereThatIsEnforced) {
  AccessDesk desk;
  const auto caller = [&] {
    return access::caller_of_function(desk.kernel->tables(), desk.time.now(), desk.scope, "f");
  };
  desk.kernel->perform([&](engine::Turn& turn) {
    turn.tables().put(desk.scope, lambda::kFunctionRows, "f",
                      Object{{"Configuration", Object{{"Role", kBound}}}});
  });
  desk.time.run_while_busy([&] { return false; }, desk.time.now() + seconds(1));
  EXPECT_EQ(*caller(), "");
  desk.kernel->perform([&](engine::Turn& turn) {
    turn.tables().put(Scope{}, kSettingRows, kIamSetting, Object{{"Enforce", true}});
  });
  desk.time.run_while_busy([&] { return false; }, desk.time.now() + seconds(1));
  EXPECT_EQ(*caller(), "arn:aws:sts::123456789012:assumed-role/r/f");
}

}  // namespace
}  // namespace hikae::plane
