#include "aws/door.h"

#include <gtest/gtest.h>

#include <map>

#include "base/entropy.h"
#include "base/value.h"
#include "base/virtual_time.h"

namespace hikae::aws {
namespace {

/// Remembers what it was asked, answers what it was told to.
class RecordingCloud final : public Cloud {
 public:
  void call(Request request, Done done) override {
    asked.push_back(std::move(request));
    done(answer);
  }
  std::vector<Request> asked;
  Result<Value> answer = Object{};
};

class FixedRing final : public KeyRing {
 public:
  std::optional<KnownKey> find_key(std::string_view access_key) const override {
    const auto it = keys.find(str(access_key));
    return it == keys.end() ? std::nullopt : std::optional(it->second);
  }
  std::map<std::string, KnownKey> keys;
};

class DoorTest : public ::testing::Test {
 protected:
  DoorTest() {
    KnownKey key;
    key.secret = "secret";
    key.account = "111122223333";
    key.caller = "arn:aws:iam::111122223333:user/hikae";
    ring_.keys["AKIAADMIN"] = key;
    key.role = KeyRole::ReadOnly;
    ring_.keys["AKIAREADER"] = key;
    key.role = KeyRole::Operator;
    ring_.keys["AKIAOPERATOR"] = key;
    key.session_token = "token";
    key.expires = clock_.now() + hours(1);
    ring_.keys["ASIASESSION"] = key;
    open_door({});
  }

  void open_door(DoorOptions options) {
    door_ = std::make_unique<Door>(cloud_, ring_, clock_, entropy_, log_, std::move(options));
  }

  static HttpRequest request_for(std::string_view service, std::string_view operation,
                                 Object input) {
    const auto found = Model::get().find(service, operation);
    auto request = *write_request(*found, Value(std::move(input)));
    set_header(request.headers, "Host", "127.0.0.1:4780");
    return request;
  }

  HttpRequest signed_by(const Credentials& credentials, HttpRequest request,
                        std::string_view service) {
    SigningKeys keys;
    sign(keys, request, credentials, {"ap-northeast-1", str(service)}, clock_.now());
    return request;
  }

  HttpResponse answer_to(HttpRequest request) {
    HttpResponse answer;
    int replies = 0;
    door_->answer(std::move(request), [&](HttpResponse response) {
      ++replies;
      answer = std::move(response);
    });
    EXPECT_EQ(replies, 1);
    return answer;
  }

  HttpResponse describe_as(const Credentials& credentials) {
    return answer_to(signed_by(credentials, request_for("ec2", "DescribeInstances", {}), "ec2"));
  }

  VirtualTime clock_{wall_ms(1'767'292'200'000)};
  SeededEntropy entropy_{1};
  Log log_{clock_, [this](std::string_view line) { logged_.emplace_back(line); }};
  std::vector<std::string> logged_;
  RecordingCloud cloud_;
  FixedRing ring_;
  std::unique_ptr<Door> door_;
};

TEST_F(DoorTest, ASignedCallIsAskedInItsRegionAndAccount) {
  const auto answer = describe_as({"AKIAADMIN", "secret", ""});
  EXPECT_EQ(answer.status, 200) << answer.body;
  ASSERT_EQ(cloud_.asked.size(), 1U);
  EXPECT_EQ(cloud_.asked[0].scope, (Scope{"111122223333", "ap-northeast-1"}));
  EXPECT_EQ(cloud_.asked[0].operation, "DescribeInstances");
  EXPECT_EQ(cloud_.asked[0].caller, "arn:aws:iam::111122223333:user/hikae");
}

TEST_F(DoorTest, EveryAnswerSaysTheTimeOfDay) {
  const auto answer = describe_as({"AKIAADMIN", "guess", ""});
  const auto* date = find_header(answer.headers, "Date");
  ASSERT_NE(date, nullptr);
  EXPECT_EQ(*date, "Thu, 01 Jan 2026 18:30:00 GMT");
}

TEST_F(DoorTest, AWrongSecretIsRefusedInTheFormOfItsProtocol) {
  const auto answer = describe_as({"AKIAADMIN", "guess", ""});
  EXPECT_TRUE(cloud_.asked.empty());
  EXPECT_GE(answer.status, 400);
  EXPECT_LT(answer.status, 500);
  EXPECT_NE(answer.body.find("<Errors>"), std::string::npos) << answer.body;
}

TEST_F(DoorTest, AnUnsignedCallIsRefused) {
  const auto answer = answer_to(request_for("ssm", "ListDocuments", {}));
  EXPECT_TRUE(cloud_.asked.empty());
  EXPECT_NE(answer.body.find("MissingAuthenticationToken"), std::string::npos) << answer.body;
}

TEST_F(DoorTest, WithoutAuthenticationAnUnsignedCallIsTheInstallations) {
  DoorOptions options;
  options.authentication = Authentication::Off;
  open_door(options);
  EXPECT_EQ(answer_to(request_for("ssm", "ListDocuments", {})).status, 200);
  ASSERT_EQ(cloud_.asked.size(), 1U);
  EXPECT_EQ(cloud_.asked[0].scope, (Scope{"123456789012", "us-east-1"}));
}

TEST_F(DoorTest, WithoutAuthenticationAPageInABrowserIsRefused) {
  DoorOptions options;
  options.authentication = Authentication::Off;
  open_door(options);
  auto request = request_for("ec2", "StopInstances", {{"InstanceIds", Array{"i-1"}}});
  set_header(request.headers, "Origin", "http://evil.example");
  EXPECT_EQ(answer_to(request).status, 403);
  EXPECT_TRUE(cloud_.asked.empty());
}

TEST_F(DoorTest, AReadersKeyReadsAndChangesNothing) {
  EXPECT_EQ(describe_as({"AKIAREADER", "secret", ""}).status, 200);
  const auto answer = answer_to(
      signed_by({"AKIAREADER", "secret", ""},
                request_for("ec2", "StopInstances", {{"InstanceIds", Array{"i-1"}}}), "ec2"));
  EXPECT_EQ(answer.status, 403);
  EXPECT_EQ(cloud_.asked.size(), 1U);
}

TEST_F(DoorTest, AnOperatorsKeyMakesNoRoles) {
  const Object role{{"RoleName", "r"}, {"AssumeRolePolicyDocument", "{}"}};
  const Credentials key{"AKIAOPERATOR", "secret", ""};
  EXPECT_EQ(answer_to(signed_by(key, request_for("iam", "CreateRole", role), "iam")).status, 403);
  EXPECT_TRUE(cloud_.asked.empty());
  EXPECT_EQ(
      answer_to(signed_by(key, request_for("ec2", "StopInstances", {{"InstanceIds", Array{"i-1"}}}),
                          "ec2"))
          .status,
      200);
}

TEST_F(DoorTest, OnlyAnAdminsKeyIsHandedCredentials) {
  for (const auto* id : {"AKIAREADER", "AKIAOPERATOR"}) {
    const auto answer =
        answer_to(signed_by({id, "secret", ""},
                            request_for("sts", "AssumeRole",
                                        Object{{"RoleArn", "arn:aws:iam::111122223333:role/a-role"},
                                               {"RoleSessionName", "me"}}),
                            "sts"));
    EXPECT_EQ(answer.status, 403) << answer.body;
  }
  EXPECT_TRUE(answer_to(signed_by({"AKIAREADER", "secret", ""},
                                  request_for("sts", "GetCallerIdentity", {}), "sts"))
                  .status != 403);
}

TEST_F(DoorTest, AKeyOfASessionNeedsItsToken) {
  EXPECT_NE(describe_as({"ASIASESSION", "secret", ""}).status, 200);
  EXPECT_NE(describe_as({"ASIASESSION", "secret", "other"}).status, 200);
  EXPECT_EQ(describe_as({"ASIASESSION", "secret", "token"}).status, 200);
}

TEST_F(DoorTest, AKeyOfASessionEndsWithIt) {
  clock_.run_until(clock_.now() + hours(1));
  const auto answer = describe_as({"ASIASESSION", "secret", "token"});
  EXPECT_NE(answer.body.find("Expired"), std::string::npos) << answer.body;
  EXPECT_TRUE(cloud_.asked.empty());
}

TEST_F(DoorTest, AnErrorOfTheCloudReachesTheClientVerbatim) {
  cloud_.answer = fail(ErrorKind::NotFound, "DoesNotExistException", "no such window");
  const auto answer = answer_to(signed_by(
      {"AKIAADMIN", "secret", ""},
      request_for("ssm", "GetMaintenanceWindow", {{"WindowId", "mw-0123456789abcdef0"}}), "ssm"));
  const auto found = Model::get().find("ssm", "GetMaintenanceWindow");
  const auto read = read_response(*found, answer);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, "DoesNotExistException");
  EXPECT_EQ(read.error().message, "no such window");
}

TEST_F(DoorTest, WhatNobodyAnswersIsARefusalAndLoggedOnce) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", "127.0.0.1"},
                     {"X-Amz-Target", "AmazonSSM.PaintTheHouse"},
                     {"Content-Type", "application/x-amz-json-1.1"}};
  request.body = "{}";
  for (int i = 0; i < 2; ++i) {
    const auto answer = answer_to(signed_by({"AKIAADMIN", "secret", ""}, request, "ssm"));
    EXPECT_GE(answer.status, 400);
    EXPECT_LT(answer.status, 500);
    EXPECT_NE(answer.body.find("UnknownOperationException"), std::string::npos) << answer.body;
  }
  EXPECT_EQ(logged_.size(), 1U);
}

TEST_F(DoorTest, OwnServicesAreAskedAsJson) {
  cloud_.answer = Object{{"Rows", Array{}}};
  HttpRequest request;
  request.method = "POST";
  request.target = "/";
  request.headers = {{"Host", "127.0.0.1"}, {"X-Amz-Target", "hikae-ledger.List"}};
  request.body = R"({"Since": "x"})";
  const auto answer = answer_to(signed_by({"AKIAREADER", "secret", ""}, request, "hikae"));
  EXPECT_EQ(answer.body, R"({"Rows":[]})");
  ASSERT_EQ(cloud_.asked.size(), 1U);
  EXPECT_EQ(cloud_.asked[0].service, "hikae-ledger");
  EXPECT_EQ(cloud_.asked[0].operation, "List");
}

TEST_F(DoorTest, ForgettingEverythingExistsForTestsAlone) {
  HttpRequest request;
  request.method = "POST";
  request.target = "/_hikae/reset";
  EXPECT_EQ(answer_to(request).status, 404);
  int resets = 0;
  DoorOptions options;
  options.reset = [&]() -> Result<> {
    ++resets;
    return {};
  };
  open_door(options);
  EXPECT_EQ(answer_to(request).status, 200);
  EXPECT_EQ(resets, 1);
  set_header(request.headers, "Origin", "http://evil.example");
  EXPECT_EQ(answer_to(request).status, 403);
  EXPECT_EQ(resets, 1);
}

}  // namespace
}  // namespace hikae::aws
