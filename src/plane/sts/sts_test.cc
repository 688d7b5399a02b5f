#include "plane/sts/sts.h"

#include "plane/iam/iam.h"
#include "plane/sts/keys.h"
#include "plane/testing_kernel_test.h"
#include "text/json.h"

namespace hikae::plane {
namespace {

struct StsDesk : TestKernel {
  Sts service{*kernel, secrets};
  Iam iam_service{*kernel, secrets};
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

TEST(Sts, TheKeysOfARoleThatWasTakenAreFoundUntilTheyExpire) {
  StsDesk desk;
  desk.add_role();
  const auto answer = desk.ok(desk.service, "AssumeRole", desk.role_request);
  const auto& given = *find(answer, "Credentials");
  const auto key = find_key(desk.kernel->tables(), desk.secrets, text_at(given, "AccessKeyId"));
  ASSERT_TRUE(key);
  EXPECT_EQ(key->secret, text_at(given, "SecretAccessKey"));
  EXPECT_EQ(key->caller, "arn:aws:sts::123456789012:assumed-role/r/me");
  EXPECT_EQ(key->account, "123456789012");
  const auto token = text_at(given, "SessionToken");
  EXPECT_TRUE(check_usable(*key, token, desk.time.now()));
  EXPECT_EQ(check_usable(*key, "other", desk.time.now()).error().code, "InvalidClientTokenId");
  EXPECT_EQ(check_usable(*key, "", desk.time.now()).error().code, "InvalidClientTokenId");
  EXPECT_EQ(check_usable(*key, token, desk.time.now() + hours(1)).error().code, "ExpiredToken");
}

TEST(Sts, AnUnknownKeyIsInvalid) {
  StsDesk desk;
  const auto key = find_key(desk.kernel->tables(), desk.secrets, "AKIAUNKNOWN");
  EXPECT_EQ(key.error().code, "InvalidClientTokenId");
  EXPECT_EQ(key.error().kind, ErrorKind::Denied);
}

TEST(Sts, NoRowShowsASecret) {
  StsDesk desk;
  desk.add_role();
  const auto answer = desk.ok(desk.service, "AssumeRole", desk.role_request);
  const auto& given = *find(answer, "Credentials");
  const auto* row =
      desk.kernel->tables().get(Scope{}, kAccessKeyRows, text_at(given, "AccessKeyId"));
  ASSERT_TRUE(row);
  const auto stored = text::to_json(*row);
  EXPECT_EQ(stored.find(text_at(given, "SecretAccessKey")), std::string::npos);
  EXPECT_EQ(stored.find(text_at(given, "SessionToken")), std::string::npos);
}

TEST(Sts, AKeyIsNeverMightierThanTheOneThatAsked) {
  StsDesk desk;
  desk.add_role();
  AccessKey reader = new_access_key(desk.entropy, KeyKind::Lasting);
  reader.caller = "arn:aws:iam::123456789012:user/reader";
  reader.level = KeyLevel::ReadOnly;
  desk.kernel->perform(
      [&](engine::Turn& turn) { EXPECT_TRUE(put_key(turn, desk.secrets, reader)); });
  const auto answer = desk.call(desk.service, "AssumeRole", desk.role_request, reader.caller);
  ASSERT_TRUE(answer);
  const auto id = text_at(*find(*answer, "Credentials"), "AccessKeyId");
  EXPECT_EQ(find_key(desk.kernel->tables(), desk.secrets, id)->level, KeyLevel::ReadOnly);
  const auto own = desk.ok(desk.service, "GetSessionToken", Object());
  const auto own_id = text_at(*find(own, "Credentials"), "AccessKeyId");
  EXPECT_EQ(find_key(desk.kernel->tables(), desk.secrets, own_id)->level, KeyLevel::Admin);
}

TEST(Sts, AKeyTellsItsAccountAndASessionGetsNoOther) {
  StsDesk desk;
  const auto own = desk.ok(desk.service, "GetSessionToken", Object());
  const auto id = text_at(*find(own, "Credentials"), "AccessKeyId");
  EXPECT_EQ(desk.ok(desk.service, "GetAccessKeyInfo", Object{{"AccessKeyId", id}}),
            json(R"({"Account":"123456789012"})"));
  const auto refused = desk.call(desk.service, "GetSessionToken", Object(),
                                 "arn:aws:sts::123456789012:assumed-role/r/me");
  EXPECT_EQ(refused.error().code, "AccessDenied");
}

}  // namespace
}  // namespace hikae::plane
