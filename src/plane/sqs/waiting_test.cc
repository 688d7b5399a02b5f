#include "plane/sqs/testing_sqs_test.h"

namespace hikae::plane::sqs {
namespace {

/// A consumer that waits.
struct Consumer {
  std::optional<Result<Value>> answer;
  WallTime answered_at{};

  Consumer(SqsBench& bench, int wait_seconds) {
    bench.service.call({bench.test.scope, "sqs", "ReceiveMessage",
                        bench.at({{"WaitTimeSeconds", wait_seconds}}), ""},
                       [this, &bench](Result<Value> given) {
                         answer = std::move(given);
                         answered_at = bench.test.time.now();
                       });
    bench.test.time.drain();
  }
  [[nodiscard]] std::size_t messages() const { return list_at(**answer, "Messages").size(); }
};

TEST(SqsWaiting, EndsWithNothingWhenItsTimeIsOver) {
  SqsBench bench;
  const auto start = bench.test.time.now();
  const Consumer consumer(bench, 20);
  EXPECT_FALSE(consumer.answer);
  bench.pass(minutes(1));
  ASSERT_TRUE(consumer.answer);
  EXPECT_EQ(consumer.answered_at - start, seconds(20));
  EXPECT_EQ(**consumer.answer, Object());
}

TEST(SqsWaiting, EndsWhenAMessageComes) {
  SqsBench bench;
  const Consumer consumer(bench, 20);
  bench.pass(seconds(3));
  const auto sent_at = bench.test.time.now();
  bench.send("a");
  bench.test.time.drain();
  ASSERT_TRUE(consumer.answer);
  EXPECT_EQ(consumer.messages(), 1);
  EXPECT_EQ(consumer.answered_at, sent_at);
}

TEST(SqsWaiting, EndsWhenAMessageIsSeenAgain) {
  SqsBench bench;
  bench.send("a", {{"DelaySeconds", 7}});
  const auto start = bench.test.time.now();
  const Consumer consumer(bench, 20);
  bench.pass(seconds(20));
  ASSERT_TRUE(consumer.answer);
  EXPECT_EQ(consumer.messages(), 1);
  EXPECT_EQ(consumer.answered_at - start, seconds(7));
}

TEST(SqsWaiting, GivesAMessageToOneOnlyTheFirstThatCame) {
  SqsBench bench;
  const Consumer first(bench, 20);
  const Consumer second(bench, 20);
  bench.send("a");
  bench.test.time.drain();
  EXPECT_TRUE(first.answer);
  EXPECT_FALSE(second.answer);
  bench.send("b");
  bench.test.time.drain();
  EXPECT_TRUE(second.answer);
}

TEST(SqsWaiting, EndsWithAnErrorWhereTheQueueIsGone) {
  SqsBench bench;
  const Consumer consumer(bench, 20);
  bench.ok("DeleteQueue", bench.at());
  bench.test.time.drain();
  ASSERT_TRUE(consumer.answer);
  EXPECT_EQ(consumer.answer->error().code, "AWS.SimpleQueueService.NonExistentQueue");
}

TEST(SqsWaiting, IsTheQueuesOwnWhereNobodySays) {
  SqsBench bench;
  bench.ok("SetQueueAttributes",
           bench.at({{"Attributes", Object{{"ReceiveMessageWaitTimeSeconds", "5"}}}}));
  const auto start = bench.test.time.now();
  bench.receive();
  EXPECT_EQ(bench.test.time.now() - start, seconds(5));
  EXPECT_EQ(bench.refused("ReceiveMessage", bench.at({{"WaitTimeSeconds", 21}})),
            "InvalidParameterValue");
}

TEST(SqsWaiting, LeavesNothingBehindWhenTheServiceEnds) {
  std::optional<Result<Value>> answer;
  TestKernel test;
  {
    Sqs service(*test.kernel, test.time, "http://h");
    test.ok(service, "CreateQueue", json(R"({"QueueName": "q"})"));
    service.call({test.scope, "sqs", "ReceiveMessage",
                  json(R"({"QueueUrl": "http://h/123456789012/q", "WaitTimeSeconds": 20})"), ""},
                 [&](Result<Value> given) { answer = std::move(given); });
    test.time.drain();
  }
  test.time.run_until(test.time.now() + minutes(1));
  EXPECT_FALSE(answer);
}

}  // namespace
}  // namespace hikae::plane::sqs
