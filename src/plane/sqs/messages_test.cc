#include "plane/sqs/message_text.h"
#include "plane/sqs/testing_sqs_test.h"

namespace hikae::plane::sqs {
namespace {

TEST(SqsMessages, AreAnsweredWithTheirDigests) {
  SqsBench bench;
  const auto sent = bench.send("hello world", json(R"({"MessageAttributes": {
      "b": {"DataType": "Number", "StringValue": "12"},
      "a": {"DataType": "String.Kind", "StringValue": "x"},
      "c": {"DataType": "Binary", "BinaryValue": "AAEC"}}})")
                                                  .as_object());
  EXPECT_EQ(text_at(sent, "MD5OfMessageBody"), "5eb63bbbe01eeed093cb22bb8f5acdc3");
  EXPECT_EQ(text_at(sent, "MD5OfMessageAttributes"), "a0b54f41a141b415e08a46de6bbdf662");
  EXPECT_FALSE(find(sent, "SequenceNumber"));
}

TEST(SqsMessages, ComeBackOnceWithWhatWasAskedFor) {
  SqsBench bench;
  bench.send("hello world", json(R"({"MessageAttributes": {
      "app.one": {"DataType": "String", "StringValue": "x"},
      "other": {"DataType": "String", "StringValue": "y"}}})")
                                .as_object());
  const auto got = bench.receive(
      {{"AttributeNames", Array{Value("All")}}, {"MessageAttributeNames", Array{Value("app.*")}}});
  ASSERT_EQ(got.size(), 1);
  EXPECT_EQ(text_at(got[0], "Body"), "hello world");
  EXPECT_EQ(text_at(got[0], "MD5OfBody"), "5eb63bbbe01eeed093cb22bb8f5acdc3");
  EXPECT_EQ(object_at(got[0], "MessageAttributes").size(), 1);
  EXPECT_EQ(text_at(got[0], "MD5OfMessageAttributes"), "04a469bb3e310d6cc60cfeb3e7c4f277");
  const auto& attributes = object_at(got[0], "Attributes");
  EXPECT_EQ(text_at(attributes, "ApproximateReceiveCount"), "1");
  EXPECT_EQ(text_at(attributes, "SentTimestamp"), "1767292200000");
  EXPECT_EQ(text_at(attributes, "SenderId"), "123456789012");
  EXPECT_EQ(bench.bodies(), "");
}

TEST(SqsMessages, AreSeenAgainWhenTheirTimeIsOver) {
  SqsBench bench;
  bench.send("a");
  bench.receive({{"VisibilityTimeout", 10}});
  bench.pass(seconds(9));
  EXPECT_EQ(bench.bodies(), "");
  bench.pass(seconds(1));
  const auto again = bench.receive({{"AttributeNames", Array{Value("ApproximateReceiveCount")}}});
  ASSERT_EQ(again.size(), 1);
  EXPECT_EQ(text_at(object_at(again[0], "Attributes"), "ApproximateReceiveCount"), "2");
}

TEST(SqsMessages, AreGoneWhenDeleted) {
  SqsBench bench;
  bench.send("a");
  const auto handle = str(text_at(bench.receive()[0], "ReceiptHandle"));
  bench.ok("DeleteMessage", bench.at({{"ReceiptHandle", handle}}));
  bench.ok("DeleteMessage", bench.at({{"ReceiptHandle", handle}}));
  bench.pass(minutes(1));
  EXPECT_EQ(bench.bodies(), "");
  EXPECT_EQ(bench.refused("DeleteMessage", bench.at({{"ReceiptHandle", "none"}})),
            "ReceiptHandleIsInvalid");
}

TEST(SqsMessages, StayWhereSomebodyElseHasThemNow) {
  SqsBench bench;
  bench.send("a");
  const auto first = str(text_at(bench.receive({{"VisibilityTimeout", 1}})[0], "ReceiptHandle"));
  bench.pass(seconds(1));
  bench.receive({{"VisibilityTimeout", 1}});
  bench.ok("DeleteMessage", bench.at({{"ReceiptHandle", first}}));
  bench.pass(seconds(1));
  EXPECT_EQ(bench.bodies(), "a");
}

TEST(SqsMessages, AreHiddenLongerOrNoLonger) {
  SqsBench bench;
  bench.send("a");
  const auto handle = str(text_at(bench.receive({{"VisibilityTimeout", 5}})[0], "ReceiptHandle"));
  const auto change = [&](int seconds_more) {
    return bench.refused(
        "ChangeMessageVisibility",
        bench.at({{"ReceiptHandle", handle}, {"VisibilityTimeout", seconds_more}}));
  };
  EXPECT_EQ(change(60), "");
  bench.pass(seconds(10));
  EXPECT_EQ(bench.bodies(), "");
  EXPECT_EQ(change(43'201), "InvalidParameterValue");
  EXPECT_EQ(change(0), "");
  EXPECT_EQ(change(5), "AWS.SimpleQueueService.MessageNotInflight");
  EXPECT_EQ(bench.bodies(), "a");
}

TEST(SqsMessages, AreCountedByWhereTheyAre) {
  SqsBench bench;
  bench.send("a");
  bench.send("b");
  bench.send("c", {{"DelaySeconds", 60}});
  bench.receive();
  EXPECT_EQ(bench.attribute("ApproximateNumberOfMessages"), "1");
  EXPECT_EQ(bench.attribute("ApproximateNumberOfMessagesNotVisible"), "1");
  EXPECT_EQ(bench.attribute("ApproximateNumberOfMessagesDelayed"), "1");
}

TEST(SqsMessages, WaitTheirDelay) {
  SqsBench bench;
  bench.ok("SetQueueAttributes", bench.at({{"Attributes", Object{{"DelaySeconds", "5"}}}}));
  bench.send("later");
  bench.send("now", {{"DelaySeconds", 0}});
  EXPECT_EQ(bench.bodies(), "now");
  bench.pass(seconds(5));
  EXPECT_EQ(bench.bodies(), "later");
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", "x"}, {"DelaySeconds", 901}})),
            "InvalidParameterValue");
}

TEST(SqsMessages, AreDroppedWhenTheyAreTooOld) {
  SqsBench bench;
  bench.ok("SetQueueAttributes",
           bench.at({{"Attributes", Object{{"MessageRetentionPeriod", "60"}}}}));
  bench.send("old");
  bench.pass(seconds(40));
  bench.send("new");
  bench.pass(seconds(30));
  EXPECT_EQ(bench.attribute("ApproximateNumberOfMessages"), "1");
  EXPECT_EQ(bench.bodies(), "new");
}

TEST(SqsMessages, HoldOnlyWhatXmlCanHold) {
  EXPECT_TRUE(is_message_text("tab\t, line\n, ü, 控え, \xf0\x9f\x98\x80"));
  for (const auto* bad : {"\x01", "\xff", "\xc3", "\xc0\xaf", "\xed\xa0\x80", "\xef\xbf\xbf",
                          "\xf4\x90\x80\x80", "\x80"})
    EXPECT_FALSE(is_message_text(bad)) << bad;
  SqsBench bench;
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", "\x01"}})),
            "InvalidMessageContents");
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", ""}})), "MissingParameter");
}

TEST(SqsMessages, HaveALargestSize) {
  SqsBench bench;
  bench.ok("SetQueueAttributes",
           bench.at({{"Attributes", Object{{"MaximumMessageSize", "1024"}}}}));
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", std::string(1024, 'a')}})), "");
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", std::string(1025, 'a')}})),
            "InvalidParameterValue");
}

TEST(SqsMessages, RefuseAttributesThatAreNone) {
  SqsBench bench;
  const auto refused = [&](std::string_view name, const char* attribute) {
    return bench.refused(
        "SendMessage",
        bench.at({{"MessageBody", "x"}, {"MessageAttributes", Object{{name, json(attribute)}}}}));
  };
  EXPECT_EQ(refused("a", R"({"DataType": "String", "StringValue": "x"})"), "");
  EXPECT_EQ(refused("a", R"({"DataType": "Text", "StringValue": "x"})"), "InvalidParameterValue");
  EXPECT_EQ(refused("a", R"({"DataType": "String", "StringValue": ""})"), "InvalidParameterValue");
  EXPECT_EQ(refused("AWS.a", R"({"DataType": "String", "StringValue": "x"})"),
            "InvalidParameterValue");
  EXPECT_EQ(refused("a b", R"({"DataType": "String", "StringValue": "x"})"),
            "InvalidParameterValue");
}

TEST(SqsBatches, SayOfEachEntryWhatBecameOfIt) {
  SqsBench bench;
  const auto sent = bench.ok("SendMessageBatch", bench.at({{"Entries", json(R"([
      {"Id": "one", "MessageBody": "a"}, {"Id": "two", "MessageBody": ""}])")}}));
  EXPECT_EQ(text_at(list_at(sent, "Successful")[0], "Id"), "one");
  EXPECT_EQ(text_at(list_at(sent, "Failed")[0], "Code"), "MissingParameter");
  const auto handle = str(text_at(bench.receive()[0], "ReceiptHandle"));
  const auto deleted =
      bench.ok("DeleteMessageBatch",
               bench.at({{"Entries", Array{Object{{"Id", "a"}, {"ReceiptHandle", handle}},
                                           Object{{"Id", "b"}, {"ReceiptHandle", "none"}}}}}));
  EXPECT_EQ(text_at(list_at(deleted, "Successful")[0], "Id"), "a");
  EXPECT_EQ(text_at(list_at(deleted, "Failed")[0], "Code"), "ReceiptHandleIsInvalid");
}

TEST(SqsBatches, AreRefusedWholeWhereTheirEntriesAreWrong) {
  SqsBench bench;
  const auto refused = [&](const char* entries) {
    return bench.refused("SendMessageBatch", bench.at({{"Entries", json(entries)}}));
  };
  EXPECT_EQ(refused("[]"), "AWS.SimpleQueueService.EmptyBatchRequest");
  EXPECT_EQ(refused(R"([{"Id": "a", "MessageBody": "x"}, {"Id": "a", "MessageBody": "y"}])"),
            "AWS.SimpleQueueService.BatchEntryIdsNotDistinct");
  EXPECT_EQ(refused(R"([{"Id": "a b", "MessageBody": "x"}])"),
            "AWS.SimpleQueueService.InvalidBatchEntryId");
  Array many;
  for (int i = 0; i < 11; ++i)
    many.push_back(Object{{"Id", std::to_string(i)}, {"MessageBody", "x"}});
  EXPECT_EQ(bench.refused("SendMessageBatch", bench.at({{"Entries", many}})),
            "AWS.SimpleQueueService.TooManyEntriesInBatchRequest");
}

TEST(SqsDeadLetters, GoToTheirQueueWhenReceivedTooOften) {
  SqsBench bench;
  const auto dead = bench.make("dead");
  bench.ok("SetQueueAttributes", bench.at({{"Attributes", Object{{"RedrivePolicy",
                                                                  R"({"deadLetterTargetArn":
                                  "arn:aws:sqs:ap-northeast-1:123456789012:dead",
                                  "maxReceiveCount": "2"})"}}}}));
  bench.send("poison");
  for (int i = 0; i < 2; ++i) EXPECT_EQ(bench.bodies({{"VisibilityTimeout", 0}}), "poison");
  EXPECT_EQ(bench.bodies(), "");
  const auto got = bench.receive_of(dead, {{"AttributeNames", Array{Value("All")}}});
  ASSERT_EQ(got.size(), 1);
  EXPECT_EQ(text_at(object_at(got[0], "Attributes"), "DeadLetterQueueSourceArn"),
            "arn:aws:sqs:ap-northeast-1:123456789012:work");
  EXPECT_EQ(
      list_at(bench.ok("ListDeadLetterSourceQueues", SqsBench::with_url(dead, {})), "queueUrls"),
      Array{Value(bench.url)});
}

TEST(SqsDeadLetters, NeedAQueueThatIsThere) {
  SqsBench bench;
  const auto redrive = [&](std::string_view queue, int most) {
    return bench.refused(
        "SetQueueAttributes",
        bench.at(
            {{"Attributes", Object{{"RedrivePolicy",
                                    text::to_json(Object{
                                        {"deadLetterTargetArn",
                                         "arn:aws:sqs:ap-northeast-1:123456789012:" + str(queue)},
                                        {"maxReceiveCount", most}})}}}}));
  };
  bench.make("dead");
  EXPECT_EQ(redrive("dead", 2), "");
  EXPECT_EQ(redrive("dead", 0), "InvalidAttributeValue");
  EXPECT_EQ(redrive("none", 2), "AWS.SimpleQueueService.NonExistentQueue");
}

TEST(SqsStandardQueues, KnowAMessageThatIsSentAgainByItsToken) {
  SqsBench bench;
  const auto first = bench.send("a", {{"MessageDeduplicationId", "t"}});
  bench.pass(hours(30));
  const auto second = bench.send("a", {{"MessageDeduplicationId", "t"}});
  EXPECT_EQ(text_at(first, "MessageId"), text_at(second, "MessageId"));
  EXPECT_EQ(bench.bodies(), "a");
}

struct FifoBench : SqsBench {
  FifoBench() {
    url = make("line.fifo", {{"FifoQueue", "true"}, {"ContentBasedDeduplication", "true"}});
  }
  Value post(std::string_view body, std::string_view group) {
    return send(body, {{"MessageGroupId", group}});
  }
};

TEST(SqsFifo, HoldsAGroupBackWhileOneOfItIsOut) {
  FifoBench bench;
  for (const auto& [body, group] :
       {std::pair("a1", "a"), std::pair("a2", "a"), std::pair("b1", "b")})
    bench.post(body, group);
  const auto first = bench.receive();
  EXPECT_EQ(text_at(first[0], "Body"), "a1");
  EXPECT_EQ(bench.bodies(), "b1");
  bench.ok("DeleteMessage", bench.at({{"ReceiptHandle", text_at(first[0], "ReceiptHandle")}}));
  EXPECT_EQ(bench.bodies(), "a2");
}

TEST(SqsFifo, GivesAGroupInItsOrder) {
  FifoBench bench;
  for (const auto* body : {"1", "2", "3"}) bench.post(body, "g");
  EXPECT_EQ(bench.bodies(), "1 2 3");
}

TEST(SqsFifo, ForgetsARepetitionAfterFiveMinutes) {
  FifoBench bench;
  const auto first = bench.post("a", "g");
  EXPECT_EQ(text_at(bench.post("a", "g"), "SequenceNumber"), text_at(first, "SequenceNumber"));
  bench.pass(minutes(5));
  EXPECT_NE(text_at(bench.post("a", "g"), "SequenceNumber"), text_at(first, "SequenceNumber"));
  EXPECT_EQ(bench.bodies(), "a a");
}

TEST(SqsFifo, WantsAGroupAndAToken) {
  FifoBench bench;
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", "x"}})), "MissingParameter");
  bench.ok("SetQueueAttributes",
           bench.at({{"Attributes", Object{{"ContentBasedDeduplication", "false"}}}}));
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", "x"}, {"MessageGroupId", "g"}})),
            "InvalidParameterValue");
  EXPECT_EQ(bench.refused("SendMessage", bench.at({{"MessageBody", "x"},
                                                   {"MessageGroupId", "g"},
                                                   {"MessageDeduplicationId", "t"},
                                                   {"DelaySeconds", 1}})),
            "InvalidParameterValue");
}

TEST(SqsFifo, RefusesAReceiptWhoseTimeIsOver) {
  FifoBench bench;
  bench.post("a", "g");
  const auto handle = str(text_at(bench.receive({{"VisibilityTimeout", 1}})[0], "ReceiptHandle"));
  bench.pass(seconds(1));
  EXPECT_EQ(bench.refused("DeleteMessage", bench.at({{"ReceiptHandle", handle}})),
            "InvalidParameterValue");
}

}  // namespace
}  // namespace hikae::plane::sqs
