#include "aws/credential_chain.h"

#include <gtest/gtest.h>

#include <map>

#include "aws/wire.h"
#include "base/value.h"
#include "base/virtual_time.h"

namespace hikae::aws {
namespace {

/// Answers by "METHOD host path"; remembers what it was sent.
class ScriptedExchange final : public HttpExchange {
 public:
  void send(const HttpOrigin& origin, HttpRequest request, Duration, Done done) override {
    const auto key = request.method + " " + origin.host + " " + str(request.path());
    asked.push_back(key);
    last = std::move(request);
    const auto it = answers.find(key);
    if (it == answers.end()) return done(fail(ErrorKind::Io, "nobody answers at " + origin.host));
    done(it->second);
  }
  std::map<std::string, HttpResponse> answers;
  std::vector<std::string> asked;
  HttpRequest last;
};

class CredentialChainTest : public ::testing::Test {
 protected:
  CredentialPlaces places() {
    CredentialPlaces all;
    all.environment = [this](const char* name) {
      const auto it = environment_.find(name);
      return it == environment_.end() ? std::string() : it->second;
    };
    all.read_file = [this](const std::string& path) -> Result<std::string> {
      const auto it = files_.find(path);
      if (it == files_.end()) return fail(ErrorKind::NotFound, "cannot read " + path);
      return it->second;
    };
    all.profile = profile_;
    all.region = "ap-northeast-1";
    return all;
  }

  CredentialChain& chain() {
    if (!chain_)
      chain_ = std::make_unique<CredentialChain>(
          usual_providers(places(), exchange_, clock_, clock_), clock_);
    return *chain_;
  }

  Result<Credentials> found() {
    Result<Credentials> result = fail(ErrorKind::Timeout, "never answered");
    chain().credentials([&](Result<Credentials> given) { result = std::move(given); });
    clock_.run_while_busy([&] { return result.has_value(); }, clock_.now() + seconds(1));
    return result;
  }

  std::string key_found() {
    const auto keys = found();
    return keys ? keys->access_key : keys.error().text();
  }

  void has_machine_role(std::string_view expires) {
    exchange_.answers["PUT 169.254.169.254 /latest/api/token"] = {200, {}, "token"};
    exchange_.answers["GET 169.254.169.254 /latest/meta-data/iam/security-credentials/"] = {
        200, {}, "backup-role"};
    exchange_.answers
        ["GET 169.254.169.254 /latest/meta-data/iam/security-credentials/"
         "backup-role"] = {
        200,
        {},
        R"({"Code":"Success","AccessKeyId":"ASIAM","SecretAccessKey":"s","Token":"t",)"
        R"("Expiration":")" +
            str(expires) + R"("})"};
  }

  static HttpResponse sts_answer(const char* operation, const char* key) {
    const Found found{*Model::get().find("sts", operation), Dialect::Query};
    return write_response(found,
                          Object{{"Credentials", Object{{"AccessKeyId", key},
                                                        {"SecretAccessKey", "s"},
                                                        {"SessionToken", "t"},
                                                        {"Expiration", "2026-01-01T20:00:00Z"}}}},
                          "id");
  }

  VirtualTime clock_{wall_ms(1'767'292'200'000)};  // 2026-01-01T18:30:00Z
  std::map<std::string, std::string> environment_{{"HOME", "/home/me"}};
  std::map<std::string, std::string> files_;
  std::string profile_;
  ScriptedExchange exchange_;
  std::unique_ptr<CredentialChain> chain_;
};

TEST_F(CredentialChainTest, TheEnvironmentGoesBeforeTheDefaultProfile) {
  environment_["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  environment_["AWS_SECRET_ACCESS_KEY"] = "s";
  environment_["AWS_SESSION_TOKEN"] = "t";
  files_["/home/me/.aws/credentials"] = "[default]\naws_access_key_id=AKIAFILE\n";
  const auto keys = found();
  ASSERT_TRUE(keys) << keys.error().text();
  EXPECT_EQ(keys->access_key, "AKIAENV");
  EXPECT_EQ(keys->session_token, "t");
  EXPECT_EQ(chain().found_in(), "environment");
}

TEST_F(CredentialChainTest, ANamedProfileGoesBeforeTheEnvironment) {
  environment_["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  environment_["AWS_SECRET_ACCESS_KEY"] = "s";
  files_["/home/me/.aws/credentials"] =
      "[ops]\naws_access_key_id = AKIAOPS\naws_secret_access_key = s # mine\n";
  profile_ = "ops";
  const auto keys = found();
  ASSERT_TRUE(keys) << keys.error().text();
  EXPECT_EQ(keys->access_key, "AKIAOPS");
  EXPECT_EQ(keys->secret, "s");
}

TEST_F(CredentialChainTest, ANamedProfileThatIsNotThereIsAnError) {
  environment_["AWS_ACCESS_KEY_ID"] = "AKIAENV";
  environment_["AWS_SECRET_ACCESS_KEY"] = "s";
  profile_ = "ops";
  const auto keys = found();
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().message.find("profile ops"), std::string::npos);
}

TEST_F(CredentialChainTest, FilesMayStandElsewhere) {
  environment_["AWS_SHARED_CREDENTIALS_FILE"] = "/etc/keys";
  environment_["AWS_PROFILE"] = "hikae";
  files_["/etc/keys"] = "[hikae]\naws_access_key_id = AKIAX\naws_secret_access_key = s\n";
  EXPECT_EQ(key_found(), "AKIAX");
}

TEST_F(CredentialChainTest, AProfileAssumesItsRoleByItsSource) {
  files_["/home/me/.aws/config"] =
      "[profile prod]\nrole_arn = arn:aws:iam::123456789012:role/r\nsource_profile = base\n"
      "external_id = 42\n[profile base]\naws_access_key_id = AKIAB\naws_secret_access_key = s\n";
  environment_["AWS_PROFILE"] = "prod";
  exchange_.answers["POST sts.ap-northeast-1.amazonaws.com /"] = sts_answer("AssumeRole", "ASIAR");
  const auto keys = found();
  ASSERT_TRUE(keys) << keys.error().text();
  EXPECT_EQ(keys->access_key, "ASIAR");
  EXPECT_NE(exchange_.last.body.find("ExternalId=42"), std::string::npos);
  EXPECT_NE(find_header(exchange_.last.headers, "Authorization")->find("AKIAB"), std::string::npos);
}

TEST_F(CredentialChainTest, ProfilesThatNameEachOtherEndInAnError) {
  files_["/home/me/.aws/config"] =
      "[profile a]\nrole_arn = r\nsource_profile = b\n"
      "[profile b]\nrole_arn = r\nsource_profile = a\n";
  environment_["AWS_PROFILE"] = "a";
  const auto keys = found();
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().message.find("circle"), std::string::npos) << keys.error().text();
}

TEST_F(CredentialChainTest, WhatHikaeCannotReadIsSaid) {
  files_["/home/me/.aws/config"] = "[default]\ncredential_process = /bin/keys\n";
  const auto keys = found();
  ASSERT_FALSE(keys);
  EXPECT_NE(keys.error().message.find("credential_process"), std::string::npos);
}

TEST_F(CredentialChainTest, AWebIdentityIsAskedWithoutASignature) {
  environment_["AWS_WEB_IDENTITY_TOKEN_FILE"] = "/token";
  environment_["AWS_ROLE_ARN"] = "arn:aws:iam::123456789012:role/r";
  files_["/token"] = "a-jwt\n";
  exchange_.answers["POST sts.ap-northeast-1.amazonaws.com /"] =
      sts_answer("AssumeRoleWithWebIdentity", "ASIAW");
  EXPECT_EQ(key_found(), "ASIAW");
  EXPECT_EQ(find_header(exchange_.last.headers, "Authorization"), nullptr);
  EXPECT_NE(exchange_.last.body.find("WebIdentityToken=a-jwt"), std::string::npos);
}

TEST_F(CredentialChainTest, AContainersKeysAreAskedWithItsToken) {
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://169.254.170.23/v1/credentials";
  environment_["AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE"] = "/pod";
  files_["/pod"] = "pod-token";
  exchange_.answers["GET 169.254.170.23 /v1/credentials"] = {
      200, {}, R"({"AccessKeyId":"ASIAC","SecretAccessKey":"s","Token":"t"})"};
  EXPECT_EQ(key_found(), "ASIAC");
  EXPECT_EQ(*find_header(exchange_.last.headers, "Authorization"), "pod-token");
}

TEST_F(CredentialChainTest, AContainersKeysComeFromAfarByTlsAlone) {
  environment_["AWS_CONTAINER_CREDENTIALS_FULL_URI"] = "http://keys.example.com/";
  EXPECT_FALSE(found());
  EXPECT_TRUE(exchange_.asked.empty());
}

TEST_F(CredentialChainTest, AMachinesRoleIsFetchedAgainBeforeItEnds) {
  has_machine_role("2026-01-01T19:30:00Z");
  EXPECT_EQ(key_found(), "ASIAM");
  const auto asked = exchange_.asked.size();
  EXPECT_TRUE(found());
  EXPECT_EQ(exchange_.asked.size(), asked);
  clock_.run_until(clock_.now() + minutes(56));
  has_machine_role("2026-01-02T01:30:00Z");
  EXPECT_TRUE(found());
  EXPECT_GT(exchange_.asked.size(), asked);
}

TEST_F(CredentialChainTest, OldKeysServeWhileTheyAreGood) {
  has_machine_role("2026-01-01T19:30:00Z");
  EXPECT_TRUE(found());
  exchange_.answers.clear();
  clock_.run_until(clock_.now() + minutes(57));
  EXPECT_TRUE(found());
  clock_.run_until(clock_.now() + minutes(5));
  EXPECT_FALSE(found());
}

TEST_F(CredentialChainTest, NobodyAsksAMachineThatIsNotToBeAsked) {
  environment_["AWS_EC2_METADATA_DISABLED"] = "true";
  has_machine_role("2026-01-01T19:30:00Z");
  const auto keys = found();
  ASSERT_FALSE(keys);
  EXPECT_EQ(keys.error().code, "NoCredentials");
}

TEST(ProfileFileTest, ALineThatIsNothingIsNamedByItsNumber) {
  Profiles profiles;
  const auto read =
      read_profiles("[default]\nregion us-east-1\n", ProfileFile::Config, "config", profiles);
  ASSERT_FALSE(read);
  EXPECT_TRUE(read.error().message.starts_with("config:2:")) << read.error().message;
}

TEST(ProfileFileTest, OtherSectionsAndNestedSettingsAreLeftOut) {
  Profiles profiles;
  ASSERT_TRUE(
      read_profiles("[sso-session x]\nregion = a\n[profile \"my one\"]\n; note\n"
                    "s3 =\n  addressing_style = path\nregion=eu-west-1\r\n",
                    ProfileFile::Config, "config", profiles));
  EXPECT_EQ(profiles.size(), 1U);
  EXPECT_EQ(profiles.at("my one").at("region"), "eu-west-1");
}

}  // namespace
}  // namespace hikae::aws
