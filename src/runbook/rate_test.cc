// Rate control (docs/reference/ssm-automation.md 7.2). Every test kills the parent at every event.
#include <fmt/format.h>

#include "runbook/rate.h"
#include "runbook/rate_driver_test.h"
#include "runbook/rate_limits.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

using testing::instances_page;
using testing::numbered_targets;
using testing::RateDriver;
using testing::targets_of;

constexpr std::string_view kStatusEvent = "EC2 Automation Execution Status-change Notification";

Object with(Object input, std::string_view name, const Value& value) {
  input[name] = value;
  return input;
}

Object limited(int targets, std::string_view concurrency, std::string_view errors) {
  return with(with(numbered_targets(targets), "MaxConcurrency", Value(concurrency)), "MaxErrors",
              Value(errors));
}

std::int64_t counted(const RateDriver& driver, std::string_view counter) {
  return int_at(object_at(driver.describe(), "ProgressCounters"), counter).value_or(-1);
}

// ---- limits ----

TEST(RateLimits, APercentageOfTargetsIsRoundedDownAndConcurrencyIsAtLeastOne) {
  EXPECT_EQ(concurrency_limit("10%", 50), 5U);
  EXPECT_EQ(concurrency_limit("10%", 9), 1U);
  EXPECT_EQ(concurrency_limit("7", 3), 7U);
  EXPECT_EQ(error_limit("10%", 50), 5U);
  EXPECT_EQ(error_limit("10%", 9), 0U);
  EXPECT_EQ(error_limit("100%", 9), 9U);
}

TEST(RateLimits, OnlyTheServicesPatternsAreTaken) {
  for (const auto* text : {"1", "10", "1%", "99%", "100%"})
    EXPECT_TRUE(check_max_concurrency(text));
  for (const auto* text : {"", "0", "0%", "01", "101%", "-1", "1.5", "%", " 1", "99999999"})
    EXPECT_FALSE(check_max_concurrency(text)) << text;
  for (const auto* text : {"0", "3", "0%", "100%"}) EXPECT_TRUE(check_max_errors(text));
  for (const auto* text : {"", "00", "101%", "+1", "x"})
    EXPECT_FALSE(check_max_errors(text)) << text;
}

TEST(RateLimits, AWrongLimitIsRefusedInTheServicesWords) {
  const auto refused = check_max_concurrency("0");
  ASSERT_FALSE(refused);
  EXPECT_EQ(
      refused.error().text(),
      "ValidationException: 1 validation error detected: Value '0' at 'maxConcurrency' failed "
      "to satisfy constraint: Member must satisfy regular expression pattern: "
      "^([1-9][0-9]*|[1-9][0-9]%|[1-9]%|100%)$");
}

// ---- concurrency ----

TEST(RateControl, BeginsWithOneThenTwoThenFourUpToTheLimit) {
  RateDriver driver;
  driver.start(limited(20, "4", "0"));
  EXPECT_EQ(driver.running(), "i-1");
  driver.end_child("i-1", "Success");
  EXPECT_EQ(driver.running(), "i-2 i-3");
  driver.end_child("i-2", "Success");
  EXPECT_EQ(driver.running(), "i-3 i-4 i-5");
  driver.end_child("i-3", "Success");
  EXPECT_EQ(driver.running(), "i-4 i-5 i-6 i-7");
  driver.end_child("i-5", "Success");
  EXPECT_EQ(driver.running(), "i-4 i-6 i-7 i-8");
}

TEST(RateControl, ByPercentageKeepsThatShareOfTheTargets) {
  RateDriver driver;
  driver.start(limited(40, "10%", "0"));
  driver.end_all("Success");
  EXPECT_EQ(driver.most_at_once(), 4U);
  EXPECT_EQ(driver.started().size(), 40U);
  EXPECT_EQ(driver.status(), "Success");
}

TEST(RateControl, TakesTenAtOnceWhereNothingIsSaid) {
  RateDriver driver;
  driver.start(numbered_targets(50));
  driver.end_all("Success");
  EXPECT_EQ(driver.most_at_once(), 10U);
}

TEST(RateControl, AThousandTargetsAreEachRunOnce) {
  RateDriver driver;
  Array ids;
  driver.start({{"TargetParameterName", "InstanceId"},
                {"Targets", targets_of("tag:Group", {"g"})},
                {"MaxConcurrency", "100"}});
  for (int page = 0; page < 10; ++page) {
    std::vector<std::string> found;
    for (int i = 0; i < 100; ++i) found.push_back(fmt::format("i-{:04}", 999 - page * 100 - i));
    driver.answer_look(instances_page(std::move(found), page < 9 ? "more" : ""));
  }
  driver.end_all("Success");
  EXPECT_EQ(driver.looks().size(), 10U);
  EXPECT_EQ(driver.started().size(), 1000U);
  EXPECT_EQ(driver.started().front(), "i-0000");
  EXPECT_EQ(driver.most_at_once(), 100U);
  EXPECT_EQ(counted(driver, "SuccessSteps"), 1000);
  EXPECT_GE(driver.kills(), 1010);
}

// ---- errors ----

TEST(RateControl, MaxErrorsZeroStopsAfterTheFirst) {
  RateDriver driver;
  driver.start(limited(5, "1", "0"));
  driver.end_child("i-1", "Success");
  driver.end_child("i-2", "Failed", "no image");
  EXPECT_EQ(driver.status(), "Failed");
  EXPECT_EQ(driver.started().size(), 2U);
  EXPECT_EQ(driver.message(),
            "1 of 5 targets did not succeed (first: i-2: no image); 3 of 5 targets were not "
            "started: MaxErrors was passed");
}

TEST(RateControl, NoMaxErrorsMeansZero) {
  RateDriver driver;
  driver.start(with(numbered_targets(5), "MaxConcurrency", "1"));
  driver.end_child("i-1", "TimedOut");
  EXPECT_EQ(driver.status(), "TimedOut");
  EXPECT_EQ(driver.started().size(), 1U);
}

TEST(RateControl, MaxErrorsThreeStopsAtTheFourth) {
  RateDriver driver;
  driver.start(limited(10, "1", "3"));
  for (const auto* target : {"i-1", "i-2", "i-3"}) driver.end_child(target, "Failed");
  EXPECT_EQ(driver.running(), "i-4");
  driver.end_child("i-4", "Failed");
  EXPECT_TRUE(driver.has_finished());
}

TEST(RateControl, TenPercentErrorsOfFiftyStopAtTheSixth) {
  RateDriver driver;
  driver.start(limited(50, "1", "10%"));
  for (int i = 1; i <= 5; ++i) driver.end_child(fmt::format("i-{}", i), "Failed");
  EXPECT_FALSE(driver.has_finished());
  driver.end_child("i-6", "Failed");
  EXPECT_TRUE(driver.has_finished());
}

TEST(RateControl, ChildrenThatGoOnWhenTheLimitIsPassedEndByThemselves) {
  RateDriver driver;
  driver.start(limited(9, "3", "0"));
  driver.end_child("i-1", "Success");
  driver.end_child("i-2", "Success");
  EXPECT_EQ(driver.running(), "i-3 i-4 i-5");
  driver.end_child("i-3", "Failed");
  EXPECT_EQ(driver.running(), "i-4 i-5");
  EXPECT_TRUE(driver.cancelled().empty());
  driver.end_child("i-4", "Success");
  EXPECT_FALSE(driver.has_finished());
  driver.end_child("i-5", "Failed");
  EXPECT_EQ(driver.status(), "Failed");
  EXPECT_EQ(counted(driver, "FailedSteps"), 2);
  EXPECT_EQ(counted(driver, "CancelledSteps"), 4);
  EXPECT_EQ(counted(driver, "TotalSteps"), 9);
}

TEST(RateControl, WithAllErrorsAllowedEveryTargetIsTriedAndTheParentFails) {
  RateDriver driver;
  driver.start(limited(12, "100%", "100%"));
  driver.end_all("Failed");
  EXPECT_EQ(driver.started().size(), 12U);
  EXPECT_EQ(driver.status(), "Failed");
  EXPECT_TRUE(driver.told("Targets Not Started").empty());
}

TEST(RateControl, OneFailedTargetOfManyMakesTheParentFailed) {
  RateDriver driver;
  driver.start(limited(2, "1", "100%"));
  driver.end_child("i-1", "TimedOut");
  driver.end_child("i-2", "Failed");
  EXPECT_EQ(driver.status(), "Failed");
}

TEST(RateControl, ATargetWhoseRunIsLostIsAnErrorLikeAnyOther) {
  RateDriver driver;
  driver.start(limited(3, "1", "0"));
  driver.lose_child("i-1");
  EXPECT_EQ(driver.status(), "Failed");
  EXPECT_NE(driver.message().find("there is no run"), std::string::npos);
}

TEST(RateControl, TargetsThatNeverStartedAreTold) {
  RateDriver driver;
  driver.start(limited(3, "1", "0"));
  driver.end_child("i-1", "Failed", "no");
  ASSERT_EQ(driver.told("Targets Not Started").size(), 1U);
  EXPECT_NE(driver.told("Targets Not Started")[0].find("2 of 3 targets were not started"),
            std::string::npos);
}

// ---- targets ----

TEST(RateControl, ATargetNamedTwiceIsRunOnce) {
  RateDriver driver;
  driver.start({{"TargetParameterName", "InstanceId"},
                {"Targets", targets_of("ParameterValues", {"i-1", "i-2", "i-1"})}});
  driver.end_all("Success");
  EXPECT_EQ(driver.started(), (std::vector<std::string>{"i-1", "i-2"}));
}

TEST(RateControl, AnInstanceOnTwoPagesIsRunOnce) {
  RateDriver driver;
  driver.start(
      {{"TargetParameterName", "InstanceId"}, {"Targets", targets_of("tag:Group", {"g"})}});
  driver.answer_look(instances_page({"i-2", "i-1"}, "more"));
  EXPECT_EQ(text_at(driver.looks()[1].input, "NextToken"), "more");
  driver.answer_look(instances_page({"i-2", "i-3"}));
  driver.end_all("Success");
  EXPECT_EQ(driver.started(), (std::vector<std::string>{"i-1", "i-2", "i-3"}));
}

TEST(RateControl, ATagsValueIsNoPattern) {
  RateDriver driver;
  driver.start(
      {{"TargetParameterName", "InstanceId"}, {"Targets", targets_of("tag:Group", {"*"})}});
  EXPECT_EQ(text::to_json(list_at(driver.looks()[0].input, "Filters").front()),
            R"({"Name":"tag:Group","Values":["\\*"]})");
  driver.answer_look(instances_page({"i-1"}));
  EXPECT_EQ(driver.status(), "Failed");
  EXPECT_EQ(driver.message(), "The targets name no instance: look at their tags");
}

TEST(RateControl, AskingForEveryInstanceTakesEveryInstance) {
  RateDriver driver;
  driver.start({{"TargetParameterName", "InstanceId"},
                {"Targets", targets_of("AWS::EC2::Instance", {"*"})}});
  driver.answer_look(instances_page({"i-1", "i-2"}));
  driver.end_all("Success");
  EXPECT_EQ(driver.started().size(), 2U);
}

TEST(RateControl, TargetMapsGiveEachChildItsOwnParameters) {
  RateDriver driver;
  driver.start({{"Parameters", Object{{"Size", Array{"big"}}, {"Zone", Array{"a"}}}},
                {"TargetMaps", Array{Object{{"InstanceId", Array{"i-1"}}},
                                     Object{{"InstanceId", Array{"i-2"}}, {"Zone", Array{"c"}}},
                                     Object{{"InstanceId", Array{"i-1"}}}}}});
  driver.end_all("Success");
  ASSERT_EQ(driver.started().size(), 2U);
  EXPECT_EQ(text::to_json(object_at(driver.input_of(driver.started()[1]), "Parameters")),
            R"({"Size":["big"],"Zone":["c"],"InstanceId":["i-2"]})");
}

TEST(RateControl, ALookThatCannotBeAnsweredNowIsRepeated) {
  RateDriver driver;
  driver.start(
      {{"TargetParameterName", "InstanceId"}, {"Targets", targets_of("tag:Group", {"g"})}});
  driver.answer_look(fail(ErrorKind::Unavailable, "Unavailable", "later"));
  driver.wake_look();
  driver.answer_look(instances_page({"i-1"}));
  driver.end_all("Success");
  EXPECT_EQ(driver.status(), "Success");
}

TEST(RateControl, ALookThatIsRefusedFailsTheWhole) {
  RateDriver driver;
  driver.start(
      {{"TargetParameterName", "InstanceId"}, {"Targets", targets_of("tag:Group", {"g"})}});
  driver.answer_look(fail(ErrorKind::Denied, "UnauthorizedOperation", "no"));
  EXPECT_EQ(driver.status(), "Failed");
  EXPECT_EQ(driver.message(), "The targets could not be found out: UnauthorizedOperation: no");
}

// ---- children ----

TEST(RateControl, AChildTakesItsInstancesLeaseAndIsTheTopOfItsOwnTree) {
  RateDriver driver;
  driver.start(with(with(numbered_targets(1), "ChildPlace", "ssm:executions*3"), "RootId", "me"));
  const auto& input = driver.input_of("i-1");
  EXPECT_EQ(text_at(input, "Lease"), "ec2:instance/i-1");
  EXPECT_EQ(text_at(input, "Place"), "ssm:executions*3");
  EXPECT_EQ(text_at(input, "ParentId"), "11111111-2222-3333-4444-555555555555");
  EXPECT_EQ(text_at(input, "RootId"), "");
}

TEST(RateControl, UnderARunItsChildrenWaitForNoLease) {
  RateDriver driver;
  driver.start(with(with(numbered_targets(1), "ParentId", "above"), "RootId", "top"));
  EXPECT_EQ(text_at(driver.input_of("i-1"), "Lease"), "");
  EXPECT_EQ(text_at(driver.input_of("i-1"), "RootId"), "top");
}

TEST(RateControl, AParentShowsOneStepForEachTarget) {
  RateDriver driver;
  driver.start(limited(3, "1", "0"));
  driver.end_child("i-1", "Success");
  driver.end_child("i-2", "Failed", "why");
  const auto shown = driver.describe();
  const auto& steps = list_at(shown, "StepExecutions");
  ASSERT_EQ(steps.size(), 3U);
  EXPECT_EQ(text_at(steps[0], "StepName"), "i-1");
  EXPECT_EQ(text_at(steps[0], "Action"), "aws:executeAutomation");
  EXPECT_EQ(text_at(steps[1], "StepStatus"), "Failed");
  EXPECT_EQ(text_at(steps[1], "FailureMessage"), "why");
  EXPECT_EQ(text_at(steps[2], "StepStatus"), "Cancelled");
  EXPECT_EQ(text_at(shown, "MaxErrors"), "0");
  EXPECT_EQ(text_at(shown, "TargetParameterName"), "InstanceId");
  EXPECT_EQ(list_at(object_at(shown, "ResolvedTargets"), "ParameterValues").size(), 3U);
}

TEST(RateControl, AParentOfManyShowsTheFirstHundredAndSaysSo) {
  RateDriver driver;
  driver.start(limited(120, "1", "0"));
  const auto shown = driver.describe();
  EXPECT_EQ(list_at(shown, "StepExecutions").size(), kTargetsShown);
  EXPECT_TRUE(is_true_at(shown, "StepExecutionsTruncated"));
  EXPECT_TRUE(is_true_at(object_at(shown, "ResolvedTargets"), "Truncated"));
}

TEST(RateControl, TheParentTellsItsBeginAndItsEnd) {
  RateDriver driver;
  driver.start(numbered_targets(1));
  driver.end_all("Success");
  EXPECT_EQ(driver.told(kStatusEvent), (std::vector<std::string>{"InProgress", "Success"}));
}

// ---- people ----

TEST(RateControl, CancelEndsTheChildrenThatGoOnAndStartsNoMore) {
  RateDriver driver;
  driver.start(limited(9, "3", "0"));
  driver.end_child("i-1", "Success");
  driver.signal("cancel");
  EXPECT_EQ(driver.cancelled(), (std::vector<std::string>{"i-2", "i-3"}));
  EXPECT_EQ(text_at(driver.describe(), "AutomationExecutionStatus"), "Cancelling");
  driver.signal("cancel");
  EXPECT_EQ(driver.cancelled().size(), 2U);
  driver.end_child("i-2", "Cancelled");
  driver.end_child("i-3", "Success");
  EXPECT_EQ(driver.status(), "Cancelled");
  EXPECT_EQ(driver.started().size(), 3U);
  EXPECT_EQ(counted(driver, "CancelledSteps"), 7);
}

TEST(RateControl, CompleteLetsTheChildrenThatGoOnEnd) {
  RateDriver driver;
  driver.start(limited(9, "3", "0"));
  driver.end_child("i-1", "Success");
  driver.signal("complete");
  EXPECT_TRUE(driver.cancelled().empty());
  driver.end_all("Success");
  EXPECT_EQ(driver.status(), "Success");
  EXPECT_EQ(driver.started().size(), 3U);
  EXPECT_EQ(driver.message(),
            "6 of 9 targets were not started: the execution was asked to complete");
}

TEST(RateControl, CancelAfterCompleteStillCancels) {
  RateDriver driver;
  driver.start(limited(9, "3", "0"));
  driver.signal("complete");
  driver.signal("cancel");
  EXPECT_EQ(driver.cancelled().size(), 1U);
  driver.end_all("Cancelled");
  EXPECT_EQ(driver.status(), "Cancelled");
}

TEST(RateControl, CancelDuringTheLookEndsAtOnce) {
  RateDriver driver;
  driver.start(
      {{"TargetParameterName", "InstanceId"}, {"Targets", targets_of("tag:Group", {"g"})}});
  driver.answer_look(instances_page({"i-1"}, "more"));
  driver.signal("cancel");
  EXPECT_EQ(driver.status(), "Cancelled");
  EXPECT_FALSE(driver.is_open("look"));
  EXPECT_TRUE(driver.started().empty());
}

// ---- the place in line ----

TEST(RateQueue, AnExecutionIsPendingUntilItHasItsPlace) {
  RateDriver driver;
  driver.start(with(numbered_targets(2), "Place", "ssm:rate-controls*25"));
  EXPECT_EQ(driver.lease_asked(), "ssm:rate-controls*25");
  EXPECT_TRUE(driver.started().empty());
  EXPECT_EQ(text_at(driver.describe(), "AutomationExecutionStatus"), "Pending");
  driver.lease_granted();
  EXPECT_EQ(driver.running(), "i-1");
  driver.end_all("Success");
  EXPECT_EQ(driver.status(), "Success");
}

TEST(RateQueue, ASingleRunThatWaitsShowsItsStepsAsPending) {
  RateDriver driver;
  driver.start(
      {{"Place", "ssm:executions*100"}, {"Parameters", Object{{"InstanceId", Array{"i-1"}}}}});
  const auto shown = driver.describe();
  EXPECT_EQ(text_at(shown, "AutomationExecutionStatus"), "Pending");
  EXPECT_EQ(text_at(list_at(shown, "StepExecutions").at(0), "StepStatus"), "Pending");
  EXPECT_EQ(text::to_json(object_at(shown, "Parameters")), R"({"InstanceId":["i-1"]})");
  driver.lease_granted();
  EXPECT_EQ(text_at(driver.describe(), "AutomationExecutionStatus"), "InProgress");
}

TEST(RateQueue, OneThatIsCancelledWhileItWaitsNeverBegins) {
  RateDriver driver;
  driver.start(with(numbered_targets(2), "Place", "ssm:rate-controls*25"));
  driver.signal("cancel");
  EXPECT_EQ(driver.status(), "Cancelled");
  EXPECT_TRUE(driver.started().empty());
  EXPECT_EQ(text_at(driver.describe(), "AutomationExecutionStatus"), "Cancelled");
  EXPECT_EQ(driver.told(kStatusEvent), (std::vector<std::string>{"Cancelled"}));
}

// ---- what a start may ask for ----

Result<> checked(const Value& asked) {
  text::Diagnostics problems;
  static const auto kDocument = read_document(R"({"schemaVersion": "0.3",
 "parameters": {"InstanceId": {"type": "String", "allowedPattern": "^i-[0-9a-f]+$"},
                "Depth": {"type": "String", "default": "all", "allowedValues": ["all", "some"]},
                "AutomationAssumeRole": {"type": "String", "default": ""}},
 "mainSteps": [{"name": "A", "action": "aws:sleep", "inputs": {"Duration": "PT1S"}}]})",
                                              problems)
                                    .value();
  return check_rate_control(*kDocument, asked);
}

std::string refusal(const Value& asked) {
  const auto result = checked(asked);
  return result ? "" : result.error().text();
}

TEST(RateChecks, AGoodRequestIsTaken) {
  EXPECT_EQ(refusal(numbered_targets(3)), "");
  EXPECT_EQ(refusal(Object{{"TargetParameterName", "InstanceId"},
                           {"Targets", targets_of("tag:Group", {"g"})},
                           {"MaxConcurrency", "5"},
                           {"MaxErrors", "10%"}}),
            "");
  EXPECT_EQ(refusal(Object{{"TargetMaps", Array{Object{{"InstanceId", Array{"i-1"}}}}}}), "");
  EXPECT_EQ(refusal(Object{}), "");
}

TEST(RateChecks, TheTargetParameterMustBeOneOfTheDocument) {
  const auto code = "InvalidAutomationExecutionParametersException";
  auto input = numbered_targets(1);
  input["TargetParameterName"] = "instanceId";
  EXPECT_TRUE(refusal(input).starts_with(code));
  input["TargetParameterName"] = "AutomationAssumeRole";
  EXPECT_TRUE(refusal(input).starts_with(code));
  input.erase("TargetParameterName");
  EXPECT_EQ(refusal(input),
            "InvalidAutomationExecutionParametersException: TargetParameterName is "
            "required when Targets are given.");
}

TEST(RateChecks, TheParametersOfEveryKnownChildAreChecked) {
  EXPECT_NE(refusal(Object{{"TargetParameterName", "InstanceId"},
                           {"Targets", targets_of("ParameterValues", {"i-1", "web"})}})
                .find("target web"),
            std::string::npos);
  EXPECT_NE(refusal(Object{{"TargetParameterName", "InstanceId"},
                           {"Targets", targets_of("tag:Group", {"g"})},
                           {"Parameters", Object{{"Depth", Array{"none"}}}}}),
            "");
  EXPECT_NE(refusal(Object{{"TargetMaps", Array{Object{{"Nowhere", Array{"i-1"}}}}}}), "");
}

TEST(RateChecks, WhatCannotBeDoneIsRefusedClearly) {
  EXPECT_TRUE(refusal(Object{{"TargetLocations", Array{Object{{"Regions", Array{"us-east-1"}}}}}})
                  .starts_with("InvalidTarget: TargetLocations are not answered"));
  for (const auto* key : {"ResourceGroup", "resource-groups:Name", "nonsense", "tag:"})
    EXPECT_TRUE(
        refusal(Object{{"TargetParameterName", "InstanceId"}, {"Targets", targets_of(key, {"g"})}})
            .starts_with("InvalidTarget"))
        << key;
}

TEST(RateChecks, TargetsAndTargetMapsExcludeEachOther) {
  auto input = numbered_targets(1);
  input["TargetMaps"] = Array{Object{{"InstanceId", Array{"i-1"}}}};
  EXPECT_NE(refusal(input).find("cannot be given together"), std::string::npos);
}

TEST(RateChecks, LimitsWithoutTargetsAreRefused) {
  EXPECT_NE(refusal(Object{{"MaxConcurrency", "1"}}), "");
  EXPECT_NE(refusal(Object{{"TargetParameterName", "InstanceId"}}), "");
}

}  // namespace
}  // namespace hikae::runbook
