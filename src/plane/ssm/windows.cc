// Maintenance windows: create, update, get, describe, delete
// (docs/reference/ssm-automation.md 9.1).
#include <fmt/format.h>

#include <algorithm>

#include "aws/errors.h"
#include "plane/ssm/ssm.h"
#include "plane/ssm/window_meaning.h"
#include "plane/ssm/window_rows.h"
#include "window/window.h"

namespace hikae::plane {
namespace {

const std::initializer_list<std::string_view> kWindowMembers{
    "Name",      "Description",
    "StartDate", "EndDate",
    "Schedule",  "ScheduleTimezone",
    "Duration",  "ScheduleOffset",
    "Cutoff",    "AllowUnassociatedTargets"};

std::unexpected<Error> invalid(std::string message) {
  return aws::aws_error("ValidationException", std::move(message));
}

/// The instants that follow; the error says what is wrong with the window.
Result<std::vector<WallTime>> next_of(const Value& row, WallTime from, int count) {
  auto definition = row;
  definition.as_object()["CreatedAt"] = text_at(row, "CreatedDate");
  return window::next_openings(definition, from, static_cast<std::size_t>(count));
}

Result<> check_window(const Value& row, WallTime now) {
  const auto duration = int_at(row, "Duration").value_or(0);
  const auto cutoff = int_at(row, "Cutoff").value_or(-1);
  if (duration < 1 || duration > 24)
    return invalid(fmt::format("Duration {} must be 1 to 24 hours", duration));
  if (cutoff < 0 || cutoff >= duration)
    return invalid(
        fmt::format("Cutoff {} must be 0 or more, and less than Duration {}", cutoff, duration));
  const auto next = next_of(row, now, 1);
  if (!next) return invalid(next.error().message);
  return {};
}

/// A window that is over before it begins would never open, and nothing would say so.
Result<> check_dates(const Value& row, WallTime now) {
  const auto start = parse_iso(text_at(row, "StartDate"));
  const auto end = parse_iso(text_at(row, "EndDate"));
  if (end && *end <= now)
    return invalid(fmt::format("EndDate {} is in the past; write a later one, or none", iso(*end)));
  if (start && end && *start >= *end)
    return invalid(fmt::format("StartDate {} is not before EndDate {}", iso(*start), iso(*end)));
  return {};
}

Result<Value> create_window(const Ask& ask) {
  const auto id = new_member_id(ask, "mw-", "window");
  if (ask.row(kWindowRows, id)) return Object{{"WindowId", id}};
  auto row = picked(ask.input, kWindowMembers);
  row["WindowId"] = id;
  row["Enabled"] = true;
  row["CreatedDate"] = iso_ms(ask.turn.now());
  row["ModifiedDate"] = iso_ms(ask.turn.now());
  if (const auto* tags = find(ask.input, "Tags")) row["Tags"] = *tags;
  TRY_DO(check_window(row, ask.turn.now()));
  TRY_DO(check_dates(row, ask.turn.now()));
  ask.put(kWindowRows, id, std::move(row));
  sync_window(ask, id);
  return Object{{"WindowId", id}};
}

Result<Value> update_window(const Ask& ask) {
  const auto id = str(text_at(ask.input, "WindowId"));
  const auto& old = *TRY(window_row(ask, id));
  auto row = old.get_object();
  if (is_true_at(ask.input, "Replace"))
    for (const auto member : kWindowMembers) row.erase(member);
  for (const auto member : kWindowMembers)
    if (const auto* value = find(ask.input, member)) row[member] = *value;
  if (const auto* enabled = find(ask.input, "Enabled")) row["Enabled"] = *enabled;
  row["ModifiedDate"] = iso_ms(ask.turn.now());
  TRY_DO(check_window(row, ask.turn.now()));
  const bool sets_dates = find(ask.input, "StartDate") || find(ask.input, "EndDate");
  if (sets_dates) TRY_DO(check_dates(row, ask.turn.now()));
  auto answer = picked(row, kWindowMembers);
  answer["WindowId"] = id;
  answer["Enabled"] = is_true_at(row, "Enabled");
  ask.put(kWindowRows, id, std::move(row));
  sync_window(ask, id);
  return answer;
}

Value shown(const Value& row, WallTime now) {
  auto answer = row.get_object();
  if (is_true_at(row, "Enabled"))
    if (const auto next = next_of(row, now, 1); next && !next->empty())
      answer["NextExecutionTime"] = iso_ms(next->front());
  return answer;
}

Result<Value> get_window(const Ask& ask) {
  return shown(*TRY(window_row(ask, text_at(ask.input, "WindowId"))), ask.turn.now());
}

Result<Value> delete_window(const Ask& ask) {
  const auto id = str(text_at(ask.input, "WindowId"));
  const auto remove_all = [&](std::string_view kind, std::string_view member) {
    std::vector<std::string> ids;
    for (const auto* row : members_of(ask, kind, id)) ids.push_back(str(text_at(*row, member)));
    for (const auto& member_id : ids) ask.erase(kind, id + "/" + member_id);
  };
  remove_all(kWindowTargetRows, "WindowTargetId");
  remove_all(kWindowTaskRows, "WindowTaskId");
  ask.erase(kWindowRows, id);
  sync_window(ask, id);
  return Object{{"WindowId", id}};
}

Result<bool> window_passes(const Value& row, const Value& filter) {
  const auto key = text_at(filter, "Key");
  if (key != "Name" && key != "Enabled")
    return invalid("filter key '" + str(key) + "' is not answered here; use Name or Enabled");
  const auto value = key == "Name" ? str(text_at(row, "Name"))
                                   : std::string(is_true_at(row, "Enabled") ? "true" : "false");
  const auto& wanted = list_at(filter, "Values");
  return std::any_of(wanted.begin(), wanted.end(), [&](const Value& w) {
    auto text = str(text_of(w));
    // Clients write True and true.
    if (key == "Enabled" && !text.empty()) text[0] = static_cast<char>(text[0] | 0x20);
    return text == value;
  });
}

/// What a list shows of a window: its tags and dates of making are not in it.
Value window_identity(const Value& row, WallTime now) {
  const auto whole = shown(row, now);
  return picked(
      whole, {"WindowId", "Name", "Description", "Enabled", "Duration", "Cutoff", "Schedule",
              "ScheduleTimezone", "ScheduleOffset", "EndDate", "StartDate", "NextExecutionTime"});
}

Result<Value> describe_windows(const Ask& ask) {
  Array all;
  for (const auto& [id, row] : ask.rows(kWindowRows)) {
    bool passes = true;
    for (const auto& filter : list_at(ask.input, "Filters"))
      passes = TRY(window_passes(row, filter)) && passes;
    if (passes) all.push_back(window_identity(row, ask.turn.now()));
  }
  return page_of_windows(ask, "WindowIdentities", std::move(all));
}

/// Executions of all windows asked about, the next first; as many as the page and those before it.
Result<Array> coming_executions(const Ask& ask, int count, const access::MachineTags& tags) {
  const auto wanted = text_at(ask.input, "WindowId");
  Array list;
  for (const auto& [id, row] : ask.rows(kWindowRows)) {
    if ((!wanted.empty() && wanted != id) || !is_true_at(row, "Enabled")) continue;
    if (find(ask.input, "Targets") && !has_target(ask, id, tags)) continue;
    for (const auto at : TRY(next_of(row, ask.turn.now(), count)))
      list.push_back(
          Object{{"WindowId", id}, {"Name", text_at(row, "Name")}, {"ExecutionTime", iso(at)}});
  }
  std::stable_sort(list.begin(), list.end(), [](const Value& a, const Value& b) {
    return text_at(a, "ExecutionTime") < text_at(b, "ExecutionTime");
  });
  return list;
}

Result<Value> describe_schedule(const Ask& ask, const access::MachineTags& tags) {
  constexpr std::int64_t kFarthest = 1000;  // executions that can be paged to
  const auto size = std::clamp<std::int64_t>(int_at(ask.input, "MaxResults").value_or(10), 1, 100);
  // What the token says is checked below; here it only says how far to look.
  const auto behind = std::atoll(str(text_at(ask.input, "NextToken", "0")).c_str());
  const auto end = std::clamp<std::int64_t>(behind, 0, kFarthest) + size;
  auto list = TRY(coming_executions(ask, static_cast<int>(end) + 1, tags));
  Object input{{"MaxResults", size}};
  if (const auto* token = find(ask.input, "NextToken")) input["NextToken"] = *token;
  const auto page = TRY(page_of(Value(std::move(input)), list.size(), 100));
  const auto first = list.begin() + static_cast<std::ptrdiff_t>(page.first);
  Object answer{
      {"ScheduledWindowExecutions", Array(first, first + static_cast<std::ptrdiff_t>(page.count))}};
  if (!page.next.empty() && end < kFarthest) answer["NextToken"] = page.next;
  return answer;
}

}  // namespace

void Ssm::add_windows() {
  on("CreateMaintenanceWindow", create_window);
  on("UpdateMaintenanceWindow", update_window);
  on("GetMaintenanceWindow", get_window);
  on("DeleteMaintenanceWindow", delete_window);
  on("DescribeMaintenanceWindows", describe_windows);
  on("DescribeMaintenanceWindowSchedule",
     [this](const Ask& ask) { return describe_schedule(ask, tags_); });
}

}  // namespace hikae::plane
