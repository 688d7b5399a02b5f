#include "runbook/actions/property.h"

#include "runbook/actions/one_step_test.h"

namespace hikae::runbook::testing {
namespace {

class PropertyStep : public OneStep {
 protected:
  static constexpr const char* kState =
      "Service: ec2, Api: DescribeInstances, InstanceIds: [i-1], "
      "PropertySelector: '$.Reservations[0].Instances[0].State.Name', DesiredValues: [stopped]";
};

bool is_desired(const std::string& property, const std::string& desired) {
  const auto inputs = text::parse_json(R"({"Service":"ec2","Api":"X","PropertySelector":"$.P",)"
                                       R"("DesiredValues":[)" +
                                       desired + "]}");
  const auto answer = text::parse_json(R"({"P":)" + property + "}");
  return property_is_desired(inputs->as_object(), answer.value());
}

TEST(Property, IsComparedByTextBooleanAndNumber) {
  EXPECT_TRUE(is_desired(R"("a")", R"("b","a")"));
  EXPECT_TRUE(is_desired("true", R"("True")"));
  EXPECT_FALSE(is_desired("false", R"("True")"));
  EXPECT_TRUE(is_desired("16", R"("16")"));
  EXPECT_TRUE(is_desired("16.0", "16"));
  EXPECT_TRUE(is_desired(R"(["a"])", R"("a")"));
  EXPECT_FALSE(is_desired(R"(["a","b"])", R"("a")"));
}

TEST_F(PropertyStep, AssertSucceedsWhereItMatches) {
  ec2.instances["i-1"].state = "stopped";
  EXPECT_EQ(play("assertAwsResourceProperty", kState), "Success");
  EXPECT_EQ(sent("DescribeInstances"), R"({"InstanceIds":["i-1"]})");
}

TEST_F(PropertyStep, AssertSaysWhatItFound) {
  EXPECT_EQ(play("assertAwsResourceProperty", kState), "Failed");
  EXPECT_EQ(failure(),
            "Step fails when it is verifying the resource property. The property "
            "$.Reservations[0].Instances[0].State.Name is running, desired is [\"stopped\"].");
}

TEST_F(PropertyStep, AssertFailsOnAMissingProperty) {
  play("assertAwsResourceProperty",
       "Service: ec2, Api: DescribeInstances, InstanceIds: [i-1], PropertySelector: $.Nothing, "
       "DesiredValues: [x]");
  EXPECT_NE(failure().find("is (missing)"), std::string::npos) << failure();
}

TEST_F(PropertyStep, AssertFailsOnAnApiError) {
  fails("DescribeInstances");
  play("assertAwsResourceProperty", kState);
  EXPECT_NE(failure().find("(Trouble) when calling the DescribeInstances operation"),
            std::string::npos);
}

TEST_F(PropertyStep, AssertTimesOutAtItsTimeout) {
  ec2.silent["DescribeInstances"] = true;
  EXPECT_EQ(play("assertAwsResourceProperty", kState, "    timeoutSeconds: 60\n"), "TimedOut");
  EXPECT_EQ(failure(), "Step timed out while step is verifying the resource property.");
}

TEST_F(PropertyStep, AssertIsCancelledOnceItsCallIsAnswered) {
  begin("assertAwsResourceProperty", kState);
  EXPECT_EQ(cancel_after(Duration{1}), "Cancelled");
}

TEST_F(PropertyStep, AssertFailsBeforeSendingWhereTheApiChangesSomething) {
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
parameters: {Api: {type: String}}
mainSteps:
  - name: Do
    action: aws:assertAwsResourceProperty
    inputs: {Service: ec2, Api: '{{ Api }}', PropertySelector: $.X, DesiredValues: [a]}
)");
  run = driver.start("Doc", {{"Api", Array{"reboot_instances"}}});
  driver.play();
  EXPECT_EQ(driver.calls("RebootInstances").size(), 0U);
  EXPECT_NE(failure().find("The input Api is RebootInstances, which changes something"),
            std::string::npos);
}

TEST_F(PropertyStep, WaitEndsWhenItMatches) {
  auto& instance = ec2.instances["i-1"];
  instance.state = "stopping";
  instance.next = "stopped";
  instance.next_at = RunDriver::kStart + seconds(35);
  EXPECT_EQ(play("waitForAwsResourceProperty", kState), "Success");
  EXPECT_EQ(driver.took(run), seconds(40));
}

TEST_F(PropertyStep, WaitTimesOutAfterAnHour) {
  EXPECT_EQ(play("waitForAwsResourceProperty", kState), "TimedOut");
  EXPECT_EQ(driver.took(run), hours(1));
  EXPECT_EQ(failure(), "Step timed out while step is verifying the resource property.");
}

TEST_F(PropertyStep, WaitFailsOnAnApiError) {
  fails("DescribeInstances");
  EXPECT_EQ(play("waitForAwsResourceProperty", kState), "Failed");
  EXPECT_EQ(driver.took(run), Duration{0});
}

TEST_F(PropertyStep, WaitIsCancelledAtOnce) {
  begin("waitForAwsResourceProperty", kState);
  EXPECT_EQ(cancel_after(minutes(7)), "Cancelled");
  EXPECT_EQ(driver.took(run), minutes(7));
}

}  // namespace
}  // namespace hikae::runbook::testing
