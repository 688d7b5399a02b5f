#include <cmath>

#include "aws/wire_testing_test.h"

namespace hikae::aws::wire_tests {
namespace {

constexpr const char* kSsmStart = "AmazonSSM.StartAutomationExecution";

TEST(WireJson, ARequestNamesItsTargetAndVersion) {
  const auto request = write_request(op("ssm", "GetDocument"), json(R"({"Name":"a"})"));
  ASSERT_TRUE(request.has_value());
  EXPECT_EQ(*find_header(request->headers, "X-Amz-Target"), "AmazonSSM.GetDocument");
  EXPECT_EQ(*find_header(request->headers, "Content-Type"), "application/x-amz-json-1.1");
  EXPECT_EQ(request->target, "/");
  EXPECT_EQ(request->body, R"({"Name":"a"})");
}

TEST(WireJson, AnOperationWithoutInputStillSendsAnObject) {
  EXPECT_EQ(body_for("ssm", "DescribeInstanceInformation", "{}"), "{}");
}

TEST(WireJson, TimestampsAreSecondsWithTheirFraction) {
  const auto response = write_response(
      spoken("ssm", "GetParameter", Dialect::Json11),
      json(R"({"Parameter":{"Name":"a","LastModifiedDate":"2026-01-01T18:30:00.250Z"}})"), "r");
  EXPECT_EQ(response.body, R"({"Parameter":{"Name":"a","LastModifiedDate":1767292200.25}})");
  EXPECT_EQ(answer_as("ssm", "GetParameter", response),
            R"({"Parameter":{"Name":"a","LastModifiedDate":"2026-01-01T18:30:00.250Z"}})");
}

TEST(WireJson, WholeSecondsHaveNoFraction) {
  EXPECT_EQ(body_for("events", "PutEvents",
                     R"({"Entries":[{"Time":"2026-01-01T18:30:00.000Z","Source":"s"}]})"),
            R"({"Entries":[{"Time":1767292200,"Source":"s"}]})");
}

TEST(WireJson, ATimestampAsTextIsUnderstoodToo) {
  EXPECT_EQ(read_as(targeted("AWSEvents.PutEvents",
                             R"({"Entries":[{"Time":"2026-01-02T03:30:00+09:00"}]})"),
                    "events"),
            R"({"Entries":[{"Time":"2026-01-01T18:30:00.000Z"}]})");
}

TEST(WireJson, WholeNumbersOfSixtyFourBitsSurvive) {
  const HttpResponse response{
      200, {}, R"({"TableSizeBytes":1,"Table":{"TableSizeBytes":9007199254740993}})"};
  EXPECT_EQ(answer_as("dynamodb", "DescribeTable", response),
            R"({"TableSizeBytes":1,"Table":{"TableSizeBytes":9007199254740993}})");
}

TEST(WireJson, MembersNewerThanTheModelAreIgnoredInARequestAndTold) {
  const auto request = targeted(kSsmStart, R"({"DocumentName":"a","NewerThanTheModel":[{"x":1}]})");
  const auto found = find_operation(request, "ssm");
  ASSERT_TRUE(found.has_value());
  const auto read = read_request(*found, request);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(text::to_json(read->input), R"({"DocumentName":"a"})");
  EXPECT_EQ(read->ignored, std::vector<std::string>{"NewerThanTheModel"});
}

TEST(WireJson, OnlyTwentyIgnoredNamesAreTold) {
  Object many{{"DocumentName", "a"}};
  for (int i = 0; i < 100; ++i) many["Newer" + std::to_string(i)] = i;
  const auto request = targeted(kSsmStart, text::to_json(many));
  const auto read = read_request(*find_operation(request, "ssm"), request);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(read->ignored.size(), 20u);
}

TEST(WireJson, MembersNewerThanTheModelAreKeptInAnAnswer) {
  EXPECT_EQ(answer_as("ssm", "StartAutomationExecution",
                      {200, {}, R"({"AutomationExecutionId":"x","Newer":{"a":[1]}})"}),
            R"({"AutomationExecutionId":"x","Newer":{"a":[1]}})");
}

TEST(WireJson, ANullIsAbsent) {
  EXPECT_EQ(read_as(targeted(kSsmStart, R"({"DocumentName":"a","Parameters":null})"), "ssm"),
            R"({"DocumentName":"a"})");
}

TEST(WireJson, AWrongTypeIsASerializationException) {
  EXPECT_EQ(read_as(targeted(kSsmStart, R"({"DocumentName":7})"), "ssm"),
            "SerializationException: NUMBER_VALUE can not be converted to a String: DocumentName");
  EXPECT_EQ(read_as(targeted(kSsmStart, R"({"DocumentName":"a","Targets":{}})"), "ssm"),
            "SerializationException: Start of structure or map found where not expected: Targets");
}

TEST(WireJson, ABodyThatIsNoJsonIsASerializationException) {
  EXPECT_TRUE(read_as(targeted(kSsmStart, "{\"DocumentName\":"), "ssm")
                  .starts_with("SerializationException: line 1"));
  EXPECT_TRUE(read_as(targeted(kSsmStart, "[]"), "ssm").starts_with("SerializationException"));
}

TEST(WireJson, ABodyNestedTooDeepIsRefused) {
  std::string body = R"({"DocumentName":"a","Parameters":)";
  for (int i = 0; i < 100'000; ++i) body += "[";
  EXPECT_TRUE(read_as(targeted(kSsmStart, body), "ssm").starts_with("RequestEntityTooLarge"));
}

TEST(WireJson, ABlobStaysBase64) {
  EXPECT_EQ(body_for("kinesis", "PutRecords",
                     R"({"StreamName":"s","Records":[{"Data":"aGlrYWU=","PartitionKey":"p"}]})"),
            R"({"StreamName":"s","Records":[{"Data":"aGlrYWU=","PartitionKey":"p"}]})");
}

TEST(WireJson, ABlobThatIsNoBase64IsRefusedBeforeItIsSent) {
  const auto request =
      write_request(op("kms", "Encrypt"), json(R"({"KeyId":"k","Plaintext":"not base64!"})"));
  ASSERT_FALSE(request.has_value());
  EXPECT_EQ(request.error().code, "ParamValidation");
}

TEST(WireJson, NumbersThatJsonDoesNotHaveAreText) {
  const auto output = Object{
      {"Forecast", Object{{"Predictions", Object{{"p", Array{Object{{"Value", std::nan("")}}}}}}}}};
  const auto response =
      write_response(spoken("forecastquery", "QueryForecast", Dialect::Json11), output, "r");
  EXPECT_EQ(response.body, R"({"Forecast":{"Predictions":{"p":[{"Value":"NaN"}]}}})");
  EXPECT_EQ(answer_as("forecastquery", "QueryForecast",
                      {200, {}, R"({"Forecast":{"Predictions":{"p":[{"Value":"NaN"}]}}})"}),
            R"({"Forecast":{"Predictions":{"p":[{"Value":"NaN"}]}}})");
}

TEST(WireJson, ADocumentTypeIsAnyValue) {
  const auto output = json(R"({"accessPolicyDetail":{"name":"n","policy":{"a":[1,{"b":null}]}}})");
  const auto response = write_response(
      spoken("opensearchserverless", "GetAccessPolicy", Dialect::Json10), output, "r");
  EXPECT_EQ(response.body, text::to_json(output));
  EXPECT_EQ(answer_as("opensearchserverless", "GetAccessPolicy", response), text::to_json(output));
}

// SQS: the model is query, newer clients speak JSON 1.0.

TEST(WireQueryAsJson, SqsIsUnderstoodInJsonUnderTheModelsOwnNames) {
  const auto request =
      targeted("AmazonSQS.CreateQueue",
               R"({"QueueName":"q","Attributes":{"DelaySeconds":"1"},"tags":{"a":"b"}})",
               "application/x-amz-json-1.0");
  EXPECT_EQ(found_as(request, "sqs"), "sqs:CreateQueue");
  EXPECT_EQ(read_as(request, "sqs"),
            R"({"QueueName":"q","Attributes":{"DelaySeconds":"1"},"tags":{"a":"b"}})");
}

TEST(WireQueryAsJson, SqsAnswersInTheFormItWasAskedIn) {
  const auto output = json(R"({"QueueUrls":["http://h/1/q"]})");
  const auto as_json =
      write_response(spoken("sqs", "ListQueues", Dialect::QueryAsJson), output, "r");
  EXPECT_EQ(as_json.body, R"({"QueueUrls":["http://h/1/q"]})");
  EXPECT_EQ(*find_header(as_json.headers, "Content-Type"), "application/x-amz-json-1.0");
  const auto as_query = write_response(spoken("sqs", "ListQueues", Dialect::Query), output, "r");
  EXPECT_NE(as_query.body.find("<ListQueuesResult><QueueUrl>http://h/1/q</QueueUrl>"),
            std::string::npos);
}

TEST(WireQueryAsJson, AnErrorOfSqsBearsBothItsCodes) {
  const auto response =
      write_error(spoken("sqs", "GetQueueUrl", Dialect::QueryAsJson),
                  {ErrorKind::NotFound, "AWS.SimpleQueueService.NonExistentQueue", "none"}, "r");
  EXPECT_EQ(*find_header(response.headers, "x-amzn-query-error"),
            "AWS.SimpleQueueService.NonExistentQueue;Sender");
  EXPECT_EQ(response.body, R"({"__type":"com.amazonaws.sqs#QueueDoesNotExist","message":"none"})");
  EXPECT_EQ(response.status, 400);
}

}  // namespace
}  // namespace hikae::aws::wire_tests
