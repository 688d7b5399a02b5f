#include "cli/plans.h"

#include <algorithm>

#include "cli/stack_parts.h"

namespace hikae::cli {
namespace {

/// The task's targets: those registered with the window that it names, or instances by id.
Array targets_of(const Array& registered, const Value& task) {
  for (const auto& target : list_at(task, "Targets")) {
    if (text_at(target, "Key") == "InstanceIds") return Array{target};
    for (const auto& id : list_at(target, "Values"))
      for (const auto& known : registered)
        if (text_at(known, "WindowTargetId") == text_of(id)) return list_at(known, "Targets");
  }
  return {};
}

Result<> add_window(Session& session, const Value& window, std::vector<PlannedBackup>& all) {
  const Object input{{"WindowId", text_at(window, "WindowId")}};
  const auto targets = TRY(session.call("ssm", "DescribeMaintenanceWindowTargets", input));
  const auto tasks = TRY(session.call("ssm", "DescribeMaintenanceWindowTasks", input));
  for (const auto& task : list_at(tasks, "Tasks")) {
    if (text_at(task, "TaskType") != "AUTOMATION") continue;
    all.push_back(planned_backup(str(text_at(window, "Name")), task, list_at(targets, "Targets")));
  }
  return {};
}

}  // namespace

std::string_view parameter_of(const PlannedBackup& backup, std::string_view name) {
  const auto* values = backup.parameters.if_contains(name);
  const auto* list = values ? values->if_array() : nullptr;
  return list && !list->empty() ? text_of(list->front()) : std::string_view();
}

std::string plan_name(const PlannedBackup& backup) {
  const auto name = parameter_of(backup, "Plan");
  return name.empty() ? "manual" : str(name);
}

Object keep_of(const PlannedBackup& backup) {
  const std::pair<std::string_view, std::string_view> kRules[] = {
      {"KeepLast", "Last"},
      {"KeepWithinDays", "WithinDays"},
      {"KeepDaily", "Daily"},
      {"KeepWeekly", "Weekly"},
      {"KeepMonthly", "Monthly"},
      {"KeepYearly", "Yearly"},
      {"KeepUtcOffsetMinutes", "UtcOffsetMinutes"}};
  Object keep;
  for (const auto& [parameter, member] : kRules)
    if (const auto value = parameter_of(backup, parameter); !value.empty()) keep[member] = value;
  return keep;
}

Object describe_input(const Array& targets) {
  Object input;
  Array filters;
  for (const auto& target : targets) {
    const auto key = text_at(target, "Key");
    if (key == "InstanceIds")
      input["InstanceIds"] = list_at(target, "Values");
    else
      filters.push_back(Object{{"Name", key}, {"Values", list_at(target, "Values")}});
  }
  // No targets are no machines: an empty request would be about every machine there is.
  if (filters.empty() && input.empty())
    filters.push_back(Object{{"Name", "instance-id"}, {"Values", Array{"none"}}});
  if (!filters.empty()) input["Filters"] = std::move(filters);
  return input;
}

PlannedBackup planned_backup(std::string window, const Value& task, const Array& registered) {
  const auto* parameters =
      find_path(task, {"TaskInvocationParameters", "Automation", "Parameters"});
  return {std::move(window), str(text_at(task, "TaskArn")),
          parameters && parameters->is_object() ? parameters->get_object() : Object(),
          targets_of(registered, task)};
}

Result<std::vector<PlannedBackup>> planned_backups(Session& session) {
  if (session.is_deployed()) return planned_backups_of_stack(session);
  std::vector<PlannedBackup> all;
  const auto windows = TRY(session.call("ssm", "DescribeMaintenanceWindows", Object{}));
  for (const auto& window : list_at(windows, "WindowIdentities"))
    TRY_DO(add_window(session, window, all));
  if (all.empty())
    return fail(ErrorKind::NotFound,
                "no plan is applied here; write a hikae.yaml and `hikae apply` it first");
  return all;
}

Result<std::vector<std::string>> instances_of_targets(Session& session, const Array& targets) {
  std::vector<std::string> ids;
  const auto reservations =
      TRY(call_pages(session, "ec2", "DescribeInstances", describe_input(targets), "Reservations"));
  for (const auto& reservation : reservations)
    for (const auto& instance : list_at(reservation, "Instances")) {
      const auto* state = find_path(instance, {"State", "Name"});
      if (state && text_of(*state) != "terminated" && text_of(*state) != "shutting-down")
        ids.push_back(str(text_at(instance, "InstanceId")));
    }
  std::sort(ids.begin(), ids.end());
  return ids;
}

Object parameters_for(const PlannedBackup& backup, const std::string& instance) {
  auto parameters = backup.parameters;
  for (auto& [name, values] : parameters) {
    if (!values.is_array()) continue;
    for (auto& value : values.get_array())
      for (const auto* placeholder :
           {"{{TARGET_ID}}", "{{ TARGET_ID }}", "{{RESOURCE_ID}}", "{{ RESOURCE_ID }}"})
        if (text_of(value) == placeholder) value = instance;
  }
  return parameters;
}

}  // namespace hikae::cli
