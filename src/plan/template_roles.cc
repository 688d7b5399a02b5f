// Roles and what they may do: no more than the documents and functions call.
#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

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

// --- Whom the backups are about

/// One way to be a plan's target: by tags, or by name.
struct Group {
  Value resources;
  Object tags;  // of conditions: {key: value or values}
};

/// What IAM would take for a variable is the letters that it is.
std::string no_variable(std::string_view text) {
  std::string out;
  for (auto at = text.find("${"); at != std::string_view::npos; at = text.find("${")) {
    out.append(text.substr(0, at)).append("${$}{");
    text.remove_prefix(at + 2);
  }
  return out.append(text);
}

Value one_or_all(const std::vector<std::string>& values) {
  std::vector<std::string> letters;
  for (const auto& value : values) letters.push_back(no_variable(value));
  return letters.size() == 1 ? Value(letters.front()) : Value(texts_value(letters));
}

/// A role's inline policies have 10,240 characters together: beyond these counts the groups would
/// not fit, and every instance is one of them, whose stop tag still has to say so.
constexpr std::size_t kGroups = 6;
constexpr std::size_t kGroupValues = 60;
constexpr std::size_t kNamedInstances = 20;

/// Plans that look for one and the same tag are one group, with the values of all.
std::vector<Group> groups_of(const Config& config) {
  std::map<std::string, std::set<std::string>> by_key;
  std::vector<Group> groups;
  Array named;
  for (const auto& plan : config.plans) {
    for (const auto& id : plan.instances)
      add_once(named, sub(fmt::format("arn:${{AWS::Partition}}:ec2:${{AWS::Region}}:"
                                      "${{AWS::AccountId}}:instance/{}",
                                      sub_literal(id))));
    if (plan.targets.size() == 1)
      by_key[plan.targets[0].key].insert(plan.targets[0].values.begin(),
                                         plan.targets[0].values.end());
    if (plan.targets.size() < 2) continue;
    Object tags;
    for (const auto& target : plan.targets)
      tags[fmt::format("aws:ResourceTag/{}", target.key)] = one_or_all(target.values);
    const bool is_known =
        std::ranges::any_of(groups, [&](const Group& group) { return group.tags == tags; });
    if (!is_known) groups.push_back({ec2_arn("instance"), std::move(tags)});
  }
  std::size_t value_count = 0;
  for (const auto& [key, values] : by_key) value_count += values.size();
  if (groups.size() + by_key.size() > kGroups || value_count > kGroupValues ||
      named.size() > kNamedInstances)
    return {{ec2_arn("instance"), {}}};
  for (const auto& [key, values] : by_key)
    groups.push_back({ec2_arn("instance"), Object{{fmt::format("aws:ResourceTag/{}", key),
                                                   one_or_all({values.begin(), values.end()})}}});
  if (!named.empty()) groups.push_back({std::move(named), {}});
  return groups;
}

/// A statement for each group: the first bears the plain name.
void add_for_groups(Array& statements, const std::vector<Group>& groups, const std::string& sid,
                    std::string_view action, const Object& also) {
  for (std::size_t i = 0; i < groups.size(); ++i) {
    auto keys = groups[i].tags;
    for (const auto& [key, value] : also) keys[key] = value;
    Object condition;
    if (!keys.empty()) condition["StringEquals"] = std::move(keys);
    statements.push_back(statement(i == 0 ? sid : fmt::format("{}{}", sid, i + 1), Value(action),
                                   groups[i].resources, std::move(condition)));
  }
}

/// Only these tags, and at least one: without its keys DeleteTags takes all tags away.
Object only_tag(std::string_view key) {
  return {{"ForAllValues:StringEquals", Object{{"aws:TagKeys", Array{key}}}},
          {"Null", Object{{"aws:TagKeys", "false"}}}};
}

void add_power_statements(const Config& config, Array& statements) {
  const auto groups = groups_of(config);
  add_for_groups(statements, groups, "StopWhereAsked", "ec2:StopInstances",
                 {{fmt::format("aws:ResourceTag/{}", config.tags.stop), "true"}});
  add_for_groups(statements, groups, "StartAgain", "ec2:StartInstances", {});
  // A tag that changes during the night must not leave a machine down.
  statements.push_back(
      statement("StartWhatWasStopped", "ec2:StartInstances", ec2_arn("instance"),
                Object{{"Null", Object{{"aws:ResourceTag/hikae:stopped-by", "false"}}}}));
  statements.push_back(statement("MarkStopped", Array{"ec2:CreateTags", "ec2:DeleteTags"},
                                 ec2_arn("instance"), only_tag("hikae:stopped-by")));
  statements.push_back(
      statement("StartEncrypted", "kms:CreateGrant",
                sub("arn:${AWS::Partition}:kms:${AWS::Region}:${AWS::AccountId}:key/*"),
                Object{{"Bool", Object{{"kms:GrantIsForAWSResource", "true"}}}}));
}

Array machine_statements(const Config& config) {
  auto doubtful = only_tag("hikae:consistency");
  doubtful["StringEquals"] = Object{{"aws:ResourceTag/AutoBackup", "true"}};
  Array statements{
      statement("Look",
                Array{"ec2:DescribeImages", "ec2:DescribeInstances", "ec2:DescribeInstanceStatus",
                      "ec2:DescribeSnapshots", "ec2:DescribeTags"},
                "*"),
      statement("MakeImages", "ec2:CreateImage",
                Array{ec2_arn("image"), ec2_arn("instance"), ec2_arn("snapshot")}),
      statement("TagAtBirth", "ec2:CreateTags", Array{ec2_arn("image"), ec2_arn("snapshot")},
                Object{{"StringEquals", Object{{"ec2:CreateAction", "CreateImage"}}}}),
      statement("MarkDoubtful", "ec2:CreateTags", ec2_arn("image"), std::move(doubtful))};
  add_power_statements(config, statements);
  return statements;
}

/// Of a document of the stack's own: on AWS it has no name that is known beforehand.
Value own_execution_arn(const Draft& draft, const std::string& name, const std::string& id) {
  if (!draft.on_aws()) return execution_arn(name);
  return sub(
      fmt::format("arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:"
                  "automation-definition/${{{}}}:*",
                  id));
}

void add_backup_role(const Draft& draft) {
  const auto& config = draft.config;
  const auto& audiences = draft.audiences;
  auto& resources = draft.resources;
  auto statements = machine_statements(config);
  auto functions = hooks_of(config, HookKind::Function, function_arn);
  functions.push_back(get_att("RetentionFunction", "Arn"));
  functions.push_back(get_att("AgentCheckFunction", "Arn"));
  if (draft.on_aws()) functions.push_back(get_att("ReportFunction", "Arn"));
  statements.push_back(statement("Invoke", "lambda:InvokeFunction", std::move(functions)));
  statements.push_back(statement("Tell", "sns:Publish", topics_of(audiences)));
  auto documents = hooks_of(config, HookKind::Document, execution_arn);
  documents.push_back(own_execution_arn(draft, start_document_name(config), "StartDocument"));
  for (const auto& audience : audiences)
    documents.push_back(own_execution_arn(
        draft, backup_document_name(config, *audience.plans.front()), audience.document));
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

/// The name that CloudFormation gives a function of that logical id begins so; what comes behind
/// cannot be asked for, as the function itself waits for this policy.
std::string log_group(const Draft& draft, std::string_view id, std::string name) {
  return draft.on_aws() ? fmt::format("${{AWS::StackName}}-{}-*", id) : name;
}

Object logs_statement(std::string_view function) {
  return statement("Log", Array{"logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"},
                   sub(fmt::format("arn:${{AWS::Partition}}:logs:${{AWS::Region}}:"
                                   "${{AWS::AccountId}}:log-group:/aws/lambda/{}:*",
                                   function)));
}

void add_retention_role(const Draft& draft) {
  auto& resources = draft.resources;
  // The article's images bear AutoBackup too; only hikae's say which machine they are of.
  const Object only_ours{{"StringEquals", Object{{"aws:ResourceTag/AutoBackup", "true"}}},
                         {"StringLike", Object{{"aws:ResourceTag/hikae:source-instance", "i-*"}}}};
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
                       statement("Tell", "sns:Publish", topics_of(draft.audiences)),
                       logs_statement(log_group(draft, "RetentionFunction",
                                                retention_function_name(draft.config)))});
}

/// The windows' ids are not known before they are made.
Value any_own(std::string_view what) {
  return sub(
      fmt::format("arn:${{AWS::Partition}}:ssm:${{AWS::Region}}:${{AWS::AccountId}}:{}/*", what));
}

void add_agent_check_role(const Draft& draft) {
  auto& resources = draft.resources;
  resources["AgentCheckRole"] = role("lambda.amazonaws.com", "hikae: looks at agents and tags");
  Array calls{"ec2:DescribeInstances", "ssm:DescribeInstanceInformation"};
  Array statements;
  if (!draft.on_aws()) {
    for (const auto* call : {"ec2:DescribeImages", "ec2:DescribeSnapshots"})
      calls.emplace_back(call);
    statements.push_back(
        statement("ReadWindows", "ssm:GetMaintenanceWindow", any_own("maintenancewindow")));
  }
  statements.push_back(statement("Look", std::move(calls), "*"));
  statements.push_back(statement("Tell", "sns:Publish", topics_of(draft.audiences)));
  statements.push_back(logs_statement(
      log_group(draft, "AgentCheckFunction", agent_check_function_name(draft.config))));
  resources["AgentCheckPolicy"] =
      policy_for("AgentCheckRole", "hikae-agent-check", std::move(statements));
}

/// It looks and tells; it changes nothing.
void add_report_role(const Draft& draft) {
  draft.resources["ReportRole"] = role("lambda.amazonaws.com", "hikae: tells what went wrong");
  draft.resources["ReportPolicy"] = policy_for(
      "ReportRole", "hikae-report",
      Array{statement("Look",
                      Array{"ec2:DescribeImages", "ec2:DescribeInstances", "ec2:DescribeSnapshots",
                            "ec2:DescribeTags", "ssm:DescribeAutomationStepExecutions"},
                      "*"),
            statement("ReadRuns", "ssm:GetAutomationExecution", any_own("automation-execution")),
            statement("ReadWindows", "ssm:GetMaintenanceWindow", any_own("maintenancewindow")),
            statement("Tell", "sns:Publish", topics_of(draft.audiences)),
            logs_statement(log_group(draft, "ReportFunction", ""))});
}

}  // namespace

void add_roles(const Draft& draft) {
  add_backup_role(draft);
  add_retention_role(draft);
  add_agent_check_role(draft);
  if (draft.on_aws()) add_report_role(draft);
}

}  // namespace hikae::plan
