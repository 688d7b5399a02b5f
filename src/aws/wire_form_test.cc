#include "aws/wire_testing_test.h"

namespace hikae::aws::wire_tests {
namespace {

constexpr std::string_view kEc2 = "Action=DescribeInstances&Version=2016-11-15";

HttpRequest ec2(std::string_view rest) { return form(str(kEc2) + str(rest)); }

// What goes out.

TEST(WireForm, Ec2ListsAreNumberedAndItsNamesRaised) {
  EXPECT_EQ(
      body_for("ec2", "DescribeInstances",
               R"({"Filters":[{"Name":"tag:a","Values":["x y","z"]}],"DryRun":true})"),
      str(kEc2) + "&Filter.1.Name=tag%3Aa&Filter.1.Value.1=x+y&Filter.1.Value.2=z&DryRun=true");
}

TEST(WireForm, QueryNameBeatsLocationNameInEc2) {
  EXPECT_EQ(body_for("ec2", "RunInstances",
                     R"({"MinCount":1,"MaxCount":1,"NetworkInterfaces":[{"DeviceIndex":0,
                        "Ipv6Addresses":[{"Ipv6Address":"::1"}]}]})"),
            "Action=RunInstances&Version=2016-11-15&MinCount=1&MaxCount=1"
            "&NetworkInterface.1.DeviceIndex=0"
            "&NetworkInterface.1.Ipv6Addresses.1.Ipv6Address=%3A%3A1");
}

TEST(WireForm, QueryListsHaveMembersAndMapsEntries) {
  EXPECT_EQ(body_for("sns", "SetTopicAttributes",
                     R"({"TopicArn":"t","AttributeName":"a","AttributeValue":""})"),
            "Action=SetTopicAttributes&Version=2010-03-31&TopicArn=t&AttributeName=a"
            "&AttributeValue=");
  EXPECT_EQ(body_for("sns", "CreateTopic",
                     R"({"Name":"t","Attributes":{"k":"v"},"Tags":[{"Key":"a","Value":"b"}]})"),
            "Action=CreateTopic&Version=2010-03-31&Name=t&Attributes.entry.1.key=k"
            "&Attributes.entry.1.value=v&Tags.member.1.Key=a&Tags.member.1.Value=b");
}

TEST(WireForm, FlattenedListsGoByTheirElementsName) {
  EXPECT_EQ(body_for("sqs", "GetQueueAttributes",
                     R"({"QueueUrl":"u","AttributeNames":["All","QueueArn"]})"),
            "Action=GetQueueAttributes&Version=2012-11-05&QueueUrl=u&AttributeName.1=All"
            "&AttributeName.2=QueueArn");
}

TEST(WireForm, AnEmptyListIsAnEmptyParameterInQueryAndNothingInEc2) {
  EXPECT_EQ(body_for("cloudformation", "CreateStack", R"({"StackName":"s","Capabilities":[]})"),
            "Action=CreateStack&Version=2010-05-15&StackName=s&Capabilities=");
  EXPECT_EQ(body_for("ec2", "DescribeInstances", R"({"InstanceIds":[]})"), kEc2);
}

// What comes in.

TEST(WireForm, Ec2ReadsWhatClientsWrite) {
  EXPECT_EQ(
      read_as(ec2("&Filter.1.Name=tag%3Aa&Filter.1.Value.1=x+y&Filter.1.Value.2=%E6%97%A5"), "ec2"),
      R"({"Filters":[{"Name":"tag:a","Values":["x y","日"]}]})");
}

TEST(WireForm, ElementsAreOrderedByNumberNotByText) {
  std::string rest;
  for (int i = 12; i > 0; --i)
    rest += "&InstanceId." + std::to_string(i) + "=i-" + std::to_string(i);
  EXPECT_EQ(
      read_as(ec2(rest), "ec2"),
      R"({"InstanceIds":["i-1","i-2","i-3","i-4","i-5","i-6","i-7","i-8","i-9","i-10","i-11",)"
      R"("i-12"]})");
}

TEST(WireForm, AHugeIndexCostsNothing) {
  EXPECT_EQ(read_as(ec2("&Filter.100000000.Name=a&Filter.4294967295.Name=b"), "ec2"),
            R"({"Filters":[{"Name":"a"},{"Name":"b"}]})");
}

TEST(WireForm, AnIndexThatIsNoneIsIgnoredAndTold) {
  const auto request = ec2("&Filter.x.Name=a&Filter.99999999999999999999.Name=b&InstanceID.1=i-1");
  const auto read = read_request(*find_operation(request, "ec2"), request);
  ASSERT_TRUE(read.has_value());
  EXPECT_EQ(text::to_json(read->input), R"({"Filters":[]})");
  EXPECT_EQ(read->ignored, (std::vector<std::string>{"Filter.99999999999999999999.Name",
                                                     "Filter.x.Name", "InstanceID.1"}));
}

TEST(WireForm, NamesThatBeginAlikeDoNotMix) {
  EXPECT_EQ(read_as(ec2("&Filter.1.Name=a&Filter-x=1&Filter.1.Value.1=b"), "ec2"),
            R"({"Filters":[{"Name":"a","Values":["b"]}]})");
}

TEST(WireForm, OfTwoEqualNamesTheLaterCounts) {
  EXPECT_EQ(read_as(ec2("&MaxResults=5&MaxResults=6"), "ec2"), R"({"MaxResults":6})");
}

TEST(WireForm, AGetWithItsParametersInTheUrlIsUnderstood) {
  EXPECT_EQ(read_as(plain("GET",
                          "/?Action=DescribeInstances&Version=2016-11-15&InstanceId.1=i-1"
                          "&X-Amz-Signature=abc"),
                    "ec2"),
            R"({"InstanceIds":["i-1"]})");
}

TEST(WireForm, QueryReadsListsOfBothWordsAndMaps) {
  EXPECT_EQ(read_as(form("Action=CreateTopic&Version=2010-03-31&Name=t&Attributes.entry.1.key=k"
                         "&Attributes.entry.1.value=v&Tags.member.2.Key=a&Tags.member.2.Value=b"),
                    "sns"),
            R"({"Attributes":{"k":"v"},"Name":"t","Tags":[{"Key":"a","Value":"b"}]})");
  EXPECT_EQ(read_as(form("Action=SetQueueAttributes&QueueUrl=u&Attribute.1.Name=DelaySeconds"
                         "&Attribute.1.Value=1"),
                    "sqs"),
            R"({"Attributes":{"DelaySeconds":"1"},"QueueUrl":"u"})");
}

TEST(WireForm, AQueryListThatIsEmptyArrives) {
  EXPECT_EQ(read_as(form("Action=CreateStack&StackName=s&Capabilities="), "cloudformation"),
            R"({"Capabilities":[],"StackName":"s"})");
}

TEST(WireForm, AWrongValueIsRefusedInTheServicesWords) {
  EXPECT_EQ(read_as(ec2("&MaxResults=many"), "ec2"),
            "InvalidParameterValue: Value (many) for parameter MaxResults is invalid. It is no "
            "integer.");
  EXPECT_EQ(read_as(form("Action=DescribeChangeSet&ChangeSetName="), "cloudformation"),
            "ValidationError: 1 validation error detected: Value '' at 'changeSetName' failed to "
            "satisfy constraint: Member must have length greater than or equal to 1");
}

TEST(WireForm, TooManyParametersAreRefused) {
  std::string rest;
  for (int i = 0; i < 30'000; ++i) rest += "&a=";
  EXPECT_TRUE(read_as(ec2(rest), "ec2").starts_with("RequestEntityTooLarge"));
}

TEST(WireForm, ADeepNameIsRefusedNotFollowed) {
  std::string deep = "&Filter.1.Name";
  for (int i = 0; i < 20'000; ++i) deep += ".1";
  EXPECT_EQ(read_as(ec2(deep + "=x"), "ec2"), R"({"Filters":[{}]})");
}

// Answers.

TEST(WireForm, Ec2AnswersWithItsRequestIdAndItems) {
  const auto response = write_response(
      spoken("ec2", "DescribeTags", Dialect::Ec2),
      json(R"({"Tags":[{"Key":"a","Value":"<&>","ResourceType":"image"}],"NextToken":null})"),
      "r-1");
  EXPECT_EQ(response.body,
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeTagsResponse "
            "xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15/\"><requestId>r-1</requestId><tagSet>"
            "<item><key>a</key><value>&lt;&amp;&gt;</value><resourceType>image</resourceType>"
            "</item></tagSet></DescribeTagsResponse>");
}

TEST(WireForm, AnEc2OperationWithoutOutputAnswersTrue) {
  const auto response = write_response(spoken("ec2", "DeleteTags", Dialect::Ec2), Object{}, "r");
  EXPECT_NE(response.body.find("<return>true</return>"), std::string::npos);
}

TEST(WireForm, QueryAnswersInAResultWithItsMetadata) {
  const auto response = write_response(spoken("sts", "GetCallerIdentity", Dialect::Query),
                                       json(R"({"Account":"1"})"), "r-1");
  EXPECT_EQ(
      response.body,
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<GetCallerIdentityResponse "
      "xmlns=\"https://sts.amazonaws.com/doc/2011-06-15/\"><GetCallerIdentityResult><Account>1"
      "</Account></GetCallerIdentityResult><ResponseMetadata><RequestId>r-1</RequestId>"
      "</ResponseMetadata></GetCallerIdentityResponse>");
}

}  // namespace
}  // namespace hikae::aws::wire_tests
