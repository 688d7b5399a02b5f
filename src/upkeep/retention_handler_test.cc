#include "upkeep/retention_handler.h"

#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

constexpr std::string_view kTopic = "arn:aws:sns:ap-northeast-1:123456789012:backup";

class RetentionHandlerTest : public testing::UpkeepTest {
 protected:
  Result<Value> handle(const Value& event, const Value& config = Object{}) {
    return answer_of(
        [&](aws::Done done) { retention_handler(context, event, config, std::move(done)); });
  }

  void two_servers_of_the_article() {
    cloud.article = true;
    two_servers();
  }

  void two_servers() {
    cloud.add_image("ami-1", "i-1", "2026-02-26");
    cloud.add_image("ami-2", "i-1", "2026-02-27");
    cloud.add_image("ami-3", "i-2", "2026-02-26");
    cloud.add_image("ami-4", "i-2", "2026-02-27");
    cloud.add_image("ami-5", "i-3", "2026-02-20", "web-db");
    cloud.add_image("ami-6", "i-3", "2026-02-21", "web-db");
  }
};

TEST_F(RetentionHandlerTest, OwnEventPrunesOneInstance) {
  two_servers();
  const auto report = handle(Object{{"InstanceId", "i-1"}, {"Keep", 1}});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(int_at(*report, "Deleted"), 1);
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-3 ami-4 ami-5 ami-6");
}

TEST_F(RetentionHandlerTest, P25TheArticlesEventMatchesTheNameExactlyAndGroupsByInstance) {
  two_servers_of_the_article();
  const auto report = handle(Object{{"ServerName", "web"}, {"gen", "1"}});
  ASSERT_TRUE(report.has_value());
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-4 ami-5 ami-6");
  EXPECT_EQ(list_at(*report, "Instances").size(), 2u);
}

TEST_F(RetentionHandlerTest, P25WildcardsInANameAreLetters) {
  two_servers_of_the_article();
  for (const auto* name : {"*", "we?", "web*", "w\\eb"})
    EXPECT_TRUE(handle(Object{{"ServerName", name}, {"gen", "1"}}).has_value());
  EXPECT_TRUE(cloud.mutations().empty());
  cloud.add_image("ami-7", "i-4", "2026-02-20", "a*b?c\\d");
  cloud.add_image("ami-8", "i-4", "2026-02-21", "a*b?c\\d");
  EXPECT_TRUE(handle(Object{{"ServerName", "a*b?c\\d"}, {"gen", 1}}).has_value());
  EXPECT_EQ(cloud.mutations().at(0), "DeregisterImage ami-7");
}

TEST_F(RetentionHandlerTest, P25AnEndpointThatIgnoresFiltersLosesNothingOfOtherNames) {
  two_servers_of_the_article();
  cloud.ignores_filters = true;
  EXPECT_TRUE(handle(Object{{"ServerName", "web"}, {"gen", "1"}}).has_value());
  EXPECT_EQ(cloud.image_ids(), "ami-2 ami-4 ami-5 ami-6");
}

TEST_F(RetentionHandlerTest, P33AnEmptyServerNameIsRefused) {
  two_servers_of_the_article();
  const auto report = handle(Object{{"ServerName", ""}, {"gen", "1"}});
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::Invalid);
  EXPECT_FALSE(handle(Object{}).has_value());
  EXPECT_FALSE(handle(Value("text")).has_value());
  EXPECT_FALSE(handle(Object{{"InstanceId", "i-*"}, {"Keep", 1}}).has_value());
  EXPECT_FALSE(handle(Object{{"InstanceId", "i-1"}, {"Keep", "none"}}).has_value());
  EXPECT_TRUE(cloud.calls.empty());
}

TEST_F(RetentionHandlerTest, P27AnInvalidGenKeepsEverythingAndIsPublished) {
  two_servers_of_the_article();
  for (const auto* gen : {"0", "-2", "", "x"}) {
    const auto report = handle(Object{{"ServerName", "web"}, {"gen", gen}, {"TopicArn", kTopic}});
    ASSERT_TRUE(report.has_value()) << gen;
    EXPECT_TRUE(is_true_at(*report, "Published"));
  }
  EXPECT_TRUE(cloud.mutations().empty());
  EXPECT_EQ(cloud.published.size(), 4u);
  EXPECT_EQ(text_at(cloud.published[0], "Subject"), "hikae: backups of web are all kept");
}

TEST_F(RetentionHandlerTest, TheTopicMayComeFromTheEnvironment) {
  two_servers();
  const auto report = handle(Object{{"InstanceId", "i-1"}}, Object{{"SNS_TOPIC_ARN", kTopic}});
  ASSERT_TRUE(report.has_value());
  ASSERT_EQ(cloud.published.size(), 1u);
  const auto message = text_at(cloud.published[0], "Message");
  EXPECT_NE(message.find("there is neither a tag EC2BackupGen"), std::string_view::npos) << message;
}

TEST_F(RetentionHandlerTest, TheSubjectIsFitForSns) {
  cloud.article = true;
  const std::string name = "日本語サーバー" + std::string(200, 'x') + "\n";
  cloud.add_image("ami-1", "i-1", "2026-02-26", name);
  ASSERT_TRUE(handle(Object{{"ServerName", name}, {"gen", "0"}, {"TopicArn", kTopic}}).has_value());
  const auto subject = text_at(cloud.published.at(0), "Subject");
  EXPECT_LT(subject.size(), 100u);
  EXPECT_TRUE(std::ranges::all_of(subject, [](char c) { return c >= ' ' && c <= '~'; }));
}

TEST_F(RetentionHandlerTest, FailedItemsAreTold) {
  two_servers();
  cloud.fail_next("DeregisterImage", "UnauthorizedOperation", 10, "ami-1");
  const auto told = handle(Object{{"InstanceId", "i-1"}, {"Keep", 1}, {"TopicArn", kTopic}});
  ASSERT_TRUE(told.has_value());
  EXPECT_EQ(list_at(*told, "Errors").size(), 1u);
  EXPECT_NE(text_at(cloud.published.at(0), "Message").find("ami-1"), std::string_view::npos);
}

TEST_F(RetentionHandlerTest, WithoutATopicFailedItemsAreAnError) {
  two_servers();
  cloud.fail_next("DeregisterImage", "UnauthorizedOperation", 10, "ami-1");
  const auto report = handle(Object{{"InstanceId", "i-1"}, {"Keep", 1}});
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().code, "RetentionIncomplete");
}

TEST_F(RetentionHandlerTest, AWarningThatCannotBePublishedIsAnError) {
  two_servers();
  cloud.fail_next("Publish", "AuthorizationError", 10);
  EXPECT_FALSE(handle(Object{{"InstanceId", "i-1"}, {"TopicArn", kTopic}}).has_value());
}

TEST_F(RetentionHandlerTest, ADryRunPublishesNothing) {
  two_servers();
  const auto report =
      handle(Object{{"InstanceId", "i-1"}, {"TopicArn", kTopic}, {"DryRun", "true"}});
  ASSERT_TRUE(report.has_value());
  EXPECT_TRUE(cloud.published.empty());
}

TEST_F(RetentionHandlerTest, AListingThatFailsIsTheAnswer) {
  cloud.fail_next("DescribeImages", "UnauthorizedOperation");
  const auto report = handle(Object{{"ServerName", "web"}, {"gen", "1"}});
  ASSERT_FALSE(report.has_value());
  EXPECT_EQ(report.error().kind, ErrorKind::Denied);
  EXPECT_NE(report.error().message.find("cannot list the images of the server web"),
            std::string::npos);
}

}  // namespace
}  // namespace hikae::upkeep
