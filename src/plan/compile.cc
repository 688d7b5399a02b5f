#include "plan/compile.h"

#include <fmt/format.h>

#include "base/limits.h"
#include "plan/morning.h"
#include "plan/runbooks.h"
#include "plan/template_parts.h"
#include "text/json.h"
#include "zone/zone.h"

namespace hikae::plan {
namespace {

/// SSM gives up on a function after 300 s; the function itself must have ended before (P32).
constexpr int kRetentionTimeoutS = 270;
constexpr int kAgentCheckTimeoutS = 120;
constexpr int kReportTimeoutS = 120;

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

Object document_resource(const Draft& draft, std::string name, Value content) {
  Object properties;
  if (!draft.on_aws()) properties["Name"] = std::move(name);
  properties["DocumentType"] = "Automation";
  properties["DocumentFormat"] = "JSON";
  properties["TargetType"] = "/AWS::EC2::Instance";
  properties["UpdateMethod"] = "NewVersion";
  properties["Content"] = std::move(content);
  properties["Tags"] = Array{tag("hikae:power", "restore")};
  return resource("AWS::SSM::Document", std::move(properties));
}

/// One of hikae's functions.
struct OwnFunction {
  std::string part;  // "Retention": of its logical ids
  std::string name;  // where names are fixed
  std::string_view description;
  int timeout_s = 0;
};

Object variables_of(const Draft& draft) {
  Object variables{{"SNS_TOPIC_ARN", ref_to(draft.audiences.front().topic)},
                   {"HIKAE_GENERATION_TAG", draft.config.tags.generations},
                   {"HIKAE_STOP_TAG", draft.config.tags.stop}};
  if (!draft.on_aws()) return variables;
  variables["HIKAE_INSTALLATION"] = installation_of(draft);
  variables["HIKAE_STACK"] = ref_to("AWS::StackName");
  return variables;
}

void add_function(const Draft& draft, const OwnFunction& own) {
  Object properties;
  if (!draft.on_aws()) properties["FunctionName"] = own.name;
  properties["Description"] = own.description;
  properties["Runtime"] = "provided.al2023";
  properties["Handler"] = "bootstrap";
  properties["Architectures"] = Array{"x86_64"};
  properties["MemorySize"] = 128;
  properties["Timeout"] = own.timeout_s;
  properties["Role"] = get_att(own.part + "Role", "Arn");
  properties["Code"] =
      Object{{"S3Bucket", ref_to("CodeBucket")}, {"S3Key", ref_to(own.part + "CodeKey")}};
  properties["Environment"] = Object{{"Variables", variables_of(draft)}};
  auto function = resource("AWS::Lambda::Function", std::move(properties));
  // A first invocation must not come before the permissions.
  function["DependsOn"] = Array{own.part + "Policy"};
  draft.resources[own.part + "Function"] = std::move(function);
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
  return Object{
      {"CodeBucket", text_parameter("Bucket of the functions' zips", "hikae-code")},
      {"RetentionCodeKey", text_parameter("Zip of hikae-retention", "hikae-retention.zip")},
      {"AgentCheckCodeKey", text_parameter("Zip of hikae-agent-check", "hikae-agent-check.zip")},
      {str(kInstallationParameter),
       text_parameter("Which hikae this is, where several share an account; hikae gives its own",
                      "")}};
}

/// `hikae deploy` knows them all: none has a default that could be wrong.
Object deployment_parameters() {
  const auto needed = [](std::string_view description) {
    return Object{{"Type", "String"}, {"Description", description}, {"MinLength", 1}};
  };
  return Object{{"CodeBucket", needed("Bucket of the functions' zips")},
                {"RetentionCodeKey", needed("Zip of hikae-retention")},
                {"AgentCheckCodeKey", needed("Zip of hikae-agent-check")},
                {"ReportCodeKey", needed("Zip of hikae-report")}};
}

Object template_outputs(const Draft& draft) {
  const auto output = [](std::string_view description, Value value) {
    return Object{{"Description", description}, {"Value", std::move(value)}};
  };
  return Object{
      {"Topic", output("Who is told", ref_to(draft.audiences.front().topic))},
      {"BackupDocument",
       output("What backs one instance up", ref_to(draft.audiences.front().document))},
      {"StartDocument", output("What starts an instance again", ref_to("StartDocument"))},
      {"Installation", output("The tag hikae:installation of its images", installation_of(draft))}};
}

}  // namespace

void add_functions(const Draft& draft) {
  add_function(draft, {"Retention", retention_function_name(draft.config),
                       "hikae: deletes old generations", kRetentionTimeoutS});
  add_function(draft, {"AgentCheck", agent_check_function_name(draft.config),
                       "hikae: looks at agents and tags before the window", kAgentCheckTimeoutS});
  auto& resources = draft.resources;
  resources["RetentionPermission"] = permission("RetentionFunction", "ssm.amazonaws.com");
  resources["AgentCheckPermission"] = permission("AgentCheckFunction", "ssm.amazonaws.com");
  if (!draft.on_aws()) return;
  add_function(draft, {"Report", "", "hikae: tells of failed runs, and who has no fresh image",
                       kReportTimeoutS});
  resources["ReportPermission"] = permission("ReportFunction", "ssm.amazonaws.com");
}

void add_documents(const Draft& draft) {
  const auto& config = draft.config;
  const auto& audiences = draft.audiences;
  auto& resources = draft.resources;
  auto start = runbook_value(start_runbook());
  // A run by hand then has the role's rights too, and cannot fail half-way for want of them (P40).
  set_default(start, "AutomationAssumeRole", get_att("BackupRole", "Arn"));
  set_default(start, "TopicArn", ref_to(audiences.front().topic));
  resources["StartDocument"] =
      document_resource(draft, start_document_name(config), std::move(start));
  for (const auto& audience : audiences) {
    auto backup = runbook_value(backup_runbook());
    set_default(backup, "AutomationAssumeRole", get_att("BackupRole", "Arn"));
    set_default(backup, "TopicArn", ref_to(audience.topic));
    set_default(backup, "RetentionFunction", ref_to("RetentionFunction"));
    set_default(backup, "StartDocument", ref_to("StartDocument"));
    set_default(backup, "StopTag", Value(config.tags.stop));
    set_default(backup, "GenerationTag", Value(config.tags.generations));
    set_default(backup, "Installation", installation_of(draft));
    resources[audience.document] =
        document_resource(draft, document_name(config, audience), std::move(backup));
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

std::string report_window_name(const Config& config, const Plan& plan) {
  return window_name(config, plan) + "-report";
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

std::vector<std::string> beyond_aws(const Config& config) {
  std::vector<std::string> notes;
  for (const auto& plan : config.plans) {
    const auto note = [&](std::string_view what) {
      notes.push_back(fmt::format("plan {}: {}", plan.name, what));
    };
    if (plan.dst_gap == DstGap::Next)
      note("dst_gap: next is hikae's own; AWS decides what a window does in a gap of the clocks");
    if (plan.catch_up_minutes) note("catch_up_minutes is hikae's own; AWS runs windows on time");
    if (plan.require_agent)
      note("require_agent is hikae's own; on AWS the agent check tells, and the backup is made");
    if (!morning_check(plan))
      note(
          "has no report in the morning, which needs targets of one tag and a schedule that "
          "repeats; a night that never begins is not told");
  }
  return notes;
}

Result<Value> compile_template(const Config& config, Applier applier) {
  const auto audiences = audiences_of(config);
  Object resources;
  const Draft draft{config, audiences, applier, resources};
  add_topics(draft);
  add_roles(draft);
  add_functions(draft);
  add_documents(draft);
  add_windows(draft);
  add_rules(draft);
  Object made{{"AWSTemplateFormatVersion", "2010-09-09"},
              {"Description", "Made by hikae from hikae.yaml. Edit that file, not this template."},
              {"Parameters", draft.on_aws() ? deployment_parameters() : template_parameters()},
              {"Resources", std::move(resources)}};
  if (draft.on_aws()) made["Outputs"] = template_outputs(draft);
  const Value value = std::move(made);
  const auto size = text::to_json(value).size();
  if (size > limits::kTemplateBytes)
    return fail(ErrorKind::Limit,
                fmt::format("the template of {} plans has {} bytes, CloudFormation takes {}: give "
                            "plans the same notify list, or divide them over two stacks",
                            config.plans.size(), size, limits::kTemplateBytes));
  return value;
}

}  // namespace hikae::plan
