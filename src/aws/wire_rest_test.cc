#include "aws/wire_testing_test.h"

namespace hikae::aws::wire_tests {
namespace {

HttpRequest written(std::string_view service, std::string_view name, std::string_view input) {
  auto request = write_request(op(service, name), json(input));
  EXPECT_TRUE(request.has_value()) << request.error().text();
  return request.value_or(HttpRequest{});
}

TEST(WireRest, MembersGoToPathQueryHeadersAndBody) {
  const auto request = written(
      "lambda", "Invoke",
      R"({"FunctionName":"arn:aws:lambda:x:1:function:f","Qualifier":"a b","InvocationType":"Event",
          "Payload":"{\"a\":1}"})");
  EXPECT_EQ(request.method, "POST");
  EXPECT_EQ(request.target,
            "/2015-03-31/functions/arn%3Aaws%3Alambda%3Ax%3A1%3Afunction%3Af/invocations"
            "?Qualifier=a%20b");
  EXPECT_EQ(*find_header(request.headers, "X-Amz-Invocation-Type"), "Event");
  EXPECT_EQ(request.body, R"({"a":1})");
  EXPECT_EQ(read_as(request, "lambda"),
            R"({"Payload":"{\"a\":1}","FunctionName":"arn:aws:lambda:x:1:function:f",)"
            R"("Qualifier":"a b","InvocationType":"Event"})");
}

TEST(WireRest, AnAnswersStatusIsAMember) {
  const auto response = write_response(spoken("lambda", "Invoke", Dialect::RestJson),
                                       json(R"({"StatusCode":202,"Payload":""})"), "r");
  EXPECT_EQ(response.status, 202);
  EXPECT_EQ(answer_as("lambda", "Invoke", response), R"({"Payload":"","StatusCode":202})");
}

TEST(WireRest, APartOfAnObjectSaysThatItIsOne) {
  const auto status = [](const char* output) {
    return write_response(spoken("s3", "GetObject", Dialect::S3), json(output), "r").status;
  };
  EXPECT_EQ(status(R"({"Body":"b","ContentRange":"bytes 1-1/3"})"), 206);
  EXPECT_EQ(status(R"({"Body":"abc"})"), 200);
}

TEST(WireRest, ABodyOfBytesIsNeitherEncodedNorCut) {
  std::string bytes("\0\xff\r\n<x>", 7);
  const auto request =
      write_request(op("s3", "PutObject"), Object{{"Bucket", "b"}, {"Key", "k"}, {"Body", bytes}});
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(request->body, bytes);
  const auto read = read_request(*find_operation(*request, "s3"), *request);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(text_at(read->input, "Body"), bytes);
}

TEST(WireRest, AChecksumIsThereWhereS3AsksForOne) {
  const auto request =
      written("s3", "DeleteObjects", R"({"Bucket":"b","Delete":{"Objects":[{"Key":"k"}]}})");
  EXPECT_EQ(find_header(request.headers, "x-amz-checksum-sha256")->size(), 44u);
  EXPECT_EQ(find_header(written("s3", "PutObject", R"({"Bucket":"b","Key":"k"})").headers,
                        "x-amz-checksum-sha256"),
            nullptr);
}

TEST(WireRest, AGreedyLabelKeepsItsSlashes) {
  const auto request = written("s3", "GetObject", R"({"Bucket":"b","Key":"a/b c/日/"})");
  EXPECT_EQ(request.target, "/b/a/b%20c/%E6%97%A5/");
  EXPECT_EQ(read_as(request, "s3"), R"({"Bucket":"b","Key":"a/b c/日/"})");
}

TEST(WireRest, AnEmptyLabelIsRefused) {
  const auto request = write_request(op("s3", "HeadObject"), json(R"({"Bucket":"","Key":"k"})"));
  ASSERT_FALSE(request.has_value());
  EXPECT_EQ(request.error().kind, ErrorKind::Invalid);
}

TEST(WireRest, AHeaderWithALineBreakIsRefusedAndNeverSent) {
  const auto request = write_request(
      op("s3", "PutObject"),
      Object{{"Bucket", "b"}, {"Key", "k"}, {"Metadata", Object{{"a", "x\r\nEvil: 1"}}}});
  ASSERT_FALSE(request.has_value());
  EXPECT_EQ(request.error().code, "ParamValidation");
  const auto named = write_request(
      op("s3", "PutObject"),
      Object{{"Bucket", "b"}, {"Key", "k"}, {"Metadata", Object{{"a: 1\r\nb", "x"}}}});
  EXPECT_FALSE(named.has_value());
}

TEST(WireRest, AHeaderOfAnAnswerHoldsNoLineBreak) {
  const auto response =
      write_response(spoken("s3", "GetObject", Dialect::S3),
                     Object{{"Metadata", Object{{"a", "x\r\nEvil: 1"}}}, {"Body", "b"}}, "r");
  EXPECT_EQ(*find_header(response.headers, "x-amz-meta-a"), "x  Evil: 1");
}

TEST(WireRest, MetadataIsAMapOfHeadersWithAPrefix) {
  const auto request =
      plain("PUT", "/b/k", "", {{"X-Amz-Meta-Owner", "me"}, {"x-amz-acl", "private"}});
  EXPECT_EQ(read_as(request, "s3"),
            R"({"Bucket":"b","Key":"k","ACL":"private","Metadata":{"Owner":"me"}})");
}

TEST(WireRest, HeadersHoldRfc822Timestamps) {
  const auto response = write_response(spoken("s3", "HeadObject", Dialect::S3),
                                       json(R"({"LastModified":"2026-01-01T18:30:00.000Z",
                                                "ContentLength":5,"ETag":"\"e\""})"),
                                       "r");
  EXPECT_EQ(*find_header(response.headers, "Last-Modified"), "Thu, 01 Jan 2026 18:30:00 GMT");
  EXPECT_EQ(*find_header(response.headers, "Content-Length"), "5");
  EXPECT_TRUE(response.body.empty());
  EXPECT_EQ(answer_as("s3", "HeadObject", response),
            R"({"LastModified":"2026-01-01T18:30:00.000Z","ContentLength":5,"ETag":"\"e\"",)"
            R"("Metadata":{}})");
}

TEST(WireRest, AGranteeHasItsTypeAsAnAttributeWithItsNamespace) {
  const auto body = body_for(
      "s3", "PutBucketAcl",
      R"({"Bucket":"b","AccessControlPolicy":{"Grants":[{"Grantee":{"ID":"i","Type":"CanonicalUser"},
          "Permission":"READ"}]}})");
  EXPECT_EQ(body,
            "<AccessControlPolicy xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">"
            "<AccessControlList><Grant><Grantee "
            "xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\">"
            "<ID>i</ID></Grantee><Permission>READ</Permission></Grant></AccessControlList>"
            "</AccessControlPolicy>");
}

TEST(WireRest, AnotherPrefixOfAnAttributeIsUnderstood) {
  const auto request = plain("PUT", "/b?acl",
                             "<AccessControlPolicy><AccessControlList><Grant><Grantee xmlns:q='w' "
                             "q:type='Group'><URI>u</URI></Grantee></Grant></AccessControlList>"
                             "</AccessControlPolicy>");
  EXPECT_EQ(read_as(request, "s3"),
            R"({"AccessControlPolicy":{"Grants":[{"Grantee":{"URI":"u","Type":"Group"}}]},)"
            R"("Bucket":"b"})");
}

TEST(WireRest, ABucketsLocationIsOneBareElement) {
  const auto response = write_response(spoken("s3", "GetBucketLocation", Dialect::S3),
                                       json(R"({"LocationConstraint":"eu-west-1"})"), "r");
  EXPECT_NE(response.body.find("\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</"),
            std::string::npos);
  EXPECT_EQ(answer_as("s3", "GetBucketLocation", response),
            R"({"LocationConstraint":"eu-west-1"})");
}

TEST(WireRest, AJsonValueInAHeaderIsTheJsonItself) {
  const auto request = written("lex-runtime", "PostContent",
                               R"({"botName":"b","botAlias":"a","userId":"us","contentType":"t",
                                   "sessionAttributes":{"k":["v",1]},"inputStream":"x"})");
  EXPECT_EQ(*find_header(request.headers, "x-amz-lex-session-attributes"), "eyJrIjpbInYiLDFdfQ==");
  EXPECT_NE(read_as(request, "lex").find(R"("sessionAttributes":{"k":["v",1]})"),
            std::string::npos);
}

TEST(WireRest, AQueryMapTakesWhatNobodyElseTakes) {
  const auto request =
      plain("POST", "/restapis?mode=import&failonwarnings=true&a=1&b=2", "swagger");
  EXPECT_EQ(read_as(request, "apigateway"),
            R"({"body":"swagger","failOnWarnings":true,"parameters":{"a":"1","b":"2"}})");
}

TEST(WireRest, AnEmptyObjectIsNoOptionalPayload) {
  const auto request = plain("POST", "/-/vaults/v/lock-policy", "{}");
  EXPECT_EQ(read_as(request, "glacier"), R"({"accountId":"-","vaultName":"v"})");
}

TEST(WireRest, AnAnswerWithoutBodyHasNone) {
  const auto response =
      write_response(spoken("lambda", "DeleteFunction", Dialect::RestJson), Object{}, "r");
  EXPECT_EQ(response.status, 204);
  EXPECT_TRUE(response.body.empty());
}

TEST(WireRest, APartOfTheHostsNameIsTakenFromTheInput) {
  EXPECT_EQ(*host_prefix(op("s3control", "ListJobs"), json(R"({"AccountId":"123"})")), "123.");
  EXPECT_EQ(*host_prefix(op("ec2", "RunInstances"), Object{}), "");
  EXPECT_FALSE(host_prefix(op("s3control", "ListJobs"), json(R"({"AccountId":"a.evil/"})")));
  EXPECT_FALSE(host_prefix(op("s3control", "ListJobs"), Object{}));
}

TEST(WireRest, StreamsOfEventsAreRefusedClearly) {
  const auto request = write_request(op("s3", "SelectObjectContent"), Object{});
  ASSERT_FALSE(request.has_value());
  EXPECT_EQ(request.error().kind, ErrorKind::Unsupported);
}

}  // namespace
}  // namespace hikae::aws::wire_tests
