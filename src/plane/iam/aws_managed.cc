#include "plane/iam/aws_managed.h"

#include <algorithm>

namespace hikae::plane::iam {
namespace {

constexpr std::string_view kWindowRole =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[)"
    R"("ssm:GetAutomationExecution","ssm:GetParameters","ssm:ListCommands","ssm:SendCommand",)"
    R"("ssm:StartAutomationExecution"],"Resource":["*"]},)"
    R"({"Effect":"Allow","Action":["lambda:InvokeFunction"],)"
    R"("Resource":["arn:aws:lambda:*:*:function:SSM*","arn:aws:lambda:*:*:function:*:SSM*"]},)"
    R"({"Effect":"Allow","Action":["states:DescribeExecution","states:StartExecution"],)"
    R"("Resource":["arn:aws:states:*:*:stateMachine:SSM*","arn:aws:states:*:*:execution:SSM*"]},)"
    R"({"Effect":"Allow","Action":["resource-groups:ListGroups",)"
    R"("resource-groups:ListGroupResources","tag:GetResources"],"Resource":["*"]}]})";

constexpr std::string_view kInstanceCore =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":[)"
    R"("ssm:DescribeAssociation","ssm:GetDeployablePatchSnapshotForInstance","ssm:GetDocument",)"
    R"("ssm:DescribeDocument","ssm:GetManifest","ssm:GetParameter","ssm:GetParameters",)"
    R"("ssm:ListAssociations","ssm:ListInstanceAssociations","ssm:PutInventory",)"
    R"("ssm:PutComplianceItems","ssm:PutConfigurePackageResult","ssm:UpdateAssociationStatus",)"
    R"("ssm:UpdateInstanceAssociationStatus","ssm:UpdateInstanceInformation"],"Resource":"*"},)"
    R"({"Effect":"Allow","Action":["ssmmessages:CreateControlChannel",)"
    R"("ssmmessages:CreateDataChannel","ssmmessages:OpenControlChannel",)"
    R"("ssmmessages:OpenDataChannel"],"Resource":"*"},)"
    R"({"Effect":"Allow","Action":["ec2messages:AcknowledgeMessage","ec2messages:DeleteMessage",)"
    R"("ec2messages:FailMessage","ec2messages:GetEndpoint","ec2messages:GetMessages",)"
    R"("ec2messages:SendReply"],"Resource":"*"}]})";

constexpr std::string_view kLambdaBasic =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["logs:CreateLogGroup",)"
    R"("logs:CreateLogStream","logs:PutLogEvents"],"Resource":"*"}]})";

constexpr std::string_view kEverything =
    R"({"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]})";

}  // namespace

std::string ManagedPolicy::arn() const {
  return std::string(kAwsManaged) + std::string(path.substr(1)) + std::string(name);
}

const std::vector<ManagedPolicy>& managed_policies() {
  static const std::vector<ManagedPolicy> kAll = [] {
    std::vector<ManagedPolicy> all{
        {"/", "AdministratorAccess", "v1", kEverything},
        {"/", "AmazonEC2FullAccess", "v1", ""},
        {"/", "AmazonEC2ReadOnlyAccess", "v1", ""},
        {"/", "AmazonS3ReadOnlyAccess", "v1", ""},
        {"/", "AmazonSNSFullAccess", "v1", ""},
        {"/", "AmazonSSMFullAccess", "v1", ""},
        {"/", "AmazonSSMManagedInstanceCore", "v2", kInstanceCore},
        {"/", "AmazonSSMReadOnlyAccess", "v1", ""},
        {"/", "AWSLambda_FullAccess", "v1", ""},
        {"/", "CloudWatchAgentServerPolicy", "v1", ""},
        {"/", "IAMFullAccess", "v1", ""},
        {"/", "PowerUserAccess", "v1", ""},
        {"/", "ReadOnlyAccess", "v1", ""},
        {"/service-role/", "AmazonSSMAutomationRole", "v1", ""},
        {"/service-role/", "AmazonSSMMaintenanceWindowRole", "v3", kWindowRole},
        {"/service-role/", "AWSLambdaBasicExecutionRole", "v1", kLambdaBasic},
        {"/service-role/", "AWSLambdaRole", "v1", ""},
    };
    std::ranges::sort(all, {}, [](const ManagedPolicy& policy) { return policy.arn(); });
    return all;
  }();
  return kAll;
}

const ManagedPolicy* managed_policy(std::string_view arn) {
  for (const auto& policy : managed_policies())
    if (policy.arn() == arn) return &policy;
  return nullptr;
}

bool is_aws_managed(std::string_view arn) {
  return arn.starts_with(kAwsManaged) && arn.size() > kAwsManaged.size();
}

}  // namespace hikae::plane::iam
