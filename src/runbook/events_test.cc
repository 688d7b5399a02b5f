#include "runbook/events.h"

#include "runbook/run_driver_test.h"
#include "text/json.h"

namespace hikae::runbook::testing {
namespace {

constexpr const char* kExecutionDetailType = "EC2 Automation Execution Status-change Notification";
constexpr const char* kStepDetailType = "EC2 Automation Step Status-change Notification";

TEST(Events, UsTimesAreWrittenAsTheServiceWritesThem) {
  EXPECT_EQ(us_time(parse_iso("2016-11-29T19:43:20Z").value()), "Nov 29, 2016 7:43:20 PM");
  EXPECT_EQ(us_time(parse_iso("2025-05-01T00:03:05Z").value()), "May 1, 2025 12:03:05 AM");
  EXPECT_EQ(us_time(parse_iso("2025-05-01T12:00:00Z").value()), "May 1, 2025 12:00:00 PM");
}

TEST(Events, ARunTellsItsBeginningAndItsEnd) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT6S}}
)");
  const auto run = driver.start("Doc");
  driver.play();
  const auto events = driver.events(kExecutionDetailType);
  ASSERT_EQ(events.size(), 2);
  EXPECT_EQ(text_at(object_at(events[0], "detail"), "Status"), "InProgress");
  auto last = events[1].as_object();
  EXPECT_EQ(last["id"].as_string().size(), 36);
  last.erase("id");
  EXPECT_EQ(text::to_canonical_json(last),
            R"({"account":"123456789012","detail":{"Definition":"Doc","DefinitionVersion":1.0,)"
            R"("EndTime":"May 1, 2025 6:30:06 PM",)"
            R"("ExecutedBy":"arn:aws:iam::123456789012:user/operator","ExecutionId":")" +
                run +
                R"(","StartTime":"May 1, 2025 6:30:00 PM","Status":"Success","Time":6000.0},)"
                R"("detail-type":"EC2 Automation Execution Status-change Notification",)"
                R"("region":"ap-northeast-1","resources":[)"
                R"("arn:aws:ssm:ap-northeast-1:123456789012:automation-execution/)" +
                run +
                R"(","arn:aws:ssm:ap-northeast-1:123456789012:automation-definition/Doc:1"],)"
                R"("source":"aws.ssm","time":"2025-05-01T18:30:06Z","version":"0"})");
  EXPECT_TRUE(driver.events(kStepDetailType).empty());
}

TEST(Events, AStepThatFailedIsToldAtOnce) {
  RunDriver driver;
  driver.cloud = [](const Call&, WallTime) { return refuses("Bad", "bad"); };
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Ask, action: 'aws:executeAwsApi', onFailure: Continue, inputs: {Service: ec2, Api: Ask}}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT6S}}
)");
  driver.start("Doc");
  driver.play_for(seconds(1));
  const auto events = driver.events(kStepDetailType);
  ASSERT_EQ(events.size(), 1);
  const auto& detail = object_at(events[0], "detail");
  EXPECT_EQ(text_at(detail, "StepName"), "Ask");
  EXPECT_EQ(text_at(detail, "Action"), "aws:executeAwsApi");
  EXPECT_EQ(text_at(detail, "Status"), "Failed");
  EXPECT_EQ(detail.if_contains("ExecutedBy"), nullptr);
  driver.play();
}

TEST(Events, StepsThatWentWellAreToldWhereARuleAsksForThem) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT6S}}
  - {name: Again, action: 'aws:sleep', inputs: {Duration: PT1S}}
)");
  driver.start("Doc", {}, Object{{"TellSteps", true}});
  driver.play();
  const auto events = driver.events(kStepDetailType);
  ASSERT_EQ(events.size(), 2);
  EXPECT_NE(text_at(events[0], "id"), text_at(events[1], "id"));
  const auto& detail = *find(events[0], "detail");
  EXPECT_EQ(text_at(detail, "StepName"), "Nap");
  EXPECT_EQ(text_at(detail, "Action"), "aws:sleep");
  EXPECT_EQ(text_at(detail, "Status"), "Success");
}

TEST(Events, ACancelIsSpelledWithTwoLs) {
  RunDriver driver;
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
mainSteps:
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT6S}}
)");
  const auto run = driver.start("Doc");
  driver.signal(run, "cancel");
  const auto events = driver.events(kExecutionDetailType);
  EXPECT_EQ(text_at(object_at(events.back(), "detail"), "Status"), "Cancelled");
}

}  // namespace
}  // namespace hikae::runbook::testing
