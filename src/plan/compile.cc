#include "plan/compile.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "plan/runbooks.h"
#include "plan/template_parts.h"
#include "text/json.h"
#include "zone/zone.h"

namespace hikae::plan {
namespace {

/// SSM gives up on a function after 300 s; the function itself must have ended before (P32).
constexpr int kRetentionTimeoutS = 270;
constexpr int kAgentCheckTimeoutS = 120;

std::string own_function(const Config& config, std::string_view name) {
  return config.stack == "hikae" ? str(name) : fmt::format("{}-{}", name, config.stack);
}

/// "hikae-backup", and "hikae-backup-NAME" where there are more audiences than one.
std::string document_name(const Config& config, const Audience& audience) {
  return audience.suffix.empty() ? config.stack + "-backup"
                                 : config.stack + "-backup-" + audience.suffix;
}

Array one_text(std::string text) { return Array{Value(text)}; }

/// Days and weeks of `keep` are told by the plan's own clock. Its winter or summer hour does not
/// matter to a date, so one instant stands for all.
int utc_offset_minutes(const Plan& plan) {
  const auto zone = zone::Zone::load(plan.zone);
  const auto instant = wall_ms(1'767'225'600'000);  // 2026-01-01
  return zone ? zone->local(instant).offset_s / 60 : 0;
}

void set_hook(Object& parameters, std::string_view place, const Hook& hook) {
  if (hook.kind == HookKind::None) return;
  const auto kind = hook.kind == HookKind::Document ? "Document" : "Function";
  parameters[fmt::format("{}{}", place, kind)] = one_text(hook.name);
}

void set_default(Value& document, std::string_view parameter, Value value) {
  auto& parameters = document.as_object().at("parameters").as_object();
  parameters.at(parameter).as_object()["default"] = std::move(value);
}

Object document_resource(std::string name, Value content) {
  return resource("AWS::SSM::Document", Object{{"Name", name},
                                               {"DocumentType", "Automation"},
                                               {"DocumentFormat", "JSON"},
                                               {"TargetType", "/AWS::EC2::Instance"},
                                               {"UpdateMethod", "NewVersion"},
                                               {"Content", std::move(content)},
                                               {"Tags", Array{tag("hikae:power", "restore")}}});
}

Object function_resource(std::string name, std::string_view description, std::string_view key,
                         std::string_view role, int timeout_s, const Config& config,
                         const std::vector<Audience>& audiences) {
  const Object variables{{"SNS_TOPIC_ARN", ref_to(audiences.front().topic)},
                         {"HIKAE_GENERATION_TAG", config.tags.generations},
                         {"HIKAE_STOP_TAG", config.tags.stop}};
  auto function =
      resource("AWS::Lambda::Function",
               Object{{"FunctionName", name},
                      {"Description", description},
                      {"Runtime", "provided.al2023"},
                      {"Handler", "bootstrap"},
                      {"Architectures", Array{"x86_64"}},
                      {"MemorySize", 128},
                      {"Timeout", timeout_s},
                      {"Role", get_att(fmt::format("{}Role", role), "Arn")},
                      {"Code", Object{{"S3Bucket", ref_to("CodeBucket")}, {"S3Key", ref_to(key)}}},
                      {"Environment", Object{{"Variables", variables}}}});
  // A first invocation must not come before the permissions.
  function["DependsOn"] = Array{fmt::format("{}Policy", role)};
  return function;
}

Object permission(std::string_view function, std::string_view principal) {
  return resource("AWS::Lambda::Permission", Object{{"Action", "lambda:InvokeFunction"},
                                                    {"FunctionName", get_att(function, "Arn")},
                                                    {"Principal", principal},
                                                    {"SourceAccount", ref_to("AWS::AccountId")}});
}

Object text_parameter(std::string_view description, std::string_view otherwise) {
  return Object{{"Type", "String"}, {"Description", description}, {"Default", otherwise}};
}

Object template_parameters() {
  Object on_aws = text_parameter("true where AWS applies this template, not hikae", "false");
  on_aws["AllowedValues"] = Array{"true", "false"};
  return Object{
      {"CodeBucket", text_parameter("Bucket of the functions' zips", "hikae-code")},
      {"RetentionCodeKey", text_parameter("Zip of hikae-retention", "hikae-retention.zip")},
      {"AgentCheckCodeKey", text_parameter("Zip of hikae-agent-check", "hikae-agent-check.zip")},
      {"OnAws", std::move(on_aws)},
      {str(kInstallationParameter),
       text_parameter("Which hikae this is, where several share an account; hikae gives its own",
                      "")}};
}

}  // namespace

void add_functions(const Config& config, const std::vector<Audience>& audiences,
                   Object& resources) {
  resources["RetentionFunction"] =
      function_resource(retention_function_name(config), "hikae: deletes old generations",
                        "RetentionCodeKey", "Retention", kRetentionTimeoutS, config, audiences);
  resources["AgentCheckFunction"] = function_resource(
      agent_check_function_name(config), "hikae: looks at agents and tags before the window",
      "AgentCheckCodeKey", "AgentCheck", kAgentCheckTimeoutS, config, audiences);
  resources["RetentionPermission"] = permission("RetentionFunction", "ssm.amazonaws.com");
  resources["AgentCheckPermission"] = permission("AgentCheckFunction", "ssm.amazonaws.com");
}

void add_documents(const Config& config, const std::vector<Audience>& audiences,
                   Object& resources) {
  auto start = runbook_value(start_runbook());
  // A run by hand then has the role's rights too, and cannot fail half-way for want of them (P40).
  set_default(start, "AutomationAssumeRole", get_att("BackupRole", "Arn"));
  set_default(start, "TopicArn", ref_to(audiences.front().topic));
  resources["StartDocument"] = document_resource(start_document_name(config), std::move(start));
  for (const auto& audience : audiences) {
    auto backup = runbook_value(backup_runbook());
    set_default(backup, "AutomationAssumeRole", get_att("BackupRole", "Arn"));
    set_default(backup, "TopicArn", ref_to(audience.topic));
    set_default(backup, "RetentionFunction", ref_to("RetentionFunction"));
    set_default(backup, "StartDocument", ref_to("StartDocument"));
    set_default(backup, "StopTag", Value(config.tags.stop));
    set_default(backup, "GenerationTag", Value(config.tags.generations));
    set_default(backup, "Installation", ref_to(kInstallationParameter));
    resources[audience.document] =
        document_resource(document_name(config, audience), std::move(backup));
  }
}

std::string backup_document_name(const Config& config, const Plan& plan) {
  for (const auto& audience : audiences_of(config))
    for (const auto* member : audience.plans)
      if (member->name == plan.name) return document_name(config, audience);
  return config.stack + "-backup";
}

std::string start_document_name(const Config& config) { return config.stack + "-start"; }

std::string retention_function_name(const Config& config) {
  return own_function(config, "hikae-retention");
}

std::string agent_check_function_name(const Config& config) {
  return own_function(config, "hikae-agent-check");
}

std::string window_name(const Config& config, const Plan& plan) {
  return config.stack + "-" + plan.name;
}

std::string agent_check_window_name(const Config& config, const Plan& plan) {
  return window_name(config, plan) + "-agent-check";
}

Object document_parameters(const Config&, const Plan& plan) {
  const auto count = [](int number) { return one_text(fmt::format("{}", number)); };
  Object parameters{{"Plan", one_text(plan.name)},
                    {"KeepLast", count(plan.keep.last)},
                    {"KeepWithinDays", count(plan.keep.within_days)},
                    {"KeepDaily", count(plan.keep.daily)},
                    {"KeepWeekly", count(plan.keep.weekly)},
                    {"KeepMonthly", count(plan.keep.monthly)},
                    {"KeepYearly", count(plan.keep.yearly)},
                    {"KeepUtcOffsetMinutes", count(utc_offset_minutes(plan))}};
  set_hook(parameters, "Before", plan.before);
  set_hook(parameters, "Check", plan.check);
  set_hook(parameters, "After", plan.after);
  return parameters;
}

Result<Value> compile_template(const Config& config) {
  const auto audiences = audiences_of(config);
  Object resources;
  add_topics(config, audiences, resources);
  add_roles(config, audiences, resources);
  add_functions(config, audiences, resources);
  add_documents(config, audiences, resources);
  add_windows(config, audiences, resources);
  add_rules(config, audiences, resources);
  Value value = Object{
      {"AWSTemplateFormatVersion", "2010-09-09"},
      {"Description", "Made by hikae from hikae.yaml. Edit that file, not this template."},
      {"Parameters", template_parameters()},
      {"Conditions", Object{{"IsOnAws", Object{{"Fn::Equals", Array{ref_to("OnAws"), "true"}}}}}},
      {"Resources", std::move(resources)}};
  const auto size = text::to_json(value).size();
  if (size > limits::kTemplateBytes)
    return fail(ErrorKind::Limit,
                fmt::format("the template of {} plans has {} bytes, CloudFormation takes {}: give "
                            "plans the same notify list, or divide them over two stacks",
                            config.plans.size(), size, limits::kTemplateBytes));
  return value;
}

}  // namespace hikae::plan
