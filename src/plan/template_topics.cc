// Who is told: topics, subscriptions, and the rules that lead events to them.
#include <fmt/format.h>

#include "plan/compile.h"
#include "plan/template_parts.h"

namespace hikae::plan {
namespace {

Object topic_policy(const Audience& audience) {
  // The windows' and documents' role publishes by its own policy; only EventBridge needs this one.
  const Object from_events{{"Sid", "EventsMayPublish"},
                           {"Effect", "Allow"},
                           {"Principal", Object{{"Service", "events.amazonaws.com"}}},
                           {"Action", "sns:Publish"},
                           {"Resource", ref_to(audience.topic)}};
  return resource("AWS::SNS::TopicPolicy",
                  Object{{"PolicyDocument", policy_document(Array{from_events})},
                         {"Topics", Array{ref_to(audience.topic)}}});
}

Object rule(std::string_view description, Object pattern, Object target) {
  return resource("AWS::Events::Rule", Object{{"Description", description},
                                              {"EventPattern", std::move(pattern)},
                                              {"State", "ENABLED"},
                                              {"Targets", Array{std::move(target)}}});
}

Object to_topic(const Audience& audience) {
  return Object{{"Id", "Topic"}, {"Arn", ref_to(audience.topic)}};
}

/// SNS would send the raw event, which names neither instance nor step: the report reads the run.
/// It gets the event's members as they are, and whom to tell.
Object to_report(const Audience& audience) {
  Object paths;
  std::string members;
  for (const std::string_view member :
       {"id", "detail-type", "source", "account", "time", "region", "resources", "detail"}) {
    paths[member] = fmt::format("$.{}", member);
    members += fmt::format("\"{0}\":<{0}>,", member);
  }
  const auto input = fmt::format("{{{}\"TopicArn\":\"${{{}}}\"}}", members, audience.topic);
  return Object{{"Id", "Report"},
                {"Arn", get_att("ReportFunction", "Arn")},
                {"InputTransformer",
                 Object{{"InputPathsMap", std::move(paths)}, {"InputTemplate", sub(input)}}}};
}

/// Runs of our own documents, parents only: neither AWS's children nor hikae-start, which tells of
/// itself. Both spellings of cancelled are in use (docs/reference/ssm-automation.md 7.6).
Object run_pattern(std::string_view document_id) {
  return Object{
      {"source", Array{"aws.ssm"}},
      {"detail-type", Array{"EC2 Automation Execution Status-change Notification"}},
      {"detail", Object{{"Definition", Array{ref_to(document_id)}},
                        {"Status", Array{"Failed", "TimedOut", "Cancelled", "Canceled"}}}}};
}

/// What hikae itself tells: skipped, missed, not started, left stopped. Events that name no window
/// are everybody's.
Object hikae_pattern(const Config& config, const Audience& audience) {
  Array names;
  for (const auto* plan : audience.plans) {
    names.push_back(Value(window_name(config, *plan)));
    if (plan->agent_check_minutes) names.push_back(Value(agent_check_window_name(config, *plan)));
  }
  names.push_back(Object{{"exists", false}});
  return Object{{"source", Array{"hikae"}}, {"detail", Object{{"window-name", std::move(names)}}}};
}

Object event_permission(std::string_view rule_id) {
  return resource("AWS::Lambda::Permission",
                  Object{{"Action", "lambda:InvokeFunction"},
                         {"FunctionName", get_att("ReportFunction", "Arn")},
                         {"Principal", "events.amazonaws.com"},
                         {"SourceArn", get_att(rule_id, "Arn")}});
}

Object window_pattern(const Audience& audience) {
  Array windows;
  for (const auto* plan : audience.plans) {
    windows.push_back(ref_to(window_id_of(*plan)));
    if (plan->agent_check_minutes) windows.push_back(ref_to(agent_window_id_of(*plan)));
  }
  return Object{
      {"source", Array{"aws.ssm"}},
      {"detail-type", Array{"Maintenance Window Execution State-change Notification"}},
      {"detail", Object{{"window-id", std::move(windows)},
                        {"status", Array{"FAILED", "TIMED_OUT", "SKIPPED_OVERLAPPING"}}}}};
}

}  // namespace

void add_topics(const Draft& draft) {
  auto& resources = draft.resources;
  for (const auto& audience : draft.audiences) {
    const auto& part = audience.part;
    std::string shown =
        "hikae backup " + (audience.suffix.empty() ? draft.config.stack : audience.suffix);
    resources[audience.topic] = resource("AWS::SNS::Topic", Object{{"DisplayName", shown}});
    int number = 0;
    for (const auto& address : audience.addresses)
      resources[fmt::format("Subscription{}{}", ++number, part)] =
          resource("AWS::SNS::Subscription", Object{{"TopicArn", ref_to(audience.topic)},
                                                    {"Protocol", "email"},
                                                    {"Endpoint", address}});
    resources["TopicPolicy" + part] = topic_policy(audience);
  }
}

void add_rules(const Draft& draft) {
  auto& resources = draft.resources;
  for (const auto& audience : draft.audiences) {
    const auto& part = audience.part;
    resources["FailureRule" + part] = rule(
        "hikae: backups that failed, timed out or were cancelled", run_pattern(audience.document),
        draft.on_aws() ? to_report(audience) : to_topic(audience));
    if (draft.on_aws()) {
      resources["FailurePermission" + part] = event_permission("FailureRule" + part);
      resources["BrokenWindowRule" + part] = rule("hikae: windows that could not do their work",
                                                  window_pattern(audience), to_topic(audience));
    } else {
      resources["HikaeRule" + part] =
          rule("hikae: backups that never happened, machines left stopped",
               hikae_pattern(draft.config, audience), to_topic(audience));
    }
  }
}

}  // namespace hikae::plan
