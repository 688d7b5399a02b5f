#include "sim/operators.h"

#include "plan/compile.h"
#include "sim/rows.h"
#include "text/json.h"

namespace hikae::sim {
namespace {

std::string any_instance(World& world) {
  const auto all = world.cloud().instances(world.scope());
  return all.empty() ? "" : str(text_at(all[below(world.chaos(), all.size())], "InstanceId"));
}

void cancel_a_run(World& world) {
  const auto living =
      query(world.database(), "SELECT id FROM machines WHERE kind = 'run' AND ended_at IS NULL");
  if (living.empty()) return;
  world.tell("ssm", "StopAutomationExecution",
             Object{{"AutomationExecutionId", living[below(world.chaos(), living.size())][0]}});
}

void back_up(World& world) {
  const auto& plan = world.config().plans.front();
  auto parameters = plan::document_parameters(world.config(), plan);
  parameters["InstanceId"] = Array{any_instance(world)};
  world.tell("ssm", "StartAutomationExecution",
             Object{{"DocumentName", plan::backup_document_name(world.config(), plan)},
                    {"Parameters", std::move(parameters)}});
}

void switch_power(World& world) {
  const auto* operation = below(world.chaos(), 2) == 0 ? "StopInstances" : "StartInstances";
  world.meddle(operation, Object{{"InstanceIds", Array{any_instance(world)}}});
}

void retag(World& world) {
  constexpr const char* kStopValues[] = {"true", "false", "True", ""};
  constexpr const char* kGenerations[] = {"1", "2", "3", "0", "many"};
  const auto die = below(world.chaos(), 3);
  const Object tag = die == 0 ? Object{{"Key", world.config().tags.stop},
                                       {"Value", kStopValues[below(world.chaos(), 4)]}}
                     : die == 1
                         ? Object{{"Key", world.config().tags.generations},
                                  {"Value", kGenerations[below(world.chaos(), 5)]}}
                         : Object{{"Key", "hikae:hold"},
                                  {"Value", below(world.chaos(), 2) == 0 ? "true" : "false"}};
  world.meddle("CreateTags",
               Object{{"Resources", Array{any_instance(world)}}, {"Tags", Array{tag}}});
}

void deregister(World& world) {
  const auto images = world.cloud().images(world.scope());
  if (images.empty()) return;
  const auto& image = images[below(world.chaos(), images.size())];
  world.meddle("DeregisterImage", Object{{"ImageId", text_at(image, "ImageId")}});
}

void edit_plans(World& world) {
  auto config = world.config();
  config.plans.front().concurrency = std::to_string(1 + below(world.chaos(), 20));
  const auto body = plan::compile_template(config);
  if (!body) return;
  world.tell("cloudformation", "UpdateStack",
             Object{{"StackName", config.stack},
                    {"TemplateBody", text::to_json(*body)},
                    {"Parameters", World::installation_parameter()},
                    {"Capabilities", Array{"CAPABILITY_NAMED_IAM"}}});
}

}  // namespace

void meddle_once(World& world) {
  switch (below(world.chaos(), 8)) {
    case 0:
    case 1: return cancel_a_run(world);
    case 2: return back_up(world);
    case 3:
    case 4: return switch_power(world);
    case 5: return retag(world);
    case 6: return deregister(world);
    default: return edit_plans(world);
  }
}

}  // namespace hikae::sim
