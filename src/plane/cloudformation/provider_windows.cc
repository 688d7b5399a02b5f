// AWS::SSM::MaintenanceWindow, -Target and -Task.
#include <charconv>

#include "plane/cloudformation/providers.h"

namespace hikae::plane {
namespace {

const std::initializer_list<std::string_view> kWindowProperties{
    "Name",      "Description", "Schedule", "ScheduleTimezone", "ScheduleOffset",
    "StartDate", "EndDate",     "Duration", "Cutoff",           "AllowUnassociatedTargets"};
const std::initializer_list<std::string_view> kTargetProperties{
    "WindowId", "ResourceType", "Targets", "OwnerInformation", "Name", "Description"};
const std::initializer_list<std::string_view> kTaskProperties{
    "WindowId",  "TaskArn",        "TaskType", "ServiceRoleArn", "Targets",       "Priority",
    "MaxErrors", "MaxConcurrency", "Name",     "Description",    "CutoffBehavior"};

/// Templates name the blocks after the window, the API does not.
Object invocation_parameters(const ResourceAsk& ask) {
  Object parameters;
  const auto* given = ask.property("TaskInvocationParameters");
  if (!given) return parameters;
  const std::pair<std::string_view, std::string_view> kNames[] = {
      {"MaintenanceWindowAutomationParameters", "Automation"},
      {"MaintenanceWindowLambdaParameters", "Lambda"},
      {"MaintenanceWindowRunCommandParameters", "RunCommand"},
      {"MaintenanceWindowStepFunctionsParameters", "StepFunctions"}};
  for (const auto& [from, to] : kNames)
    if (const auto* block = find(*given, from)) parameters[to] = *block;
  return parameters;
}

/// Numbers may stand as text in a template.
void as_integers(Object& input, std::initializer_list<std::string_view> members) {
  for (const auto member : members) {
    auto* value = input.if_contains(member);
    const auto text = value ? text_of(*value) : std::string_view();
    std::int64_t number = 0;
    if (text.empty()) continue;
    const auto [at, error] = std::from_chars(text.data(), text.data() + text.size(), number);
    if (error == std::errc{}) *value = number;
  }
}

Object window_input(const ResourceAsk& ask) {
  Object input;
  copy_members(ask.properties, input, kWindowProperties);
  as_integers(input, {"ScheduleOffset", "Duration", "Cutoff"});
  return input;
}

Chain create_window(const ResourceAsk& ask) {
  Chain chain;
  auto input = window_input(ask);
  input["ClientToken"] = ask.token;
  copy_members(ask.properties, input, {"Tags"});
  chain.add("ssm", "CreateMaintenanceWindow", std::move(input));
  chain.result = [](const Answers& answers) {
    const auto id = text_at(answers[0], "WindowId");
    return made(id, Object{{"WindowId", id}});
  };
  return chain;
}

Chain update_window(const ResourceAsk& ask) {
  Chain chain;
  auto input = window_input(ask);
  input["WindowId"] = ask.physical_id;
  input["Replace"] = true;
  chain.add("ssm", "UpdateMaintenanceWindow", std::move(input));
  chain.result = always(made(ask.physical_id, Object{{"WindowId", ask.physical_id}}));
  return chain;
}

Chain delete_window(const ResourceAsk& ask) {
  Chain chain;
  chain.add("ssm", "DeleteMaintenanceWindow", Object{{"WindowId", ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

/// Targets and tasks differ in their names only.
struct MemberNames {
  const char* created_by;
  const char* updated_by;
  const char* deleted_by;
  const char* id;
};
constexpr MemberNames kTargetNames{"RegisterTargetWithMaintenanceWindow",
                                   "UpdateMaintenanceWindowTarget",
                                   "DeregisterTargetFromMaintenanceWindow", "WindowTargetId"};
constexpr MemberNames kTaskNames{"RegisterTaskWithMaintenanceWindow", "UpdateMaintenanceWindowTask",
                                 "DeregisterTaskFromMaintenanceWindow", "WindowTaskId"};

Object member_input(const ResourceAsk& ask, const MemberNames& names) {
  Object input;
  if (&names == &kTargetNames) {
    copy_members(ask.properties, input, kTargetProperties);
    return input;
  }
  copy_members(ask.properties, input, kTaskProperties);
  as_integers(input, {"Priority"});
  input["TaskInvocationParameters"] = invocation_parameters(ask);
  return input;
}

Chain create_member(const ResourceAsk& ask, const MemberNames& names) {
  Chain chain;
  auto input = member_input(ask, names);
  input["ClientToken"] = ask.token;
  chain.add("ssm", names.created_by, std::move(input));
  chain.result = [&names](const Answers& answers) {
    const auto id = text_at(answers[0], names.id);
    return made(id, Object{{names.id, id}});
  };
  return chain;
}

Chain update_member(const ResourceAsk& ask, const MemberNames& names) {
  Chain chain;
  auto input = member_input(ask, names);
  input[names.id] = ask.physical_id;
  // Neither can change its kind.
  input.erase("ResourceType");
  input.erase("TaskType");
  chain.add("ssm", names.updated_by, std::move(input));
  chain.result = always(made(ask.physical_id, Object{{names.id, ask.physical_id}}));
  return chain;
}

Chain delete_member(const ResourceAsk& ask, const MemberNames& names) {
  Chain chain;
  chain.tolerated = {"DoesNotExistException"};
  chain.add("ssm", names.deleted_by,
            Object{{"WindowId", ask.text("WindowId")}, {names.id, ask.physical_id}});
  chain.result = always(made(ask.physical_id));
  return chain;
}

}  // namespace

const Provider* window_provider(std::string_view type) {
  static constexpr Provider kWindow{create_window, update_window, delete_window};
  static constexpr Provider kTarget{
      [](const ResourceAsk& ask) { return create_member(ask, kTargetNames); },
      [](const ResourceAsk& ask) { return update_member(ask, kTargetNames); },
      [](const ResourceAsk& ask) { return delete_member(ask, kTargetNames); }};
  static constexpr Provider kTask{
      [](const ResourceAsk& ask) { return create_member(ask, kTaskNames); },
      [](const ResourceAsk& ask) { return update_member(ask, kTaskNames); },
      [](const ResourceAsk& ask) { return delete_member(ask, kTaskNames); }};
  if (type == "AWS::SSM::MaintenanceWindow") return &kWindow;
  if (type == "AWS::SSM::MaintenanceWindowTarget") return &kTarget;
  return type == "AWS::SSM::MaintenanceWindowTask" ? &kTask : nullptr;
}

}  // namespace hikae::plane
