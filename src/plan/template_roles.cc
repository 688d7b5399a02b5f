// Roles and what they may do: no more than the documents and functions call.
#include <fmt/format.h>

#include <algorithm>

#include "plan/compile.h"
#include "plan/template_parts.h"

namespace hikae::plan {
namespace {

/// Only this account's own service may assume it: no other customer's (confused deputy).
Object trust(std::string_view service) {
  return policy_document(Array{
      Object{{"Effect", "Allow"},
             {"Principal", Object{{"Service", service}}},
             {"Action", "sts:AssumeRole"},
             {"Condition",
              Object{{"StringEquals", Object{{"aws:SourceAccount", ref_to("AWS::AccountId")}}}}}}});
}

Object role(std::string_view service, std::string_view description) {
  return resource("AWS::IAM::Role", Object{{"AssumeRolePolicyDocument", trust(service)},
                                           {"Description", description}});
}

Object policy_for(std::string_view role_id, std::string_view name, Array statements) {
  return resource("AWS::IAM::Policy",
                  Object{{"PolicyName", name},
                         {"PolicyDocument", policy_document(std::move(statements))},
                         {"Roles", Array{ref_to(role_id)}}});
}

Value ec2_arn(std::string_view what) {
  // Images and snapshots are in nobody's account, instances and volumes in ours.
  const bool owned = what == "instance" || what == "volume";
  return sub(fmt::format("arn:${{AWS::Partition}}:ec2:${{AWS::Region}}:{}:{}/*",
                         owned ? "${AWS::AccountId}" : "", what));
}

Array topics_of(const std::vector<Audience>& audiences) {
  Array topics;
  for (const auto& audience : audiences) topics.push_back(ref_to(audience.topic));
  return topics;
}

Value function_arn(std::string_view name) {
  if (name.starts_with("arn:")) return Value(name);
  return sub(
      fmt::format("arn:${{AWS::Partition}}:lambda:${{AWS::Region}}:${{AWS::AccountId}}:"
                  "function:{}",
                  sub_literal(name)));
}

Value execution_arn(std::string_view document) {
  return sub(
      fmt::format("arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:"
                  "automation-definition/{}:*",
                  sub_literal(document)));
}

void add_once(Array& list, Value value) {
  if (std::ranges::find(list, value) == list.end()) list.push_back(std::move(value));
}

/// The user's own documents or functions that the plans name.
Array hooks_of(const Config& config, HookKind kind, Value (*arn)(std::string_view)) {
  Array out;
  for (const auto& plan : config.plans)
    for (const auto* hook : {&plan.before, &plan.check, &plan.after})
      if (hook->kind == kind) add_once(out, arn(hook->name));
  return out;
}

Array machine_statements(const Config& config) {
  const Value image_tags = Object{{"StringEquals", Object{{"ec2:CreateAction", "CreateImage"}}}};
  return Array{
      statement("Look",
                Array{"ec2:DescribeImages", "ec2:DescribeInstances", "ec2:DescribeInstanceStatus",
                      "ec2:DescribeSnapshots", "ec2:DescribeTags"},
                "*"),
      statement("MakeImages", "ec2:CreateImage",
                Array{ec2_arn("image"), ec2_arn("instance"), ec2_arn("snapshot")}),
      statement("TagAtBirth", "ec2:CreateTags", Array{ec2_arn("image"), ec2_arn("snapshot")},
                image_tags.get_object()),
      statement("MarkDoubtful", "ec2:CreateTags", ec2_arn("image"),
                Object{{"StringEquals", Object{{"aws:ResourceTag/AutoBackup", "true"}}},
                       {"ForAllValues:StringEquals",
                        Object{{"aws:TagKeys", Array{"hikae:consistency"}}}}}),
      statement("StopWhereAsked", "ec2:StopInstances", ec2_arn("instance"),
                Object{{"StringEquals",
                        Object{{fmt::format("aws:ResourceTag/{}", config.tags.stop), "true"}}}}),
      statement("MarkStopped", Array{"ec2:CreateTags", "ec2:DeleteTags"}, ec2_arn("instance"),
                Object{{"ForAllValues:StringEquals",
                        Object{{"aws:TagKeys", Array{"hikae:stopped-by"}}}}}),
      // Without a condition: a tag that changes during the night must not leave a machine down.
      statement("StartAgain", "ec2:StartInstances", ec2_arn("instance")),
      statement("StartEncrypted", "kms:CreateGrant", "*",
                Object{{"Bool", Object{{"kms:GrantIsForAWSResource", "true"}}}})};
}

void add_backup_role(const Config& config, const std::vector<Audience>& audiences,
                     Object& resources) {
  auto statements = machine_statements(config);
  auto functions = hooks_of(config, HookKind::Function, function_arn);
  functions.push_back(get_att("RetentionFunction", "Arn"));
  functions.push_back(get_att("AgentCheckFunction", "Arn"));
  statements.push_back(statement("Invoke", "lambda:InvokeFunction", std::move(functions)));
  statements.push_back(statement("Tell", "sns:Publish", topics_of(audiences)));
  auto documents = hooks_of(config, HookKind::Document, execution_arn);
  documents.push_back(execution_arn(start_document_name(config)));
  for (const auto& audience : audiences)
    documents.push_back(execution_arn(backup_document_name(config, *audience.plans.front())));
  statements.push_back(
      statement("StartRuns", "ssm:StartAutomationExecution", std::move(documents)));
  statements.push_back(statement("WatchRuns",
                                 Array{"ssm:GetAutomationExecution", "ssm:StopAutomationExecution"},
                                 sub("arn:${AWS::Partition}:ssm:${AWS::Region}:${AWS::AccountId}:"
                                     "automation-execution/*")));
  statements.push_back(
      statement("PassSelf", "iam:PassRole", get_att("BackupRole", "Arn"),
                Object{{"StringEquals", Object{{"iam:PassedToService", "ssm.amazonaws.com"}}}}));
  resources["BackupRole"] = role("ssm.amazonaws.com", "hikae: windows and documents");
  resources["BackupPolicy"] = policy_for("BackupRole", "hikae-backup", std::move(statements));
}

Object logs_statement(std::string_view function) {
  return statement("Log", Array{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
                   sub(fmt::format("arn:${{AWS::Partition}}:logs:${{AWS::Region}}:"
                                   "${{AWS::AccountId}}:log-group:/aws/lambda/{}:*",
                                   function)));
}

void add_retention_role(const Config& config, const std::vector<Audience>& audiences,
                        Object& resources) {
  const Object only_ours{{"StringEquals", Object{{"aws:ResourceTag/AutoBackup", "true"}}}};
  resources["RetentionRole"] = role("lambda.amazonaws.com", "hikae: deletes old generations");
  resources["RetentionPolicy"] =
      policy_for("RetentionRole", "hikae-retention",
                 Array{statement("Look",
                                 Array{"ec2:DescribeImageAttribute", "ec2:DescribeImages",
                                       "ec2:DescribeInstances", "ec2:DescribeSnapshotAttribute",
                                       "ec2:DescribeSnapshots", "ec2:DescribeTags"},
                                 "*"),
                       statement("DeleteOurs", Array{"ec2:DeregisterImage", "ec2:DeleteSnapshot"},
                                 Array{ec2_arn("image"), ec2_arn("snapshot")}, only_ours),
                       statement("Tell", "sns:Publish", topics_of(audiences)),
                       logs_statement(retention_function_name(config))});
}

void add_agent_check_role(const Config& config, const std::vector<Audience>& audiences,
                          Object& resources) {
  resources["AgentCheckRole"] = role("lambda.amazonaws.com", "hikae: looks at agents and tags");
  resources["AgentCheckPolicy"] = policy_for(
      "AgentCheckRole", "hikae-agent-check",
      Array{
          statement("Look", Array{"ec2:DescribeInstances", "ssm:DescribeInstanceInformation"}, "*"),
          statement("Tell", "sns:Publish", topics_of(audiences)),
          logs_statement(agent_check_function_name(config))});
}

}  // namespace

void add_roles(const Config& config, const std::vector<Audience>& audiences, Object& resources) {
  add_backup_role(config, audiences, resources);
  add_retention_role(config, audiences, resources);
  add_agent_check_role(config, audiences, resources);
}

}  // namespace hikae::plan
