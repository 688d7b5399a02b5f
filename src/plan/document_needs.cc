#include "plan/document_needs.h"

#include <functional>
#include <map>

#include "aws/model.h"

namespace hikae::plan {
namespace {

using Calls = std::vector<StepCall>;

/// "ami-*" of "Make.ImageId": what bears the name of an id is one.
std::string star_of(std::string_view reference) {
  constexpr std::pair<std::string_view, std::string_view> kIds[] = {
      {"InstanceId", "i-*"}, {"ImageId", "ami-*"}, {"SnapshotId", "snap-*"}, {"VolumeId", "vol-*"}};
  while (reference.ends_with(' ')) reference.remove_suffix(1);
  for (const auto& [name, star] : kIds)
    if (reference.ends_with(name) || reference.ends_with(str(name) + "s")) return str(star);
  return "*";
}

std::string starred(std::string_view text) {
  std::string out;
  while (true) {
    const auto open = text.find("{{");
    const auto close = open == std::string_view::npos ? open : text.find("}}", open);
    if (close == std::string_view::npos) return out.append(text);
    out.append(text.substr(0, open)).append(star_of(text.substr(open, close - open)));
    text.remove_prefix(close + 2);
  }
}

/// Those of the inputs, under the API's names.
Object renamed(const Value& inputs,
               std::initializer_list<std::pair<std::string_view, std::string_view>> names) {
  Object out;
  for (const auto& [from, to] : names)
    if (const auto* value = find(inputs, from)) out[to] = *value;
  return out;
}

Calls api_call_of(const Value& inputs) {
  const auto service = text_at(inputs, "Service");
  const auto api = text_at(inputs, "Api");
  const auto operation = aws::Model::get().find(service, api);
  if (!operation) return {{str(service), str(api), inputs}};
  return {{str(operation->service()), str(operation->name()), inputs}};
}

Calls change_state_calls(const Value& inputs) {
  Calls calls{{"ec2", "DescribeInstances", inputs}, {"ec2", "DescribeInstanceStatus", inputs}};
  if (is_true_at(inputs, "CheckStateOnly")) return calls;
  const auto desired = text_at(inputs, "DesiredState");
  const auto machines = renamed(inputs, {{"InstanceIds", "InstanceIds"}});
  for (const auto& [state, operation] :
       {std::pair{"running", "StartInstances"}, std::pair{"stopped", "StopInstances"},
        std::pair{"terminated", "TerminateInstances"}})
    if (desired == state || desired.find('*') != std::string_view::npos)
      calls.push_back({"ec2", operation, machines});
  return calls;
}

Calls create_image_calls(const Value& inputs) {
  return {{"ec2", "CreateImage", inputs}, {"ec2", "DescribeImages", inputs}};
}

Calls copy_image_calls(const Value& inputs) {
  return {{"ec2", "CopyImage", inputs}, {"ec2", "DescribeImages", inputs}};
}

Calls delete_image_calls(const Value& inputs) {
  return {{"ec2", "DescribeImages", inputs},
          {"ec2", "DeregisterImage", inputs},
          {"ec2", "DeleteSnapshot", Object()}};
}

Calls create_tags_calls(const Value& inputs) {
  if (text_at(inputs, "ResourceType", "EC2") != "EC2")
    return {{"ssm", "AddTagsToResource", inputs}};
  return {{"ec2", "CreateTags", renamed(inputs, {{"ResourceIds", "Resources"}, {"Tags", "Tags"}})}};
}

Calls run_instances_calls(const Value& inputs) {
  return {{"ec2", "RunInstances", inputs}, {"ec2", "DescribeInstances", inputs}};
}

Calls invoke_calls(const Value& inputs) { return {{"lambda", "Invoke", inputs}}; }

Calls automation_calls(const Value& inputs) {
  return {{"ssm", "StartAutomationExecution",
           renamed(inputs, {{"DocumentName", "DocumentName"},
                            {"DocumentVersion", "DocumentVersion"},
                            {"RuntimeParameters", "Parameters"}})},
          {"ssm", "GetAutomationExecution", Object()},
          {"ssm", "StopAutomationExecution", Object()}};
}

Calls run_command_calls(const Value& inputs) {
  return {{"ssm", "SendCommand", inputs},
          {"ssm", "ListCommands", Object()},
          {"ssm", "ListCommandInvocations", Object()},
          {"ssm", "CancelCommand", Object()}};
}

Calls state_machine_calls(const Value& inputs) {
  return {{"stepfunctions", "StartExecution", inputs},
          {"stepfunctions", "DescribeExecution", Object()},
          {"stepfunctions", "StopExecution", Object()}};
}

Calls create_stack_calls(const Value& inputs) {
  return {{"cloudformation", "CreateStack", inputs}, {"cloudformation", "DescribeStacks", inputs}};
}

Calls delete_stack_calls(const Value& inputs) {
  return {{"cloudformation", "DeleteStack", inputs}, {"cloudformation", "DescribeStacks", inputs}};
}

Calls approve_calls(const Value& inputs) {
  return {{"sns", "Publish", renamed(inputs, {{"NotificationArn", "TopicArn"}})}};
}

using Reader = Calls (*)(const Value& inputs);

const std::map<std::string_view, Reader>& readers() {
  static const std::map<std::string_view, Reader> kReaders{
      {"aws:approve", approve_calls},
      {"aws:assertAwsResourceProperty", api_call_of},
      {"aws:changeInstanceState", change_state_calls},
      {"aws:copyImage", copy_image_calls},
      {"aws:createImage", create_image_calls},
      {"aws:createStack", create_stack_calls},
      {"aws:createTags", create_tags_calls},
      {"aws:deleteImage", delete_image_calls},
      {"aws:deleteStack", delete_stack_calls},
      {"aws:executeAutomation", automation_calls},
      {"aws:executeAwsApi", api_call_of},
      {"aws:executeStateMachine", state_machine_calls},
      {"aws:invokeLambdaFunction", invoke_calls},
      {"aws:runCommand", run_command_calls},
      {"aws:runInstances", run_instances_calls},
      {"aws:waitForAwsResourceProperty", api_call_of}};
  return kReaders;
}

}  // namespace

Value without_references(const Value& value) {
  if (value.is_string()) return Value(starred(text_of(value)));
  if (const auto* list = value.if_array()) {
    Array out;
    for (const auto& item : *list) out.push_back(without_references(item));
    return out;
  }
  const auto* object = value.if_object();
  if (!object) return value;
  Object out;
  for (const auto& [key, item] : *object) out[starred(key)] = without_references(item);
  return out;
}

std::vector<StepCall> calls_of_step(const runbook::Step& step) {
  const auto reader = readers().find(step.action);
  return reader == readers().end() ? Calls() : reader->second(without_references(step.inputs));
}

}  // namespace hikae::plan
