#include "upkeep/agent_check.h"

#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

class AgentCheckTest : public testing::UpkeepTest {
 protected:
  Result<Value> check(const Value& event = Object{}) {
    const Value config = Object{{"SNS_TOPIC_ARN", "arn:aws:sns:ap-northeast-1:1:t"}};
    return answer_of(
        [&](aws::Done done) { agent_check_handler(context, event, config, std::move(done)); });
  }

  static Array good_tags() {
    return {testing::SmallCloud::tag(kStopTag, "true"),
            testing::SmallCloud::tag(kGenerationTag, "3")};
  }

  void member(const std::string& id, const std::string& ping, const std::string& state = "running",
              Array tags = good_tags()) {
    cloud.add_instance(id, "name-of-" + id, state, std::move(tags));
    if (!ping.empty()) cloud.add_agent(id, ping);
  }

  std::string message() {
    return cloud.published.empty() ? "" : str(text_at(cloud.published[0], "Message"));
  }
};

TEST_F(AgentCheckTest, SaysNothingWhenAllIsWell) {
  member("i-1", "Online");
  const auto report = check();
  ASSERT_TRUE(report.has_value()) << report.error().text();
  EXPECT_TRUE(cloud.published.empty());
  EXPECT_EQ(int_at(*report, "Members"), 1);
  EXPECT_EQ(int_at(*report, "Problems"), 0);
}

TEST_F(AgentCheckTest, PublishesOneMessageForAllFindings) {
  member("i-1", "ConnectionLost");
  member("i-2", "Inactive");
  member("i-3", "");
  member(
      "i-4", "Online", "running",
      {testing::SmallCloud::tag(kStopTag, "True"), testing::SmallCloud::tag(kGenerationTag, "0")});
  member("i-5", "Online");
  const auto report = check();
  ASSERT_TRUE(report.has_value());
  ASSERT_EQ(cloud.published.size(), 1u);
  EXPECT_EQ(text_at(cloud.published[0], "Subject"),
            "hikae agent check: 5 findings in a group of 5 instances");
  for (const auto* part :
       {"Agent lost (1)", "i-1 (name-of-i-1): last ping 2026-03-01", "Agent inactive (1)",
        "Agent never registered (1)", "BackupEC2StopStart is \"True\"", "EC2BackupGen is \"0\""})
    EXPECT_NE(message().find(part), std::string::npos) << part << "\n" << message();
  EXPECT_EQ(message().find("i-5"), std::string::npos);
  EXPECT_TRUE(is_true_at(*report, "Published"));
}

TEST_F(AgentCheckTest, P39AnInstanceStoppedOnPurposeIsNotLost) {
  member("i-1", "ConnectionLost", "stopped");
  EXPECT_TRUE(check().has_value());
  EXPECT_TRUE(cloud.published.empty());
  member("i-2", "ConnectionLost");
  EXPECT_TRUE(check().has_value());
  EXPECT_NE(message().find("Stopped, not by hikae (1)"), std::string::npos);
  EXPECT_NE(message().find("Agent lost (1)"), std::string::npos);
}

TEST_F(AgentCheckTest, S1AnInstanceThatHikaeStoppedIsToldAsLeftStopped) {
  auto tags = good_tags();
  tags.push_back(testing::SmallCloud::tag(kStoppedByTag, "run-7"));
  member("i-1", "ConnectionLost", "stopped", tags);
  member("i-2", "Online", "running", tags);  // the tag was left behind
  member("i-3", "ConnectionLost", "stopped");
  const auto report = check();
  EXPECT_EQ(int_at(*report, "Problems"), 1);
  ASSERT_EQ(list_at(*report, "LeftStopped").size(), 1u);
  EXPECT_NE(message().find("Left stopped by hikae (1)"), std::string::npos) << message();
  EXPECT_NE(message().find("i-1 (name-of-i-1): stopped by the run run-7"), std::string::npos);
  EXPECT_NE(message().find("Stopped, not by hikae (1)"), std::string::npos);
}

TEST_F(AgentCheckTest, S1WhatHikaeRemembersNeedsNoTagAndComesFromTheConfigurationAlone) {
  member("i-1", "Online", "stopped");
  const Value told =
      Object{{"TopicArn", "arn:aws:sns:ap-northeast-1:1:t"},
             {"LeftStopped", Array{Object{{"InstanceId", "i-1"}, {"Detail", "hikae gave up"}}}}};
  EXPECT_EQ(int_at(*check(told), "Problems"), 0) << "a caller's word is none";
  const auto report = answer_of(
      [&](aws::Done done) { agent_check_handler(context, Object{}, told, std::move(done)); });
  EXPECT_EQ(int_at(*report, "Problems"), 1);
  EXPECT_NE(message().find("i-1 (name-of-i-1): hikae gave up"), std::string::npos) << message();
}

TEST_F(AgentCheckTest, TerminatedInstancesAndOtherGroupsAreNoMembers) {
  member("i-1", "", "terminated");
  member("i-2", "Online");
  cloud.add_agent("i-9", "ConnectionLost");
  const auto report = check();
  EXPECT_EQ(int_at(*report, "Members"), 1);
  EXPECT_TRUE(cloud.published.empty());
}

TEST_F(AgentCheckTest, P39PagesAreReadToTheEnd) {
  for (int i = 100; i < 160; ++i) member("i-" + std::to_string(i), "Online");
  member("i-160", "ConnectionLost");
  cloud.page_size = 7;
  const auto report = check();
  EXPECT_EQ(int_at(*report, "Members"), 61);
  EXPECT_EQ(list_at(*report, "Lost").size(), 1u);
  EXPECT_TRUE(list_at(*report, "Unregistered").empty());
}

TEST_F(AgentCheckTest, MissingTagsAreFindingsUnlessThePlanKeeps) {
  member("i-1", "Online", "running", {testing::SmallCloud::tag(kStopTag, "false")});
  EXPECT_EQ(list_at(*check(), "GenerationTag").size(), 1u);
  EXPECT_TRUE(list_at(*check(Object{{"Keep", 3}}), "GenerationTag").empty());
  member("i-2", "Online", "running", {});
  const auto stop = list_at(*check(Object{{"Keep", 3}}), "StopTag");
  ASSERT_EQ(stop.size(), 1u);
  EXPECT_EQ(text_at(stop[0], "Detail"), "there is no BackupEC2StopStart");
}

TEST_F(AgentCheckTest, TheGroupAndTheTagsAreSettings) {
  member("i-1", "Online");
  cloud.instances.push_back(Object{{"InstanceId", "i-7"},
                                   {"State", Object{{"Name", "running"}}},
                                   {"Tags", Array{testing::SmallCloud::tag("Team*", "a*"),
                                                  testing::SmallCloud::tag("Stop", "true"),
                                                  testing::SmallCloud::tag("Gen", "2")}}});
  const auto report = check(Object{
      {"TagKey", "Team*"}, {"TagValue", "a*"}, {"StopTag", "Stop"}, {"GenerationTag", "Gen"}});
  EXPECT_EQ(int_at(*report, "Members"), 1);
  EXPECT_EQ(int_at(*report, "Problems"), 1);  // its agent never registered
}

TEST_F(AgentCheckTest, AnEmptyGroupIsTold) {
  EXPECT_TRUE(check().has_value());
  EXPECT_NE(message().find("No instance carries this tag"), std::string::npos);
}

TEST_F(AgentCheckTest, P39AnApiErrorIsPublishedAndAnswered) {
  cloud.fail_next("DescribeInstanceInformation", "AccessDeniedException");
  const auto report = check();
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, "AccessDeniedException");
  EXPECT_EQ(text_at(cloud.published.at(0), "Subject"), "hikae agent check failed");
  EXPECT_NE(message().find("AccessDeniedException"), std::string::npos);
}

TEST_F(AgentCheckTest, FindingsThatCannotBePublishedAreAnError) {
  member("i-1", "ConnectionLost");
  cloud.fail_next("Publish", "NotFound", 10);
  EXPECT_FALSE(check().has_value());
}

TEST_F(AgentCheckTest, WithoutATopicItRefuses) {
  const auto report = answer_of(
      [&](aws::Done done) { agent_check_handler(context, Object{}, Object{}, std::move(done)); });
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::Invalid);
  EXPECT_TRUE(cloud.calls.empty());
}

TEST_F(AgentCheckTest, HostileNamesAreHarmless) {
  cloud.add_instance("i-1", "evil\x1b[2J\nAgent lost (99)", "running", good_tags());
  EXPECT_TRUE(check().has_value());
  EXPECT_EQ(message().find('\x1b'), std::string::npos);
  EXPECT_EQ(message().find("\nAgent lost (99)"), std::string::npos);
}

TEST(AgentFindings, LeaveOutWhatIsGone) {
  const Array instances{
      Object{{"InstanceId", "i-1"}, {"State", Object{{"Name", "terminated"}}}},
      Object{{"InstanceId", "i-2"}, {"State", Object{{"Name", "shutting-down"}}}}};
  EXPECT_EQ(examine(instances, {}, {}).members, 0u);
}

TEST(AgentMessage, IsBoundedForLargeGroups) {
  AgentFindings findings;
  findings.members = 5000;
  for (int i = 0; i < 5000; ++i)
    findings.lost.push_back({"i-" + std::to_string(i), std::string(255, 'n'), "last ping"});
  const auto message = agent_message(findings, {}, wall_ms(0));
  EXPECT_LT(message.size(), 100'000u);
  EXPECT_NE(message.find("and 4800 more"), std::string::npos);
}

/// It is 2026-03-01T18:40Z. The plan's window, made that day, and the newest image of i-1.
class BackupsBeforeTheNight : public AgentCheckTest {
 protected:
  Result<Value> check_with(bool enabled, const std::string& made, const std::string& newest_image) {
    member("i-1", "Online");
    if (!newest_image.empty()) cloud.add_image("ami-1", "i-1", newest_image);
    cloud.others["GetMaintenanceWindow"] = [=](const Value&) -> Result<Value> {
      return Object{{"Name", "hikae-n"}, {"Enabled", enabled}, {"CreatedDate", made}};
    };
    return check(Object{{"WindowIds", Array{"mw-0123456789abcdef0"}}, {"MaxAgeHours", 25}});
  }
};

TEST_F(BackupsBeforeTheNight, P5ADisabledWindowIsNamedWithItsRemedy) {
  ASSERT_TRUE(check_with(false, "2026-03-01T00:00:00Z", "").has_value());
  ASSERT_EQ(cloud.published.size(), 1U);
  EXPECT_EQ(text_at(cloud.published[0], "Subject"),
            "hikae agent check: a backup window will not open, no backup will be made");
  EXPECT_NE(
      message().find(
          "mw-0123456789abcdef0 (hikae-n): it is DISABLED: no backup will be made. To enable it: "
          "hikae window enable hikae-n"),
      std::string::npos)
      << message();
}

TEST_F(BackupsBeforeTheNight, P5AServerWhoseNewestImageIsTooOldIsNamed) {
  const auto report = check_with(true, "2026-01-01T00:00:00Z", "2026-02-27");
  EXPECT_EQ(list_at(*report, "Stale").size(), 1U);
  EXPECT_NE(message().find("No fresh backup (1)"), std::string::npos) << message();
}

TEST_F(BackupsBeforeTheNight, P5AServerWithoutAnImageIsNamed) {
  EXPECT_EQ(list_at(*check_with(true, "2026-01-01T00:00:00Z", ""), "Never").size(), 1U);
}

TEST_F(BackupsBeforeTheNight, NobodyHasABackupYetWhereTheWindowIsNew) {
  (void)check_with(true, "2026-03-01T00:00:00Z", "");
  EXPECT_TRUE(cloud.published.empty()) << message();
}

TEST_F(BackupsBeforeTheNight, AFreshImageIsNothingToTell) {
  (void)check_with(true, "2026-01-01T00:00:00Z", "2026-03-01");
  EXPECT_TRUE(cloud.published.empty()) << message();
}

TEST_F(BackupsBeforeTheNight, ImagesThatCannotBeListedAreToldWithTheRest) {
  cloud.fail_next("DescribeImages", "UnauthorizedOperation", 20);
  (void)check_with(true, "2026-01-01T00:00:00Z", "2026-03-01");
  EXPECT_NE(message().find("could not be seen: "), std::string::npos) << message();
}

}  // namespace
}  // namespace hikae::upkeep
