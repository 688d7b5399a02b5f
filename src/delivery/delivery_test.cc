#include "delivery/delivery.h"

#include <gtest/gtest.h>

#include "delivery/retry.h"
#include "delivery/target_call.h"
#include "delivery/testing_driver_test.h"

namespace hikae::delivery {
namespace {

using testing::Driver;
using testing::json_of;
using testing::only;
using testing::test_scope;

constexpr const char* kTopic = "arn:aws:sns:ap-northeast-1:123456789012:alarms";

Driver event_driver() { return {make_event_kind(), {test_scope(), "event", "e-1"}}; }
Driver delivery_driver() {
  return {make_delivery_kind(), delivery_machine(test_scope(), "e-1", "rule", "t")};
}

Value to_topic() {
  return Object{{"TargetArn", kTopic},
                {"Body", "{\"id\":\"e-1\"}"},
                {"EventId", "e-1"},
                {"RuleArn", "arn:aws:events:ap-northeast-1:123456789012:rule/failed"}};
}

std::unexpected<Error> answers(ErrorKind kind, const char* code) {
  return fail(kind, code, "said the other side");
}

TEST(EventMachine, StartsOneDeliveryForEachMatchWithAnIdMadeOfEventRuleAndTarget) {
  auto driver = event_driver();
  const auto asked =
      only<command::Send>(driver.start(json_of(R"({"id":"e-1","source":"aws.ssm"})")));
  EXPECT_EQ(asked.call.service, "hikae-bus");
  EXPECT_EQ(asked.call.operation, "Match");
  EXPECT_EQ(text_at(object_at(asked.call.input, "Event"), "source"), "aws.ssm");
  const auto list = driver.answer(asked.tag, json_of(R"({"Matches":[
      {"RuleArn":"r1","TargetId":"a","TargetArn":"t1","Input":"x","RetryPolicy":{}},
      {"RuleArn":"r1","TargetId":"b","TargetArn":"t2","Input":"y","RoleArn":"role"}]})"));
  ASSERT_EQ(list.size(), 3U);
  const auto& first = std::get<command::Start>(list[0]);
  const auto& second = std::get<command::Start>(list[1]);
  EXPECT_EQ(first.machine, delivery_machine(test_scope(), "e-1", "r1", "a"));
  EXPECT_EQ(second.machine, delivery_machine(test_scope(), "e-1", "r1", "b"));
  EXPECT_NE(first.machine, second.machine);
  EXPECT_EQ(text_at(first.input, "Body"), "x");
  EXPECT_EQ(text_at(second.input, "RoleArn"), "role");
  EXPECT_EQ(int_at(std::get<command::Finish>(list[2]).outcome, "Matches"), 2);
}

TEST(EventMachine, ABusThatFailsIsAskedAgainForADayAndThenBuried) {
  auto driver = event_driver();
  const auto begun = driver.now;
  auto list = driver.start(json_of(R"({"id":"e-1","source":"s","detail-type":"d"})"));
  int tries = 0;
  while (std::get<command::Send>(list[0]).call.service == "hikae-bus") {
    ++tries;
    list = driver.answer("match", answers(ErrorKind::Io, ""));
    if (const auto* wake = std::get_if<command::Pause>(&list[0])) list = driver.wake(*wake);
  }
  EXPECT_GT(tries, 100);
  EXPECT_LE(driver.now - begun, hours(24));
  const auto& record = std::get<command::Send>(list[0]).call;
  EXPECT_EQ(record.service, "hikae-ledger");
  EXPECT_EQ(text_at(record.input, "Key"), "event/e-1");
}

TEST(DeliveryMachine, PublishesToATopicAndEnds) {
  auto driver = delivery_driver();
  const auto sent = only<command::Send>(driver.start(to_topic()));
  EXPECT_EQ(sent.call.service + ":" + sent.call.operation, "sns:Publish");
  EXPECT_EQ(text_at(sent.call.input, "Message"), "{\"id\":\"e-1\"}");
  EXPECT_EQ(text_at(sent.call.input, "MessageDeduplicationId").size(), 36u);
  const auto done = only<command::Finish>(driver.answer(sent.tag, Object{{"MessageId", "m"}}));
  EXPECT_EQ(text_at(done.outcome, "Status"), "Delivered");
}

TEST(DeliveryMachine, APermissionErrorGoesToTheLedgerAtOnceAndThenEnds) {
  auto driver = delivery_driver();
  driver.start(to_topic());
  const auto record = only<command::Send>(
      driver.answer("deliver", answers(ErrorKind::Denied, "AuthorizationError")));
  EXPECT_EQ(record.call.operation, "Record");
  const auto row = object_at(record.call.input, "Row");
  EXPECT_EQ(text_at(row, "Outcome"), "Dead");
  EXPECT_EQ(text_at(row, "ErrorCode"), "AuthorizationError");
  EXPECT_EQ(text_at(row, "TargetArn"), kTopic);
  const auto done = only<command::Finish>(driver.answer(record.tag, Object{}));
  EXPECT_EQ(text_at(done.outcome, "Status"), "Dead");
  EXPECT_NE(text_at(done.outcome, "Reason").find("AuthorizationError"), std::string_view::npos);
}

TEST(DeliveryMachine, ALedgerThatFailsIsAskedAgainEveryMinute) {
  auto driver = delivery_driver();
  driver.start(to_topic());
  driver.answer("deliver", answers(ErrorKind::NotFound, "NotFound"));
  const auto wake = only<command::Pause>(driver.answer("bury", answers(ErrorKind::Io, "")));
  EXPECT_EQ(wake.wait, minutes(1));
  const auto again = only<command::Send>(driver.wake(wake));
  EXPECT_EQ(again.call.operation, "Record");
}

TEST(DeliveryMachine, RetriesGrowStayUnderTenMinutesAndStopAfterADayOr185) {
  auto driver = delivery_driver();
  const auto begun = driver.now;
  driver.start(to_topic());
  int retries = 0;
  Duration longest{};
  for (;;) {
    const auto list = driver.answer("deliver", answers(ErrorKind::Unavailable, "InternalError"));
    const auto* wake = std::get_if<command::Pause>(&list[0]);
    if (!wake) {
      const auto row = object_at(std::get<command::Send>(list[0]).call.input, "Row");
      EXPECT_FALSE(text_at(row, "ExhaustedRetryCondition").empty());
      EXPECT_EQ(int_at(Value(row), "Attempts"), retries + 1);
      break;
    }
    ++retries;
    longest = std::max(longest, wake->wait);
    driver.wake(*wake);
  }
  EXPECT_GT(retries, 140);
  EXPECT_LE(retries, 185);
  EXPECT_LE(longest, minutes(10));
  EXPECT_LE(driver.now - begun, hours(24));
}

TEST(DeliveryMachine, ARulesOwnPolicyBoundsTheRetries) {
  auto driver = delivery_driver();
  auto input = to_topic();
  input.as_object()["RetryPolicy"] = Object{{"MaximumRetryAttempts", 1}};
  driver.start(input);
  const auto list = driver.answer("deliver", answers(ErrorKind::Timeout, ""));
  driver.wake(only<command::Pause>(list));
  const auto record =
      only<command::Send>(driver.answer("deliver", answers(ErrorKind::Timeout, "")));
  EXPECT_EQ(text_at(object_at(record.call.input, "Row"), "ExhaustedRetryCondition"),
            "MaximumRetryAttempts");
}

TEST(DeliveryMachine, ATargetOfAnotherKindIsDeadAtOnceWithTheReason) {
  auto driver = delivery_driver();
  auto input = to_topic();
  input.as_object()["TargetArn"] = "arn:aws:kinesis:ap-northeast-1:123456789012:stream/s";
  const auto record = only<command::Send>(driver.start(input));
  EXPECT_EQ(record.call.service, "hikae-ledger");
  EXPECT_NE(text_at(object_at(record.call.input, "Row"), "Reason").find("cannot deliver"),
            std::string_view::npos);
}

TEST(DeliveryMachine, WhatIsDeadGoesToItsDeadLetterQueueAsWell) {
  auto driver = delivery_driver();
  auto input = to_topic();
  constexpr auto kDead = "arn:aws:sqs:ap-northeast-1:123456789012:dead";
  input.as_object()["DeadLetterArn"] = kDead;
  driver.start(input);
  const auto list = driver.answer("deliver", answers(ErrorKind::NotFound, "NotFound"));
  ASSERT_EQ(list.size(), 2U);
  const auto* letter = std::get_if<command::Start>(&list[0]);
  ASSERT_TRUE(letter);
  EXPECT_EQ(letter->machine.kind, kDeliveryKind);
  EXPECT_EQ(text_at(letter->input, "TargetArn"), kDead);
  EXPECT_EQ(text_at(letter->input, "Body"), text_at(input, "Body"));
  const auto& attributes = object_at(letter->input, "MessageAttributes");
  EXPECT_EQ(text_at(object_at(attributes, "ERROR_CODE"), "StringValue"), "NotFound");
  EXPECT_EQ(text_at(object_at(attributes, "RETRY_ATTEMPTS"), "StringValue"), "0");
  EXPECT_FALSE(find(letter->input, "DeadLetterArn"));
  EXPECT_TRUE(std::holds_alternative<command::Send>(list[1]));
}

Result<Call> call_to(const char* arn, const char* body) {
  return call_of_target(test_scope(), Object{{"TargetArn", arn}, {"Body", body}}, "token");
}

TEST(TargetCall, AFunctionIsInvokedAsAnEvent) {
  const auto call =
      call_to("arn:aws:lambda:ap-northeast-1:123456789012:function:check", "{\"a\":1}").value();
  EXPECT_EQ(call.operation, "Invoke");
  EXPECT_EQ(text_at(call.input, "InvocationType"), "Event");
  EXPECT_EQ(text_at(call.input, "Payload"), "{\"a\":1}");
}

TEST(TargetCall, AQueueGetsAMessageThatItsTokenMakesKnown) {
  const auto call =
      call_of_target(test_scope(),
                     Object{{"TargetArn", "arn:aws:sqs:ap-northeast-1:123456789012:q"},
                            {"Body", "{}"},
                            {"GroupId", "g"}},
                     "token")
          .value();
  EXPECT_EQ(call.service, "sqs");
  EXPECT_EQ(call.operation, "SendMessage");
  EXPECT_EQ(text_at(call.input, "QueueUrl"),
            "https://sqs.ap-northeast-1.amazonaws.com/123456789012/q");
  EXPECT_EQ(text_at(call.input, "MessageDeduplicationId"), "token");
  EXPECT_EQ(text_at(call.input, "MessageGroupId"), "g");
}

TEST(TargetCall, ADocumentIsStartedWithItsVersionItsParametersAndAToken) {
  const auto* arn = "arn:aws:ssm:ap-northeast-1:123456789012:automation-definition/Backup:3";
  const auto call = call_to(arn, R"({"InstanceId":"i-1","L":["a","b"]})").value();
  EXPECT_EQ(text_at(call.input, "DocumentName"), "Backup");
  EXPECT_EQ(text_at(call.input, "DocumentVersion"), "3");
  EXPECT_EQ(text_at(call.input, "ClientToken"), "token");
  EXPECT_EQ(list_at(Value(object_at(call.input, "Parameters")), "InstanceId").size(), 1U);
}

TEST(TargetCall, AnEventPassedOnAsItIsNamesNoParameters) {
  const auto* arn = "arn:aws:ssm:ap-northeast-1:123456789012:automation-definition/Backup";
  const auto call = call_to(arn, R"({"detail-type":"x","detail":{}})").value();
  EXPECT_EQ(find(call.input, "Parameters"), nullptr);
  EXPECT_EQ(call_to(arn, "[1]").error().kind, ErrorKind::Invalid);
}

TEST(TargetCall, AnotherAccountOrRegionIsRefused) {
  EXPECT_EQ(call_to("arn:aws:sns:us-east-1:123456789012:t", "").error().kind,
            ErrorKind::Unsupported);
  EXPECT_EQ(call_to("arn:aws:sns:ap-northeast-1:999999999999:t", "").error().kind,
            ErrorKind::Unsupported);
  EXPECT_EQ(call_to("mail me", "").error().kind, ErrorKind::Invalid);
}

TEST(Retry, MailsAreTriedForADay) {
  Duration age{};
  std::int64_t retries = 0;
  while (const auto delay = mail_delay(retries + 1, age)) age += *delay, ++retries;
  EXPECT_EQ(age, hours(24));
  EXPECT_EQ(mail_delay(1, Duration{}), seconds(10));
  EXPECT_EQ(mail_delay(2, Duration{}), seconds(10));
  EXPECT_EQ(mail_delay(12, Duration{}), seconds(600));
}

TEST(Retry, AMailWhoseDayPassedWhileHikaeWasDownIsStillTriedTwelveTimes) {
  EXPECT_TRUE(mail_delay(12, hours(72)).has_value());
  EXPECT_FALSE(mail_delay(13, hours(72)).has_value());
}

TEST(Retry, JitterIsAHashNotChance) {
  EXPECT_EQ(target_delay(5, "a"), target_delay(5, "a"));
  EXPECT_NE(target_delay(9, "a"), target_delay(9, "b"));
  for (std::int64_t n = 1; n <= 185; ++n) EXPECT_GE(target_delay(n, "x"), Duration{500});
}

}  // namespace
}  // namespace hikae::delivery
