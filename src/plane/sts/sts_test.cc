#include "plane/sts/sts.h"

#include "plane/iam/iam.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

struct StsDesk : TestKernel {
  Sts service{*kernel};
  Iam iam_service{*kernel};
  Object role_request{{"RoleArn", "arn:aws:iam::123456789012:role/r"}, {"RoleSessionName", "me"}};
  void add_role() {
    ok(iam_service, "CreateRole",
       json(R"({"RoleName":"r","AssumeRolePolicyDocument":"{\"Statement\":{\"Effect\":\"Allow\",)"
            R"(\"Principal\":\"*\",\"Action\":\"sts:AssumeRole\"}}"})"));
  }
};

TEST(Sts, HikaeItselfIsAUserOfTheAccount) {
  StsDesk desk;
  EXPECT_EQ(desk.ok(desk.service, "GetCallerIdentity", Object()),
            json(R"({"UserId":"hikae","Account":"123456789012",)"
                 R"("Arn":"arn:aws:iam::123456789012:user/hikae"})"));
}

TEST(Sts, ACallerIsToldItsOwnArn) {
  StsDesk desk;
  const auto answer = desk.call(desk.service, "GetCallerIdentity", Object(),
                                "arn:aws:sts::210987654321:assumed-role/r/s");
  ASSERT_TRUE(answer);
  EXPECT_EQ(text_at(*answer, "Arn"), "arn:aws:sts::210987654321:assumed-role/r/s");
  EXPECT_EQ(text_at(*answer, "Account"), "210987654321");
}

TEST(Sts, ARoleThatExistsIsAssumedForAnHour) {
  StsDesk desk;
  desk.add_role();
  const auto answer = desk.ok(desk.service, "AssumeRole", desk.role_request);
  EXPECT_EQ(text_at(*find(answer, "AssumedRoleUser"), "Arn"),
            "arn:aws:sts::123456789012:assumed-role/r/me");
  const auto& credentials = *find(answer, "Credentials");
  EXPECT_TRUE(text_at(credentials, "AccessKeyId").starts_with("ASIA"));
  EXPECT_EQ(text_at(credentials, "Expiration"), "2026-01-01T19:30:00Z");
}

TEST(Sts, ARoleThatDoesNotExistIsDenied) {
  StsDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "AssumeRole", desk.role_request), "AccessDenied");
}

TEST(Sts, DurationAndSessionNameAreChecked) {
  StsDesk desk;
  desk.add_role();
  auto request = desk.role_request;
  request["DurationSeconds"] = 7200;
  EXPECT_EQ(desk.refused(desk.service, "AssumeRole", request), "ValidationError");
  request = desk.role_request;
  request["RoleSessionName"] = "a b";
  EXPECT_EQ(desk.refused(desk.service, "AssumeRole", request), "ValidationError");
}

}  // namespace
}  // namespace hikae::plane
