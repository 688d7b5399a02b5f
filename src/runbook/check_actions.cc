#include "runbook/check_actions.h"

#include <algorithm>
#include <array>

namespace hikae::runbook {
namespace {

using enum Execution;

constexpr std::array<ActionRule, 23> kActionRules{{
    {"aws:approve", NotYet, "Approvers", "NotificationArn Message MinRequiredApprovals",
     "ApprovalStatus ApproverDecisions"},
    {"aws:assertAwsResourceProperty", Now, "Service Api PropertySelector DesiredValues", "*", ""},
    {"aws:branch", Now, "Choices", "Default", ""},
    {"aws:changeInstanceState", Now, "InstanceIds DesiredState",
     "CheckStateOnly Force AdditionalInfo FailOnUnexpectedStopped", "InstanceStates"},
    {"aws:copyImage", NotYet, "SourceRegion SourceImageId ImageName",
     "ImageDescription Encrypted KmsKeyId ClientToken", "ImageId ImageState"},
    {"aws:createImage", Now, "InstanceId ImageName",
     "ImageDescription NoReboot BlockDeviceMappings", "ImageId ImageState"},
    {"aws:createStack", NotYet, "StackName TemplateBody|TemplateURL",
     "Capabilities ClientRequestToken DisableRollback OnFailure NotificationARNs Parameters "
     "ResourceTypes RoleARN StackPolicyBody StackPolicyURL Tags TimeoutInMinutes",
     "StackId StackStatus StackStatusReason"},
    {"aws:createTags", Now, "ResourceIds Tags", "ResourceType", ""},
    {"aws:deleteImage", Now, "ImageId", "", ""},
    {"aws:deleteStack", NotYet, "StackName", "*", ""},
    {"aws:executeAutomation", Now, "DocumentName",
     "DocumentVersion RuntimeParameters MaxConcurrency MaxErrors Tags TargetLocations TargetMaps "
     "TargetParameterName Targets",
     "Output ExecutionId Status"},
    {"aws:executeAwsApi", Now, "Service Api", "*", "OutputPayload"},
    {"aws:executeScript", NotYet, "Runtime", "Handler InputPayload Script Attachment", "Payload"},
    {"aws:executeStateMachine", NotYet, "stateMachineArn", "name input",
     "executionArn input name output startDate stateMachineArn status stopDate"},
    {"aws:invokeLambdaFunction", Now, "FunctionName",
     "Qualifier InvocationType LogType ClientContext InputPayload Payload",
     "StatusCode FunctionError LogResult Payload"},
    {"aws:invokeWebhook", NotYet, "IntegrationName", "Body", "Response ResponseCode"},
    {"aws:loop", NotYet, "Iterators|LoopCondition Steps", "IteratorDataType MaxIterations",
     "CurrentIteration CurrentIteratorValue"},
    {"aws:pause", NotYet, "", "Message", ""},
    {"aws:runCommand", NotYet, "DocumentName InstanceIds|Targets",
     "Parameters CloudWatchOutputConfig Comment DocumentHash DocumentHashType NotificationConfig "
     "OutputS3BucketName OutputS3KeyPrefix ServiceRoleArn TimeoutSeconds MaxConcurrency MaxErrors "
     "DocumentVersion",
     "CommandId Status ResponseCode Output"},
    {"aws:runInstances", NotYet, "ImageId", "*", "InstanceIds InstanceStates"},
    {"aws:sleep", Now, "Duration|Timestamp|TimeStamp", "", ""},
    {"aws:updateVariable", NotYet, "Name Value", "", ""},
    {"aws:waitForAwsResourceProperty", Now, "Service Api PropertySelector DesiredValues", "*", ""},
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
