// Windows, targets and tasks of the plans.
#include <fmt/format.h>

#include "plan/compile.h"
#include "plan/morning.h"
#include "plan/template_parts.h"
#include "text/json.h"

namespace hikae::plan {
namespace {

/// An agent check takes seconds, but a window has whole hours.
constexpr int kAgentCheckHours = 1;

Object window(Value name, std::string_view schedule, const Plan& plan, int hours, int cutoff,
              Array tags) {
  return resource("AWS::SSM::MaintenanceWindow", Object{{"Name", std::move(name)},
                                                        {"Schedule", schedule},
                                                        {"ScheduleTimezone", plan.zone},
                                                        {"Duration", hours},
                                                        {"Cutoff", cutoff},
                                                        {"AllowUnassociatedTargets", false},
                                                        {"Tags", std::move(tags)}});
}

/// A name need not be unique; on AWS it begins with the stack's own.
Value shown_name(const Draft& draft, std::string name) {
  if (!draft.on_aws()) return Value(std::move(name));
  return sub("${AWS::StackName}" + name.substr(draft.config.stack.size()));
}

Array window_tags(const Plan& plan) {
  Array tags{tag("hikae:plan", plan.name),
             tag("hikae:require-agent", plan.require_agent ? "true" : "false"),
             tag("hikae:dst-gap", plan.dst_gap == DstGap::Next ? "next" : "skip")};
  if (plan.catch_up_minutes)
    tags.push_back(tag("hikae:catch-up-minutes", fmt::format("{}", *plan.catch_up_minutes)));
  return tags;
}

Array target_keys(const Plan& plan) {
  if (!plan.instances.empty())
    return Array{Object{{"Key", "InstanceIds"}, {"Values", texts_value(plan.instances)}}};
  Array keys;
  for (const auto& target : plan.targets)
    keys.push_back(Object{{"Key", "tag:" + target.key}, {"Values", texts_value(target.values)}});
  return keys;
}

void add_backup_window(const Draft& draft, const Audience& audience, const Plan& plan) {
  auto& resources = draft.resources;
  const auto part = logical_name(plan.name);
  const auto window_id = window_id_of(plan);
  resources[window_id] = window(shown_name(draft, window_name(draft.config, plan)), plan.schedule,
                                plan, plan.window_hours, plan.cutoff_hours, window_tags(plan));
  resources["Target" + part] =
      resource("AWS::SSM::MaintenanceWindowTarget", Object{{"WindowId", ref_to(window_id)},
                                                           {"ResourceType", "INSTANCE"},
                                                           {"OwnerInformation", plan.name},
                                                           {"Targets", target_keys(plan)}});
  auto parameters = document_parameters(draft.config, plan);
  parameters["InstanceId"] = Array{"{{TARGET_ID}}"};
  parameters["StopWithinMinutes"] = Array{fmt::format("{}", plan.window_hours * 60)};
  parameters["TopicArn"] = Array{ref_to(audience.topic)};
  resources["Task" + part] = resource(
      "AWS::SSM::MaintenanceWindowTask",
      Object{
          {"WindowId", ref_to(window_id)},
          {"TaskType", "AUTOMATION"},
          {"TaskArn", ref_to(audience.document)},
          {"ServiceRoleArn", get_att("BackupRole", "Arn")},
          {"Priority", 1},
          {"MaxConcurrency", plan.concurrency},
          {"MaxErrors", plan.error_limit},
          {"Targets",
           Array{Object{{"Key", "WindowTargetIds"}, {"Values", Array{ref_to("Target" + part)}}}}},
          {"TaskInvocationParameters", Object{{"MaintenanceWindowAutomationParameters",
                                               Object{{"DocumentVersion", "$DEFAULT"},
                                                      {"Parameters", std::move(parameters)}}}}}});
}

Value keep_value(const Keep& keep) {
  return Object{{"Last", keep.last},     {"WithinDays", keep.within_days}, {"Daily", keep.daily},
                {"Weekly", keep.weekly}, {"Monthly", keep.monthly},        {"Yearly", keep.yearly}};
}

/// The payload is text with one reference in it: the topic.
Value agent_check_payload(const Draft& draft, const Audience& audience, const Plan& plan,
                          std::size_t nth) {
  const auto& config = draft.config;
  const auto& tag_value = plan.targets.front().values[nth];
  Object payload{{"TagKey", plan.targets.front().key},
                 {"TagValue", tag_value},
                 {"StopTag", config.tags.stop},
                 {"GenerationTag", config.tags.generations},
                 {"Keep", keep_value(plan.keep)}};
  const bool looks_at_night = !draft.on_aws();  // there the report does, each morning
  const auto check = morning_check(plan);
  if (looks_at_night && check) payload["MaxAgeHours"] = check->age_hours;
  auto text = sub_literal(text::to_json(payload));
  text.pop_back();
  text += R"(,"TopicArn":"${)" + audience.topic + "}\"";
  if (looks_at_night) text += fmt::format(R"(,"Installation":"${{{}}}")", kInstallationParameter);
  if (looks_at_night) text += R"(,"WindowIds":["${)" + window_id_of(plan) + "}\"]";
  return sub(text + "}");
}

/// A task without targets that calls a function.
Object call_task(std::string_view window_id, std::string_view function, Value payload) {
  return resource(
      "AWS::SSM::MaintenanceWindowTask",
      Object{{"WindowId", ref_to(window_id)},
             {"TaskType", "LAMBDA"},
             {"TaskArn", get_att(function, "Arn")},
             {"ServiceRoleArn", get_att("BackupRole", "Arn")},
             {"Priority", 1},
             {"TaskInvocationParameters", Object{{"MaintenanceWindowLambdaParameters",
                                                  Object{{"Payload", std::move(payload)}}}}}});
}

/// A second window, since EventBridge's rules know only UTC: the moment follows the first one's
/// through every change of the clocks (docs/reference/hazards.md P39).
void add_agent_check_window(const Draft& draft, const Audience& audience, const Plan& plan) {
  auto& resources = draft.resources;
  if (plan.agent_check_schedule.empty()) return;
  const auto window_id = agent_window_id_of(plan);
  resources[window_id] =
      window(shown_name(draft, agent_check_window_name(draft.config, plan)),
             plan.agent_check_schedule, plan, kAgentCheckHours, 0,
             Array{tag("hikae:plan", plan.name),
                   tag("hikae:dst-gap", plan.dst_gap == DstGap::Next ? "next" : "skip")});
  for (std::size_t i = 0; i < plan.targets.front().values.size(); ++i) {
    const auto nth = i == 0 ? std::string{} : fmt::format("{}", i + 1);
    const auto id = fmt::format("AgentCheck{}Task{}", nth, logical_name(plan.name));
    resources[id] =
        call_task(window_id, "AgentCheckFunction", agent_check_payload(draft, audience, plan, i));
  }
}

/// The windows are looked at once, whatever values the tag has.
Value report_payload(const Audience& audience, const Plan& plan, const MorningCheck& check,
                     std::size_t nth) {
  const Object payload{{"TagKey", plan.targets.front().key},
                       {"TagValue", plan.targets.front().values[nth]},
                       {"MaxAgeHours", check.age_hours}};
  auto text = sub_literal(text::to_json(payload));
  text.pop_back();
  text += R"(,"TopicArn":"${)" + audience.topic + "}\"";
  if (nth == 0) text += R"(,"WindowIds":["${)" + window_id_of(plan) + "}\"";
  if (nth == 0 && !plan.agent_check_schedule.empty())
    text += R"(,"${)" + agent_window_id_of(plan) + "}\"";
  return sub(text + (nth == 0 ? "]}" : "}"));
}

/// A night that never began leaves no event: who has no fresh image is told each day.
void add_report_window(const Draft& draft, const Audience& audience, const Plan& plan) {
  const auto check = morning_check(plan);
  if (!check) return;
  const auto window_id = report_window_id_of(plan);
  draft.resources[window_id] =
      window(shown_name(draft, report_window_name(draft.config, plan)), check->schedule, plan,
             kAgentCheckHours, 0, Array{tag("hikae:plan", plan.name)});
  for (std::size_t i = 0; i < plan.targets.front().values.size(); ++i) {
    const auto nth = i == 0 ? std::string{} : fmt::format("{}", i + 1);
    draft.resources[fmt::format("Report{}Task{}", nth, logical_name(plan.name))] =
        call_task(window_id, "ReportFunction", report_payload(audience, plan, *check, i));
  }
}

}  // namespace

void add_windows(const Draft& draft) {
  for (const auto& audience : draft.audiences)
    for (const auto* plan : audience.plans) {
      add_backup_window(draft, audience, *plan);
      add_agent_check_window(draft, audience, *plan);
      if (draft.on_aws()) add_report_window(draft, audience, *plan);
    }
}

}  // namespace hikae::plan
