// Substitution as far as a run is needed to show it (docs/reference/ssm-automation.md 13).
#include "runbook/run_driver_test.h"
#include "text/json.h"

namespace hikae::runbook::testing {
namespace {

// Answers DescribeThing with `thing`; every other call with nothing.
class RunSubstitution : public ::testing::Test {
 protected:
  std::string play(const std::string& parameters, const std::string& steps, Object given = {}) {
    driver.cloud = [this](const Call& call, WallTime) {
      return answers(call.operation == "DescribeThing" ? thing : Value(Object{}));
    };
    std::string text = "schemaVersion: '0.3'\n";
    if (!parameters.empty()) text += "parameters:\n" + parameters;
    driver.add_document("Doc", text + "mainSteps:\n" + steps);
    run = driver.start("Doc", std::move(given));
    driver.play();
    return driver.status(run);
  }
  std::string sent(std::string_view operation) const {
    const auto calls = driver.calls(operation);
    return calls.empty() ? "(not sent)" : text::to_json(calls.front().input);
  }
  RunDriver driver;
  Value thing = Object{};
  std::string run;
};

constexpr const char* kUseList = R"(  - name: Use
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: UseThing, Ids: '{{ Ids }}', Nested: {Ids: [first, '{{Ids}}', last]}}
)";

TEST_F(RunSubstitution, AWholeValueKeepsItsType) {
  play(R"(  Count: {type: Integer}
  Flag: {type: Boolean}
  Map: {type: StringMap}
)",
       R"(  - name: Use
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: UseThing, A: '{{ Count }}', B: '{{Flag}}', C: '{{ Map }}'}
)",
       {{"Count", Array{"3"}}, {"Flag", Array{"true"}}, {"Map", Array{R"({"a":"b"})"}}});
  EXPECT_EQ(sent("UseThing"), R"({"A":3,"B":true,"C":{"a":"b"}})");
}

TEST_F(RunSubstitution, AListInAListIsSplicedAtAnyDepth) {
  play("  Ids: {type: StringList}\n", kUseList, {{"Ids", Array{"a", "b"}}});
  EXPECT_EQ(sent("UseThing"), R"({"Ids":["a","b"],"Nested":{"Ids":["first","a","b","last"]}})");
}

TEST_F(RunSubstitution, AnEmptyListSplicesToNothing) {
  play("  Ids: {type: StringList, default: []}\n", kUseList);
  EXPECT_EQ(sent("UseThing"), R"({"Ids":[],"Nested":{"Ids":["first","last"]}})");
}

TEST_F(RunSubstitution, AListOutputOfAStepIsSpliced) {
  thing = Object{{"List", Array{Object{{"Id", "s-1"}}, Object{{"Id", "s-2"}}}}};
  play("", R"(  - name: Get
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: DescribeThing}
    outputs: [{Name: Ids, Selector: $.List..Id, Type: StringList}]
  - name: Use
    action: aws:createTags
    inputs: {ResourceIds: [ami-1, '{{ Get.Ids }}'], Tags: [{Key: k, Value: v}]}
)");
  EXPECT_EQ(sent("CreateTags"),
            R"({"Resources":["ami-1","s-1","s-2"],"Tags":[{"Key":"k","Value":"v"}]})");
}

TEST_F(RunSubstitution, ANestedListIsSplicedInAPayload) {
  play("  Ids: {type: StringList}\n", R"(  - name: Use
    action: aws:invokeLambdaFunction
    inputs: {FunctionName: f, InputPayload: {deep: {ids: ['{{ Ids }}']}}}
)",
       {{"Ids", Array{"a", "b"}}});
  EXPECT_EQ(sent("Invoke"),
            R"({"FunctionName":"f","Payload":"{\"deep\":{\"ids\":[\"a\",\"b\"]}}"})");
}

TEST_F(RunSubstitution, BracesThatAreNoReferenceStayAsTheyAre) {
  play("", R"(  - name: Use
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: UseThing, Script: '{{ color: red }} {{}}'}
)");
  EXPECT_EQ(sent("UseThing"), R"({"Script":"{{ color: red }} {{}}"})");
}

TEST_F(RunSubstitution, TimeIsThatOfTheStepsStart) {
  play("", R"(  - name: First
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: UseThing, A: 'at-{{global:DATE_TIME}}', B: '{{ global:DATE }}'}
  - {name: Nap, action: 'aws:sleep', inputs: {Duration: PT90S}}
  - name: Second
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: UseOther, A: 'at-{{global:DATE_TIME}}'}
)");
  EXPECT_EQ(sent("UseThing"), R"({"A":"at-2025-05-01_18.30.00","B":"2025-05-01"})");
  EXPECT_EQ(sent("UseOther"), R"({"A":"at-2025-05-01_18.31.30"})");
}

TEST_F(RunSubstitution, TheContextOfTheRunCanBeNamed) {
  play("", R"(  - name: Use
    action: aws:executeAwsApi
    inputs:
      Service: ec2
      Api: UseThing
      Where: '{{ global:REGION }}/{{ global:ACCOUNT_ID }}/{{ global:AWS_PARTITION }}'
      Run: '{{ automation:EXECUTION_ID }}'
)");
  EXPECT_EQ(sent("UseThing"),
            R"({"Where":"ap-northeast-1/123456789012/aws","Run":")" + run + "\"}");
}

TEST_F(RunSubstitution, AnAbsentOutputFailsTheStepThatNeedsIt) {
  EXPECT_EQ(play("", R"(  - name: Get
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: DescribeThing}
    outputs: [{Name: Value, Selector: '$.Tags[0].Value', Type: String}]
  - name: Use
    action: aws:executeAwsApi
    maxAttempts: 3
    inputs: {Service: ec2, Api: UseThing, A: '{{ Get.Value }}'}
)"),
            "Failed");
  EXPECT_EQ(driver.visited(run), "Get S, Use F");
  EXPECT_EQ(sent("UseThing"), "(not sent)");
  const auto failure = driver.failure_of(run, "Use");
  EXPECT_TRUE(
      failure.starts_with("Step fails when it is validating and resolving the step inputs. "))
      << failure;
  EXPECT_NE(failure.find("Get.Value"), std::string::npos) << failure;
}

TEST_F(RunSubstitution, AnEmptyTextIsAnAbsentOutput) {
  thing = Object{{"Name", ""}};
  play("", R"(  - name: Get
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: DescribeThing}
    outputs: [{Name: Name, Selector: $.Name, Type: String}]
)");
  EXPECT_TRUE(object_at(driver.step(run, "Get"), "Outputs").empty());
}

TEST_F(RunSubstitution, AnOutputOfTheWrongTypeFailsItsStep) {
  thing = Object{{"Name", "many"}};
  EXPECT_EQ(play("", R"(  - name: Get
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: DescribeThing}
    outputs: [{Name: Count, Selector: $.Name, Type: Integer}]
)"),
            "Failed");
  EXPECT_NE(driver.failure_of(run, "Get").find("output Get.Count"), std::string::npos)
      << driver.failure_of(run, "Get");
}

constexpr const char* kPickByOutput = R"(  - name: Get
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: DescribeThing}
    outputs: [{Name: Value, Selector: $.Value, Type: String}]
  - name: Pick
    action: aws:branch
    inputs:
      Choices:
        - {NextStep: Plain, Variable: '{{ Get.Value }}', StringEquals: 'true'}
        - {NextStep: Negated, Not: {Variable: '{{ Get.Value }}', StringEquals: 'true'}}
  - {name: Plain, action: 'aws:sleep', isEnd: true, inputs: {Duration: PT1S}}
  - {name: Negated, action: 'aws:sleep', isEnd: true, inputs: {Duration: PT1S}}
)";

TEST_F(RunSubstitution, AnAbsentOutputIsFalseInABranchAndTrueUnderNot) {
  play("", kPickByOutput);
  EXPECT_EQ(driver.visited(run), "Get S, Pick S, Negated S");
}

TEST_F(RunSubstitution, APresentOutputIsComparedInABranch) {
  thing = Object{{"Value", "true"}};
  play("", kPickByOutput);
  EXPECT_EQ(driver.visited(run), "Get S, Pick S, Plain S");
}

TEST_F(RunSubstitution, OutputsOfTheDocumentAreTextsInOrder) {
  thing = Object{{"Value", "v"}, {"List", Array{"a", "b"}}};
  driver.cloud = [this](const Call&, WallTime) { return answers(thing); };
  driver.add_document("Doc", R"(
schemaVersion: '0.3'
outputs: [Get.List, Get.Value, Later.Value]
mainSteps:
  - name: Get
    action: aws:executeAwsApi
    isEnd: true
    inputs: {Service: ec2, Api: DescribeThing}
    outputs:
      - {Name: Value, Selector: $.Value, Type: String}
      - {Name: List, Selector: $.List, Type: StringList}
  - name: Later
    action: aws:executeAwsApi
    inputs: {Service: ec2, Api: DescribeThing}
    outputs: [{Name: Value, Selector: $.Value, Type: String}]
)");
  run = driver.start("Doc");
  driver.play();
  EXPECT_EQ(text::to_json(*find(driver.outcome(run), "Outputs")),
            R"({"Get.List":["a","b"],"Get.Value":["v"],"Later.Value":["No output available yet )"
            R"(because the step is not successfully executed"]})");
}

}  // namespace
}  // namespace hikae::runbook::testing
