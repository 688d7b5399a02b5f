// A queue as the target of a rule, of a topic, and of dead letters: the real machines between them.
#include "delivery/delivery.h"
#include "plane/events/events.h"
#include "plane/ledger.h"
#include "plane/sns/sns.h"
#include "plane/sqs/testing_sqs_test.h"

namespace hikae::plane::sqs {
namespace {

TestKernel::Kinds kinds_of_delivery() {
  auto kinds = TestKernel::recording({"mail", "rule"});
  kinds.push_back(delivery::make_event_kind());
  kinds.push_back(delivery::make_delivery_kind());
  return kinds;
}

struct TargetBench {
  TestKernel test{kinds_of_delivery()};
  Sqs queues{*test.kernel, test.time, "http://127.0.0.1:4780"};
  Sns topics{*test.kernel};
  Events events{*test.kernel};
  Ledger ledger{*test.kernel, test.log};

  TargetBench() {
    test.router.add("sqs", queues);
    test.router.add("sns", topics);
    test.router.add("hikae-bus", events.bus());
    test.router.add("hikae-ledger", ledger);
    for (const auto* name : {"work", "dead"})
      test.ok(queues, "CreateQueue", Object{{"QueueName", name}});
    test.ok(topics, "CreateTopic", json(R"({"Name": "news"})"));
  }
  static std::string arn(std::string_view service, std::string_view name) {
    return "arn:aws:" + str(service) + ":ap-northeast-1:123456789012:" + str(name);
  }
  Array messages(std::string_view queue) {
    test.time.run_until(test.time.now() + seconds(1));
    return list_at(test.ok(queues, "ReceiveMessage",
                           Object{{"QueueUrl", "http://h/123456789012/" + str(queue)},
                                  {"MaxNumberOfMessages", 10},
                                  {"MessageAttributeNames", Array{Value("All")}}}),
                   "Messages");
  }
  void add_rule(Object target) {
    test.ok(events, "PutRule", json(R"({"Name": "r", "EventPattern": "{\"source\":[\"mine\"]}"})"));
    target["Id"] = "t";
    test.ok(events, "PutTargets", Object{{"Rule", "r"}, {"Targets", Array{target}}});
  }
  void put_event() {
    test.ok(events, "PutEvents", json(R"({"Entries": [{"Source": "mine", "DetailType": "d",
        "Detail": "{\"a\": 1}"}]})"));
  }
};

TEST(SqsAsTarget, OfARuleGetsTheEventOnce) {
  TargetBench bench;
  bench.add_rule({{"Arn", TargetBench::arn("sqs", "work")}});
  bench.put_event();
  const auto got = bench.messages("work");
  ASSERT_EQ(got.size(), 1);
  EXPECT_EQ(*find_path(json(text_at(got[0], "Body")), {"detail", "a"}), Value(1));
}

TEST(SqsAsTarget, OfATopicGetsTheNotification) {
  TargetBench bench;
  bench.test.ok(bench.topics, "Subscribe",
                Object{{"TopicArn", TargetBench::arn("sns", "news")},
                       {"Protocol", "sqs"},
                       {"Endpoint", TargetBench::arn("sqs", "work")}});
  bench.test.ok(bench.topics, "Publish",
                Object{{"TopicArn", TargetBench::arn("sns", "news")}, {"Message", "hello"}});
  const auto got = bench.messages("work");
  ASSERT_EQ(got.size(), 1);
  EXPECT_EQ(text_at(json(text_at(got[0], "Body")), "Message"), "hello");
}

TEST(SqsAsTarget, GetsTheDeadLettersOfATargetThatIsNotThere) {
  TargetBench bench;
  bench.add_rule({{"Arn", TargetBench::arn("sqs", "none")},
                  {"DeadLetterConfig", Object{{"Arn", TargetBench::arn("sqs", "dead")}}}});
  bench.put_event();
  const auto got = bench.messages("dead");
  ASSERT_EQ(got.size(), 1);
  EXPECT_EQ(*find_path(json(text_at(got[0], "Body")), {"detail", "a"}), Value(1));
  const auto& attributes = object_at(got[0], "MessageAttributes");
  EXPECT_EQ(text_at(object_at(attributes, "ERROR_CODE"), "StringValue"),
            "AWS.SimpleQueueService.NonExistentQueue");
  EXPECT_EQ(text_at(object_at(attributes, "TARGET_ARN"), "StringValue"),
            TargetBench::arn("sqs", "none"));
}

}  // namespace
}  // namespace hikae::plane::sqs
