#include "plane/sqs/testing_sqs_test.h"

namespace hikae::plane::sqs {
namespace {

TEST(SqsQueues, HaveAUrlOfTheAddressThatWasGiven) {
  SqsBench bench;
  EXPECT_EQ(bench.url, "http://127.0.0.1:4780/123456789012/work");
  EXPECT_EQ(text_at(bench.ok("GetQueueUrl", json(R"({"QueueName": "work"})")), "QueueUrl"),
            bench.url);
  EXPECT_EQ(bench.refused("GetQueueUrl", json(R"({"QueueName": "none"})")),
            "AWS.SimpleQueueService.NonExistentQueue");
}

TEST(SqsQueues, AreReachedByAnyHostsUrl) {
  SqsBench bench;
  for (const auto* url : {"https://sqs.ap-northeast-1.amazonaws.com/123456789012/work",
                          "http://localhost/123456789012/work", "/123456789012/work"})
    EXPECT_EQ(bench.refused("PurgeQueue", Object{{"QueueUrl", url}}), "") << url;
  EXPECT_EQ(bench.refused("PurgeQueue", Object{{"QueueUrl", "http://x/210987654321/work"}}),
            "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(bench.refused("PurgeQueue", Object{{"QueueUrl", "work"}}), "InvalidAddress");
  EXPECT_EQ(bench.refused("PurgeQueue", Object()), "MissingParameter");
}

TEST(SqsQueues, MadeAgainAreTheSameUnlessSomethingElseIsAsked) {
  SqsBench bench;
  EXPECT_EQ(bench.make("work"), bench.url);
  EXPECT_EQ(bench.make("work", {{"VisibilityTimeout", "30"}}), bench.url);
  EXPECT_EQ(bench.refused("CreateQueue", json(R"({"QueueName": "work",
                "Attributes": {"VisibilityTimeout": "31"}})")),
            "QueueAlreadyExists");
}

TEST(SqsQueues, HaveNamesOfLettersDigitsHyphensUnderscores) {
  SqsBench bench;
  for (const std::string& name : {std::string(81, 'a'), std::string("a.b"), std::string("a b"),
                                  std::string("fast.fifo"), std::string(".fifo")})
    EXPECT_EQ(bench.refused("CreateQueue", Object{{"QueueName", name}}), "InvalidParameterValue");
  EXPECT_EQ(bench.refused("CreateQueue",
                          json(R"({"QueueName": "slow", "Attributes": {"FifoQueue": "true"}})")),
            "InvalidParameterValue");
}

TEST(SqsQueues, AreListedByPrefixInPages) {
  SqsBench bench;
  for (const auto* name : {"a1", "a2", "a3"}) bench.make(name);
  const auto first = bench.ok("ListQueues", json(R"({"QueueNamePrefix": "a", "MaxResults": 2})"));
  EXPECT_EQ(list_at(first, "QueueUrls").size(), 2);
  const auto rest = bench.ok("ListQueues", Object{{"QueueNamePrefix", "a"},
                                                  {"MaxResults", 2},
                                                  {"NextToken", text_at(first, "NextToken")}});
  EXPECT_EQ(list_at(rest, "QueueUrls"), Array{Value("http://127.0.0.1:4780/123456789012/a3")});
  EXPECT_FALSE(find(rest, "NextToken"));
}

TEST(SqsQueues, GoWithAllThatIsInThem) {
  SqsBench bench;
  bench.send("a");
  bench.ok("DeleteQueue", bench.at());
  EXPECT_EQ(bench.refused("ReceiveMessage", bench.at()), "AWS.SimpleQueueService.NonExistentQueue");
  bench.make("work");
  EXPECT_EQ(bench.bodies(), "");
}

TEST(SqsQueues, ArePurged) {
  SqsBench bench;
  bench.send("a");
  bench.send("b");
  bench.ok("PurgeQueue", bench.at());
  EXPECT_EQ(bench.attribute("ApproximateNumberOfMessages"), "0");
}

TEST(SqsAttributes, AreSqssOwnWhereNobodySaid) {
  SqsBench bench;
  EXPECT_EQ(bench.attribute("VisibilityTimeout"), "30");
  EXPECT_EQ(bench.attribute("MessageRetentionPeriod"), "345600");
  EXPECT_EQ(bench.attribute("MaximumMessageSize"), "262144");
  EXPECT_EQ(bench.attribute("QueueArn"), "arn:aws:sqs:ap-northeast-1:123456789012:work");
  EXPECT_EQ(bench.attribute("CreatedTimestamp"), "1767292200");
  const auto all =
      bench.ok("GetQueueAttributes", bench.at({{"AttributeNames", Array{Value("All")}}}));
  EXPECT_EQ(object_at(all, "Attributes").size(), 12);
  EXPECT_EQ(bench.ok("GetQueueAttributes", bench.at()), Object());
}

TEST(SqsAttributes, HaveBounds) {
  SqsBench bench;
  const auto set = [&](std::string_view name, std::string_view value) {
    return bench.refused("SetQueueAttributes", bench.at({{"Attributes", Object{{name, value}}}}));
  };
  EXPECT_EQ(set("VisibilityTimeout", "43200"), "");
  EXPECT_EQ(set("VisibilityTimeout", "43201"), "InvalidAttributeValue");
  EXPECT_EQ(set("DelaySeconds", "x"), "InvalidAttributeValue");
  EXPECT_EQ(set("ReceiveMessageWaitTimeSeconds", "21"), "InvalidAttributeValue");
  EXPECT_EQ(set("Nonsense", "1"), "InvalidAttributeName");
  EXPECT_EQ(set("FifoQueue", "true"), "InvalidAttributeName");
  EXPECT_EQ(set("Policy", "{"), "InvalidAttributeValue");
  EXPECT_EQ(bench.attribute("VisibilityTimeout"), "43200");
  EXPECT_EQ(
      bench.refused("GetQueueAttributes", bench.at({{"AttributeNames", Array{Value("Nonsense")}}})),
      "InvalidAttributeName");
}

TEST(SqsTags, ArePutAndTakenAway) {
  SqsBench bench;
  bench.ok("TagQueue", bench.at({{"Tags", Object{{"a", "1"}, {"b", "2"}}}}));
  bench.ok("UntagQueue", bench.at({{"TagKeys", Array{Value("a")}}}));
  EXPECT_EQ(bench.ok("ListQueueTags", bench.at()), json(R"({"Tags": {"b": "2"}})"));
}

TEST(SqsPermissions, AreStatementsOfThePolicy) {
  SqsBench bench;
  const auto add = bench.at({{"Label", "send"},
                             {"AWSAccountIds", Array{Value("210987654321")}},
                             {"Actions", Array{Value("SendMessage")}}});
  bench.ok("AddPermission", add);
  const auto policy = json(bench.attribute("Policy"));
  const auto& statement = list_at(policy, "Statement")[0];
  EXPECT_EQ(text_at(statement, "Sid"), "send");
  EXPECT_EQ(list_at(statement, "Action")[0], Value("SQS:SendMessage"));
  EXPECT_EQ(bench.refused("AddPermission", add), "InvalidParameterValue");
  bench.ok("RemovePermission", bench.at({{"Label", "send"}}));
  EXPECT_EQ(bench.attribute("Policy"), "");
  EXPECT_EQ(bench.refused("RemovePermission", bench.at({{"Label", "send"}})),
            "InvalidParameterValue");
}

}  // namespace
}  // namespace hikae::plane::sqs
