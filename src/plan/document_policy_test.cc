#include "plan/document_policy.h"

#include <gtest/gtest.h>

#include "iam/policy.h"
#include "plan/runbooks.h"
#include "text/json.h"

namespace hikae::plan {
namespace {

DocumentPolicy policy_of_steps(std::string_view steps) {
  text::Diagnostics problems;
  const auto document = runbook::read_document(
      "schemaVersion: '0.3'\nparameters: {Id: {type: String}}\nmainSteps:\n" + str(steps),
      problems);
  EXPECT_TRUE(document.has_value()) << (document ? "" : document.error().message);
  if (!document) return {};
  return smallest_policy({{"mine", *document}}, {"*", "*"});
}

std::string statements_of(const DocumentPolicy& made) {
  return text::to_json(*find(made.policy, "Statement"));
}

TEST(DocumentPolicy, AStepThatOnlyWaitsNeedsNothing) {
  EXPECT_EQ(statements_of(
                policy_of_steps("  - {name: s, action: 'aws:sleep', inputs: {Duration: PT1S}}\n")),
            "[]");
}

TEST(DocumentPolicy, LiteralIdsNarrowAndReferencesDoNot) {
  EXPECT_EQ(
      statements_of(policy_of_steps(
          "  - {name: s, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: StopInstances, "
          "InstanceIds: [i-0123456789abcdef0]}}\n")),
      R"([{"Effect":"Allow","Action":"ec2:StopInstances","Resource":)"
      R"("arn:aws:ec2:*:*:instance/i-0123456789abcdef0"}])");
  EXPECT_EQ(
      statements_of(policy_of_steps(
          "  - {name: s, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: stop_instances, "
          "InstanceIds: ['{{ Id }}']}}\n")),
      R"([{"Effect":"Allow","Action":"ec2:StopInstances","Resource":)"
      R"("arn:aws:ec2:*:*:instance/*"}])");
}

TEST(DocumentPolicy, AReferenceThatBearsTheNameOfAnIdIsOfItsKind) {
  const auto text = statements_of(policy_of_steps(
      "  - {name: a, action: 'aws:createImage', inputs: {InstanceId: '{{ Id }}', ImageName: n}}\n"
      "  - {name: b, action: 'aws:createTags', inputs: {ResourceType: EC2, ResourceIds: "
      "['{{ a.ImageId }}'], Tags: [{Key: k, Value: v}]}}\n"));
  EXPECT_NE(text.find(R"("ec2:CreateTags","Resource":"arn:aws:ec2:*::image/ami-*")"),
            std::string::npos)
      << text;
}

TEST(DocumentPolicy, TagsOfAnImageAreAllowedOnlyAtItsCreation) {
  const auto text = statements_of(policy_of_steps(
      "  - {name: s, action: 'aws:executeAwsApi', inputs: {Service: ec2, Api: CreateImage, "
      "InstanceId: '{{ Id }}', Name: n, TagSpecifications: [{ResourceType: image, Tags: [{Key: a, "
      "Value: b}]}]}}\n"));
  EXPECT_NE(text.find(R"({"Effect":"Allow","Action":"ec2:CreateTags","Resource":)"
                      R"("arn:aws:ec2:*::image/*","Condition":{"StringEquals":)"
                      R"({"ec2:CreateAction":"CreateImage"}}})"),
            std::string::npos)
      << text;
}

TEST(DocumentPolicy, ReadsTheChildrenThatItKnowsAndNotesTheOthers) {
  const auto made = policy_of_steps(
      "  - {name: a, action: 'aws:executeAutomation', inputs: {DocumentName: AWS-StopEC2Instance, "
      "RuntimeParameters: {InstanceId: ['{{ Id }}']}}}\n"
      "  - {name: b, action: 'aws:executeAutomation', inputs: {DocumentName: theirs}}\n");
  const auto text = statements_of(made);
  EXPECT_NE(text.find("ec2:StopInstances"), std::string::npos) << text;
  EXPECT_NE(text.find("automation-definition/AWS-StopEC2Instance:$DEFAULT"), std::string::npos);
  ASSERT_EQ(made.notes.size(), 1U);
  EXPECT_EQ(made.notes[0], "mine, step b: the child theirs was not read; name its file too");
}

TEST(DocumentPolicy, OfTheBackupItselfIsAPolicyWithoutMutationOfEverything) {
  text::Diagnostics problems;
  const auto made =
      smallest_policy({{"hikae-backup", *runbook::read_document(backup_runbook(), problems)}},
                      {"123456789012", "ap-northeast-1"});
  const auto policy = iam::read_policy(made.policy, iam::PolicyUse::Identity);
  ASSERT_TRUE(policy.has_value()) << policy.error().message;
  for (const auto& statement : policy->statements) {
    if (statement.resources->patterns != std::vector<std::string>{"*"}) continue;
    for (const auto& action : statement.actions.patterns)
      EXPECT_NE(action.find(":Describe"), std::string::npos) << action;
  }
}

}  // namespace
}  // namespace hikae::plan
