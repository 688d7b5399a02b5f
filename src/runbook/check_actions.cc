#include "runbook/check_actions.h"

#include <algorithm>
#include <array>

namespace hikae::runbook {
namespace {

constexpr std::array<ActionRule, 23> kActionRules{{
    {"aws:approve", "Approvers", "NotificationArn Message MinRequiredApprovals",
     "ApprovalStatus ApproverDecisions"},
    {"aws:assertAwsResourceProperty", "Service Api PropertySelector DesiredValues", "*", ""},
    {"aws:branch", "Choices", "Default", ""},
    {"aws:changeInstanceState", "InstanceIds DesiredState",
     "CheckStateOnly Force AdditionalInfo FailOnUnexpectedStopped", "InstanceStates"},
    {"aws:copyImage", "SourceRegion SourceImageId ImageName",
     "ImageDescription Encrypted KmsKeyId ClientToken", "ImageId ImageState"},
    {"aws:createImage", "InstanceId ImageName", "ImageDescription NoReboot BlockDeviceMappings",
     "ImageId ImageState"},
    {"aws:createStack", "StackName TemplateBody|TemplateURL",
     "Capabilities ClientRequestToken DisableRollback OnFailure NotificationARNs Parameters "
     "ResourceTypes RoleARN StackPolicyBody StackPolicyURL Tags TimeoutInMinutes",
     "StackId StackStatus StackStatusReason"},
    {"aws:createTags", "ResourceIds Tags", "ResourceType", ""},
    {"aws:deleteImage", "ImageId", "", ""},
    {"aws:deleteStack", "StackName", "*", ""},
    {"aws:executeAutomation", "DocumentName",
     "DocumentVersion RuntimeParameters MaxConcurrency MaxErrors Tags TargetLocations TargetMaps "
     "TargetParameterName Targets",
     "Output ExecutionId Status"},
    {"aws:executeAwsApi", "Service Api", "*", "OutputPayload"},
    {"aws:executeScript", "Runtime", "Handler InputPayload Script Attachment", "Payload"},
    {"aws:executeStateMachine", "stateMachineArn", "name input",
     "executionArn input name output startDate stateMachineArn status stopDate"},
    {"aws:invokeLambdaFunction", "FunctionName",
     "Qualifier InvocationType LogType ClientContext InputPayload Payload",
     "StatusCode FunctionError LogResult Payload"},
    {"aws:invokeWebhook", "IntegrationName", "Body", "Response ResponseCode"},
    {"aws:loop", "Iterators|LoopCondition Steps", "IteratorDataType MaxIterations",
     "CurrentIteration CurrentIteratorValue"},
    {"aws:pause", "", "Message", ""},
    {"aws:runCommand", "DocumentName InstanceIds|Targets",
     "Parameters CloudWatchOutputConfig Comment DocumentHash DocumentHashType NotificationConfig "
     "OutputS3BucketName OutputS3KeyPrefix ServiceRoleArn TimeoutSeconds MaxConcurrency MaxErrors "
     "DocumentVersion",
     "CommandId Status ResponseCode Output"},
    {"aws:runInstances", "ImageId", "*", "InstanceIds InstanceStates"},
    {"aws:sleep", "Duration|Timestamp|TimeStamp", "", ""},
    {"aws:updateVariable", "Name Value", "", ""},
    {"aws:waitForAwsResourceProperty", "Service Api PropertySelector DesiredValues", "*", ""},
}};

}  // namespace

const ActionRule* rule_of(std::string_view action) {
  const auto found = std::ranges::find(kActionRules, action, &ActionRule::name);
  return found == kActionRules.end() ? nullptr : &*found;
}

std::vector<std::string_view> action_names() {
  std::vector<std::string_view> names;
  for (const auto& rule : kActionRules) names.push_back(rule.name);
  return names;
}

std::vector<std::string_view> words_of(std::string_view text, char separator) {
  std::vector<std::string_view> words;
  while (!text.empty()) {
    const auto end = std::min(text.find(separator), text.size());
    if (end > 0) words.push_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return words;
}

}  // namespace hikae::runbook
