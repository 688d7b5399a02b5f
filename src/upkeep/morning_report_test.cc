#include "upkeep/morning_report.h"

#include "upkeep/report_handler.h"
#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

constexpr const char* kWindow = "mw-0123456789abcdef0";

/// It is 2026-03-01T18:40Z; a fresh image was made on 2026-03-01 at 18:30.
class MorningReportTest : public testing::UpkeepTest {
 protected:
  Result<Value> report(Object event = {}, Object config = {{"SNS_TOPIC_ARN", "arn:t"}}) {
    return answer_of(
        [&](aws::Done done) { report_handler(context, event, config, std::move(done)); });
  }

  void member_of(const std::string& id, Array tags = {}) {
    cloud.add_instance(id, "name-of-" + id, "running", std::move(tags));
  }

  void window_is(Object shown) {
    cloud.others["GetMaintenanceWindow"] = [shown](const Value&) -> Result<Value> { return shown; };
  }

  std::string message() {
    return cloud.published.empty() ? "" : str(text_at(cloud.published[0], "Message"));
  }
  std::string subject() {
    return cloud.published.empty() ? "" : str(text_at(cloud.published[0], "Subject"));
  }
};

TEST_F(MorningReportTest, SaysNothingWhereEveryMemberHasAFreshBackup) {
  member_of("i-1");
  cloud.add_image("ami-1", "i-1", "2026-03-01");
  const auto answer = report();
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  EXPECT_TRUE(cloud.published.empty());
  EXPECT_EQ(int_at(*answer, "Members"), 1);
  EXPECT_EQ(int_at(*answer, "WithoutBackup"), 0);
}

TEST_F(MorningReportTest, AHeartbeatSaysThatAllIsWellWhereItIsAskedFor) {
  member_of("i-1");
  cloud.add_image("ami-1", "i-1", "2026-03-01");
  (void)report(Object{{"Heartbeat", true}});
  EXPECT_EQ(subject(), "hikae: all 1 machines have a fresh backup");
  (void)report(Object{{"Heartbeat", false}}, {{"SNS_TOPIC_ARN", "arn:t"}, {"Heartbeat", "true"}});
  EXPECT_EQ(cloud.published.size(), 1U) << "the event goes before the configuration";
}

TEST_F(MorningReportTest, S14ANightThatNeverStartedIsToldByWhatItDidNotMake) {
  member_of("i-1");
  member_of("i-2");
  member_of("i-3");
  cloud.add_image("ami-1", "i-1", "2026-03-01");
  cloud.add_image("ami-2", "i-2", "2026-02-27");
  const auto answer = report();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(subject(), "hikae: 2 of 3 machines have NO fresh backup");
  EXPECT_NE(message().find("Never backed up (1)"), std::string::npos) << message();
  EXPECT_NE(message().find("No fresh backup (1)"), std::string::npos);
  EXPECT_NE(message().find("i-2 (name-of-i-2): the newest good one is ami-2 of 2026-02-27"),
            std::string::npos)
      << message();
  EXPECT_EQ(message().find("i-1"), std::string::npos);
}

TEST_F(MorningReportTest, TheAgeLimitIsTheInputs) {
  member_of("i-2");
  cloud.add_image("ami-2", "i-2", "2026-02-27");
  (void)report(Object{{"MaxAgeHours", 72}});
  EXPECT_TRUE(cloud.published.empty());
  (void)report({}, {{"TopicArn", "arn:t"}, {"MaxAgeHours", "48"}});
  EXPECT_EQ(cloud.published.size(), 1U);
}

TEST_F(MorningReportTest, S5WhatIsNotGoodIsNoBackupButIsMentioned) {
  member_of("i-1");
  cloud.add_image("ami-1", "i-1", "2026-02-20");
  cloud.add_image("ami-2", "i-1", "2026-03-01", "web", "failed");
  (void)report();
  EXPECT_NE(message().find("ami-1 of 2026-02-20T18:30:00Z; ami-2 of 2026-03-01T18:30:00Z: failed"),
            std::string::npos)
      << message();
  cloud.published.clear();
  cloud.image("ami-2").as_object()["State"] = "available";
  cloud.snapshot("snap-2").as_object()["State"] = "error";
  (void)report();
  EXPECT_NE(message().find("its snapshot snap-2 is error"), std::string::npos) << message();
}

TEST_F(MorningReportTest, AnImageOfAnotherMachineOrAnotherToolDoesNotCount) {
  member_of("i-1");
  cloud.add_image("ami-1", "i-12", "2026-03-01");
  cloud.article = true;
  cloud.add_image("ami-2", "i-1", "2026-03-01");
  (void)report();
  EXPECT_NE(message().find("Never backed up (1)"), std::string::npos) << message();
  cloud.published.clear();
  (void)report(Object{{"Images", "article"}});
  EXPECT_TRUE(cloud.published.empty()) << message();
}

TEST_F(MorningReportTest, AnImageFromTheFutureProvesNothing) {
  member_of("i-1");
  cloud.add_image("ami-1", "i-1", "2026-03-09");
  (void)report();
  EXPECT_NE(message().find("Never backed up (1)"), std::string::npos) << message();
}

TEST_F(MorningReportTest, S1AMachineThatHikaeLeftStoppedIsToldFirst) {
  cloud.add_instance("i-1", "web", "stopped", {testing::SmallCloud::tag(kStoppedByTag, "run-9")});
  cloud.add_image("ami-1", "i-1", "2026-03-01");
  (void)report();
  EXPECT_NE(subject().find("1 machines LEFT STOPPED"), std::string::npos) << subject();
  EXPECT_NE(message().find("i-1 (web): stopped by the run run-9"), std::string::npos) << message();
}

TEST_F(MorningReportTest, P5ADisabledWindowIsTold) {
  member_of("i-1");
  cloud.add_image("ami-1", "i-1", "2026-03-01");
  window_is({{"WindowId", kWindow}, {"Name", "nightly"}, {"Enabled", false}});
  (void)report(Object{{"WindowIds", Array{kWindow}}});
  EXPECT_EQ(subject(), "hikae: a backup window will not open");
  EXPECT_NE(message().find("mw-0123456789abcdef0 (nightly): it is DISABLED"), std::string::npos)
      << message();
  window_is({{"WindowId", kWindow}, {"Name", "nightly"}, {"Enabled", true}});
  (void)report({}, {{"SNS_TOPIC_ARN", "arn:t"}, {"WindowIds", kWindow}});
  EXPECT_EQ(cloud.published.size(), 1U);
}

TEST_F(MorningReportTest, AWindowThatIsGoneEndedOrUnreadableIsTold) {
  member_of("i-1");
  cloud.add_image("ami-1", "i-1", "2026-03-01");
  const Object event{{"WindowIds", std::string(kWindow) + ", mw-0123456789abcdef1"}};
  cloud.others["GetMaintenanceWindow"] = [](const Value& input) -> Result<Value> {
    if (text_at(input, "WindowId") == kWindow)
      return aws::aws_error("DoesNotExistException", "no such window");
    return Object{{"Enabled", true}, {"EndDate", "2026-02-01T00:00Z"}};
  };
  (void)report(event);
  EXPECT_NE(message().find("mw-0123456789abcdef0: it does not exist"), std::string::npos);
  EXPECT_NE(message().find("it ended at 2026-02-01"), std::string::npos) << message();
  cloud.published.clear();
  cloud.others["GetMaintenanceWindow"] = [](const Value&) {
    return aws::aws_error("AccessDeniedException", "not for you");
  };
  (void)report(event);
  EXPECT_NE(message().find("it could not be looked at: AccessDeniedException"), std::string::npos);
}

TEST_F(MorningReportTest, AnEmptyGroupIsTold) {
  (void)report();
  EXPECT_EQ(subject(), "hikae: the backup group is empty");
}

TEST_F(MorningReportTest, GroupsImagesAndMembersOfManyPagesAreAllSeen) {
  cloud.page_size = 1;
  for (int i = 1; i <= 3; ++i) {
    member_of("i-" + std::to_string(i));
    cloud.add_image("ami-" + std::to_string(i), "i-" + std::to_string(i), "2026-03-01");
  }
  const auto answer = report();
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(int_at(*answer, "Members"), 3);
  EXPECT_TRUE(cloud.published.empty()) << message();
}

TEST_F(MorningReportTest, P39AListingThatFailsIsPublishedAndIsAnError) {
  member_of("i-1");
  for (const auto* operation : {"DescribeInstances", "DescribeImages"}) {
    cloud.published.clear();
    cloud.fail_next(operation, "UnauthorizedOperation", 9);
    const auto answer = report();
    ASSERT_FALSE(answer.has_value());
    EXPECT_EQ(answer.error().code, "UnauthorizedOperation");
    EXPECT_EQ(subject(), "hikae: the report of the morning failed");
    cloud.fail_next(operation, "UnauthorizedOperation", -9);
  }
}

TEST_F(MorningReportTest, AScheduledEventIsTheSameAsAnInputOfNothing) {
  const auto answer = report(
      Object{{"source", "aws.events"}, {"detail-type", "Scheduled Event"}, {"detail", Object{}}});
  EXPECT_TRUE(answer.has_value());
}

TEST(MorningOrder, WrongMembersAreNamed) {
  const Object config{{"TopicArn", "arn:t"}};
  for (const auto& [key, value] :
       std::initializer_list<std::pair<const char*, Value>>{{"MaxAgeHours", "0"},
                                                            {"MaxAgeHours", "12x"},
                                                            {"MaxAgeHours", Array{}},
                                                            {"WindowIds", "mw-1"},
                                                            {"WindowIds", Array{1}},
                                                            {"Images", "all"},
                                                            {"Stack", "a b"}}) {
    const auto order = read_morning_order(Object{{key, value}}, config);
    ASSERT_FALSE(order.has_value()) << key;
    EXPECT_NE(order.error().message.find(key), std::string::npos) << order.error().message;
  }
  EXPECT_FALSE(read_morning_order(Object{}, Object{}).has_value());
}

}  // namespace
}  // namespace hikae::upkeep
