// Targets and tasks of maintenance windows (docs/reference/ssm-automation.md 9.2, 9.3).
#include <algorithm>

#include "aws/errors.h"
#include "plane/ssm/ssm.h"
#include "plane/ssm/window_meaning.h"
#include "plane/ssm/window_rows.h"
#include "window/definition.h"
#include "window/tell.h"

namespace hikae::plane {
namespace {

const std::initializer_list<std::string_view> kTargetMembers{
    "WindowId", "ResourceType", "Targets", "OwnerInformation", "Name", "Description"};
const std::initializer_list<std::string_view> kTaskMembers{"WindowId",
                                                           "Targets",
                                                           "TaskArn",
                                                           "ServiceRoleArn",
                                                           "TaskType",
                                                           "TaskParameters",
                                                           "TaskInvocationParameters",
                                                           "Priority",
                                                           "MaxConcurrency",
                                                           "MaxErrors",
                                                           "Name",
                                                           "Description",
                                                           "CutoffBehavior"};

/// One kind of member: its rows, its id's name, its members.
struct MemberKind {
  std::string_view rows;
  std::string_view id;
  std::initializer_list<std::string_view> members;
  std::initializer_list<std::string_view> filters;
};
const std::initializer_list<std::string_view> kTargetFilters{"Type", "WindowTargetId",
                                                             "OwnerInformation"};
const std::initializer_list<std::string_view> kTaskFilters{"WindowTaskId", "TaskArn", "Priority",
                                                           "TaskType"};
const MemberKind kTargets{kWindowTargetRows, "WindowTargetId", kTargetMembers, kTargetFilters};
const MemberKind kTasks{kWindowTaskRows, "WindowTaskId", kTaskMembers, kTaskFilters};

Result<> check_target_keys(const Ask& ask) {
  for (const auto& target : list_at(ask.input, "Targets")) {
    const auto key = text_at(target, "Key");
    if (key == "InstanceIds" || key == "tag-key" || key.starts_with("tag:")) continue;
    return aws::aws_error("ValidationException", "target key '" + str(key) +
                                                     "' is not answered; use InstanceIds, tag:KEY "
                                                     "or tag-key");
  }
  return {};
}

/// A task by itself, and with its window: without AllowUnassociatedTargets only registered targets
/// may be named (docs/reference/ssm-automation.md 9.1).
Result<> check_task(const Ask& ask, const Value& task) {
  const auto type = text_at(task, "TaskType");
  if (type != "AUTOMATION" && type != "LAMBDA" && type != "RUN_COMMAND")
    return aws::aws_error("ValidationException", "TaskType " + str(type) +
                                                     " is not run by this version; use AUTOMATION, "
                                                     "LAMBDA or RUN_COMMAND");
  if (const auto checked = window::check_task(task); !checked)
    return aws::aws_error("ValidationException", checked.error().message);
  const auto* window = TRY(window_row(ask, text_at(task, "WindowId")));
  for (const auto& target : list_at(task, "Targets"))
    if (text_at(target, "Key") == "InstanceIds" && !is_true_at(*window, "AllowUnassociatedTargets"))
      return aws::aws_error("ValidationException",
                            "The window does not allow unassociated targets: register the "
                            "instances as a target, and name that by WindowTargetIds");
  return {};
}

/// The event of 9.8 that tells of a target or a task; the same one is told once.
void tell_registration(const Ask& ask, const MemberKind& kind, std::string_view window,
                       std::string_view id, std::string_view status) {
  const bool is_target = kind.rows == kWindowTargetRows;
  auto event = window::event_of(
      ask.scope, {str(kind.rows) + "/" + str(window) + "/" + str(id) + "/" + str(status), "aws.ssm",
                  is_target ? "Maintenance Window Target Registration Notification"
                            : "Maintenance Window Task Registration Notification",
                  ask.turn.now(), window::window_arn(ask.scope, window),
                  Object{{"window-id", window},
                         {is_target ? "window-target-id" : "window-task-id", id},
                         {"status", status}}});
  event["resources"].as_array().push_back(
      Value(arn_of("ssm", ask.scope, (is_target ? "windowtarget/" : "windowtask/") + str(id))));
  auto event_id = str(text_at(event, "id"));
  ask.turn.start({ask.scope, "event", std::move(event_id)}, std::move(event));
}

Result<Value> register_member(const Ask& ask, const MemberKind& kind) {
  const auto window = str(text_at(ask.input, "WindowId"));
  TRY(window_row(ask, window));
  const auto id = new_member_id(ask, "", kind.rows);
  auto row = picked(ask.input, kind.members);
  row[kind.id] = id;
  if (kind.id == "WindowTaskId" && !row.contains("Priority")) row["Priority"] = 1;
  if (kind.id == "WindowTaskId") TRY_DO(check_task(ask, row));
  tell_registration(ask, kind, window, id, "REGISTERED");
  ask.put(kind.rows, window + "/" + id, std::move(row));
  sync_window(ask, window);
  return Object{{kind.id, id}};
}

Result<const Value*> member_row(const Ask& ask, const MemberKind& kind) {
  const auto key = str(text_at(ask.input, "WindowId")) + "/" + str(text_at(ask.input, kind.id));
  if (const auto* row = ask.row(kind.rows, key)) return row;
  return aws::aws_error("DoesNotExistException", str(kind.id) + " " + key + " does not exist");
}

Result<Value> update_member(const Ask& ask, const MemberKind& kind) {
  auto row = *TRY(member_row(ask, kind));
  for (const auto member : kind.members)
    if (const auto* value = find(ask.input, member)) row.as_object()[member] = *value;
  if (kind.id == "WindowTaskId") TRY_DO(check_task(ask, row));
  const auto window = str(text_at(row, "WindowId"));
  ask.put(kind.rows, window + "/" + str(text_at(row, kind.id)), row);
  sync_window(ask, window);
  return row;
}

Result<Value> deregister_member(const Ask& ask, const MemberKind& kind) {
  const auto window = str(text_at(ask.input, "WindowId"));
  const auto id = str(text_at(ask.input, kind.id));
  TRY(member_row(ask, kind));
  if (is_true_at(ask.input, "Safe"))
    for (const auto* task : members_of(ask, kWindowTaskRows, window))
      for (const auto& target : list_at(*task, "Targets"))
        for (const auto& value : list_at(target, "Values"))
          if (text_of(value) == id)
            return aws::aws_error("TargetInUseException", "Target " + id + " is used by task " +
                                                              str(text_at(*task, "WindowTaskId")));
  ask.erase(kind.rows, window + "/" + id);
  tell_registration(ask, kind, window, id, "DEREGISTERED");
  sync_window(ask, window);
  return Object{{"WindowId", window}, {kind.id, id}};
}

/// Whether a member's row passes the request's filters; every key names a member of the row.
Result<bool> member_passes(const Ask& ask, const MemberKind& kind, const Value& row) {
  for (const auto& filter : list_at(ask.input, "Filters")) {
    const auto key = text_at(filter, "Key");
    if (std::find(kind.filters.begin(), kind.filters.end(), key) == kind.filters.end())
      return aws::aws_error("ValidationException",
                            "filter key '" + str(key) + "' is not answered here");
    const auto* value = find(row, key == "Type" ? "ResourceType" : key);
    const auto text = !value              ? std::string()
                      : value->is_int64() ? std::to_string(value->get_int64())
                                          : str(text_of(*value));
    const auto& wanted = list_at(filter, "Values");
    if (std::none_of(wanted.begin(), wanted.end(),
                     [&](const Value& one) { return text_of(one) == text; }))
      return false;
  }
  return true;
}

/// The windows that mean what the request names.
Result<Value> describe_windows_for_target(const Ask& ask, const access::MachineTags& tags) {
  const auto type = text_at(ask.input, "ResourceType", "INSTANCE");
  if (type != "INSTANCE" && type != "RESOURCE_GROUP")
    return aws::aws_error("ValidationException",
                          "ResourceType " + str(type) + " is not one of INSTANCE, RESOURCE_GROUP");
  Array windows;
  for (const auto& [id, row] : ask.rows(kWindowRows))
    if (has_target(ask, id, tags))
      windows.push_back(Object{{"WindowId", id}, {"Name", text_at(row, "Name")}});
  return page_of_windows(ask, "WindowIdentities", std::move(windows));
}

Result<Value> describe_members(const Ask& ask, const MemberKind& kind, std::string_view list) {
  const auto window = text_at(ask.input, "WindowId");
  TRY(window_row(ask, window));
  Array all;
  for (const auto* row : members_of(ask, kind.rows, window)) {
    if (!TRY(member_passes(ask, kind, *row))) continue;
    auto shown = *row;
    if (kind.id == "WindowTaskId") shown.as_object()["Type"] = text_at(*row, "TaskType");
    all.push_back(std::move(shown));
  }
  return page_of_windows(ask, list, std::move(all));
}

}  // namespace

void Ssm::add_window_members() {
  on("RegisterTargetWithMaintenanceWindow", [](const Ask& ask) -> Result<Value> {
    TRY_DO(check_target_keys(ask));
    return register_member(ask, kTargets);
  });
  on("RegisterTaskWithMaintenanceWindow",
     [](const Ask& ask) { return register_member(ask, kTasks); });
  on("DescribeMaintenanceWindowsForTarget",
     [this](const Ask& ask) { return describe_windows_for_target(ask, tags_); });
  on("UpdateMaintenanceWindowTarget", [](const Ask& ask) { return update_member(ask, kTargets); });
  on("UpdateMaintenanceWindowTask", [](const Ask& ask) { return update_member(ask, kTasks); });
  on("DeregisterTargetFromMaintenanceWindow",
     [](const Ask& ask) { return deregister_member(ask, kTargets); });
  on("DeregisterTaskFromMaintenanceWindow",
     [](const Ask& ask) { return deregister_member(ask, kTasks); });
  on("GetMaintenanceWindowTask",
     [](const Ask& ask) -> Result<Value> { return *TRY(member_row(ask, kTasks)); });
  on("DescribeMaintenanceWindowTargets",
     [](const Ask& ask) { return describe_members(ask, kTargets, "Targets"); });
  on("DescribeMaintenanceWindowTasks",
     [](const Ask& ask) { return describe_members(ask, kTasks, "Tasks"); });
}

}  // namespace hikae::plane
