#include "window/definition.h"

#include <fmt/format.h>

#include "base/escape.h"
#include "schedule/upcoming.h"
#include "window/limit.h"

namespace hikae::window {
namespace {

std::unexpected<Error> bad_member(std::string_view member, std::string_view why) {
  return fail(ErrorKind::Invalid, fmt::format("maintenance window: {} {}", member, why));
}

Result<std::int64_t> whole_member(const Value& value, std::string_view member, std::int64_t least,
                                  std::int64_t most) {
  const auto number = int_at(value, member);
  if (!number || *number < least || *number > most)
    return bad_member(member, fmt::format("must be a whole number of {}-{}", least, most));
  return *number;
}

Result<std::optional<WallTime>> instant_member(const Value& value, std::string_view member) {
  const auto text = text_at(value, member);
  if (text.empty()) return std::optional<WallTime>();
  const auto instant = TRY(in_context(parse_iso(text), member));
  return std::optional(instant);
}

Result<schedule::Gap> gap_of(const Value& value) {
  const auto policy = text_at(value, "GapPolicy", "skip");
  if (policy == "skip") return schedule::Gap::Skip;
  if (policy == "next") return schedule::Gap::Next;
  return bad_member("GapPolicy", fmt::format("is '{}': write skip or next", printable(policy)));
}

Result<schedule::Timetable> timetable_of(const Value& value, WallTime created) {
  const auto start = TRY(instant_member(value, "StartDate"));
  auto table = TRY(schedule::make_timetable(
      {.expression = str(text_at(value, "Schedule")),
       .kind = schedule::Kind::Window,
       .timezone = str(text_at(value, "ScheduleTimezone")),
       .from = created,
       .anchor = start.value_or(created),
       .offset = static_cast<int>(int_at(value, "ScheduleOffset").value_or(0))}));
  table.start = start;
  table.end = TRY(instant_member(value, "EndDate"));
  table.not_from = created;
  table.gap = TRY(gap_of(value));
  return table;
}

TargetGroup group_of(const Value& value) {
  return {.id = str(text_at(value, "WindowTargetId")),
          .owner_information = str(text_at(value, "OwnerInformation")),
          .is_resource_group = text_at(value, "ResourceType") == "RESOURCE_GROUP",
          .criteria = list_at(value, "Targets")};
}

Task task_of(const Value& value) {
  return {.id = str(text_at(value, "WindowTaskId")),
          .arn = str(text_at(value, "TaskArn")),
          .type = str(text_at(value, "TaskType")),
          .role = str(text_at(value, "ServiceRoleArn")),
          .priority = int_at(value, "Priority").value_or(1),
          .max_concurrency = str(text_at(value, "MaxConcurrency")),
          .max_errors = str(text_at(value, "MaxErrors")),
          .at_cutoff = text_at(value, "CutoffBehavior") == "CANCEL_TASK"
                           ? CutoffBehavior::CancelTask
                           : CutoffBehavior::ContinueTask,
          .targets = list_at(value, "Targets"),
          .parameters = object_at(value, "TaskInvocationParameters")};
}

bool requires_agent(const Value& value) {
  for (const auto& tag : list_at(value, "Tags"))
    if (text_at(tag, "Key") == "hikae:require-agent") return text_at(tag, "Value") != "false";
  return true;
}

Result<> check_limits(const Value& task) {
  for (const std::string_view member : {"MaxConcurrency", "MaxErrors"}) {
    const auto text = text_at(task, member);
    if (text.empty())
      return bad_member(member, "is required for a task with targets: write 1 or 10%");
    TRY_DO(in_context(parse_limit(text), member));
  }
  return {};
}

}  // namespace

Result<Definition> read_definition(const Value& value) {
  Definition definition;
  definition.id = str(text_at(value, "WindowId"));
  definition.name = str(text_at(value, "Name"));
  definition.enabled = !find(value, "Enabled") || is_true_at(value, "Enabled");
  definition.created = TRY(in_context(parse_iso(text_at(value, "CreatedAt")), "CreatedAt"));
  definition.duration = hours(TRY(whole_member(value, "Duration", 1, 24)));
  definition.cutoff = hours(TRY(whole_member(value, "Cutoff", 0, 23)));
  if (definition.cutoff >= definition.duration)
    return bad_member("Cutoff", "must be less than Duration: no task could ever start");
  if (find(value, "CatchUpMinutes"))
    definition.catch_up = minutes(TRY(whole_member(value, "CatchUpMinutes", 0, 24 * 60)));
  definition.requires_agent = requires_agent(value);
  for (const auto& group : list_at(value, "Targets")) definition.groups.push_back(group_of(group));
  for (const auto& task : list_at(value, "Tasks")) definition.tasks.push_back(task_of(task));
  definition.timetable = TRY(timetable_of(value, definition.created));
  return definition;
}

std::string_view owner_of(const Definition& definition, std::string_view group) {
  for (const auto& one : definition.groups)
    if (one.id == group) return one.owner_information;
  return {};
}

Result<> check_task(const Value& task) {
  if (!list_at(task, "Targets").empty()) return check_limits(task);
  if (text_at(task, "TaskType") == "RUN_COMMAND")
    return bad_member("Targets", "are required for a RUN_COMMAND task: name a registered target");
  for (const std::string_view member : {"MaxConcurrency", "MaxErrors"})
    if (find(task, member))
      return fail(
          ErrorKind::Invalid, "ValidationException",
          fmt::format("Maintenance window tasks without targets don't support {} values", member));
  return {};
}

}  // namespace hikae::window
