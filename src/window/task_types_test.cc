// Commands as tasks, what the cutoff does to them, and what windows tell
// (docs/reference/ssm-automation.md 9.3-9.8).
#include "window/occurrence_script_test.h"

namespace hikae::window {
namespace {

Object command_definition(std::string_view at_cutoff = "CONTINUE_TASK") {
  auto definition = test_definition();
  auto& task = only_task(definition);
  task["TaskArn"] = "AWS-RunShellScript";
  task["TaskType"] = "RUN_COMMAND";
  task["CutoffBehavior"] = at_cutoff;
  task["TaskInvocationParameters"] =
      Object{{"RunCommand",
              Object{{"TimeoutSeconds", 600},
                     {"Parameters", Object{{"commands", Array{"echo {{WINDOW_ID}} {{TARGET_ID}} "
                                                              "{{TARGET_TYPE}}"}}}}}}};
  return definition;
}

void send_command(Script& script, std::string_view slot) {
  script.answer(fmt::format("start:{}", slot),
                Object{{"Command", Object{{"CommandId", fmt::format("cmd-{}", slot)}}}});
}

void end_command(Script& script, std::string_view slot, Object answer) {
  script.answer(fmt::format("command:{}", slot), std::move(answer));
}

Array statuses_told(const Script& script, std::string_view detail_type) {
  Array list;
  for (const auto& event : script.told(detail_type))
    list.push_back(Value(text_at(detail_of(event), "status")));
  return list;
}

TEST(RunCommandTask, SendsOneCommandToEachInstanceWithItsPseudoParameters) {
  auto script = running_script(2, command_definition());
  const auto& call = script.calls.at("start:0:1");
  EXPECT_EQ(call.service + ":" + call.operation, "ssm:SendCommand");
  EXPECT_EQ(text_at(call.input, "DocumentName"), "AWS-RunShellScript");
  EXPECT_EQ(text_of(list_at(call.input, "InstanceIds")[0]), some_ids(2)[1]);
  EXPECT_EQ(int_at(call.input, "TimeoutSeconds"), 600);
  EXPECT_EQ(text::to_json(object_at(call.input, "Parameters")),
            R"({"commands":["echo mw-0123456789abcdef0 {{TARGET_ID}} INSTANCE"]})");
}

TEST(RunCommandTask, PollsTheInvocationUntilItHasEnded) {
  auto script = running_script(1, command_definition());
  send_command(script, "0:0");
  const auto& poll = script.calls.at("command:0:0");
  EXPECT_EQ(poll.operation, "GetCommandInvocation");
  EXPECT_EQ(text_at(poll.input, "CommandId"), "cmd-0:0");
  for (const auto* going : {"Pending", "InProgress", "Delayed", "Cancelling"})
    EXPECT_FALSE(script.decides("command:0:0", Object{{"Status", going}})) << going;
  EXPECT_TRUE(script.decides("command:0:0", Object{{"Status", "Success"}}));
  end_command(script, "0:0", Object{{"Status", "Success"}, {"StatusDetails", "Success"}});
  EXPECT_EQ(script.outcome_of(target_row(1)), "Success");
  EXPECT_EQ(final_status(script), "SUCCESS");
}

TEST(RunCommandTask, AFailureIsToldWithItsExitCodeAndErrors) {
  auto script = running_script(1, command_definition());
  send_command(script, "0:0");
  end_command(script, "0:0",
              Object{{"Status", "Failed"},
                     {"StatusDetails", "Failed"},
                     {"ResponseCode", 3},
                     {"StandardErrorContent", "no space left"}});
  EXPECT_EQ(final_status(script), "FAILED");
  EXPECT_EQ(text_at(script.rows.at(target_row(1)), "Reason"),
            "Failed (exit code 3): no space left");
  ASSERT_EQ(script.told("Backup Task Failed").size(), 1U);
}

TEST(RunCommandTask, AnInvocationThatIsNotVisibleYetIsAskedForAgain) {
  auto script = running_script(1, command_definition());
  send_command(script, "0:0");
  script.refuse("command:0:0", {ErrorKind::NotFound, "InvocationDoesNotExist", "not yet"});
  ASSERT_TRUE(script.calls.contains("command:0:0"));
  script.set_clock("2026-01-10T18:36:00Z");
  script.refuse("command:0:0", {ErrorKind::NotFound, "InvocationDoesNotExist", "never"});
  EXPECT_EQ(final_status(script), "FAILED");
}

TEST(RunCommandTask, ACommandThatNeverEndsTimesOut) {
  auto script = running_script(1, command_definition());
  send_command(script, "0:0");
  script.wake("cap:0:0");
  EXPECT_EQ(iso(script.now()), "2026-01-12T18:30:00Z");
  EXPECT_EQ(final_status(script), "TIMED_OUT");
}

TEST(RunCommandTask, AnUnansweredSendingIsNotRepeatedByTheWindow) {
  auto script = running_script(1, command_definition());
  script.refuse("start:0:0", {ErrorKind::Unavailable, "InternalServerError", "lost"});
  EXPECT_EQ(final_status(script), "FAILED");
}

TEST(CutoffBehavior, WithCancelTaskCommandsAreCancelledAndTheTaskTimesOut) {
  auto script = running_script(1, command_definition("CANCEL_TASK"));
  send_command(script, "0:0");
  script.wake("cutoff");
  const auto& call = script.calls.at("uncommand:0:0");
  EXPECT_EQ(call.operation, "CancelCommand");
  EXPECT_EQ(text_at(call.input, "CommandId"), "cmd-0:0");
  script.answer("uncommand:0:0", Object{});
  end_command(script, "0:0", Object{{"Status", "Cancelled"}});
  EXPECT_EQ(final_status(script), "TIMED_OUT");
}

TEST(CutoffBehavior, ARefusedCancelIsSaidWithTheCommandsEnd) {
  auto script = running_script(1, command_definition("CANCEL_TASK"));
  send_command(script, "0:0");
  script.wake("cutoff");
  script.refuse("uncommand:0:0", {ErrorKind::Denied, "AccessDeniedException", "no"});
  end_command(script, "0:0", Object{{"Status", "Failed"}});
  EXPECT_NE(text_at(script.rows.at(target_row(1)), "Reason").find("AccessDeniedException"),
            std::string_view::npos);
}

TEST(CutoffBehavior, WithContinueTaskCommandsGoOn) {
  auto script = running_script(1, command_definition());
  send_command(script, "0:0");
  script.wake("cutoff");
  EXPECT_TRUE(script.open_calls("uncommand:").empty());
  end_command(script, "0:0", Object{{"Status", "Success"}});
  EXPECT_EQ(final_status(script), "SUCCESS");
}

TEST(CutoffBehavior, WithCancelTaskRunsGoOnAndWhatDidNotStartTimesTheTaskOut) {
  auto definition = test_definition();
  only_task(definition)["CutoffBehavior"] = "CANCEL_TASK";
  only_task(definition)["MaxConcurrency"] = "1";
  auto script = running_script(2, definition);
  answer_start(script, "start:0:0");
  script.wake("cutoff");
  EXPECT_TRUE(script.calls.empty());
  end_run(script, "run:0:0", "Failed");
  EXPECT_EQ(final_status(script), "TIMED_OUT");
}

TEST(WindowEvents, OfRunsOnlyInProgressAndCompleteAreTold) {
  constexpr const char* kType =
      "Maintenance Window Task Target Invocation State-change Notification";
  auto script = running_script(1);
  answer_start(script, "start:0:0");
  end_run(script, "run:0:0", "Failed");
  EXPECT_EQ(text::to_json(statuses_told(script, kType)), R"(["IN_PROGRESS","COMPLETE"])");
  const auto detail = detail_of(script.told(kType)[1]);
  EXPECT_EQ(text_at(detail, "window-id"), kTestWindow);
  EXPECT_EQ(text_at(detail, "window-target-id"), "wt-1");
  EXPECT_EQ(text_at(detail, "owner-information"), "ops");
  EXPECT_EQ(text_at(detail, "end-time"), "2026-01-10T18:30:00.000Z");
  for (const auto* member : {"window-execution-id", "task-execution-id", "start-time"})
    EXPECT_FALSE(text_at(detail, member).empty()) << member;
}

TEST(WindowEvents, OfCommandsTheirOwnStatusIsTold) {
  auto script = running_script(1, command_definition());
  send_command(script, "0:0");
  end_command(script, "0:0", Object{{"Status", "Failed"}});
  EXPECT_EQ(text::to_json(statuses_told(
                script, "Maintenance Window Task Target Invocation State-change Notification")),
            R"(["IN_PROGRESS","FAILED"])");
}

TEST(LateWindow, AnOpeningAfterItsInstantRunsAndIsTold) {
  auto script = occurrence_script(test_definition(), "2026-01-10T18:50:00Z");
  EXPECT_TRUE(script.calls.contains("look"));
  ASSERT_EQ(script.told("Backup Late").size(), 1U);
  EXPECT_TRUE(
      occurrence_script(test_definition(), "2026-01-10T18:30:20Z").told("Backup Late").empty());
}

}  // namespace
}  // namespace hikae::window
