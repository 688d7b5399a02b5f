// Maintenance windows as the API shows them (docs/reference/ssm-automation.md 9).
#include <set>

#include "plane/ssm/ssm.h"
#include "plane/testing_kernel_test.h"
#include "window/occurrence.h"

namespace hikae::plane {
namespace {

TestKernel::Kinds window_kinds() {
  auto kinds = TestKernel::recording({"window", "event"});
  kinds.push_back(window::make_occurrence_kind());
  return kinds;
}

struct WindowDesk : TestKernel {
  Library library{{}};
  Ssm service;
  std::string window;

  WindowDesk()
      : TestKernel(window_kinds()), service(*kernel, library, secrets, [](const Scope&, auto id) {
          return id == "i-1" ? Object{{"Group", "g"}} : Object{{"Group", "h"}};
        }) {
    library.attach(kernel->tables());
    window = create({});
  }
  std::string create(Object more) {
    Object input{{"Name", "nightly"},
                 {"Schedule", "cron(30 03 ? * * *)"},
                 {"Duration", 2},
                 {"Cutoff", 1},
                 {"AllowUnassociatedTargets", false}};
    for (const auto& [name, value] : more) input[name] = value;
    return str(text_at(ok(service, "CreateMaintenanceWindow", input), "WindowId"));
  }
  Object target() {
    return {{"WindowId", window},
            {"ResourceType", "INSTANCE"},
            {"OwnerInformation", "ops"},
            {"Targets", Array{Object{{"Key", "tag:Group"}, {"Values", Array{"g"}}}}}};
  }
  Object task(std::string_view type) {
    return {{"WindowId", window},
            {"TaskArn", "doc"},
            {"TaskType", type},
            {"MaxConcurrency", "10%"},
            {"MaxErrors", "1"},
            {"Targets", Array{Object{{"Key", "WindowTargetIds"}, {"Values", Array{"t"}}}}}};
  }
  Value details_told(std::string_view type) {
    Array list;
    for (const auto& view : machines("event"))
      if (text_at(*find(view.record, "Input"), "detail-type") == type)
        list.push_back(*find(*find(view.record, "Input"), "detail"));
    return list;
  }
  std::string next_of(const std::string& id) {
    return str(text_at(ok(service, "GetMaintenanceWindow", Object{{"WindowId", id}}),
                       "NextExecutionTime"));
  }
  /// One that ran a function which nobody answers.
  std::string opened() {
    Object definition{
        {"WindowId", window},
        {"Name", "nightly"},
        {"Schedule", "cron(30 03 ? * * *)"},
        {"Duration", 2},
        {"Cutoff", 1},
        {"CreatedAt", "2026-01-01T00:00:00Z"},
        {"Tasks",
         Array{Object{{"WindowTaskId", "task"}, {"TaskArn", "check"}, {"TaskType", "LAMBDA"}}}}};
    const auto instant = time.now();
    kernel->perform([&, instant](engine::Turn& turn) {
      turn.start({scope, "occurrence", window::occurrence_id(window, instant)},
                 window::occurrence_input(definition, instant, window::OpenAs::Running));
    });
    time.run_until(instant + seconds(1));
    return window::execution_id(window, instant);
  }
};

TEST(SsmWindows, TasksOfAllThreeTypesAreRegisteredAndOthersRefused) {
  WindowDesk desk;
  for (const auto type : {"AUTOMATION", "LAMBDA", "RUN_COMMAND"})
    EXPECT_EQ(desk.refused(desk.service, "RegisterTaskWithMaintenanceWindow", desk.task(type)), "");
  EXPECT_EQ(
      desk.refused(desk.service, "RegisterTaskWithMaintenanceWindow", desk.task("STEP_FUNCTIONS")),
      "ValidationException");
}

TEST(SsmWindows, AServerIsMeantByATargetThatNamesOneOfItsTags) {
  WindowDesk desk;
  desk.ok(desk.service, "RegisterTargetWithMaintenanceWindow", desk.target());
  const auto asking = [&](const char* operation, const char* list, const char* id) {
    const Array targets{Object{{"Key", "InstanceIds"}, {"Values", Array{id}}}};
    Object input{{"ResourceType", "INSTANCE"}, {"Targets", targets}};
    return list_at(desk.ok(desk.service, operation, std::move(input)), list).size();
  };
  EXPECT_EQ(asking("DescribeMaintenanceWindowsForTarget", "WindowIdentities", "i-1"), 1U);
  EXPECT_EQ(asking("DescribeMaintenanceWindowsForTarget", "WindowIdentities", "i-2"), 0U);
  EXPECT_GT(asking("DescribeMaintenanceWindowSchedule", "ScheduledWindowExecutions", "i-1"), 0U);
  EXPECT_EQ(asking("DescribeMaintenanceWindowSchedule", "ScheduledWindowExecutions", "i-2"), 0U);
}

TEST(SsmWindows, NothingOpensMoreOftenThanEveryFiveMinutes) {
  WindowDesk desk;
  Object input{{"Name", "often"},
               {"Schedule", "cron(* * * * ? *)"},
               {"Duration", 2},
               {"Cutoff", 1},
               {"AllowUnassociatedTargets", false}};
  EXPECT_EQ(desk.refused(desk.service, "CreateMaintenanceWindow", input), "ValidationException");
}

TEST(SsmWindows, ACommandNeedsTargetsAndLimitsTheirForm) {
  WindowDesk desk;
  auto task = desk.task("RUN_COMMAND");
  for (const auto member : {"Targets", "MaxConcurrency", "MaxErrors"}) task.erase(member);
  EXPECT_EQ(desk.refused(desk.service, "RegisterTaskWithMaintenanceWindow", task),
            "ValidationException");
  auto percent = desk.task("AUTOMATION");
  percent["MaxErrors"] = "101%";
  EXPECT_EQ(desk.refused(desk.service, "RegisterTaskWithMaintenanceWindow", percent),
            "ValidationException");
}

TEST(SsmWindows, InstanceIdsInATaskNeedAWindowThatAllowsThem) {
  WindowDesk desk;
  auto task = desk.task("AUTOMATION");
  task["Targets"] = Array{Object{{"Key", "InstanceIds"}, {"Values", Array{"i-1"}}}};
  EXPECT_EQ(desk.refused(desk.service, "RegisterTaskWithMaintenanceWindow", task),
            "ValidationException");
  task["WindowId"] = desk.create({{"AllowUnassociatedTargets", true}});
  EXPECT_EQ(desk.refused(desk.service, "RegisterTaskWithMaintenanceWindow", task), "");
}

TEST(SsmWindows, RegistrationsAreToldAsAwsDoes) {
  WindowDesk desk;
  const auto id =
      str(text_at(desk.ok(desk.service, "RegisterTargetWithMaintenanceWindow", desk.target()),
                  "WindowTargetId"));
  desk.ok(desk.service, "DeregisterTargetFromMaintenanceWindow",
          Object{{"WindowId", desk.window}, {"WindowTargetId", id}});
  const auto told = desk.details_told("Maintenance Window Target Registration Notification");
  ASSERT_EQ(told.as_array().size(), 2u);
  std::set<std::string> statuses;
  for (const auto& detail : told.as_array()) {
    EXPECT_EQ(text_at(detail, "window-target-id"), id);
    EXPECT_EQ(text_at(detail, "window-id"), desk.window);
    statuses.insert(str(text_at(detail, "status")));
  }
  EXPECT_EQ(statuses, (std::set<std::string>{"DEREGISTERED", "REGISTERED"}));
  desk.ok(desk.service, "RegisterTaskWithMaintenanceWindow", desk.task("AUTOMATION"));
  EXPECT_EQ(
      desk.details_told("Maintenance Window Task Registration Notification").as_array().size(), 1u);
}

TEST(SsmWindows, DatesThatLeaveNoTimeAreRefused) {
  WindowDesk desk;
  const auto why = [&](Object dates) {
    Object input{{"Name", "w"},
                 {"Schedule", "cron(30 3 ? * * *)"},
                 {"Duration", 1},
                 {"Cutoff", 0},
                 {"AllowUnassociatedTargets", false}};
    for (auto& date : dates) input[date.key()] = date.value();
    return desk.refused(desk.service, "CreateMaintenanceWindow", input);
  };
  EXPECT_EQ(why({{"EndDate", "2020-01-01T00:00:00Z"}}), "ValidationException");
  EXPECT_EQ(why({{"StartDate", "2031-01-01T00:00:00Z"}, {"EndDate", "2030-01-01T00:00:00Z"}}),
            "ValidationException");
}

TEST(SsmWindows, StartDateEndDateRateAtAndOffsetDecideTheNextExecution) {
  WindowDesk desk;  // it is 2026-01-01T18:30:00Z
  EXPECT_EQ(desk.next_of(desk.window), "2026-01-02T03:30:00.000Z");
  EXPECT_EQ(desk.next_of(desk.create({{"StartDate", "2026-02-01T00:00:00+09:00"}})),
            "2026-02-01T03:30:00.000Z");
  EXPECT_EQ(desk.next_of(desk.create({{"EndDate", "2026-01-02T00:00:00Z"}})), "");
  EXPECT_EQ(desk.next_of(desk.create({{"Schedule", "rate(30 minutes)"}})),
            "2026-01-01T19:00:00.000Z");
  EXPECT_EQ(desk.next_of(desk.create(
                {{"Schedule", "at(2026-03-01T10:00:00)"}, {"ScheduleTimezone", "Asia/Tokyo"}})),
            "2026-03-01T01:00:00.000Z");
  EXPECT_EQ(
      desk.next_of(desk.create({{"Schedule", "cron(0 3 ? * THU#2 *)"}, {"ScheduleOffset", 2}})),
      "2026-01-10T03:00:00.000Z");
}

TEST(SsmWindows, RecordsOfAnExecutionItsTasksAndInvocations) {
  WindowDesk desk;
  const Object asked{{"WindowExecutionId", desk.opened()}};
  const auto execution = desk.ok(desk.service, "GetMaintenanceWindowExecution", asked);
  EXPECT_EQ(text_at(execution, "WindowId"), desk.window);
  const auto task_id = text_of(list_at(execution, "TaskIds").at(0));
  auto of_task = asked;
  of_task["TaskId"] = task_id;
  const auto task = desk.ok(desk.service, "GetMaintenanceWindowExecutionTask", of_task);
  EXPECT_EQ(text_at(task, "TaskExecutionId"), task_id);
  EXPECT_EQ(text_at(task, "Type"), "LAMBDA");
  const auto list =
      desk.ok(desk.service, "DescribeMaintenanceWindowExecutionTaskInvocations", of_task);
  const auto& first = list_at(list, "WindowExecutionTaskInvocationIdentities").at(0);
  of_task["InvocationId"] = text_at(first, "InvocationId");
  EXPECT_EQ(desk.ok(desk.service, "GetMaintenanceWindowExecutionTaskInvocation", of_task), first);
  of_task["TaskId"] = "no-such-task";
  EXPECT_EQ(desk.refused(desk.service, "GetMaintenanceWindowExecutionTask", of_task),
            "DoesNotExistException");
}

TEST(SsmWindows, ExecutionsAreFilteredByTheirStart) {
  WindowDesk desk;
  desk.opened();
  const auto listed = [&](std::string_view key, std::string_view value) {
    const auto answer =
        desk.ok(desk.service, "DescribeMaintenanceWindowExecutions",
                Object{{"WindowId", desk.window},
                       {"Filters", Array{Object{{"Key", key}, {"Values", Array{Value(value)}}}}}});
    return list_at(answer, "WindowExecutions").size();
  };
  EXPECT_EQ(listed("ExecutedAfter", "2026-01-01T00:00:00Z"), 1u);
  EXPECT_EQ(listed("ExecutedBefore", "2026-01-01T00:00:00Z"), 0u);
}

TEST(SsmWindows, AnExecutionIsCancelledByItsId) {
  WindowDesk desk;
  const auto id = desk.opened();
  EXPECT_EQ(text_at(desk.ok(desk.service, "CancelMaintenanceWindowExecution",
                            Object{{"WindowExecutionId", id}}),
                    "WindowExecutionId"),
            id);
  EXPECT_EQ(desk.refused(desk.service, "CancelMaintenanceWindowExecution",
                         Object{{"WindowExecutionId", "none"}}),
            "DoesNotExistException");
}

TEST(SsmWindows, TargetsAndTasksAreFilteredAndWindowsFoundByTarget) {
  WindowDesk desk;
  desk.ok(desk.service, "RegisterTargetWithMaintenanceWindow", desk.target());
  desk.ok(desk.service, "RegisterTaskWithMaintenanceWindow", desk.task("LAMBDA"));
  const auto count = [&](std::string_view operation, std::string_view list, std::string_view key,
                         std::string_view value) {
    const auto answer =
        desk.ok(desk.service, operation,
                Object{{"WindowId", desk.window},
                       {"Filters", Array{Object{{"Key", key}, {"Values", Array{Value(value)}}}}}});
    return list_at(answer, list).size();
  };
  EXPECT_EQ(count("DescribeMaintenanceWindowTargets", "Targets", "OwnerInformation", "ops"), 1u);
  EXPECT_EQ(count("DescribeMaintenanceWindowTargets", "Targets", "OwnerInformation", "dev"), 0u);
  EXPECT_EQ(count("DescribeMaintenanceWindowTasks", "Tasks", "TaskType", "LAMBDA"), 1u);
  EXPECT_EQ(count("DescribeMaintenanceWindowTasks", "Tasks", "Priority", "7"), 0u);
  const auto found =
      desk.ok(desk.service, "DescribeMaintenanceWindowsForTarget",
              Object{{"ResourceType", "INSTANCE"},
                     {"Targets", Array{Object{{"Key", "tag:Group"}, {"Values", Array{"g"}}}}}});
  EXPECT_EQ(list_at(found, "WindowIdentities").size(), 1u);
}

TEST(SsmWindows, AreListedInPagesAndByNameAndState) {
  WindowDesk desk;
  const auto other = desk.create({{"Name", "weekly"}});
  desk.ok(desk.service, "UpdateMaintenanceWindow", Object{{"WindowId", other}, {"Enabled", false}});
  const auto listed = [&](Object input) {
    return desk.ok(desk.service, "DescribeMaintenanceWindows", std::move(input));
  };
  const auto by = [&](std::string_view key, std::string_view value) {
    const auto answer =
        listed({{"Filters", Array{Object{{"Key", key}, {"Values", Array{Value(value)}}}}}});
    return list_at(answer, "WindowIdentities").size();
  };
  EXPECT_EQ(by("Name", "weekly"), 1u);
  EXPECT_EQ(by("Enabled", "True"), 1u);
  EXPECT_EQ(by("Name", "none"), 0u);
  EXPECT_EQ(desk.refused(desk.service, "DescribeMaintenanceWindows",
                         Object{{"Filters", Array{Object{{"Key", "Colour"}}}}}),
            "ValidationException");
  const auto first = listed({{"MaxResults", 1}});
  const auto second = listed({{"MaxResults", 1}, {"NextToken", text_at(first, "NextToken")}});
  EXPECT_NE(list_at(first, "WindowIdentities"), list_at(second, "WindowIdentities"));
  EXPECT_FALSE(find(second, "NextToken"));
}

TEST(SsmWindows, TheScheduleIsPagedThroughAllWindows) {
  WindowDesk desk;
  desk.create({{"Name", "later"}, {"Schedule", "cron(30 04 ? * * *)"}});
  const auto page = [&](Object input) {
    input["MaxResults"] = 3;
    return desk.ok(desk.service, "DescribeMaintenanceWindowSchedule", std::move(input));
  };
  const auto first = page({});
  const auto second = page({{"NextToken", text_at(first, "NextToken")}});
  ASSERT_EQ(list_at(first, "ScheduledWindowExecutions").size(), 3u);
  ASSERT_EQ(list_at(second, "ScheduledWindowExecutions").size(), 3u);
  EXPECT_EQ(text_at(list_at(first, "ScheduledWindowExecutions")[1], "Name"), "later");
  EXPECT_EQ(text_at(list_at(second, "ScheduledWindowExecutions")[0], "Name"), "later");
}

}  // namespace
}  // namespace hikae::plane
