// Lists of executions and of their steps, with filters and pages
// (docs/reference/ssm-automation.md 8.1).
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <limits>
#include <span>

#include "aws/errors.h"
#include "base/escape.h"
#include "plane/ssm/automation.h"
#include "runbook/rate.h"

namespace hikae::plane::automation {
namespace {

constexpr std::size_t kRunsOfAPage = 50;
constexpr int kRunsLookedThrough = 5000;  // by one DescribeAutomationExecutions with filters
constexpr std::size_t kExecutionFilters = 10;
constexpr std::size_t kStepFilters = 6;

constexpr std::array<std::string_view, 12> kExecutionKeys{
    "DocumentNamePrefix",  "ExecutionStatus",   "ExecutionId",
    "ParentExecutionId",   "CurrentAction",     "StartTimeBefore",
    "StartTimeAfter",      "AutomationType",    "TagKey",
    "TargetResourceGroup", "AutomationSubtype", "OpsItemId"};
constexpr std::array<std::string_view, 9> kStepKeys{"StartTimeBefore",
                                                    "StartTimeAfter",
                                                    "StepExecutionStatus",
                                                    "StepExecutionId",
                                                    "StepName",
                                                    "Action",
                                                    "ParentStepExecutionId",
                                                    "ParentStepIteration",
                                                    "ParentStepIteratorValue"};
constexpr std::array<std::string_view, 18> kStatuses{"Pending",
                                                     "InProgress",
                                                     "Waiting",
                                                     "Success",
                                                     "TimedOut",
                                                     "Cancelling",
                                                     "Cancelled",
                                                     "Failed",
                                                     "PendingApproval",
                                                     "Approved",
                                                     "Rejected",
                                                     "Scheduled",
                                                     "RunbookInProgress",
                                                     "PendingChangeCalendarOverride",
                                                     "ChangeCalendarOverrideApproved",
                                                     "ChangeCalendarOverrideRejected",
                                                     "CompletedWithSuccess",
                                                     "CompletedWithFailure"};

struct ListFilter {
  std::string key;
  std::vector<std::string> values;

  [[nodiscard]] bool has(std::string_view value) const {
    return std::ranges::find(values, value) != values.end();
  }
};

bool is_time_key(std::string_view key) {
  return key == "StartTimeBefore" || key == "StartTimeAfter";
}

Result<> check_filter_value(std::string_view key, std::string_view value) {
  const bool is_status = key == "ExecutionStatus" || key == "StepExecutionStatus";
  const bool is_type = key == "AutomationType";
  if (is_time_key(key) ? parse_iso(value).has_value()
      : is_status      ? std::ranges::find(kStatuses, value) != kStatuses.end()
      : is_type        ? value == "Local" || value == "CrossAccount"
                       : !value.empty())
    return {};
  return aws::aws_error(
      "InvalidFilterValue",
      fmt::format("'{}' is no value of the filter {}{}", printable(value.substr(0, 60)), key,
                  is_time_key(key) ? ": write 2026-01-31T12:00:00Z" : ""));
}

Result<std::vector<ListFilter>> read_filters(const Ask& ask, std::span<const std::string_view> keys,
                                             std::size_t most) {
  std::vector<ListFilter> filters;
  for (const auto& filter : list_at(ask.input, "Filters")) {
    ListFilter read{str(text_at(filter, "Key")), {}};
    if (std::ranges::find(keys, read.key) == keys.end())
      return aws::aws_error("InvalidFilterKey", fmt::format("The filter key '{}' is not answered",
                                                            printable(read.key.substr(0, 60))));
    for (const auto& value : list_at(filter, "Values")) {
      TRY_DO(check_filter_value(read.key, text_of(value)));
      read.values.push_back(str(text_of(value)));
    }
    if (read.values.empty())
      return aws::aws_error("InvalidFilterValue", "The filter " + read.key + " has no value");
    filters.push_back(std::move(read));
  }
  if (filters.size() <= most) return filters;
  return aws::aws_error("ValidationException",
                        fmt::format("{} filters are given: at most {}", filters.size(), most));
}

/// Both filters of time: any of the values may hold.
bool starts_in_time(const Value& row, const ListFilter& filter) {
  const auto start = parse_iso(text_at(row, "ExecutionStartTime"));
  if (!start) return false;
  return std::ranges::any_of(filter.values, [&](const std::string& value) {
    const auto limit = parse_iso(value).value_or(WallTime{});
    return filter.key == "StartTimeBefore" ? *start < limit : *start > limit;
  });
}

bool execution_passes(const Value& row, const ListFilter& filter) {
  const auto& key = filter.key;
  if (is_time_key(key)) return starts_in_time(row, filter);
  if (key == "DocumentNamePrefix")
    return std::ranges::any_of(filter.values, [&](const std::string& value) {
      return text_at(row, "DocumentName").starts_with(value);
    });
  if (key == "AutomationType") return filter.has("Local");
  if (key == "TagKey") {
    const auto& tags = object_at(row, "Tags");
    return std::ranges::any_of(filter.values,
                               [&](const std::string& value) { return tags.contains(value); });
  }
  const auto member = key == "ExecutionStatus"     ? "AutomationExecutionStatus"
                      : key == "ExecutionId"       ? "AutomationExecutionId"
                      : key == "ParentExecutionId" ? "ParentAutomationExecutionId"
                      : key == "CurrentAction"     ? "CurrentAction"
                                                   : "";  // what no execution of hikae has
  const auto value = text_at(row, member);
  return !value.empty() && filter.has(value);
}

bool step_passes(const Value& step, const ListFilter& filter) {
  const auto& key = filter.key;
  if (is_time_key(key)) return starts_in_time(step, filter);
  const auto& around = object_at(step, "ParentStepDetails");
  if (key == "ParentStepExecutionId") return filter.has(text_at(around, "StepExecutionId"));
  if (key == "ParentStepIteratorValue") return filter.has(text_at(around, "IteratorValue"));
  if (key == "ParentStepIteration") {
    const auto iteration = int_at(around, "Iteration");
    return iteration && filter.has(std::to_string(*iteration));
  }
  return filter.has(text_at(step, key == "StepExecutionStatus" ? "StepStatus" : key));
}

/// What a list shows of an execution.
Value metadata(const Value& execution) {
  Object row;
  for (const auto member : {"AutomationExecutionId",
                            "DocumentName",
                            "DocumentVersion",
                            "AutomationExecutionStatus",
                            "ExecutionStartTime",
                            "ExecutionEndTime",
                            "ExecutedBy",
                            "Mode",
                            "FailureMessage",
                            "ParentAutomationExecutionId",
                            "CurrentStepName",
                            "CurrentAction",
                            "Outputs",
                            "Target",
                            "Targets",
                            "TargetMaps",
                            "TargetParameterName",
                            "ResolvedTargets",
                            "MaxConcurrency",
                            "MaxErrors"})
    if (const auto* value = find(execution, member)) row[member] = *value;
  // Not in AWS's metadata: without it a list cannot say which server it is about.
  if (const auto* parameters = find(execution, "Parameters")) row["Parameters"] = *parameters;
  row["LogFile"] = "";
  row["AutomationType"] = "Local";
  return row;
}

/// What a saved record tells without being described: most of a list falls here already.
bool may_pass(const engine::View& view, const ListFilter& filter) {
  if (filter.key == "ExecutionId") return filter.has(view.id.id);
  if (filter.key == "ParentExecutionId")
    return filter.has(runbook::parent_of_execution(view.record));
  return true;
}

/// One row of the list, where its document is there and every filter lets it pass. A run whose
/// document is gone is shown by GetAutomationExecution, as an error.
std::optional<Value> listed(const engine::View& view, Library& library,
                            const std::vector<ListFilter>& filters) {
  for (const auto& filter : filters)
    if (!may_pass(view, filter)) return std::nullopt;
  const auto execution = described(view, library);
  if (!execution) return std::nullopt;
  for (const auto& filter : filters)
    if (!execution_passes(*execution, filter)) return std::nullopt;
  return metadata(*execution);
}

/// By their start; those that were never begun behind the others.
void sort_steps(Array& steps, bool is_reverse) {
  std::stable_sort(steps.begin(), steps.end(), [](const Value& a, const Value& b) {
    const auto at = text_at(a, "ExecutionStartTime"), bt = text_at(b, "ExecutionStartTime");
    if (at.empty() || bt.empty()) return !at.empty() && bt.empty();
    return at < bt;
  });
  if (is_reverse) std::ranges::reverse(steps);
}

}  // namespace

/// A page costs what it shows; with filters, what it looks through, which has a bound too: it may
/// then be short, and the next one goes on behind it.
Result<Value> describe_executions(const Ask& ask, Library& library) {
  const auto filters = TRY(read_filters(ask, kExecutionKeys, kExecutionFilters));
  const auto page = TRY(page_of(ask.input, std::numeric_limits<std::size_t>::max(), kRunsOfAPage));
  const auto batch = filters.empty() ? page.count : kRunsOfAPage;
  Array items;
  auto at = static_cast<std::int64_t>(page.first);
  bool is_last = false;
  for (int looked = 0; items.size() < page.count && looked < kRunsLookedThrough && !is_last;) {
    const auto wanted = static_cast<std::int64_t>(batch);
    const auto views = ask.turn.kernel().list(ask.scope, runbook::kRunKind, wanted, at);
    is_last = static_cast<std::int64_t>(views.size()) < wanted;
    for (const auto& view : views) {
      if (items.size() == page.count) {
        is_last = false;
        break;
      }
      ++at;
      ++looked;
      if (auto row = listed(view, library, filters)) items.push_back(*std::move(row));
    }
  }
  if (!is_last) is_last = ask.turn.kernel().list(ask.scope, runbook::kRunKind, 1, at).empty();
  Object answer{{"AutomationExecutionMetadataList", std::move(items)}};
  if (!is_last) answer["NextToken"] = std::to_string(at);
  return answer;
}

Result<Value> describe_steps(const Ask& ask, Library& library) {
  const auto filters = TRY(read_filters(ask, kStepKeys, kStepFilters));
  const auto view = TRY(find_run(ask));
  const auto document = TRY(document_of(view, library));
  auto steps = runbook::steps_of_execution(view.id, view.record, *document);
  Array passing;
  for (auto& step : steps)
    if (std::ranges::all_of(filters, [&](const auto& filter) { return step_passes(step, filter); }))
      passing.push_back(std::move(step));
  sort_steps(passing, is_true_at(ask.input, "ReverseOrder"));
  const auto page = TRY(page_of(ask.input, passing.size(), kRunsOfAPage));
  const auto first = passing.begin() + static_cast<std::ptrdiff_t>(page.first);
  Object answer{{"StepExecutions", Array(first, first + static_cast<std::ptrdiff_t>(page.count))}};
  if (!page.next.empty()) answer["NextToken"] = page.next;
  return answer;
}

}  // namespace hikae::plane::automation
