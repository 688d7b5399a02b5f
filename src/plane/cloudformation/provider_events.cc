// AWS::Events::Rule.
#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

Chain put_rule(const ResourceAsk& ask) {
  Chain chain;
  const auto name = ask.physical_id.empty() ? ask.name_or_made_up("Name", 64) : ask.physical_id;
  Object input{{"Name", name}};
  copy_members(ask.properties, input, {"Description", "ScheduleExpression", "State", "RoleArn"});
  if (const auto* pattern = ask.property("EventPattern"))
    input["EventPattern"] = json_text(*pattern);
  chain.add("events", "PutRule", std::move(input));
  const auto& old_targets = list_at(ask.previous, "Targets");
  if (!old_targets.empty()) {
    Array ids;
    for (const auto& target : old_targets) ids.emplace_back(text_at(target, "Id"));
    chain.add("events", "RemoveTargets", Object{{"Rule", name}, {"Ids", std::move(ids)}});
  }
  const auto& targets = list_at(ask.properties, "Targets");
  if (!targets.empty())
    chain.add("events", "PutTargets", Object{{"Rule", name}, {"Targets", targets}});
  chain.result = [name](const Answers& answers) {
    return made(name, Object{{"Arn", text_at(answers[0], "RuleArn")}, {"RuleName", name}});
  };
  return chain;
}

Chain delete_rule(const ResourceAsk& ask) {
  Chain chain;
  chain.tolerated = {"ResourceNotFoundException"};
  Array ids;
  for (const auto& target : list_at(ask.properties, "Targets"))
    ids.emplace_back(text_at(target, "Id"));
  if (!ids.empty())
    chain.add("events", "RemoveTargets",
              Object{{"Rule", ask.physical_id}, {"Ids", std::move(ids)}});
  chain.add("events", "DeleteRule", Object{{"Name", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* events_provider(std::string_view type) {
  static constexpr Provider kRule{put_rule, put_rule, delete_rule};
  return type == "AWS::Events::Rule" ? &kRule : nullptr;
}

}  // namespace hikae::plane
