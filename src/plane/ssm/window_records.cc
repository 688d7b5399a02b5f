// What became of a window's openings (docs/reference/ssm-automation.md 9.7). An opening is a
// machine of kind "occurrence"; the ids of the API are hashes of its name.
#include <algorithm>

#include "aws/errors.h"
#include "plane/ssm/ssm.h"
#include "plane/ssm/window_rows.h"
#include "window/occurrence.h"

namespace hikae::plane {
namespace {

constexpr int kOccurrencesListed = 1000;

std::vector<engine::View> occurrences(const Ask& ask) {
  return ask.turn.kernel().list(ask.scope, window::kOccurrenceKind, kOccurrencesListed);
}

Result<engine::View> find_occurrence(const Ask& ask) {
  const auto wanted = text_at(ask.input, "WindowExecutionId");
  for (auto& view : occurrences(ask))
    if (text_at(window::describe_occurrence(view.record).execution, "WindowExecutionId") == wanted)
      return std::move(view);
  return aws::aws_error("DoesNotExistException",
                        "Window execution " + str(wanted) + " does not exist");
}

Result<Value> describe_window_executions(const Ask& ask) {
  const auto window = text_at(ask.input, "WindowId");
  TRY(window_row(ask, window));
  Array all;
  for (const auto& view : occurrences(ask)) {
    auto described = window::describe_occurrence(view.record);
    if (text_at(described.execution, "WindowId") == window)
      all.push_back(std::move(described.execution));
  }
  const auto page = TRY(page_of(ask.input, all.size(), 100));
  Array items(all.begin() + static_cast<std::ptrdiff_t>(page.first),
              all.begin() + static_cast<std::ptrdiff_t>(page.first + page.count));
  return Object{{"WindowExecutions", std::move(items)}, {"NextToken", page.next}};
}

Result<Value> get_window_execution(const Ask& ask) {
  return window::describe_occurrence(TRY(find_occurrence(ask)).record).execution;
}

Result<Value> describe_window_execution_tasks(const Ask& ask) {
  return Object{{"WindowExecutionTaskIdentities",
                 window::describe_occurrence(TRY(find_occurrence(ask)).record).tasks}};
}

Result<Value> describe_window_invocations(const Ask& ask) {
  const auto task = text_at(ask.input, "TaskId");
  Array mine;
  for (auto& invocation : window::describe_occurrence(TRY(find_occurrence(ask)).record).invocations)
    if (text_at(invocation, "TaskExecutionId") == task) mine.push_back(std::move(invocation));
  return Object{{"WindowExecutionTaskInvocationIdentities", std::move(mine)}};
}

Result<Value> cancel_window_execution(const Ask& ask) {
  const auto view = TRY(find_occurrence(ask));
  ask.turn.signal(view.id, "cancel", Object{});
  return Object{{"WindowExecutionId", text_at(ask.input, "WindowExecutionId")}};
}

}  // namespace

void Ssm::add_window_records() {
  on("DescribeMaintenanceWindowExecutions", describe_window_executions);
  on("GetMaintenanceWindowExecution", get_window_execution);
  on("DescribeMaintenanceWindowExecutionTasks", describe_window_execution_tasks);
  on("DescribeMaintenanceWindowExecutionTaskInvocations", describe_window_invocations);
  on("CancelMaintenanceWindowExecution", cancel_window_execution);
}

}  // namespace hikae::plane
