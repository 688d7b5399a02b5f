// Targets and tasks of maintenance windows (docs/reference/ssm-automation.md 9.2, 9.3).
#include "aws/errors.h"
#include "plane/ssm/ssm.h"
#include "plane/ssm/window_rows.h"

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
};
const MemberKind kTargets{kWindowTargetRows, "WindowTargetId", kTargetMembers};
const MemberKind kTasks{kWindowTaskRows, "WindowTaskId", kTaskMembers};

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

Result<> check_task(const Ask& ask) {
  const auto type = text_at(ask.input, "TaskType");
  const bool has_targets = !list_at(ask.input, "Targets").empty();
  if (type != "AUTOMATION" && type != "LAMBDA")
    return aws::aws_error("ValidationException", "TaskType " + str(type) +
                                                     " is not run by this "
                                                     "version; use AUTOMATION or LAMBDA");
  for (const auto member : {"MaxConcurrency", "MaxErrors"}) {
    if (!has_targets && find(ask.input, member))
      return aws::aws_error(
          "ValidationException",
          "Maintenance window tasks without targets don't support " + str(member) + " values");
    if (has_targets && !find(ask.input, member))
      return aws::aws_error("ValidationException",
                            "Maintenance window tasks with targets need " + str(member));
  }
  return {};
}

Result<Value> register_member(const Ask& ask, const MemberKind& kind) {
  const auto window = str(text_at(ask.input, "WindowId"));
  TRY(window_row(ask, window));
  const auto id = new_member_id(ask, "", kind.rows);
  auto row = picked(ask.input, kind.members);
  row[kind.id] = id;
  if (kind.id == "WindowTaskId" && !row.contains("Priority")) row["Priority"] = 1;
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
  sync_window(ask, window);
  return Object{{"WindowId", window}, {kind.id, id}};
}

Result<Value> describe_members(const Ask& ask, const MemberKind& kind, std::string_view list) {
  const auto window = text_at(ask.input, "WindowId");
  TRY(window_row(ask, window));
  Array all;
  for (const auto* row : members_of(ask, kind.rows, window)) {
    auto shown = *row;
    if (kind.id == "WindowTaskId") shown.as_object()["Type"] = text_at(*row, "TaskType");
    all.push_back(std::move(shown));
  }
  return Object{{list, std::move(all)}};
}

}  // namespace

void Ssm::add_window_members() {
  on("RegisterTargetWithMaintenanceWindow", [](const Ask& ask) -> Result<Value> {
    TRY_DO(check_target_keys(ask));
    return register_member(ask, kTargets);
  });
  on("RegisterTaskWithMaintenanceWindow", [](const Ask& ask) -> Result<Value> {
    TRY_DO(check_task(ask));
    return register_member(ask, kTasks);
  });
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
