#include "aws/sigv4.h"

#include <gtest/gtest.h>

namespace hikae::aws {
namespace {

const Credentials kAlice{"AKIDALICE", "alice's secret", ""};
const SigningPlace kSsmPlace{"ap-northeast-1", "ssm"};
constexpr WallTime kSignedAt = wall_ms(1'767'292'200'000);  // 2026-01-01T18:30:00Z

HttpRequest some_request() {
  return {"POST", "/", {{"Host", "127.0.0.1:4780"}, {"X-Amz-Target", "AmazonSSM.X"}}, "{}"};
}

HttpRequest signed_request(const SigningPlace& place = kSsmPlace,
                           HttpRequest request = some_request(),
                           PayloadRule payload = PayloadRule::Hashed) {
  SigningKeys keys;
  sign(keys, request, kAlice, place, kSignedAt, payload);
  return request;
}

HttpRequest presigned_request(std::int64_t expires_s,
                              HttpRequest request = {"GET", "/b/k?x=1", {{"Host", "h"}}, ""}) {
  SigningKeys keys;
  presign(keys, request, kAlice, {"us-east-1", "s3"}, kSignedAt, seconds(expires_s));
  return request;
}

Result<> judge(const HttpRequest& request, AuthWording wording = AuthWording::Json,
               WallTime now = kSignedAt, SignatureDoor door = {}) {
  SigningKeys keys;
  door.wording = wording;
  const auto claim = TRY(parse_authorization(request, wording));
  return verify_signature(keys, request, claim, kAlice.secret, now, door);
}

std::string refusal_of(const Result<>& result) { return result ? "" : result.error().text(); }

TEST(SigV4, AcceptsWhatItSigned) {
  EXPECT_EQ(refusal_of(judge(signed_request())), "");
  EXPECT_EQ(refusal_of(judge(presigned_request(60), AuthWording::S3)), "");
}

TEST(SigV4, ReadsWhoSignedAndForWhat) {
  const auto claim = parse_authorization(signed_request(), AuthWording::Json);
  ASSERT_TRUE(claim);
  EXPECT_EQ(claim->access_key, "AKIDALICE");
  EXPECT_EQ(claim->region, "ap-northeast-1");
  EXPECT_EQ(claim->service, "ssm");
  EXPECT_EQ(claim->amz_date, "20260101T183000Z");
  EXPECT_EQ(claim->signed_headers,
            (std::vector<std::string>{"host", "x-amz-date", "x-amz-target"}));
}

TEST(SigV4, LetsAnAccessKeyHoldSlashes) {
  SigningKeys keys;
  auto request = some_request();
  sign(keys, request, {"team/alice", "alice's secret", ""}, kSsmPlace, kSignedAt);
  EXPECT_EQ(parse_authorization(request, AuthWording::Json).value().access_key, "team/alice");
  EXPECT_EQ(refusal_of(judge(request)), "");
}

TEST(SigV4, SaysInTheServicesOwnWordsThatThereIsNoSignature) {
  const auto code = [](AuthWording wording) {
    return parse_authorization(some_request(), wording).error().code;
  };
  EXPECT_EQ(code(AuthWording::Query), "MissingAuthenticationToken");
  EXPECT_EQ(code(AuthWording::Json), "MissingAuthenticationTokenException");
  EXPECT_EQ(code(AuthWording::Ec2), "AuthFailure");
  EXPECT_EQ(code(AuthWording::S3), "AccessDenied");
}

TEST(SigV4, SaysInTheServicesOwnWordsThatTheSecretIsAnother) {
  const auto code = [](AuthWording wording) {
    SigningKeys keys;
    const auto request = signed_request();
    const auto claim = parse_authorization(request, wording).value();
    return verify_signature(keys, request, claim, "mallory", kSignedAt, {.wording = wording})
        .error()
        .code;
  };
  EXPECT_EQ(code(AuthWording::Query), "SignatureDoesNotMatch");
  EXPECT_EQ(code(AuthWording::Json), "InvalidSignatureException");
  EXPECT_EQ(code(AuthWording::Ec2), "AuthFailure");
  EXPECT_EQ(code(AuthWording::S3), "SignatureDoesNotMatch");
}

TEST(SigV4, EveryRefusalHasAStatus) {
  for (const auto wording :
       {AuthWording::Query, AuthWording::Json, AuthWording::Ec2, AuthWording::S3}) {
    EXPECT_GE(status_of_refusal(unknown_key(wording).code), 400);
    EXPECT_GE(status_of_refusal(parse_authorization(some_request(), wording).error().code), 400);
  }
  EXPECT_EQ(status_of_refusal("InvalidAMIID.NotFound"), 0);
}

TEST(SigV4, RefusesAnOldSignatureWithAwssWords) {
  const auto late = kSignedAt + minutes(5) + seconds(1);
  EXPECT_EQ(refusal_of(judge(signed_request(), AuthWording::Json, late)),
            "InvalidSignatureException: Signature expired: 20260101T183000Z is now earlier than "
            "20260101T183001Z (20260101T183501Z - 5 min.)");
  EXPECT_EQ(refusal_of(judge(signed_request(), AuthWording::Ec2, late)),
            "RequestExpired: Request has expired.");
  EXPECT_EQ(refusal_of(judge(signed_request(), AuthWording::Json, late - seconds(1))), "");
}

TEST(SigV4, RefusesASignatureFromTheFuture) {
  EXPECT_EQ(refusal_of(judge(signed_request(), AuthWording::Query, kSignedAt - minutes(6))),
            "SignatureDoesNotMatch: Signature not yet current: 20260101T183000Z is still later "
            "than 20260101T182900Z (20260101T182400Z + 5 min.)");
}

TEST(SigV4, GivesS3AQuarterOfAnHour) {
  const auto request = signed_request({"us-east-1", "s3"});
  EXPECT_EQ(refusal_of(judge(request, AuthWording::S3, kSignedAt + minutes(15))), "");
  EXPECT_NE(refusal_of(judge(request, AuthWording::S3, kSignedAt + minutes(16))), "");
}

TEST(SigV4, RefusesAnotherRegionServiceOrTerminator) {
  EXPECT_NE(
      refusal_of(judge(signed_request(), AuthWording::Json, kSignedAt, {.region = "eu-west-1"})),
      "");
  EXPECT_NE(
      refusal_of(judge(signed_request(), AuthWording::Json, kSignedAt, {.service = "events"})), "");
  auto request = signed_request();
  auto text = *find_header(request.headers, "authorization");
  text.replace(text.find("aws4_request"), 12, "aws5_request");
  set_header(request.headers, "Authorization", text);
  EXPECT_EQ(refusal_of(judge(request)),
            "InvalidSignatureException: Credential should be scoped with a valid terminator: "
            "'aws4_request', not 'aws5_request'.");
}

TEST(SigV4, RefusesAScopeOfAnotherDay) {
  auto request = signed_request();
  auto text = *find_header(request.headers, "authorization");
  text.replace(text.find("20260101"), 8, "20260102");
  set_header(request.headers, "Authorization", text);
  EXPECT_EQ(refusal_of(judge(request)),
            "InvalidSignatureException: Date in Credential scope does not match YYYYMMDD from "
            "ISO-8601 version of date from HTTP: '20260102' != '20260101', from "
            "'20260101T183000Z'.");
}

TEST(SigV4, RefusesAHeaderOfAwsThatIsNotSigned) {
  auto request = signed_request();
  request.headers.emplace_back("X-Amz-Acl", "public-read");
  EXPECT_EQ(refusal_of(judge(request, AuthWording::S3)),
            "AccessDenied: There were headers present in the request which were not signed");
}

TEST(SigV4, RefusesARequestWhoseHostIsNotSigned) {
  auto request = signed_request();
  auto text = *find_header(request.headers, "authorization");
  text.replace(text.find("host;"), 5, "");
  set_header(request.headers, "Authorization", text);
  EXPECT_NE(refusal_of(judge(request)).find("'Host' or ':authority' must be"), std::string::npos);
}

TEST(SigV4, RefusesWhatStandsThereTwice) {
  auto request = signed_request();
  request.headers.push_back(request.headers.back());
  EXPECT_NE(refusal_of(judge(request)).find("several Authorization"), std::string::npos);
  request = signed_request();
  request.headers.emplace_back("x-amz-target", "AmazonSSM.Y");
  EXPECT_NE(refusal_of(judge(request)).find("more than once"), std::string::npos);
  request = presigned_request(60);
  request.target += "&x-amz-expires=604800";
  EXPECT_NE(refusal_of(judge(request)).find("more than once"), std::string::npos);
}

TEST(SigV4, RefusesBothFormsAtOnce) {
  auto request = signed_request();
  request.target += "?X-Amz-Signature=0";
  EXPECT_NE(refusal_of(judge(request)).find("Only one auth mechanism"), std::string::npos);
}

TEST(SigV4, NamesThePartsThatAreMissing) {
  auto request = some_request();
  request.headers.emplace_back("Authorization", "AWS4-HMAC-SHA256 Credential=a/b/c/d/aws4_request");
  EXPECT_EQ(refusal_of(judge(request, AuthWording::Query)),
            "IncompleteSignature: Authorization header requires 'Signature' parameter. "
            "Authorization header requires 'SignedHeaders' parameter.");
}

TEST(SigV4, RefusesOtherAlgorithms) {
  auto request = some_request();
  request.headers.emplace_back("Authorization", "Bearer abc");
  EXPECT_EQ(judge(request, AuthWording::S3).error().code, "InvalidRequest");
  EXPECT_EQ(judge(request, AuthWording::Json).error().code, "IncompleteSignatureException");
}

TEST(SigV4, RefusesAnotherBodyThanTheOneThatWasSigned) {
  auto request = signed_request({"us-east-1", "s3"});
  request.body += "x";
  EXPECT_EQ(judge(request, AuthWording::S3).error().code, "XAmzContentSHA256Mismatch");
  request = signed_request();
  request.body += "x";
  EXPECT_EQ(judge(request).error().code, "InvalidSignatureException");
}

TEST(SigV4, LetsOnlyS3LeaveTheBodyUnsigned) {
  const auto s3 = signed_request({"us-east-1", "s3"}, some_request(), PayloadRule::Unsigned);
  EXPECT_EQ(refusal_of(judge(s3, AuthWording::S3)), "");
  const auto ssm = signed_request(kSsmPlace, some_request(), PayloadRule::Unsigned);
  EXPECT_EQ(judge(ssm).error().code, "InvalidSignatureException");
}

TEST(SigV4, RefusesChunksThatAreSignedOneByOne) {
  auto request = some_request();
  request.headers.emplace_back("x-amz-content-sha256", "STREAMING-AWS4-HMAC-SHA256-PAYLOAD");
  SigningKeys keys;
  sign(keys, request, kAlice, kSsmPlace, kSignedAt);
  EXPECT_NE(refusal_of(judge(request, AuthWording::S3)).find("not understood"), std::string::npos);
}

TEST(SigV4, APresignedRequestLivesAsLongAsItSays) {
  const auto request = presigned_request(3600);
  EXPECT_EQ(refusal_of(judge(request, AuthWording::S3, kSignedAt + seconds(3600))), "");
  EXPECT_EQ(refusal_of(judge(request, AuthWording::S3, kSignedAt + seconds(3601))),
            "RequestTimeTooSkewed: Request has expired");
}

TEST(SigV4, APresignedRequestLivesAWeekAtMost) {
  EXPECT_EQ(refusal_of(judge(presigned_request(604'800), AuthWording::S3)), "");
  EXPECT_NE(refusal_of(judge(presigned_request(604'801), AuthWording::S3)).find("a week"),
            std::string::npos);
}

TEST(SigV4, HasThePortInTheHostOnlyWhereItIsNotTheSchemesOwn) {
  EXPECT_EQ(host_header_of({"https", "ec2.amazonaws.com", 443}), "ec2.amazonaws.com");
  EXPECT_EQ(host_header_of({"http", "ec2.amazonaws.com", 443}), "ec2.amazonaws.com:443");
  EXPECT_EQ(host_header_of({"http", "::1", 4780}), "[::1]:4780");
}

}  // namespace
}  // namespace hikae::aws
