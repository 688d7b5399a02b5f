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
constexpr std::size_t kRecordsPerPage = 100;  // the API's own

std::vector<engine::View> occurrences(const Ask& ask) {
  return ask.turn.kernel().list(ask.scope, window::kOccurrenceKind, kOccurrencesListed);
}

struct FoundOccurrence {
  MachineId id;
  window::Description described;
};

Result<FoundOccurrence> find_occurrence(const Ask& ask) {
  const auto wanted = text_at(ask.input, "WindowExecutionId");
  for (const auto& view : occurrences(ask)) {
    auto described = window::describe_occurrence(view.record);
    if (text_at(described.execution, "WindowExecutionId") == wanted)
      return FoundOccurrence{view.id, std::move(described)};
  }
  return aws::aws_error("DoesNotExistException",
                        "Window execution " + str(wanted) + " does not exist");
}

/// The first of `records` whose members are those of the request. Error: DoesNotExistException.
Result<Value> record_with(
    const Ask& ask, const Array& records,
    std::initializer_list<std::pair<std::string_view, std::string_view>> ids) {
  for (const auto& record : records)
    if (std::all_of(ids.begin(), ids.end(), [&](const auto& id) {
          return text_at(record, id.second) == text_at(ask.input, id.first);
        }))
      return record;
  const auto& last = *(ids.end() - 1);
  return aws::aws_error("DoesNotExistException", str(last.first) + " " +
                                                     str(text_at(ask.input, last.first)) +
                                                     " does not exist in this window execution");
}

/// Whether every filter of the request lets the record through: STATUS by its values, the two
/// instants by the record's start.
Result<bool> record_passes(const Ask& ask, const Value& record) {
  for (const auto& filter : list_at(ask.input, "Filters")) {
    const auto key = text_at(filter, "Key");
    const auto& values = list_at(filter, "Values");
    const auto any = [&](auto test) { return std::any_of(values.begin(), values.end(), test); };
    bool passes = false;
    if (key == "STATUS") {
      passes = any([&](const Value& v) { return text_of(v) == text_at(record, "Status"); });
    } else if (key == "ExecutedBefore" || key == "ExecutedAfter") {
      const auto start = TRY(parse_iso(text_at(record, "StartTime")));
      passes = any([&](const Value& v) {
        const auto bound = parse_iso(text_of(v));
        return bound && (key == "ExecutedBefore" ? start < *bound : start > *bound);
      });
    } else {
      return aws::aws_error("ValidationException",
                            "filter key '" + str(key) +
                                "' is not answered; use STATUS, ExecutedBefore or ExecutedAfter");
    }
    if (!passes) return false;
  }
  return true;
}

/// A page of those that pass, under `list`; the token of the last page is an empty text.
Result<Value> page_of_records(const Ask& ask, std::string_view list, const Array& records) {
  Array passing;
  for (const auto& record : records)
    if (TRY(record_passes(ask, record))) passing.push_back(record);
  const auto page = TRY(page_of(ask.input, passing.size(), kRecordsPerPage));
  const auto first = passing.begin() + static_cast<std::ptrdiff_t>(page.first);
  Array items(first, first + static_cast<std::ptrdiff_t>(page.count));
  return Object{{list, std::move(items)}, {"NextToken", page.next}};
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
  return page_of_records(ask, "WindowExecutions", all);
}

Result<Value> get_window_execution(const Ask& ask) {
  return TRY(find_occurrence(ask)).described.execution;
}

Result<Value> describe_window_execution_tasks(const Ask& ask) {
  return page_of_records(ask, "WindowExecutionTaskIdentities",
                         TRY(find_occurrence(ask)).described.tasks);
}

Result<Value> get_window_execution_task(const Ask& ask) {
  const auto found = TRY(find_occurrence(ask));
  return record_with(ask, found.described.tasks, {{"TaskId", "TaskExecutionId"}});
}

Result<Value> describe_window_invocations(const Ask& ask) {
  const auto found = TRY(find_occurrence(ask));
  TRY(record_with(ask, found.described.tasks, {{"TaskId", "TaskExecutionId"}}));
  Array mine;
  for (const auto& invocation : found.described.invocations)
    if (text_at(invocation, "TaskExecutionId") == text_at(ask.input, "TaskId"))
      mine.push_back(invocation);
  return page_of_records(ask, "WindowExecutionTaskInvocationIdentities", mine);
}

Result<Value> get_window_invocation(const Ask& ask) {
  const auto found = TRY(find_occurrence(ask));
  return record_with(ask, found.described.invocations,
                     {{"TaskId", "TaskExecutionId"}, {"InvocationId", "InvocationId"}});
}

Result<Value> cancel_window_execution(const Ask& ask) {
  const auto found = TRY(find_occurrence(ask));
  ask.turn.signal(found.id, "cancel", Object{});
  return Object{{"WindowExecutionId", text_at(ask.input, "WindowExecutionId")}};
}

}  // namespace

void Ssm::add_window_records() {
  on("DescribeMaintenanceWindowExecutions", describe_window_executions);
  on("GetMaintenanceWindowExecution", get_window_execution);
  on("DescribeMaintenanceWindowExecutionTasks", describe_window_execution_tasks);
  on("GetMaintenanceWindowExecutionTask", get_window_execution_task);
  on("DescribeMaintenanceWindowExecutionTaskInvocations", describe_window_invocations);
  on("GetMaintenanceWindowExecutionTaskInvocation", get_window_invocation);
  on("CancelMaintenanceWindowExecution", cancel_window_execution);
}

}  // namespace hikae::plane
