#include "aws/wire_testing_test.h"

namespace hikae::aws::wire_tests {
namespace {

Error error_of(std::string_view service, std::string_view name, const HttpResponse& response) {
  const auto read = read_response(op(service, name), response);
  EXPECT_FALSE(read.has_value());
  return read ? Error{} : read.error();
}

// What a client reads.

TEST(WireErrors, Ec2sStandInAResponse) {
  const auto error =
      error_of("ec2", "CreateImage",
               {400,
                {},
                "<Response><Errors><Error><Code>InvalidAMIName.Duplicate</Code><Message>in use"
                "</Message></Error></Errors><RequestID>r</RequestID></Response>"});
  EXPECT_EQ(error, (Error{ErrorKind::Conflict, "InvalidAMIName.Duplicate", "in use"}));
}

TEST(WireErrors, QuerysStandInAnErrorResponse) {
  const auto error =
      error_of("iam", "GetRole",
               {404,
                {},
                "<ErrorResponse xmlns='x'><Error><Type>Sender</Type><Code>NoSuchEntity"
                "</Code><Message>none</Message></Error></ErrorResponse>"});
  EXPECT_EQ(error, (Error{ErrorKind::NotFound, "NoSuchEntity", "none"}));
}

TEST(WireErrors, JsonsAreKnownInAllTheirForms) {
  for (const std::string body :
       {R"({"__type":"com.amazonaws.ssm#InvalidDocument","message":"m"})",
        R"({"__type":"InvalidDocument","Message":"m"})",
        R"({"__type":"InvalidDocument:http://internal.amazon.com/","message":"m"})",
        R"({"code":"InvalidDocument","message":"m"})"})
    EXPECT_EQ(error_of("ssm", "GetDocument", {400, {}, body}),
              (Error{ErrorKind::NotFound, "InvalidDocument", "m"}))
        << body;
}

TEST(WireErrors, TheHeaderOfRestJsonNamesTheCode) {
  const auto error = error_of("lambda", "GetFunction",
                              {404,
                               {{"x-amzn-ErrorType", "ResourceNotFoundException:http://x/"}},
                               R"({"Type":"User","Message":"m"})"});
  EXPECT_EQ(error, (Error{ErrorKind::NotFound, "ResourceNotFoundException", "m"}));
}

TEST(WireErrors, AHeadHasNothingButItsStatus) {
  const auto error = error_of("s3", "HeadObject", {404, {}, ""});
  EXPECT_EQ(error.kind, ErrorKind::NotFound);
  EXPECT_EQ(error.code, "404");
}

TEST(WireErrors, APageForPeopleLeavesTheOutcomeUnknown) {
  for (const int status : {200, 403, 502, 503}) {
    const auto error = error_of(
        "ec2", "CreateImage",
        {status, {{"Content-Type", "text/html"}}, "<html><body><h1>502 Bad Gateway</h1></body>"});
    EXPECT_EQ(error.kind, ErrorKind::Unavailable) << status;
    EXPECT_TRUE(error.code.empty());
    EXPECT_NE(error.message.find("proxy"), std::string::npos);
  }
}

TEST(WireErrors, AServerErrorWithoutWordsIsUnavailable) {
  EXPECT_EQ(error_of("ec2", "CreateImage", {503, {}, ""}).kind, ErrorKind::Unavailable);
  EXPECT_EQ(error_of("ssm", "GetDocument", {500, {}, "{}"}).kind, ErrorKind::Unavailable);
}

TEST(WireErrors, S3MaySayAnErrorWithStatus200) {
  const auto error =
      error_of("s3", "CopyObject",
               {200,
                {},
                "<?xml version=\"1.0\"?>\n<Error><Code>InternalError</Code><Message>m"
                "</Message></Error>"});
  EXPECT_EQ(error.code, "InternalError");
  EXPECT_EQ(error.kind, ErrorKind::Unavailable);
}

TEST(WireErrors, AnAnswerThatIsNoJsonLeavesTheOutcomeUnknown) {
  EXPECT_EQ(error_of("ssm", "GetDocument", {200, {}, "{\"Name\":"}).kind, ErrorKind::Unavailable);
  EXPECT_EQ(error_of("ssm", "GetDocument", {200, {}, "[1]"}).kind, ErrorKind::Unavailable);
}

// What a server writes.

TEST(WireErrors, EveryDialectReadsWhatItWrites) {
  const Error error{ErrorKind::NotFound, "Thing.NotFound", "a <b> & \"c\""};
  const Found founds[] = {spoken("ec2", "CreateImage", Dialect::Ec2),
                          spoken("iam", "GetRole", Dialect::Query),
                          spoken("ssm", "GetDocument", Dialect::Json11),
                          spoken("lambda", "GetFunction", Dialect::RestJson),
                          spoken("route53", "GetHostedZone", Dialect::RestXml),
                          spoken("s3", "GetObject", Dialect::S3)};
  for (const auto& found : founds) {
    const auto read = read_response(found.operation, write_error(found, error, "r"));
    ASSERT_FALSE(read.has_value());
    EXPECT_EQ(read.error(), error) << found.operation.service();
  }
}

TEST(WireErrors, TheModelsStatusWins) {
  EXPECT_EQ(write_error(spoken("lambda", "CreateFunction", Dialect::RestJson),
                        {ErrorKind::Conflict, "ResourceConflictException", "m"}, "r")
                .status,
            409);
  EXPECT_EQ(write_error(spoken("iam", "GetRole", Dialect::Query),
                        {ErrorKind::NotFound, "NoSuchEntity", "m"}, "r")
                .status,
            404);
}

TEST(WireErrors, OurOwnCodesBecomeTheServices) {
  const Error unfit{ErrorKind::Invalid, "ParamValidation", "m"};
  const auto code_in = [&](const Found& found, const Error& error) {
    const auto read = read_response(found.operation, write_error(found, error, "r"));
    return read ? str("none") : read.error().code;
  };
  EXPECT_EQ(code_in(spoken("ssm", "GetDocument", Dialect::Json11), unfit), "ValidationException");
  EXPECT_EQ(code_in(spoken("ec2", "CreateImage", Dialect::Ec2), unfit), "InvalidParameterValue");
  EXPECT_EQ(code_in(spoken("iam", "GetRole", Dialect::Query), unfit), "ValidationError");
  const Error nobody{ErrorKind::Unsupported, "UnknownOperationException", "m"};
  EXPECT_EQ(code_in(spoken("ec2", "CreateVpc", Dialect::Ec2), nobody), "InvalidAction");
  EXPECT_EQ(code_in(spoken("ssm", "GetDocument", Dialect::Json11), nobody),
            "UnknownOperationException");
}

TEST(WireErrors, OnlyWhatShallBeSentAgainIsAServersError) {
  for (const auto dialect :
       {Dialect::Ec2, Dialect::Query, Dialect::Json10, Dialect::Json11, Dialect::QueryAsJson,
        Dialect::RestJson, Dialect::RestXml, Dialect::S3})
    for (const auto kind : {ErrorKind::Invalid, ErrorKind::NotFound, ErrorKind::Conflict,
                            ErrorKind::Denied, ErrorKind::Limit, ErrorKind::Unsupported}) {
      const auto response = write_error(dialect, {kind, "", "m"}, "r");
      EXPECT_GE(response.status, 400);
      EXPECT_LT(response.status, 500);
      EXPECT_FALSE(response.body.empty());
    }
}

TEST(WireErrors, S3sConditionsAndRangesHaveStatusesOfTheirOwn) {
  const auto status = [](const char* code) {
    return write_error(Dialect::S3, Error{ErrorKind::Invalid, code, "m"}, "r").status;
  };
  EXPECT_EQ(status("NotModified"), 304);
  EXPECT_EQ(status("MethodNotAllowed"), 405);
  EXPECT_EQ(status("PreconditionFailed"), 412);
  EXPECT_EQ(status("InvalidRange"), 416);
  EXPECT_EQ(status("InvalidArgument"), 400);
}

TEST(WireErrors, AHeadIsRefusedWithoutABody) {
  const auto response = write_error(spoken("s3", "HeadObject", Dialect::S3),
                                    {ErrorKind::NotFound, "NoSuchKey", "m"}, "r");
  EXPECT_EQ(response.status, 404);
  EXPECT_TRUE(response.body.empty());
}

TEST(WireErrors, ModelledJsonErrorsUseTheirOwnNameForTheMessage) {
  EXPECT_EQ(write_error(spoken("lambda", "GetFunction", Dialect::RestJson),
                        {ErrorKind::NotFound, "ResourceNotFoundException", "m"}, "r")
                .body,
            R"({"__type":"ResourceNotFoundException","Message":"m"})");
}

// What a request lacks.

TEST(WireCheck, AMissingMemberIsSaidInTheServicesWords) {
  EXPECT_EQ(read_as(targeted("AmazonSSM.StartAutomationExecution", "{}"), "ssm"),
            "ValidationException: 1 validation error detected: Value null at 'documentName' failed "
            "to satisfy constraint: Member must not be null");
  EXPECT_EQ(read_as(form("Action=CreateImage&Name=n"), "ec2"),
            "MissingParameter: The request must contain the parameter InstanceId");
  EXPECT_EQ(read_as(form("Action=SendMessage&QueueUrl=u"), "sqs"),
            "MissingParameter: The request must contain the parameter MessageBody");
}

TEST(WireCheck, ElementsOfListsAreNamedAsAwsNamesThem) {
  EXPECT_EQ(read_as(targeted("AmazonSSM.AddTagsToResource",
                             R"({"ResourceType":"Document","ResourceId":"d",
                                 "Tags":[{"Key":"a","Value":"b"},{"Key":"c"}]})"),
                    "ssm"),
            "ValidationException: 1 validation error detected: Value null at "
            "'tags.2.member.value' failed to satisfy constraint: Member must not be null");
}

TEST(WireCheck, LeastValuesAreKept) {
  EXPECT_EQ(
      read_as(targeted("AmazonSSM.DescribeAutomationExecutions", R"({"MaxResults":0})"), "ssm"),
      "ValidationException: 1 validation error detected: Value '0' at 'maxResults' failed to "
      "satisfy constraint: Member must have value greater than or equal to 1");
}

}  // namespace
}  // namespace hikae::aws::wire_tests
