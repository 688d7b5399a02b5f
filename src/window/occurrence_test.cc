#include "window/occurrence_script_test.h"

namespace hikae::window {
namespace {

using Tags = std::vector<std::string>;

TEST(Occurrence, AsksForTheInstancesOfItsTagThatAreNotTerminated) {
  auto script = occurrence_script();
  const auto& call = script.calls.at("look");
  EXPECT_EQ(call.service + ":" + call.operation, "ec2:DescribeInstances");
  EXPECT_EQ(
      text::to_json(list_at(call.input, "Filters")),
      R"([{"Name":"tag:BackupGroup","Values":["group"]},)"
      R"({"Name":"instance-state-name","Values":["pending","running","stopping","stopped"]}])");
}

TEST(Occurrence, ReadsEveryPageOfBothLists) {
  auto script = occurrence_script();
  script.answer("look", instances_answer({"i-1"}, "more"));
  EXPECT_EQ(text_at(script.calls.at("look").input, "NextToken"), "more");
  script.answer("look", instances_answer({"i-2"}));
  EXPECT_EQ(script.calls.at("look").operation, "DescribeInstanceInformation");
  auto page = agents_answer({"i-1"});
  page.as_object()["NextToken"] = "next";
  script.answer("look", page);
  EXPECT_EQ(text_at(script.calls.at("look").input, "NextToken"), "next");
  script.answer("look", agents_answer({"i-2"}));
  EXPECT_EQ(script.open_calls("start:").size(), 2U);
}

TEST(Occurrence, WhatMatchesTheTagOnlyAsAWildcardIsNoTarget) {
  auto script = occurrence_script();
  script.answer("look",
                Object{{"Reservations",
                        Array{Object{{"Instances", Array{instance_value("i-1", "group"),
                                                         instance_value("i-2", "groupX")}}}}}});
  script.answer("look", agents_answer({"i-1", "i-2"}));
  EXPECT_EQ(script.open_calls("start:").size(), 1U);
}

TEST(Occurrence, StartsTheDocumentWithTokenTagsAndPseudoParameters) {
  auto script = running_script(1);
  const auto& call = script.calls.at("start:0:0");
  EXPECT_EQ(call.service + ":" + call.operation, "ssm:StartAutomationExecution");
  EXPECT_EQ(text_at(call.input, "DocumentName"), "backup");
  EXPECT_EQ(text_at(call.input, "DocumentVersion"), "$DEFAULT");
  EXPECT_EQ(text::to_json(object_at(call.input, "Parameters")),
            R"({"InstanceId":["i-00000000000000001"]})");
  EXPECT_EQ(text_at(call.input, "ClientToken").size(), 36U);
  EXPECT_EQ(text_at(list_at(call.input, "Tags")[0], "Key"), "hikae:window");
}

TEST(Occurrence, ARunIsToldTheCloseOfItsWindowByTheCalendar) {
  auto script = running_script(1);
  const auto& tags = list_at(script.calls.at("start:0:0").input, "Tags");
  ASSERT_EQ(tags.size(), 3U);
  EXPECT_EQ(text_at(tags[2], "Key"), "hikae:stop-before");
  const auto close = parse_iso(text_at(tags[2], "Value"));
  ASSERT_TRUE(close);
  const auto definition = test_definition();
  EXPECT_EQ(*close - *parse_iso(kOpened), hours(int_at(Value(definition), "Duration").value()));
}

TEST(Occurrence, OneInstanceFromStartToEnd) {
  auto script = running_script(1);
  EXPECT_EQ(script.outcome_of(whole_row()), "Started");
  answer_start(script, "start:0:0");
  EXPECT_EQ(script.outcome_of(target_row(1)), "Started");
  EXPECT_EQ(script.awaited.at("run:0:0").id, "run-of-0:0");
  end_run(script, "run:0:0");
  EXPECT_EQ(script.outcome_of(target_row(1)), "Success");
  EXPECT_EQ(text_at(script.rows.at(target_row(1)), "RunId"), "run-of-0:0");
  EXPECT_EQ(script.outcome_of(whole_row()), "Success");
  EXPECT_EQ(final_status(script), "SUCCESS");
  EXPECT_TRUE(script.told("Backup Not Started").empty());
}

TEST(Occurrence, TellsItsBeginningAndItsEndAsAwsDoes) {
  auto script = running_script(1);
  answer_start(script, "start:0:0");
  end_run(script, "run:0:0");
  const auto executions = script.told("Maintenance Window Execution State-change Notification");
  ASSERT_EQ(executions.size(), 2U);
  EXPECT_EQ(text_at(executions[0], "source"), "aws.ssm");
  EXPECT_EQ(text_at(detail_of(executions[0]), "status"), "IN_PROGRESS");
  EXPECT_EQ(text_at(detail_of(executions[1]), "status"), "SUCCESS");
  EXPECT_EQ(text_at(detail_of(executions[1]), "window-id"), kTestWindow);
  EXPECT_EQ(text_at(detail_of(executions[1]), "end-time"), "2026-01-10T18:30:00.000Z");
  EXPECT_EQ(script.told("Maintenance Window Task Execution State-change Notification").size(), 2U);
}

TEST(Occurrence, AnInstanceWithoutAgentIsSkippedAndToldInOneEvent) {
  auto script = occurrence_script();
  script.answer("look", instances_answer(some_ids(3)));
  script.answer("look", agents_answer({some_ids(3)[1]}));
  EXPECT_EQ(script.open_calls("start:").size(), 1U);
  EXPECT_EQ(script.outcome_of(target_row(1)), "Skipped");
  EXPECT_EQ(script.outcome_of(target_row(3)), "Skipped");
  ASSERT_EQ(script.told("Backup Skipped").size(), 1U);
  EXPECT_EQ(list_at(detail_of(script.told("Backup Skipped")[0]), "instances").size(), 2U);
}

TEST(Occurrence, AWindowThatNeedsNoAgentTakesAllAndAsksForNone) {
  auto definition = test_definition();
  definition["Tags"] = Array{Object{{"Key", "hikae:require-agent"}, {"Value", "false"}}};
  auto script = occurrence_script(definition);
  script.answer("look", instances_answer(some_ids(2)));
  EXPECT_EQ(script.open_calls("start:").size(), 2U);
  EXPECT_TRUE(script.open_calls("look").empty());
}

TEST(Occurrence, AnInstanceThatIsGoneIsSkippedByName) {
  auto definition = test_definition();
  definition["Targets"].as_array()[0].as_object()["Targets"] =
      Array{Object{{"Key", "InstanceIds"}, {"Values", Array{"i-00000000000000001", "i-gone"}}}};
  auto script = running_script(1, definition);
  EXPECT_EQ(script.open_calls("start:").size(), 1U);
  EXPECT_EQ(script.outcome_of(fmt::format("{}/{}/i-gone", kTestWindow, kOpened)), "Skipped");
}

TEST(Occurrence, FindingNothingIsTold) {
  auto script = running_script(0);
  EXPECT_EQ(script.told("Backup Not Started").size(), 1U);
  EXPECT_EQ(final_status(script), "SUCCESS");
}

TEST(Occurrence, ALookupThatFailsForAMomentIsAskedAgain) {
  auto script = occurrence_script();
  script.refuse("look", {ErrorKind::Unavailable, "InternalError", "try again"});
  script.wake("look");
  script.answer("look", instances_answer(some_ids(1)));
  script.answer("look", agents_answer(some_ids(1)));
  EXPECT_EQ(script.open_calls("start:").size(), 1U);
}

TEST(Occurrence, ALookupThatIsDeniedEndsItAndIsTold) {
  auto script = occurrence_script();
  script.refuse("look", {ErrorKind::Denied, "UnauthorizedOperation", "not allowed"});
  EXPECT_EQ(final_status(script), "FAILED");
  EXPECT_EQ(script.outcome_of(whole_row()), "Failed");
  ASSERT_EQ(script.told("Backup Not Started").size(), 1U);
  EXPECT_NE(text_at(detail_of(script.told("Backup Not Started")[0]), "reason")
                .find("UnauthorizedOperation"),
            std::string_view::npos);
}

TEST(Occurrence, AListThatNeverEndsIsGivenUp) {
  auto script = occurrence_script();
  for (int i = 0; i < 3000 && !script.finished; ++i)
    script.answer("look", instances_answer({}, "again"));
  EXPECT_EQ(final_status(script), "FAILED");
}

TEST(Occurrence, ALookupThatNeverSucceedsEndsWithTheWindow) {
  auto script = occurrence_script();
  for (int i = 0; i < 1000 && !script.finished; ++i) {
    script.refuse("look", {ErrorKind::Unavailable, "", "no network"});
    if (!script.finished) script.wake("look");
  }
  EXPECT_EQ(iso(script.now()), "2026-01-10T19:30:00Z");
  EXPECT_EQ(script.told("Backup Not Started").size(), 1U);
}

TEST(Occurrence, RunsNoMoreAtOnceThanMaxConcurrency) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "2";
  auto script = running_script(5, definition);
  EXPECT_EQ(script.open_calls("start:"), (Tags{"start:0:0", "start:0:1"}));
  answer_start(script, "start:0:0");
  EXPECT_EQ(script.open_calls("start:"), (Tags{"start:0:1"}));
  end_run(script, "run:0:0");
  EXPECT_EQ(script.open_calls("start:"), (Tags{"start:0:1", "start:0:2"}));
}

TEST(Occurrence, APercentageOfTheTargetsIsAtLeastOne) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "50%";
  EXPECT_EQ(running_script(10, definition).open_calls("start:").size(), 5U);
  only_task(definition)["MaxConcurrency"] = "5%";
  EXPECT_EQ(running_script(10, definition).open_calls("start:").size(), 1U);
}

TEST(Occurrence, AfterMaxErrorsNothingMoreStartsAndTheRestIsToldOnce) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "1";
  only_task(definition)["MaxErrors"] = "1";
  auto script = running_script(5, definition);
  for (int i = 0; i < 2; ++i) {
    answer_start(script, fmt::format("start:0:{}", i));
    end_run(script, fmt::format("run:0:{}", i), "Failed");
  }
  EXPECT_EQ(script.outcome_of(target_row(2)), "Failed");
  EXPECT_EQ(script.outcome_of(target_row(3)), "NotStarted");
  EXPECT_EQ(script.outcome_of(target_row(5)), "NotStarted");
  ASSERT_EQ(script.told("Backup Not Started").size(), 1U);
  EXPECT_EQ(list_at(detail_of(script.told("Backup Not Started")[0]), "instances").size(), 3U);
  EXPECT_EQ(final_status(script), "FAILED");
}

TEST(Occurrence, TenPercentOfFiftyStopsAtTheSixthError) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "1";
  only_task(definition)["MaxErrors"] = "10%";
  auto script = running_script(50, definition);
  int failed = 0;
  while (!script.finished) {
    answer_start(script, fmt::format("start:0:{}", failed));
    end_run(script, fmt::format("run:0:{}", failed++), "Failed");
  }
  EXPECT_EQ(failed, 6);
}

TEST(Occurrence, NothingStartsAtOrAfterTheCutoff) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "1";
  auto script = running_script(3, definition);
  answer_start(script, "start:0:0");
  EXPECT_EQ(iso(script.wakes.at("cutoff")), "2026-01-10T19:30:00Z");
  script.wake("cutoff");
  EXPECT_EQ(script.outcome_of(target_row(2)), "NotStarted");
  EXPECT_EQ(text_at(script.rows.at(target_row(3)), "Reason"), "not started: window closed");
  ASSERT_EQ(script.told("Backup Not Started").size(), 1U);
  EXPECT_EQ(list_at(detail_of(script.told("Backup Not Started")[0]), "instances").size(), 2U);
  script.set_clock("2026-01-10T22:00:00Z");
  end_run(script, "run:0:0");
  EXPECT_EQ(final_status(script), "TIMED_OUT");
  EXPECT_EQ(script.outcome_of(target_row(1)), "Success");
}

TEST(Occurrence, TheCutoffHoldsAlsoWithoutItsWake) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "1";
  auto script = running_script(2, definition);
  answer_start(script, "start:0:0");
  script.set_clock("2026-01-10T19:30:00Z");
  end_run(script, "run:0:0");
  EXPECT_TRUE(script.open_calls("start:").empty());
  EXPECT_EQ(script.outcome_of(target_row(2)), "NotStarted");
}

TEST(Occurrence, AStartThatIsRefusedIsToldWithItsReason) {
  auto script = running_script(2);
  answer_start(script, "start:0:0");
  EXPECT_TRUE(script.told("Backup Not Started").empty());
  script.refuse("start:0:1", {ErrorKind::Denied, "AccessDeniedException", "no role"});
  ASSERT_EQ(script.told("Backup Not Started").size(), 1U);
  const auto detail = detail_of(script.told("Backup Not Started")[0]);
  EXPECT_EQ(text_of(list_at(detail, "instances")[0]), "i-00000000000000002");
  EXPECT_NE(text_at(detail, "reason").find("AccessDeniedException"), std::string_view::npos);
  end_run(script, "run:0:0");
  EXPECT_EQ(final_status(script), "FAILED");
}

TEST(Occurrence, AFullQueueIsTriedAgainWithTheSameTokenUntilTheWindowCloses) {
  auto script = running_script(1);
  const auto token = str(text_at(script.calls.at("start:0:0").input, "ClientToken"));
  const Error full{ErrorKind::Invalid, "AutomationExecutionLimitExceededException", "100 run"};
  script.refuse("start:0:0", full);
  script.wake("again:0:0");
  EXPECT_EQ(text_at(script.calls.at("start:0:0").input, "ClientToken"), token);
  while (!script.finished) {
    script.refuse("start:0:0", full);
    script.wake("again:0:0");
  }
  EXPECT_EQ(iso(script.now()), "2026-01-10T19:30:00Z");
  EXPECT_EQ(script.outcome_of(target_row(1)), "NotStarted");
  EXPECT_EQ(script.told("Backup Not Started").size(), 1U);
}

TEST(Occurrence, LowerPriorityNumbersGoFirstAndEqualOnesTogether) {
  auto definition = test_definition();
  auto& tasks = definition["Tasks"].as_array();
  for (const auto& [id, priority] : {std::pair{"task-0", 0}, std::pair{"task-1b", 1}}) {
    auto task = tasks[0];
    task.as_object()["WindowTaskId"] = id;
    task.as_object()["Priority"] = priority;
    tasks.push_back(task);
  }
  auto script = running_script(1, definition);
  EXPECT_EQ(script.open_calls("start:"), (Tags{"start:1:0"}));
  answer_start(script, "start:1:0");
  end_run(script, "run:1:0", "Failed");
  EXPECT_EQ(script.open_calls("start:"), (Tags{"start:0:0", "start:2:0"}));
  for (const char* slot : {"0:0", "2:0"}) {
    answer_start(script, fmt::format("start:{}", slot));
    end_run(script, fmt::format("run:{}", slot));
  }
  EXPECT_EQ(final_status(script), "FAILED");
  EXPECT_EQ(script.outcome_of(target_row(1)), "Failed");
  EXPECT_EQ(list_at(script.rows.at(target_row(1)), "Tasks").size(), 3U);
}

TEST(Occurrence, RegisteredTargetsOfATaskGoOneAfterTheOther) {
  auto definition = test_definition();
  auto second = definition["Targets"].as_array()[0];
  second.as_object()["WindowTargetId"] = "wt-2";
  definition["Targets"].as_array().push_back(second);
  only_task(definition)["Targets"] =
      Array{Object{{"Key", "WindowTargetIds"}, {"Values", Array{"wt-1", "wt-2"}}}};
  auto script = occurrence_script(definition);
  script.answer("look", instances_answer({"i-1", "i-2"}));
  script.answer("look", instances_answer({"i-2", "i-3"}));
  script.answer("look", agents_answer({"i-1", "i-2", "i-3"}));
  EXPECT_EQ(script.open_calls("start:").size(), 2U);
  for (const char* slot : {"0:0", "0:1"}) {
    answer_start(script, fmt::format("start:{}", slot));
    end_run(script, fmt::format("run:{}", slot));
  }
  ASSERT_EQ(script.open_calls("start:"), (Tags{"start:0:2"}));
  EXPECT_EQ(text::to_json(object_at(script.calls.at("start:0:2").input, "Parameters")),
            R"({"InstanceId":["i-3"]})");
}

Object function_task() {
  return {{"WindowTaskId", "task-f"},
          {"TaskArn", "check"},
          {"TaskType", "LAMBDA"},
          {"Priority", 1},
          {"TaskInvocationParameters",
           Object{{"Lambda", Object{{"Payload", R"({"window":"{{ WINDOW_ID }}","x":"{{y}}"})"}}}}}};
}

TEST(Occurrence, AFunctionWithoutTargetsNeedsNoLookup) {
  auto definition = test_definition();
  definition["Tasks"] = Array{function_task()};
  auto script = occurrence_script(definition);
  const auto& call = script.calls.at("start:0:0");
  EXPECT_EQ(call.service + ":" + call.operation, "lambda:Invoke");
  EXPECT_EQ(text_at(call.input, "Payload"), R"({"window":"mw-0123456789abcdef0","x":"{{y}}"})");
  script.answer("start:0:0", Object{{"StatusCode", 200}, {"Payload", "null"}});
  EXPECT_EQ(final_status(script), "SUCCESS");
}

TEST(Occurrence, AFunctionThatFailsIsTold) {
  auto definition = test_definition();
  definition["Tasks"] = Array{function_task()};
  auto script = occurrence_script(definition);
  script.answer("start:0:0", Object{{"FunctionError", "Unhandled"}, {"Payload", "{\"e\":1}"}});
  EXPECT_EQ(final_status(script), "FAILED");
  EXPECT_EQ(script.told("Backup Task Failed").size(), 1U);
}

TEST(Occurrence, ATargetParameterWithoutTargetsIsAnError) {
  auto definition = test_definition();
  only_task(definition).erase("Targets");
  auto script = occurrence_script(definition);
  EXPECT_TRUE(script.calls.empty());
  EXPECT_EQ(final_status(script), "FAILED");
  EXPECT_NE(text_at(detail_of(script.told("Backup Not Started").at(0)), "reason")
                .find("{{TARGET_ID}} has no value"),
            std::string_view::npos);
}

TEST(Occurrence, AnUnknownTaskTypeFailsItsTargetsAndIsTold) {
  auto definition = test_definition();
  only_task(definition)["TaskType"] = "STEP_FUNCTIONS";
  auto script = running_script(2, definition);
  EXPECT_EQ(final_status(script), "FAILED");
  EXPECT_EQ(script.outcome_of(target_row(1)), "NotStarted");
  EXPECT_EQ(list_at(detail_of(script.told("Backup Not Started").at(0)), "instances").size(), 2U);
}

TEST(Occurrence, WithoutTasksThereIsNothingToDo) {
  auto definition = test_definition();
  definition["Tasks"] = Array{};
  auto script = occurrence_script(definition);
  EXPECT_EQ(final_status(script), "SUCCESS");
  EXPECT_EQ(text_at(*script.finished, "StatusDetails"), "No tasks to execute.");
}

TEST(Occurrence, CancelledItStartsNothingMoreAndLetsRunsEnd) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "1";
  auto script = running_script(2, definition);
  answer_start(script, "start:0:0");
  script.signal("cancel");
  EXPECT_EQ(script.outcome_of(target_row(2)), "NotStarted");
  end_run(script, "run:0:0");
  EXPECT_EQ(final_status(script), "CANCELLED");
  EXPECT_EQ(script.outcome_of(target_row(1)), "Success");
}

TEST(Occurrence, OverlappingItOnlyRecordsThat) {
  const auto instant = *parse_iso(kOpened);
  Script script(make_occurrence_kind(), occurrence_id(kTestWindow, instant), kOpened);
  script.start_with(occurrence_input(test_definition(), instant, OpenAs::Overlapping));
  EXPECT_EQ(final_status(script), "SKIPPED_OVERLAPPING");
  EXPECT_EQ(script.outcome_of(whole_row()), "Skipped");
  EXPECT_EQ(script.told("Backup Skipped").size(), 1U);
  EXPECT_TRUE(script.calls.empty());
}

TEST(Occurrence, ARunThatIsUnknownCountsAsFailed) {
  auto script = running_script(1);
  answer_start(script, "start:0:0");
  script.happen(event::Ended{"run:0:0", fail(ErrorKind::NotFound, "no such run")});
  EXPECT_EQ(script.outcome_of(target_row(1)), "Failed");
}

TEST(Occurrence, WaitsForItsRowsBeforeItEnds) {
  auto script = running_script(1);
  answer_start(script, "start:0:0");
  script.ledger_is_down = true;
  end_run(script, "run:0:0");
  EXPECT_FALSE(script.finished.has_value());
  script.happen(event::Answered{"ledger:" + whole_row(), fail(ErrorKind::Io, "disk full")});
  script.ledger_is_down = false;
  script.wake("ledger-again");
  EXPECT_EQ(final_status(script), "SUCCESS");
}

TEST(Occurrence, IsDescribedInTheShapesOfTheApi) {
  auto script = running_script(2);
  answer_start(script, "start:0:0");
  answer_start(script, "start:0:1");
  end_run(script, "run:0:0", "TimedOut");
  const auto described = describe_occurrence(script.save());
  EXPECT_EQ(text_at(described.execution, "Status"), "IN_PROGRESS");
  EXPECT_EQ(text_at(described.execution, "StartTime"), "2026-01-10T18:30:00.000Z");
  EXPECT_EQ(text_at(described.execution, "WindowExecutionId"),
            execution_id(kTestWindow, *parse_iso(kOpened)));
  ASSERT_EQ(described.tasks.size(), 1U);
  EXPECT_EQ(text_at(described.tasks[0], "TaskExecutionId"),
            text_of(list_at(described.execution, "TaskIds")[0]));
  ASSERT_EQ(described.invocations.size(), 2U);
  const auto& first = described.invocations[0];
  EXPECT_EQ(text_at(first, "Status"), "TIMED_OUT");
  EXPECT_EQ(text_at(first, "StatusDetails"), "step Image: no image");
  EXPECT_EQ(text_at(first, "ExecutionId"), "run-of-0:0");
  EXPECT_EQ(text_at(first, "OwnerInformation"), "ops");
  EXPECT_EQ(text_at(first, "WindowTargetId"), "wt-1");
  EXPECT_EQ(text_at(first, "Parameters"), R"({"InstanceId":["i-00000000000000001"]})");
}

}  // namespace
}  // namespace hikae::window
