#include "cli/stack_parts.h"

#include "cli/stack_watch.h"

namespace hikae::cli {
namespace {

constexpr std::string_view kWindowType = "AWS::SSM::MaintenanceWindow";
constexpr std::string_view kDocumentType = "AWS::SSM::Document";

/// AWS's list of a window's tasks does not hold what they are given: each is asked for.
Result<> add_window_of_stack(Session& session, const std::string& window_id,
                             std::vector<PlannedBackup>& all) {
  const Object window{{"WindowId", window_id}};
  const auto listed =
      TRY(call_pages(session, "ssm", "DescribeMaintenanceWindowTasks", window, "Tasks"));
  for (const auto& one : listed) {
    const auto type = text_at(one, "Type", text_at(one, "TaskType"));
    if (type != "AUTOMATION") continue;
    auto input = window;
    input["WindowTaskId"] = text_at(one, "WindowTaskId");
    const auto task = TRY(session.call("ssm", "GetMaintenanceWindowTask", std::move(input)));
    const auto described = TRY(session.call("ssm", "GetMaintenanceWindow", window));
    const auto targets =
        TRY(call_pages(session, "ssm", "DescribeMaintenanceWindowTargets", window, "Targets"));
    all.push_back(planned_backup(str(text_at(described, "Name")), task, targets));
  }
  return {};
}

}  // namespace

Result<std::vector<StackPart>> stack_parts(Session& session, std::string_view type) {
  const auto stack = TRY(existing_stack(session, session.stack()));
  if (!text_at(stack, "Description").starts_with("Made by hikae"))
    return fail(ErrorKind::Conflict, "the stack " + session.stack() + " was not made by hikae");
  std::vector<StackPart> parts;
  for (const auto& one :
       TRY(call_pages(session, "cloudformation", "ListStackResources",
                      Object{{"StackName", session.stack()}}, "StackResourceSummaries")))
    if (text_at(one, "ResourceType") == type && !text_at(one, "PhysicalResourceId").empty() &&
        text_at(one, "ResourceStatus") != "DELETE_COMPLETE")
      parts.push_back(
          {str(text_at(one, "LogicalResourceId")), str(text_at(one, "PhysicalResourceId"))});
  return parts;
}

Result<std::vector<PlannedBackup>> planned_backups_of_stack(Session& session) {
  std::vector<PlannedBackup> all;
  for (const auto& window : TRY(stack_parts(session, kWindowType)))
    TRY_DO(add_window_of_stack(session, window.physical, all));
  if (all.empty())
    return fail(ErrorKind::NotFound, "the stack " + session.stack() + " has no plan");
  return all;
}

Result<std::string> document_of_stack(Session& session, const std::string& name) {
  for (const auto& part : TRY(stack_parts(session, kDocumentType)))
    if (part.id == name) return part.physical;
  return name;
}

Result<std::string> installation_of_stack(Session& session) {
  const auto stack = TRY(existing_stack(session, session.stack()));
  for (const auto& one : list_at(stack, "Outputs"))
    if (text_at(one, "OutputKey") == "Installation") return str(text_at(one, "OutputValue"));
  return "";
}

}  // namespace hikae::cli
