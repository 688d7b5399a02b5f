#include "plane/sns/sns.h"

#include "plane/sns/rows.h"
#include "plane/sns/tokens.h"
#include "plane/testing_kernel_test.h"

namespace hikae::plane {
namespace {

struct SnsDesk : TestKernel {
  Sns service{*kernel};
  std::string topic = "arn:aws:sns:ap-northeast-1:123456789012:backups";

  SnsDesk() {
    ok(service, "CreateTopic",
       Object{{"Name", "backups"}, {"Attributes", Object{{"DisplayName", "Backups"}}}});
  }
  std::string subscribe(std::string_view endpoint, std::string_view protocol = "email",
                        Object attributes = {}) {
    return str(text_at(ok(service, "Subscribe",
                          Object{{"TopicArn", topic},
                                 {"Protocol", protocol},
                                 {"Endpoint", endpoint},
                                 {"Attributes", std::move(attributes)}}),
                       "SubscriptionArn"));
  }
  std::string refused_subscription(std::string_view endpoint, std::string_view protocol,
                                   Object attributes = {}) {
    return refused(service, "Subscribe",
                   Object{{"TopicArn", topic},
                          {"Protocol", protocol},
                          {"Endpoint", endpoint},
                          {"Attributes", std::move(attributes)}});
  }
  Value publish(Object members) {
    members["TopicArn"] = topic;
    return ok(service, "Publish", std::move(members));
  }
  std::string refused_publish(Object members) {
    members["TopicArn"] = topic;
    return refused(service, "Publish", std::move(members));
  }
  Value attributes() {
    return *find(ok(service, "GetTopicAttributes", Object{{"TopicArn", topic}}), "Attributes");
  }
  Value input_of(std::string_view kind) {
    const auto all = machines(kind);
    return all.size() == 1 ? *find(all[0].record, "Input") : Value();
  }
};

TEST(SnsTopics, CreatingOneTwiceGivesTheSameTopic) {
  SnsDesk desk;
  EXPECT_EQ(desk.ok(desk.service, "CreateTopic", Object{{"Name", "backups"}}),
            Value(Object{{"TopicArn", desk.topic}}));
}

TEST(SnsTopics, CreatingOneAgainWithOtherAttributesIsRefused) {
  SnsDesk desk;
  EXPECT_EQ(
      desk.refused(desk.service, "CreateTopic",
                   Object{{"Name", "backups"}, {"Attributes", Object{{"DisplayName", "Other"}}}}),
      "InvalidParameter");
}

TEST(SnsTopics, NamesAndAttributesAreChecked) {
  SnsDesk desk;
  for (const auto name : {"", "a b", "orders.fifo"})
    EXPECT_EQ(desk.refused(desk.service, "CreateTopic", Object{{"Name", name}}),
              "InvalidParameter");
  EXPECT_EQ(desk.refused(desk.service, "CreateTopic",
                         Object{{"Name", "x"}, {"Attributes", Object{{"Colour", "red"}}}}),
            "InvalidParameter");
}

TEST(SnsTopics, AttributesShowTheDefaultsAndTheSubscribers) {
  SnsDesk desk;
  desk.subscribe("ops@example.com");
  const auto attributes = desk.attributes();
  EXPECT_EQ(text_at(attributes, "DisplayName"), "Backups");
  EXPECT_EQ(text_at(attributes, "SubscriptionsConfirmed"), "1");
  EXPECT_EQ(text_at(attributes, "SubscriptionsPending"), "0");
  EXPECT_EQ(text_at(json(text_at(attributes, "Policy")), "Id"), "__default_policy_ID");
}

TEST(SnsTopics, AnAttributeIsSetCheckedAndTakenBack) {
  SnsDesk desk;
  const auto set = [&](std::string_view name, std::string_view value) {
    return desk.refused(
        desk.service, "SetTopicAttributes",
        Object{{"TopicArn", desk.topic}, {"AttributeName", name}, {"AttributeValue", value}});
  };
  EXPECT_EQ(set("DisplayName", "Night"), "");
  EXPECT_EQ(text_at(desk.attributes(), "DisplayName"), "Night");
  EXPECT_EQ(set("DisplayName", "two\nlines"), "InvalidParameter");
  EXPECT_EQ(set("Policy", "{}"), "InvalidParameter");
  EXPECT_EQ(set("DisplayName", ""), "");
  EXPECT_EQ(text_at(desk.attributes(), "DisplayName"), "");
}

TEST(SnsTopics, DeletingATopicTakesItsSubscriptionsAlong) {
  SnsDesk desk;
  desk.subscribe("ops@example.com");
  desk.ok(desk.service, "DeleteTopic", Object{{"TopicArn", desk.topic}});
  EXPECT_TRUE(
      list_at(desk.ok(desk.service, "ListSubscriptions", Object()), "Subscriptions").empty());
  EXPECT_EQ(desk.refused(desk.service, "DeleteTopic", Object{{"TopicArn", desk.topic}}), "");
  EXPECT_EQ(desk.refused_publish({{"Message", "m"}}), "NotFound");
}

TEST(SnsTopics, AreListedInPages) {
  SnsDesk desk;
  for (int i = 0; i < 120; ++i)
    desk.ok(desk.service, "CreateTopic", Object{{"Name", "t" + std::to_string(i)}});
  const auto first = desk.ok(desk.service, "ListTopics", Object());
  EXPECT_EQ(list_at(first, "Topics").size(), 100u);
  const auto rest =
      desk.ok(desk.service, "ListTopics", Object{{"NextToken", text_at(first, "NextToken")}});
  EXPECT_EQ(list_at(rest, "Topics").size(), 21u);
  EXPECT_EQ(desk.refused(desk.service, "ListTopics", Object{{"NextToken", "x"}}),
            "InvalidParameter");
}

TEST(SnsTopics, TagsAreAddedListedAndRemoved) {
  SnsDesk desk;
  const Object of{{"ResourceArn", desk.topic}};
  auto add = of;
  add["Tags"] = Array{Object{{"Key", "team"}, {"Value", "ops"}}};
  desk.ok(desk.service, "TagResource", add);
  EXPECT_EQ(desk.ok(desk.service, "ListTagsForResource", of),
            json(R"({"Tags":[{"Key":"team","Value":"ops"}]})"));
  auto drop = of;
  drop["TagKeys"] = Array{"team"};
  desk.ok(desk.service, "UntagResource", drop);
  EXPECT_TRUE(list_at(desk.ok(desk.service, "ListTagsForResource", of), "Tags").empty());
}

TEST(SnsTopics, AnArnOfAnotherAccountOrRegionIsRefused) {
  SnsDesk desk;
  for (const auto arn : {"arn:aws:sns:us-east-1:123456789012:backups", "backups",
                         "arn:aws:sns:ap-northeast-1:999999999999:backups"})
    EXPECT_EQ(desk.refused(desk.service, "GetTopicAttributes", Object{{"TopicArn", arn}}),
              "InvalidParameter");
}

TEST(SnsSubscriptions, AnEmailSubscriptionIsConfirmedAtOnce) {
  SnsDesk desk;
  const auto arn = desk.subscribe("ops@example.com");
  EXPECT_TRUE(arn.starts_with(desk.topic + ":"));
  const auto answer =
      desk.ok(desk.service, "GetSubscriptionAttributes", Object{{"SubscriptionArn", arn}});
  EXPECT_EQ(text_at(*find(answer, "Attributes"), "PendingConfirmation"), "false");
}

TEST(SnsSubscriptions, TheSameOneTwiceIsOne) {
  SnsDesk desk;
  EXPECT_EQ(desk.subscribe("ops@example.com"), desk.subscribe("ops@example.com"));
  EXPECT_EQ(desk.refused_subscription("ops@example.com", "email",
                                      {{"FilterPolicy", R"({"kind":["x"]})"}}),
            "InvalidParameter");
}

TEST(SnsSubscriptions, AnAddressThatCouldBeTwoIsRefused) {
  SnsDesk desk;
  for (const auto address : {"ops", "@example.com", "ops@", "a@b@c", "a@example.com,b@example.com",
                             "a@example.com\r\nBcc: b@example.com", "A <a@example.com>"})
    EXPECT_EQ(desk.refused_subscription(address, "email"), "InvalidParameter") << address;
}

TEST(SnsSubscriptions, ProtocolsThatAreNotDeliveredAreRefusedClearly) {
  SnsDesk desk;
  for (const auto protocol : {"http", "https", "sms", "application", "firehose"}) {
    const auto answer = desk.call(
        desk.service, "Subscribe",
        Object{
            {"TopicArn", desk.topic}, {"Protocol", protocol}, {"Endpoint", "https://example.com"}});
    ASSERT_FALSE(answer);
    EXPECT_EQ(answer.error().code, "InvalidParameter");
    EXPECT_NE(answer.error().message.find("use email"), std::string::npos);
  }
  EXPECT_EQ(desk.refused_subscription("x", "pigeon"), "InvalidParameter");
}

TEST(SnsSubscriptions, AFunctionIsNamedByItsArn) {
  SnsDesk desk;
  EXPECT_EQ(desk.refused_subscription("my-function", "lambda"), "InvalidParameter");
  desk.subscribe("arn:aws:lambda:ap-northeast-1:123456789012:function:f", "lambda");
}

TEST(SnsSubscriptions, NoTokenConfirmsAnything) {
  SnsDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "ConfirmSubscription",
                         Object{{"TopicArn", desk.topic}, {"Token", "t"}}),
            "InvalidParameter");
}

TEST(SnsSubscriptions, AreListedOfAllTopicsAndOfOne) {
  SnsDesk desk;
  desk.subscribe("a@example.com");
  desk.ok(desk.service, "CreateTopic", Object{{"Name", "backups-two"}});
  const auto one =
      desk.ok(desk.service, "ListSubscriptionsByTopic", Object{{"TopicArn", desk.topic}});
  ASSERT_EQ(list_at(one, "Subscriptions").size(), 1u);
  EXPECT_EQ(text_at(list_at(one, "Subscriptions")[0], "Owner"), "123456789012");
  const auto none =
      desk.ok(desk.service, "ListSubscriptionsByTopic", Object{{"TopicArn", desk.topic + "-two"}});
  EXPECT_TRUE(list_at(none, "Subscriptions").empty());
}

TEST(SnsSubscriptions, UnsubscribingTwiceIsFine) {
  SnsDesk desk;
  const auto arn = desk.subscribe("a@example.com");
  desk.ok(desk.service, "Unsubscribe", Object{{"SubscriptionArn", arn}});
  desk.ok(desk.service, "Unsubscribe", Object{{"SubscriptionArn", arn}});
  EXPECT_EQ(
      desk.refused(desk.service, "GetSubscriptionAttributes", Object{{"SubscriptionArn", arn}}),
      "NotFound");
}

TEST(SnsSubscriptions, AFilterPolicyIsCheckedWhenItIsSet) {
  SnsDesk desk;
  const auto arn = desk.subscribe("a@example.com");
  const auto set = [&](std::string_view value) {
    return desk.refused(desk.service, "SetSubscriptionAttributes",
                        Object{{"SubscriptionArn", arn},
                               {"AttributeName", "FilterPolicy"},
                               {"AttributeValue", value}});
  };
  EXPECT_EQ(set(R"({"kind":["failed"]})"), "");
  EXPECT_EQ(set(R"({"kind":"failed"})"), "InvalidParameter");
  EXPECT_EQ(set(R"({"detail":{"kind":["failed"]}})"), "InvalidParameter");
  EXPECT_EQ(set(R"({"a":[1],"b":[1],"c":[1],"d":[1],"e":[1],"f":[1]})"),
            "FilterPolicyLimitExceeded");
  EXPECT_EQ(set(""), "");
}

TEST(SnsPublish, StartsOneMailForEachAddress) {
  SnsDesk desk;
  const auto first = desk.subscribe("a@example.com");
  desk.subscribe("b@example.com", "email-json");
  const auto id =
      str(text_at(desk.publish({{"Message", "no image"}, {"Subject", "web1"}}), "MessageId"));
  EXPECT_EQ(id.size(), 36u);
  EXPECT_EQ(desk.machines("mail").size(), 2u);
  for (const auto& mail : desk.machines("mail")) {
    const auto& input = *find(mail.record, "Input");
    EXPECT_EQ(text_at(input, "MessageId"), id);
    EXPECT_EQ(text_at(input, "DisplayName"), "Backups");
    EXPECT_EQ(text_at(input, "Subject"), "web1");
    EXPECT_EQ(text_at(input, "Message"), "no image");
    const bool is_first = text_at(input, "SubscriptionArn") == first;
    EXPECT_EQ(text_at(input, "Protocol"), is_first ? "email" : "email-json");
  }
}

TEST(SnsPublish, WithoutASubjectTheMailHasNone) {
  SnsDesk desk;
  desk.subscribe("a@example.com");
  desk.publish({{"Message", "m"}});
  EXPECT_EQ(find(desk.input_of("mail"), "Subject"), nullptr);
}

TEST(SnsPublish, AFunctionGetsTheRecordOfAws) {
  SnsDesk desk;
  const auto function = "arn:aws:lambda:ap-northeast-1:123456789012:function:f";
  const auto subscription = desk.subscribe(function, "lambda");
  desk.publish({{"Message", "m"},
                {"MessageAttributes",
                 Object{{"kind", Object{{"DataType", "String"}, {"StringValue", "failed"}}}}}});
  const auto input = desk.input_of("delivery");
  EXPECT_EQ(text_at(input, "TargetArn"), function);
  EXPECT_EQ(text_at(input, "RuleArn"), subscription);
  const auto record = list_at(json(text_at(input, "Body")), "Records").at(0);
  EXPECT_EQ(text_at(record, "EventSource"), "aws:sns");
  EXPECT_EQ(text_at(*find(record, "Sns"), "Message"), "m");
  EXPECT_EQ(*find_path(record, {"Sns", "MessageAttributes", "kind"}),
            json(R"({"Type":"String","Value":"failed"})"));
}

constexpr auto kQueueOfSns = "arn:aws:sqs:ap-northeast-1:123456789012:q";

TEST(SnsPublish, AQueueGetsTheNotificationOfAws) {
  SnsDesk desk;
  const auto dead = R"({"deadLetterTargetArn": "arn:aws:sqs:ap-northeast-1:123456789012:dead"})";
  desk.subscribe(kQueueOfSns, "sqs", {{"RedrivePolicy", dead}});
  const auto sent =
      desk.publish({{"Message", "m"},
                    {"Subject", "s"},
                    {"MessageAttributes",
                     Object{{"kind", Object{{"DataType", "String"}, {"StringValue", "failed"}}}}}});
  const auto input = desk.input_of("delivery");
  EXPECT_EQ(text_at(input, "TargetArn"), kQueueOfSns);
  EXPECT_EQ(text_at(input, "DeadLetterArn"), "arn:aws:sqs:ap-northeast-1:123456789012:dead");
  EXPECT_EQ(json(text_at(input, "Body")),
            Value(Object{{"Type", "Notification"},
                         {"MessageId", text_at(sent, "MessageId")},
                         {"TopicArn", desk.topic},
                         {"Subject", "s"},
                         {"Message", "m"},
                         {"Timestamp", "2026-01-01T18:30:00.000Z"},
                         {"MessageAttributes",
                          Object{{"kind", Object{{"Type", "String"}, {"Value", "failed"}}}}}}));
}

TEST(SnsPublish, AQueueGetsTheMessageAloneWhereItIsRaw) {
  SnsDesk desk;
  desk.subscribe(kQueueOfSns, "sqs", {{"RawMessageDelivery", "true"}});
  const Object attributes{{"kind", Object{{"DataType", "String"}, {"StringValue", "failed"}}}};
  desk.publish({{"Message", "m"}, {"MessageAttributes", attributes}});
  const auto input = desk.input_of("delivery");
  EXPECT_EQ(text_at(input, "Body"), "m");
  EXPECT_EQ(object_at(input, "MessageAttributes"), attributes);
}

TEST(SnsSubscriptions, AQueueIsNamedByItsArnAndIsNoneOfFifo) {
  SnsDesk desk;
  EXPECT_EQ(desk.refused_subscription("http://127.0.0.1/1/q", "sqs"), "InvalidParameter");
  EXPECT_EQ(desk.refused_subscription("arn:aws:sqs:ap-northeast-1:123456789012:q.fifo", "sqs"),
            "InvalidParameter");
  EXPECT_EQ(desk.refused_subscription("a@example.com", "email", {{"RawMessageDelivery", "true"}}),
            "InvalidParameter");
}

TEST(SnsPublish, TheStructureJsonGivesEachProtocolItsText) {
  SnsDesk desk;
  desk.subscribe("a@example.com");
  desk.publish({{"Message", R"({"default":"d","email":"e"})"}, {"MessageStructure", "json"}});
  EXPECT_EQ(text_at(desk.input_of("mail"), "Message"), "e");
  for (const auto message : {"not json", R"({"email":"e"})", R"({"default":1})", "[]"})
    EXPECT_EQ(desk.refused_publish({{"Message", message}, {"MessageStructure", "json"}}),
              "InvalidParameter");
  EXPECT_EQ(desk.refused_publish({{"Message", "m"}, {"MessageStructure", "xml"}}),
            "InvalidParameter");
}

TEST(SnsPublish, SubjectsOfAwsOnly) {
  SnsDesk desk;
  for (const auto& subject : {std::string("two\nlines"), std::string("失敗"), std::string(100, 'a'),
                              std::string(" begins with a space"), std::string()})
    EXPECT_EQ(desk.refused_publish({{"Message", "m"}, {"Subject", subject}}), "InvalidParameter")
        << subject;
  desk.publish({{"Message", "m"}, {"Subject", std::string(99, 'a')}});
}

TEST(SnsPublish, MessagesAreNeitherEmptyNorTooLong) {
  SnsDesk desk;
  EXPECT_EQ(desk.refused_publish({{"Message", ""}}), "InvalidParameter");
  EXPECT_EQ(desk.refused_publish({{"Message", std::string(262'145, 'a')}}), "InvalidParameter");
  desk.publish({{"Message", std::string(262'144, 'a')}});
}

TEST(SnsPublish, AttributesNeedATypeAndAValue) {
  SnsDesk desk;
  for (const auto attribute : {R"({"DataType":"Date","StringValue":"x"})", R"({"StringValue":"x"})",
                               R"({"DataType":"String"})"})
    EXPECT_EQ(desk.refused_publish(
                  {{"Message", "m"}, {"MessageAttributes", Object{{"a", json(attribute)}}}}),
              "InvalidParameter");
}

TEST(SnsPublish, NeedsATopic) {
  SnsDesk desk;
  EXPECT_EQ(desk.refused(desk.service, "Publish", Object{{"Message", "m"}}), "InvalidParameter");
  EXPECT_EQ(desk.refused(desk.service, "Publish",
                         Object{{"Message", "m"}, {"PhoneNumber", "+81312345678"}}),
            "InvalidParameter");
  desk.ok(desk.service, "Publish", Object{{"Message", "m"}, {"TargetArn", desk.topic}});
}

TEST(SnsPublish, AFilterOnAttributesDecidesWhoIsTold) {
  SnsDesk desk;
  desk.subscribe("a@example.com", "email", {{"FilterPolicy", R"({"kind":["failed"]})"}});
  desk.publish({{"Message", "m"}});
  desk.publish({{"Message", "m"},
                {"MessageAttributes",
                 Object{{"kind", Object{{"DataType", "String"}, {"StringValue", "fine"}}}}}});
  EXPECT_TRUE(desk.machines("mail").empty());
  desk.publish({{"Message", "m"},
                {"MessageAttributes", json(R"({"kind":{"DataType":"String.Array",)"
                                           R"("StringValue":"[\"late\",\"failed\"]"}})")}});
  EXPECT_EQ(desk.machines("mail").size(), 1u);
}

TEST(SnsPublish, NumbersInAttributesCompareAsNumbers) {
  SnsDesk desk;
  desk.subscribe("a@example.com", "email", {{"FilterPolicy", R"({"n":[{"numeric":[">",9]}]})"}});
  desk.publish({{"Message", "m"},
                {"MessageAttributes", json(R"({"n":{"DataType":"Number","StringValue":"10"}})")}});
  EXPECT_EQ(desk.machines("mail").size(), 1u);
}

TEST(SnsPublish, AFilterOnTheBodyLooksIntoIt) {
  SnsDesk desk;
  desk.subscribe("a@example.com", "email",
                 {{"FilterPolicy", R"({"detail":{"Status":["Failed"]}})"},
                  {"FilterPolicyScope", "MessageBody"}});
  desk.publish({{"Message", R"({"detail":{"Status":"Success"}})"}});
  desk.publish({{"Message", "no json"}});
  EXPECT_TRUE(desk.machines("mail").empty());
  desk.publish({{"Message", R"({"detail":{"Status":"Failed"}})"}});
  EXPECT_EQ(desk.machines("mail").size(), 1u);
}

struct SnsBatchDesk : SnsDesk {
  Object batch(std::initializer_list<std::string_view> ids, std::string_view message = "m") {
    Array entries;
    for (const auto id : ids) entries.push_back(Object{{"Id", id}, {"Message", message}});
    return Object{{"TopicArn", topic}, {"PublishBatchRequestEntries", std::move(entries)}};
  }
};

TEST(SnsPublishBatch, TellsEachEntryByItself) {
  SnsBatchDesk desk;
  desk.subscribe("a@example.com");
  auto input = desk.batch({"1", "2"});
  input["PublishBatchRequestEntries"].as_array()[1].as_object()["Subject"] = "two\nlines";
  const auto answer = desk.ok(desk.service, "PublishBatch", input);
  EXPECT_EQ(text_at(list_at(answer, "Successful").at(0), "Id"), "1");
  EXPECT_EQ(text_at(list_at(answer, "Failed").at(0), "Code"), "InvalidParameter");
  EXPECT_EQ(desk.machines("mail").size(), 1u);
}

TEST(SnsPublishBatch, BadBatchesAreRefusedWhole) {
  SnsBatchDesk desk;
  const auto code = [&](Object input) { return desk.refused(desk.service, "PublishBatch", input); };
  EXPECT_EQ(code(desk.batch({})), "EmptyBatchRequest");
  EXPECT_EQ(code(desk.batch({"1", "1"})), "BatchEntryIdsNotDistinct");
  EXPECT_EQ(code(desk.batch({"a b"})), "InvalidBatchEntryId");
  EXPECT_EQ(code(desk.batch({"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11"})),
            "TooManyEntriesInBatchRequest");
  EXPECT_EQ(code(desk.batch({"1", "2"}, std::string(140'000, 'a'))), "BatchRequestTooLong");
}

TEST(SnsRows, OnlyTopicsWithSubscribersAreListenedTo) {
  SnsDesk desk;
  EXPECT_TRUE(sns::topics_with_subscribers(desk.kernel->tables(), desk.scope).empty());
  desk.subscribe("a@example.com");
  EXPECT_EQ(sns::topics_with_subscribers(desk.kernel->tables(), desk.scope),
            std::vector<std::string>{desk.topic});
}

TEST(SnsRows, WhoeverListensToTwoTopicsIsReachedByOne) {
  SnsDesk desk;
  desk.subscribe("a@example.com");
  const auto first = desk.topic;
  desk.topic =
      str(text_at(desk.ok(desk.service, "CreateTopic", Object{{"Name", "zz"}}), "TopicArn"));
  desk.subscribe("a@example.com");
  const auto topics = [&] {
    return sns::topics_that_reach_everybody(desk.kernel->tables(), desk.scope);
  };
  EXPECT_EQ(topics(), std::vector<std::string>{first});
  desk.subscribe("b@example.com");
  EXPECT_EQ(topics(), (std::vector<std::string>{first, desk.topic}));
}

TEST(SnsPublish, ATokenThatCameBeforeIsTheSameMessageAndGoesToNobodyAgain) {
  SnsDesk desk;
  desk.subscribe("a@example.com");
  const auto first = desk.publish({{"Message", "m"}, {"MessageDeduplicationId", "t-1"}});
  desk.subscribe("b@example.com");
  EXPECT_EQ(desk.publish({{"Message", "m"}, {"MessageDeduplicationId", "t-1"}}), first);
  EXPECT_EQ(desk.machines("mail").size(), 1u);
  EXPECT_NE(desk.publish({{"Message", "m"}, {"MessageDeduplicationId", "t-2"}}), first);
  EXPECT_EQ(desk.machines("mail").size(), 3u);
}

TEST(SnsPublish, TokensAreForgottenAfterTwoDays) {
  SnsDesk desk;
  for (const auto token : {"a", "b", "c"})
    desk.publish({{"Message", "m"}, {"MessageDeduplicationId", token}});
  desk.time.run_until(desk.time.now() + hours(24 * 4));
  desk.publish({{"Message", "m"}, {"MessageDeduplicationId", "d"}});
  EXPECT_EQ(desk.kernel->tables().rows(desk.scope, sns::kTokenRows).size(), 1u);
}

TEST(SnsTopics, TakeStatementsByTheirLabelAndGiveThemBack) {
  SnsDesk desk;
  Object input{{"TopicArn", desk.topic},
               {"Label", "others"},
               {"AWSAccountId", Array{"210987654321"}},
               {"ActionName", Array{"Publish"}}};
  const auto statements = [&] {
    const auto attributes =
        desk.ok(desk.service, "GetTopicAttributes", Object{{"TopicArn", desk.topic}});
    return list_at(json(text_at(*find(attributes, "Attributes"), "Policy")), "Statement");
  };
  desk.ok(desk.service, "AddPermission", input);
  ASSERT_EQ(statements().size(), 2u);
  EXPECT_EQ(statements()[1],
            json(R"({"Sid":"others","Effect":"Allow","Principal":{"AWS":[)"
                 R"("arn:aws:iam::210987654321:root"]},"Action":["SNS:Publish"],)"
                 R"("Resource":"arn:aws:sns:ap-northeast-1:123456789012:backups"})"));
  EXPECT_EQ(desk.refused(desk.service, "AddPermission", input), "InvalidParameter");
  input["ActionName"] = Array{"Fly"};
  input["Label"] = "more";
  EXPECT_EQ(desk.refused(desk.service, "AddPermission", input), "InvalidParameter");
  const Object label{{"TopicArn", desk.topic}, {"Label", "others"}};
  desk.ok(desk.service, "RemovePermission", label);
  EXPECT_EQ(statements().size(), 1u);
  EXPECT_EQ(desk.refused(desk.service, "RemovePermission", label), "InvalidParameter");
}

}  // namespace
}  // namespace hikae::plane
