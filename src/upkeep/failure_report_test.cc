#include "upkeep/report_handler.h"
#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

constexpr const char* kRun = "11111111-2222-3333-4444-555555555555";
constexpr const char* kWeb = "i-0123456789abcdef0";

class FailureReportTest : public testing::UpkeepTest {
 protected:
  FailureReportTest() {
    cloud.others["GetAutomationExecution"] = [this](const Value&) -> Result<Value> {
      return Object{{"AutomationExecution", run}};
    };
    cloud.add_instance(kWeb, "web", "stopped", {});
  }

  static Object event_of(std::string_view status) {
    return Object{{"source", "aws.ssm"},
                  {"detail-type", "EC2 Automation Execution Status-change Notification"},
                  {"account", "123456789012"},
                  {"region", "ap-northeast-1"},
                  {"detail", Object{{"ExecutionId", kRun},
                                    {"Definition", "hikae-backup"},
                                    {"Status", status},
                                    {"StartTime", "Mar 1, 2026 6:30:00 PM"},
                                    {"EndTime", "Mar 1, 2026 6:31:00 PM"}}}};
  }

  static Object failed_step() {
    return Object{{"StepName", "CreateImage"},
                  {"Action", "aws:executeAwsApi"},
                  {"StepStatus", "Failed"},
                  {"Inputs", Object{{"Api", "\"CreateImage\""}}},
                  {"FailureMessage",
                   "An error occurred (ResourceLimitExceeded) when calling the CreateImage "
                   "operation: too many"}};
  }

  Result<Value> report(const Value& event, Object config = {{"SNS_TOPIC_ARN", "arn:t"}}) {
    return answer_of(
        [&](aws::Done done) { report_handler(context, event, config, std::move(done)); });
  }

  std::string message() {
    return cloud.published.empty() ? "" : str(text_at(cloud.published[0], "Message"));
  }
  std::string subject() {
    return cloud.published.empty() ? "" : str(text_at(cloud.published[0], "Subject"));
  }

  Object run{{"AutomationExecutionId", kRun},
             {"DocumentName", "hikae-backup"},
             {"AutomationExecutionStatus", "Failed"},
             {"Parameters", Object{{"InstanceId", Array{kWeb}}}},
             {"StepExecutions", Array{failed_step()}}};
};

TEST_F(FailureReportTest, P3NamesInstanceStepErrorPowerAndWhatToDo) {
  const auto answer = report(event_of("Failed"));
  ASSERT_TRUE(answer.has_value()) << answer.error().text();
  ASSERT_EQ(cloud.published.size(), 1U);
  EXPECT_EQ(subject(),
            "[hikae] FAILED web (i-0123456789abcdef0): CreateImage refused - INSTANCE IS STOPPED");
  for (const auto* part : {"web (i-0123456789abcdef0)", "Step: CreateImage", "too many",
                           "IT IS STOPPED", "aws ec2 start-instances", "A quota of the account"})
    EXPECT_NE(message().find(part), std::string::npos) << part << "\n" << message();
  EXPECT_EQ(message().find("attached"), std::string::npos) << "a topic of AWS attaches nothing";
  EXPECT_TRUE(is_true_at(*answer, "Published"));
  EXPECT_EQ(text_at(*answer, "InstanceId"), kWeb);
  EXPECT_EQ(text_at(*answer, "Step"), "CreateImage");
  EXPECT_EQ(text_at(*answer, "Power"), "stopped");
}

TEST_F(FailureReportTest, EveryBadEndIsToldInEitherSpellingAndNoGoodOne) {
  for (const auto* status : {"Failed", "TimedOut", "Cancelled", "Canceled"}) {
    cloud.published.clear();
    EXPECT_TRUE(report(event_of(status)).has_value());
    EXPECT_EQ(cloud.published.size(), 1U) << status;
  }
  for (const auto* status : {"Success", "InProgress", ""}) {
    cloud.published.clear();
    const auto answer = report(event_of(status));
    ASSERT_TRUE(answer.has_value());
    EXPECT_FALSE(is_true_at(*answer, "Published")) << status;
    EXPECT_TRUE(cloud.published.empty()) << status;
  }
}

TEST_F(FailureReportTest, CommandsOfHikaeNameTheStack) {
  (void)report(event_of("Failed"), {{"SNS_TOPIC_ARN", "arn:t"}, {"Stack", "night-1"}});
  EXPECT_NE(message().find("hikae backup i-0123456789abcdef0 --stack night-1"), std::string::npos)
      << message();
  EXPECT_NE(message().find("hikae show 11111111-2222-3333-4444-555555555555 --stack night-1"),
            std::string::npos)
      << message();
}

TEST_F(FailureReportTest, AStackThatIsNoNameIsRefusedBecauseItWouldStandInCommands) {
  const auto answer =
      report(event_of("Failed"), {{"SNS_TOPIC_ARN", "arn:t"}, {"Stack", "a; rm -rf /"}});
  ASSERT_FALSE(answer.has_value());
  EXPECT_NE(answer.error().message.find("Stack"), std::string::npos);
}

TEST_F(FailureReportTest, ARunThatCannotBeReadIsToldAllTheSame) {
  cloud.others["GetAutomationExecution"] = [](const Value&) {
    return aws::aws_error("AccessDeniedException", "not for you");
  };
  const auto answer = report(event_of("TimedOut"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_NE(message().find("not for you"), std::string::npos) << message();
  EXPECT_NE(message().find(kRun), std::string::npos);
  EXPECT_NE(subject().find("TIMED OUT"), std::string::npos) << subject();
}

TEST_F(FailureReportTest, APowerStateThatCannotBeReadIsSaidToBeUnknown) {
  cloud.fail_next("DescribeInstances", "UnauthorizedOperation", 9);
  (void)report(event_of("Failed"));
  EXPECT_NE(subject().find("power state unknown"), std::string::npos) << subject();
  EXPECT_NE(message().find("UnauthorizedOperation"), std::string::npos) << message();
}

TEST_F(FailureReportTest, TheFailedStepOfALongRunIsFoundOnItsLaterPages) {
  run["StepExecutionsTruncated"] = true;
  run["StepExecutions"] = Array{Object{{"StepName", "First"}, {"StepStatus", "Success"}}};
  cloud.others["DescribeAutomationStepExecutions"] = [](const Value& input) -> Result<Value> {
    if (text_at(input, "NextToken").empty())
      return Object{
          {"StepExecutions", Array{Object{{"StepName", "First"}, {"StepStatus", "Success"}}}},
          {"NextToken", "2"}};
    return Object{{"StepExecutions", Array{failed_step()}}};
  };
  const auto answer = report(event_of("Failed"));
  ASSERT_TRUE(answer.has_value());
  EXPECT_EQ(text_at(*answer, "Step"), "CreateImage");
}

TEST_F(FailureReportTest, StepsThatCannotBeReadAreMentioned) {
  run["StepExecutionsTruncated"] = true;
  cloud.others["DescribeAutomationStepExecutions"] = [](const Value&) {
    return aws::aws_error("AccessDeniedException", "no steps for you");
  };
  (void)report(event_of("Failed"));
  EXPECT_NE(message().find("no steps for you"), std::string::npos) << message();
}

TEST_F(FailureReportTest, TheSubjectFitsATopicWhateverTheNameTagIs) {
  for (const std::string& name :
       {std::string("サーバー"), std::string(200, 'x'), std::string("a\nb")}) {
    cloud.instances.clear();
    cloud.published.clear();
    cloud.add_instance(kWeb, name, "running", {});
    (void)report(event_of("Failed"));
    EXPECT_LT(subject().size(), 100U);
    EXPECT_NE(subject().find("i-0123456789abcdef0"), std::string::npos) << subject();
    EXPECT_NE(subject().find("instance is running"), std::string::npos) << subject();
    EXPECT_EQ(subject().find('?'), std::string::npos) << subject();
    EXPECT_EQ(subject().find('\n'), std::string::npos) << subject();
  }
}

TEST_F(FailureReportTest, APublicationThatFailsIsAnError) {
  cloud.fail_next("Publish", "AuthorizationError", 9);
  const auto answer = report(event_of("Failed"));
  ASSERT_FALSE(answer.has_value());
  EXPECT_EQ(answer.error().code, "AuthorizationError");
  EXPECT_NE(answer.error().message.find(kRun), std::string::npos);
}

TEST_F(FailureReportTest, AnEventOfAnotherKindAndOneWithoutARunAreRefused) {
  EXPECT_FALSE(report(Object{{"source", "aws.ec2"}, {"detail-type", "EC2 Instance State"}}));
  auto nameless = event_of("Failed");
  nameless["detail"].as_object().erase("ExecutionId");
  EXPECT_FALSE(report(nameless).has_value());
  EXPECT_FALSE(report(event_of("Failed"), {}).has_value()) << "no topic";
  EXPECT_TRUE(cloud.published.empty());
}

}  // namespace
}  // namespace hikae::upkeep
