// What holds between the properties of one resource.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

#include "stack/named_checks.h"

namespace hikae::stack {
namespace {

// base/value.h reads members of values; handed an object it would read a copy that is gone at once.
const Value& member(const Object& properties, std::string_view name) {
  static const Value kNone;
  const auto* value = find(properties, name);
  return value ? *value : kNone;
}

const Array& list_in(const Object& properties, std::string_view name) {
  static const Array kNone;
  const auto* list = member(properties, name).if_array();
  return list ? *list : kNone;
}

const Object& object_in(const Object& properties, std::string_view name) {
  static const Object kNone;
  const auto* object = member(properties, name).if_object();
  return object ? *object : kNone;
}

bool present(const Object& properties, std::string_view name) {
  const auto* value = find(properties, name);
  return value &&
         !(intrinsic_of(*value) == "Ref" && text_of(argument_of(*value)) == "AWS::NoValue");
}

void check_window(const Object& p, const Where& where, Findings& findings) {
  const auto duration = int_of(member(p, "Duration"));
  const auto cutoff = int_of(member(p, "Cutoff"));
  if (duration && cutoff && *cutoff >= *duration)
    findings.error(where.at("Cutoff"), "cutoff",
                   fmt::format("{} is not less than Duration ({}): expected 0 to {} hours", *cutoff,
                               *duration, *duration - 1));
  if (present(p, "ScheduleOffset") && present(p, "Schedule") && find(p, "Schedule")->is_string() &&
      !text_at(p, "Schedule").starts_with("cron("))
    findings.error(where.at("ScheduleOffset"), "offset",
                   "has a meaning with cron only: expected Schedule to be cron(…)");
}

std::string_view parameters_block(std::string_view task_type) {
  if (task_type == "AUTOMATION") return "MaintenanceWindowAutomationParameters";
  if (task_type == "LAMBDA") return "MaintenanceWindowLambdaParameters";
  if (task_type == "STEP_FUNCTIONS") return "MaintenanceWindowStepFunctionsParameters";
  return "MaintenanceWindowRunCommandParameters";
}

void check_task_limits(const Object& p, const Where& where, Findings& findings) {
  const bool targets =
      find(p, "Targets") && (!find(p, "Targets")->is_array() || !list_in(p, "Targets").empty());
  for (std::string_view name : {"MaxConcurrency", "MaxErrors"}) {
    if (targets && !present(p, name))
      findings.error(
          where.at(name), "missing-property",
          fmt::format("{} is required with targets: expected a number or percentage", name));
    if (!targets && present(p, name))
      findings.error(
          where.at(name), "no-targets",
          fmt::format("a task without targets does not support {}: expected none", name));
  }
  if (!targets && text_at(p, "TaskType") == "RUN_COMMAND")
    findings.error(where.at("Targets"), "missing-property",
                   "RUN_COMMAND needs targets: expected WindowTargetIds or InstanceIds");
}

void check_task(const Object& p, const Where& where, Findings& findings) {
  check_task_limits(p, where, findings);
  const auto type = text_at(p, "TaskType");
  const auto expected = parameters_block(type);
  for (const auto& block : object_in(p, "TaskInvocationParameters"))
    if (!type.empty() && block.key() != expected &&
        intrinsic_of(p.at("TaskInvocationParameters")).empty())
      findings.error(where.at("TaskInvocationParameters").at(block.key()), "task-type",
                     fmt::format("does not go with TaskType {}: expected {}", type, expected));
}

void check_rule_target(const Value& target, const Where& where, Findings& findings) {
  int inputs = 0;
  for (std::string_view name : {"Input", "InputPath", "InputTransformer"})
    inputs += find(target, name) ? 1 : 0;
  if (inputs > 1)
    findings.error(where, "input", "expected only one of Input, InputPath, InputTransformer");
}

void check_rule_of_events(const Object& p, const Where& where, Findings& findings) {
  if (!present(p, "EventPattern") && !present(p, "ScheduleExpression"))
    findings.error(
        where, "rule",
        "a rule needs EventPattern or ScheduleExpression: expected at least one of them");
  const auto bus = text_at(p, "EventBusName", "default");
  if (present(p, "ScheduleExpression") && bus != "default")
    findings.error(where.at("ScheduleExpression"), "rule",
                   "scheduled rules stand on the default bus only: expected no EventBusName");
  std::set<std::string_view> ids;
  const auto& targets = list_in(p, "Targets");
  for (std::size_t i = 0; i < targets.size(); ++i) {
    const auto at = where.at("Targets").at(i);
    const auto id = text_at(targets[i], "Id");
    if (!id.empty() && !ids.insert(id).second)
      findings.error(at.at("Id"), "duplicate",
                     fmt::format("\"{}\" stands twice: expected ids that "
                                 "differ",
                                 id));
    check_rule_target(targets[i], at, findings);
  }
}

void check_function(const Object& p, const Where& where, Findings& findings) {
  const auto& code = object_in(p, "Code");
  if (find(p, "Code") && !intrinsic_of(p.at("Code")).empty()) return;
  const bool s3 = present(code, "S3Bucket") || present(code, "S3Key");
  const int ways =
      (present(code, "ZipFile") ? 1 : 0) + (s3 ? 1 : 0) + (present(code, "ImageUri") ? 1 : 0);
  if (find(p, "Code") && ways != 1)
    findings.error(where.at("Code"), "code",
                   "expected exactly one of ZipFile, S3Bucket with S3Key, ImageUri");
  if (s3 && !(present(code, "S3Bucket") && present(code, "S3Key")))
    findings.error(where.at("Code"), "code", "expected S3Bucket and S3Key together");
  const bool image = present(code, "ImageUri") || text_at(p, "PackageType") == "Image";
  if (image) return;
  for (std::string_view name : {"Handler", "Runtime"})
    if (find(p, "Code") && !present(p, name))
      findings.error(
          where.at(name), "missing-property",
          fmt::format("{} is required for code in a zip and missing: expected a text", name));
}

void check_iam_policy(const Object& p, const Where& where, Findings& findings) {
  for (std::string_view name : {"Roles", "Users", "Groups"})
    if (present(p, name) && (!find(p, name)->is_array() || !list_in(p, name).empty())) return;
  findings.error(where, "policy", "expected at least one of Roles, Users, Groups");
}

void check_subscription(const Object& p, const Where& where, Findings& findings) {
  const auto protocol = text_at(p, "Protocol");
  if (!present(p, "Endpoint")) {
    if (!protocol.empty())
      findings.error(where.at("Endpoint"), "missing-property",
                     fmt::format("Endpoint is missing: expected where {} goes", protocol));
    return;
  }
  const auto* endpoint = find(p, "Endpoint");
  if (!endpoint->is_string()) return;
  const auto text = text_of(*endpoint);
  const auto at = text.find('@');
  if (protocol.starts_with("email") &&
      (at == std::string_view::npos || at == 0 || at + 1 == text.size()))
    findings.error(where.at("Endpoint"), "endpoint",
                   fmt::format("\"{}\" is no mail address: expected name@domain", text));
  if ((protocol == "http" || protocol == "https") && !text.starts_with(str(protocol) + "://"))
    findings.error(
        where.at("Endpoint"), "endpoint",
        fmt::format("\"{}\" does not begin with {}://, which is expected", text, protocol));
  if ((protocol == "sqs" || protocol == "lambda" || protocol == "firehose") &&
      !text.starts_with("arn:"))
    findings.error(where.at("Endpoint"), "endpoint",
                   fmt::format("\"{}\" is no ARN: expected an ARN for {}", text, protocol));
}

void check_fifo(std::string_view name_property, std::string_view flag, const Object& p,
                const Where& where, Findings& findings) {
  const auto name = text_at(p, name_property);
  const bool fifo = member(p, flag) == Value(true);
  if (!name.empty() && fifo != name.ends_with(".fifo"))
    findings.error(where.at(name_property), "fifo",
                   fmt::format("\"{}\": expected {} and the ending .fifo together", name, flag));
  else if (!fifo && name.find('.') != std::string_view::npos)
    findings.error(where.at(name_property), "pattern",
                   fmt::format("\"{}\" holds a dot: expected letters, digits, - and _", name));
}

/// The type that stands, or CloudFormation's own default.
void check_document_type(const Object& p, const Where& where, Findings& findings) {
  const auto* given = find(p, "DocumentType");
  if (given && !given->is_string()) return;
  const auto type = text_at(p, "DocumentType", "Command");
  if (type != "Automation")
    findings.error(where.at("DocumentType"), "unmade-document",
                   fmt::format("hikae makes no documents of type {}: expected DocumentType "
                               "Automation",
                               type));
}

using SiblingCheck = void (*)(const Object&, const Where&, Findings&);

SiblingCheck sibling_check_of(std::string_view type) {
  if (type == "AWS::SSM::MaintenanceWindow") return check_window;
  if (type == "AWS::SSM::MaintenanceWindowTask") return check_task;
  if (type == "AWS::Events::Rule") return check_rule_of_events;
  if (type == "AWS::Lambda::Function") return check_function;
  if (type == "AWS::IAM::Policy") return check_iam_policy;
  if (type == "AWS::SSM::Document") return check_document_type;
  if (type == "AWS::SNS::Subscription") return check_subscription;
  return nullptr;
}

}  // namespace

void check_siblings(const ResourceType& type, const Object& properties, const Where& where,
                    Findings& findings) {
  if (const auto check = sibling_check_of(type.name)) check(properties, where, findings);
  if (type.name == "AWS::SNS::Topic")
    check_fifo("TopicName", "FifoTopic", properties, where, findings);
  if (type.name == "AWS::SQS::Queue")
    check_fifo("QueueName", "FifoQueue", properties, where, findings);
}

}  // namespace hikae::stack
