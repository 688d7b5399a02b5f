// What may be done with a call whose answer never came (docs/reference/reliability.md 3).
//
// The problem: a reply is lost. Was the call executed? For most of AWS's 12,000 operations nobody
// has looked, so nobody knows what a second one does. The rule, first fit wins:
//   1. the table below: calls that hikae makes, each looked at, and readers by name that are none;
//   2. Describe*, List*, Get*, Lookup*, Search*, Head*, BatchGet*, BatchDescribe*: Read;
//   3. TagResource and UntagResource, of every service: Idempotent;
//   4. the model marks an idempotency token: ByToken;
//   5. the model marks the operation as idempotent: Idempotent;
//   6. everything else: Never. A run that fails is told; a second CreateVolume is not.
// What can go wrong: a reader that is none (sqs:ReceiveMessage hides the message it gave, but is
// not caught by rule 2; stepfunctions:GetActivityTask takes the task away, and is: it stands in the
// table).
#include "aws/retry_table.h"

#include <algorithm>
#include <array>
#include <string>

#include "aws/table.h"

namespace hikae::aws {
namespace {

constexpr auto sorted_rows() {
  using enum RetryClass;
  return std::to_array<RetryRow>({
      // Each get hands out a new token and makes the old one void.
      {"appconfigdata:GetLatestConfiguration", Never},
      {"cloudformation:CancelUpdateStack", Idempotent},
      {"cloudformation:CreateChangeSet", ByName},
      {"cloudformation:CreateStack", ByName},
      {"cloudformation:DeleteChangeSet", Idempotent},
      {"cloudformation:DeleteStack", Idempotent},
      {"cloudformation:EstimateTemplateCost", Read},
      {"cloudformation:ExecuteChangeSet", Probe},
      {"cloudformation:UpdateStack", Probe},
      {"cloudformation:ValidateTemplate", Read},
      // These two register an identity where there is none.
      {"cognito-identity:GetId", Never},
      {"cognito-identity:GetOpenIdTokenForDeveloperIdentity", Never},
      // Sends a message to a person.
      {"cognito-idp:GetUserAttributeVerificationCode", Never},
      {"dynamodb:Query", Read},
      {"dynamodb:Scan", Read},
      // An id attached, detached or tagged twice is so once.
      {"ec2:CancelConversionTask", Idempotent},
      {"ec2:CancelImageLaunchPermission", Idempotent},
      {"ec2:CopyImage", ByToken},
      // The name is the token: EC2 refuses a second image of one name.
      {"ec2:CreateImage", ByName},
      {"ec2:CreateTags", Idempotent},
      // Ids are never used again: a second deletion finds nothing.
      {"ec2:DeleteSnapshot", Idempotent},
      {"ec2:DeleteTags", Idempotent},
      {"ec2:DeleteVolume", Idempotent},
      // The second one errors, so the world is asked first whether the image is still there.
      {"ec2:DeregisterImage", Probe},
      {"ec2:ModifyImageAttribute", Idempotent},
      {"ec2:ModifyInstanceAttribute", Idempotent},
      {"ec2:ModifySnapshotAttribute", Idempotent},
      {"ec2:MonitorInstances", Idempotent},
      // A second reboot is a second outage.
      {"ec2:RebootInstances", Probe},
      {"ec2:RunInstances", ByToken},
      // Converging, but only while nobody else has decided otherwise: look first.
      {"ec2:StartInstances", Probe},
      {"ec2:StopInstances", Probe},
      {"ec2:TerminateInstances", Probe},
      {"ec2:UnmonitorInstances", Idempotent},
      {"events:ActivateEventSource", Idempotent},
      {"events:DeleteRule", Idempotent},
      {"events:DisableRule", Idempotent},
      {"events:EnableRule", Idempotent},
      {"events:PutPermission", Idempotent},
      {"events:PutRule", Idempotent},
      {"events:PutTargets", Idempotent},
      {"events:RemovePermission", Idempotent},
      {"events:RemoveTargets", Idempotent},
      {"events:TestEventPattern", Read},
      {"iam:AddRoleToInstanceProfile", Idempotent},
      {"iam:AttachRolePolicy", Idempotent},
      {"iam:CreateInstanceProfile", ByName},
      {"iam:CreatePolicy", ByName},
      {"iam:CreateRole", ByName},
      {"iam:DeletePolicy", Idempotent},
      {"iam:DeleteRole", Idempotent},
      {"iam:DeleteRolePolicy", Idempotent},
      {"iam:DetachRolePolicy", Idempotent},
      {"iam:PutRolePermissionsBoundary", Idempotent},
      {"iam:PutRolePolicy", Idempotent},
      {"iam:SimulateCustomPolicy", Read},
      {"iam:SimulatePrincipalPolicy", Read},
      {"iam:TagRole", Idempotent},
      {"iam:UntagRole", Idempotent},
      {"iam:UpdateAssumeRolePolicy", Idempotent},
      {"iam:UpdateRole", Idempotent},
      {"iam:UpdateRoleDescription", Idempotent},
      // A statement's id is taken once.
      {"lambda:AddPermission", ByName},
      {"lambda:CreateAlias", ByName},
      {"lambda:CreateFunction", ByName},
      {"lambda:DeleteFunction", Idempotent},
      // For a user's function this means "at least once", as in AWS's own asynchronous invocation;
      // hikae's two functions, retention and agent check, are convergent.
      {"lambda:Invoke", Idempotent},
      {"lambda:PublishVersion", Idempotent},
      {"lambda:PutFunctionConcurrency", Idempotent},
      {"lambda:PutFunctionEventInvokeConfig", Idempotent},
      {"lambda:RemovePermission", Idempotent},
      {"lambda:UpdateAlias", Idempotent},
      {"lambda:UpdateFunctionCode", Idempotent},
      {"lambda:UpdateFunctionConfiguration", Idempotent},
      {"logs:CreateLogGroup", ByName},
      {"logs:CreateLogStream", ByName},
      {"logs:DeleteLogGroup", Idempotent},
      {"logs:PutRetentionPolicy", Idempotent},
      {"s3:AbortMultipartUpload", Idempotent},
      {"s3:CompleteMultipartUpload", Probe},
      {"s3:CopyObject", Idempotent},
      {"s3:CreateBucket", Idempotent},
      {"s3:DeleteBucket", Idempotent},
      {"s3:DeleteObject", Idempotent},
      {"s3:DeleteObjects", Idempotent},
      {"s3:PutBucketPolicy", Idempotent},
      {"s3:PutObject", Idempotent},
      {"s3:UploadPart", Idempotent},
      {"sns:AddPermission", Idempotent},
      {"sns:CheckIfPhoneNumberIsOptedOut", Read},
      {"sns:ConfirmSubscription", Idempotent},
      {"sns:CreateTopic", Idempotent},
      {"sns:DeleteTopic", Idempotent},
      // At least once: a second copy of a warning is better than none.
      {"sns:Publish", Idempotent},
      {"sns:PublishBatch", Idempotent},
      {"sns:RemovePermission", Idempotent},
      {"sns:SetSubscriptionAttributes", Idempotent},
      {"sns:SetTopicAttributes", Idempotent},
      {"sns:Subscribe", Idempotent},
      {"sns:Unsubscribe", Idempotent},
      {"sqs:ChangeMessageVisibility", Idempotent},
      {"sqs:CreateQueue", Idempotent},
      {"sqs:DeleteMessage", Idempotent},
      {"sqs:DeleteQueue", Idempotent},
      {"sqs:PurgeQueue", Idempotent},
      // What it gave is hidden from the next one.
      {"sqs:ReceiveMessage", Never},
      {"sqs:SendMessage", Never},
      {"sqs:SetQueueAttributes", Idempotent},
      {"sqs:TagQueue", Idempotent},
      {"sqs:UntagQueue", Idempotent},
      {"ssm:AddTagsToResource", Idempotent},
      {"ssm:CancelCommand", Idempotent},
      {"ssm:CreateDocument", ByName},
      {"ssm:DeleteDocument", Idempotent},
      {"ssm:DeleteMaintenanceWindow", Idempotent},
      {"ssm:DeleteParameter", Idempotent},
      {"ssm:DeleteParameters", Idempotent},
      {"ssm:DeregisterTargetFromMaintenanceWindow", Idempotent},
      {"ssm:DeregisterTaskFromMaintenanceWindow", Idempotent},
      {"ssm:ModifyDocumentPermission", Idempotent},
      // A second one makes a second version of the same text.
      {"ssm:PutParameter", Probe},
      {"ssm:RemoveTagsFromResource", Idempotent},
      // Runs a script on a machine: nobody can say what a second run does.
      {"ssm:SendCommand", Never},
      {"ssm:StartAutomationExecution", ByToken},
      {"ssm:StopAutomationExecution", Idempotent},
      {"ssm:UpdateDocument", Probe},
      {"ssm:UpdateDocumentDefaultVersion", Idempotent},
      {"ssm:UpdateMaintenanceWindow", Idempotent},
      {"ssm:UpdateMaintenanceWindowTarget", Idempotent},
      {"ssm:UpdateMaintenanceWindowTask", Idempotent},
      // Takes the task out of the queue.
      {"stepfunctions:GetActivityTask", Never},
      {"stepfunctions:StopExecution", Idempotent},
      // They hand out credentials and change nothing.
      {"sts:AssumeRole", Read},
      {"sts:AssumeRoleWithSAML", Read},
      {"sts:AssumeRoleWithWebIdentity", Read},
      {"sts:DecodeAuthorizationMessage", Read},
  });
}

constexpr auto kRetryRows = sorted_rows();

static_assert(std::ranges::is_sorted(kRetryRows, {}, &RetryRow::call));

// The word must end there: "GetObject", not "Getaway".
bool begins_with_word(std::string_view name, std::string_view word) {
  if (!name.starts_with(word)) return false;
  const auto rest = name.substr(word.size());
  return rest.empty() || !(rest[0] >= 'a' && rest[0] <= 'z');
}

bool reads_by_name(std::string_view name) {
  constexpr std::array<std::string_view, 8> kWords{"Describe", "List", "Get",      "Lookup",
                                                   "Search",   "Head", "BatchGet", "BatchDescribe"};
  return std::ranges::any_of(kWords, [&](auto word) { return begins_with_word(name, word); });
}

}  // namespace

std::span<const RetryRow> retry_rows() { return kRetryRows; }

RetryClass Operation::retry_class() const {
  using enum RetryClass;
  const auto key = std::string(service()).append(":").append(name());
  const auto* row =
      std::ranges::lower_bound(kRetryRows, std::string_view(key), {}, &RetryRow::call);
  if (row != std::end(kRetryRows) && row->call == key) return row->retry;
  if (reads_by_name(name())) return Read;
  if (name() == "TagResource" || name() == "UntagResource") return Idempotent;
  if (!token_member().empty()) return ByToken;
  const auto& record = table::Table::linked().operations()[index_];
  return record.flags & table::kIdempotent ? Idempotent : Never;
}

}  // namespace hikae::aws
