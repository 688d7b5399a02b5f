#include "aws/retry_table.h"

#include <gtest/gtest.h>

#include <string>
#include <string_view>

namespace hikae::aws {
namespace {

RetryClass retry_of(std::string_view service, std::string_view operation) {
  const auto found = Model::get().find(service, operation);
  EXPECT_TRUE(found.has_value()) << service << ":" << operation;
  return found ? found->retry_class() : RetryClass::Never;
}

TEST(RetryClasses, ReadersMayBeSentAgain) {
  EXPECT_EQ(retry_of("ec2", "DescribeImages"), RetryClass::Read);
  EXPECT_EQ(retry_of("ssm", "GetParameters"), RetryClass::Read);
  EXPECT_EQ(retry_of("ssm", "GetDeployablePatchSnapshotForInstance"), RetryClass::Read);
  EXPECT_EQ(retry_of("s3", "HeadObject"), RetryClass::Read);
  EXPECT_EQ(retry_of("cloudtrail", "LookupEvents"), RetryClass::Read);
  EXPECT_EQ(retry_of("codebuild", "BatchGetBuilds"), RetryClass::Read);
  EXPECT_EQ(retry_of("sts", "GetCallerIdentity"), RetryClass::Read);
}

TEST(RetryClasses, ReadersByNameThatMutateAreNone) {
  EXPECT_EQ(retry_of("sqs", "ReceiveMessage"), RetryClass::Never);
  EXPECT_EQ(retry_of("stepfunctions", "GetActivityTask"), RetryClass::Never);
  EXPECT_EQ(retry_of("cognito-identity", "GetId"), RetryClass::Never);
}

TEST(RetryClasses, TheCallsOfABackupHaveTheirOwn) {
  EXPECT_EQ(retry_of("ec2", "CreateImage"), RetryClass::ByName);
  EXPECT_EQ(retry_of("ec2", "StopInstances"), RetryClass::Probe);
  EXPECT_EQ(retry_of("ec2", "StartInstances"), RetryClass::Probe);
  EXPECT_EQ(retry_of("ec2", "RebootInstances"), RetryClass::Probe);
  EXPECT_EQ(retry_of("ec2", "DeregisterImage"), RetryClass::Probe);
  EXPECT_EQ(retry_of("ec2", "TerminateInstances"), RetryClass::Probe);
  EXPECT_EQ(retry_of("ec2", "CreateTags"), RetryClass::Idempotent);
  EXPECT_EQ(retry_of("ec2", "DeleteSnapshot"), RetryClass::Idempotent);
  EXPECT_EQ(retry_of("ec2", "CopyImage"), RetryClass::ByToken);
  EXPECT_EQ(retry_of("ssm", "StartAutomationExecution"), RetryClass::ByToken);
  EXPECT_EQ(retry_of("ssm", "SendCommand"), RetryClass::Never);
  EXPECT_EQ(retry_of("sns", "Publish"), RetryClass::Idempotent);
  EXPECT_EQ(retry_of("lambda", "Invoke"), RetryClass::Idempotent);
  EXPECT_EQ(retry_of("events", "PutRule"), RetryClass::Idempotent);
}

TEST(RetryClasses, TheModelsTokensAndMarksCount) {
  EXPECT_EQ(retry_of("ssm", "CreateMaintenanceWindow"), RetryClass::ByToken);
  EXPECT_EQ(retry_of("ssm", "RegisterTaskWithMaintenanceWindow"), RetryClass::ByToken);
  EXPECT_EQ(retry_of("accessanalyzer", "DeleteAnalyzer"), RetryClass::ByToken);
  EXPECT_EQ(retry_of("amplifyuibuilder", "DeleteForm"), RetryClass::Idempotent);
}

TEST(RetryClasses, WhatNobodyHasLookedAtIsNeverSentAgain) {
  EXPECT_EQ(retry_of("ec2", "CreateSnapshot"), RetryClass::Never);
  EXPECT_EQ(retry_of("rds", "RebootDBInstance"), RetryClass::Never);
}

TEST(RetryClasses, EveryRowOfTheTableNamesAnOperation) {
  for (const auto& row : retry_rows()) {
    const auto colon = row.call.find(':');
    const auto found = Model::get().find(row.call.substr(0, colon), row.call.substr(colon + 1));
    ASSERT_TRUE(found.has_value()) << row.call;
    EXPECT_EQ(std::string(found->service()) + ":" + std::string(found->name()), row.call);
    EXPECT_EQ(found->retry_class(), row.retry) << row.call;
  }
}

TEST(RetryClasses, WhoeverIsByTokenHasATokenMember) {
  for (const auto& row : retry_rows()) {
    if (row.retry != RetryClass::ByToken) continue;
    const auto colon = row.call.find(':');
    const auto found = Model::get().find(row.call.substr(0, colon), row.call.substr(colon + 1));
    EXPECT_FALSE(found->token_member().empty()) << row.call;
  }
}

}  // namespace
}  // namespace hikae::aws
