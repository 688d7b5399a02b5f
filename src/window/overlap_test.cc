// Overlap is judged target by target: the occurrence of 18:30 while that of the day before goes on.
#include "window/overlap.h"

#include "window/occurrence_script_test.h"

namespace hikae::window {
namespace {

const std::string kEarlierId = fmt::format("{}/2026-01-09T18:30:00Z", kTestWindow);

Script overlapping_script(const Object& definition = test_definition()) {
  const auto instant = *parse_iso(kOpened);
  Script script(make_occurrence_kind(), occurrence_id(kTestWindow, instant), kOpened);
  script.start_with(
      occurrence_input(definition, instant, OpenAs::Running, Array{Value(kEarlierId)}));
  return script;
}

Value busy_answer(Array targets) {
  return Object{{"From", kEarlierId},
                {"Execution", "exec-before"},
                {"Looking", false},
                {"Targets", std::move(targets)}};
}

Object stuck_part(std::size_t n, std::string_view run = "run-stuck") {
  return {{"Target", some_ids(n)[n - 1]},
          {"Task", "task-1"},
          {"Run", run},
          {"Since", unix_ms(*parse_iso("2026-01-09T18:30:05Z"))},
          {"IsCommand", false}};
}

void answer_lookups(Script& script, std::size_t count) {
  script.answer("look", instances_answer(some_ids(count)));
  script.answer("look", agents_answer(some_ids(count)));
}

TEST(Overlap, AsksTheEarlierOpeningBeforeItLooksForTargets) {
  auto script = overlapping_script();
  ASSERT_EQ(script.signalled.size(), 1U);
  EXPECT_EQ(script.signalled[0].name, "who-is-busy");
  EXPECT_EQ(script.signalled[0].machine.id, kEarlierId);
  EXPECT_TRUE(script.calls.empty());
}

TEST(Overlap, OnlyTheServerWhoseEarlierRunGoesOnIsSkipped) {
  auto script = overlapping_script();
  script.signal("busy", busy_answer({stuck_part(2)}));
  answer_lookups(script, 3);
  EXPECT_EQ(script.open_calls("start:").size(), 2U);
  EXPECT_EQ(script.outcome_of(target_row(2)), "Skipped");
  for (const char* slot : {"0:1", "0:2"}) {
    answer_start(script, fmt::format("start:{}", slot));
    end_run(script, fmt::format("run:{}", slot));
  }
  EXPECT_EQ(script.outcome_of(target_row(1)), "Success");
  EXPECT_EQ(script.outcome_of(target_row(3)), "Success");
  EXPECT_EQ(final_status(script), "SUCCESS");
  EXPECT_NE(text_at(*script.finished, "StatusDetails").find("1 skipped"), std::string_view::npos);
}

TEST(Overlap, TheNoticeNamesTheBlockingRunSinceWhenAndWhatToDo) {
  auto script = overlapping_script();
  script.signal("busy", busy_answer({stuck_part(1)}));
  answer_lookups(script, 2);
  ASSERT_EQ(script.told("Backup Skipped").size(), 1U);
  const auto detail = detail_of(script.told("Backup Skipped")[0]);
  for (const auto* part : {"run-stuck", "2026-01-09T18:30:05Z", "hikae show run-stuck",
                           "hikae cancel run-stuck", "i-00000000000000001"})
    EXPECT_NE(text_at(detail, "reason").find(part), std::string_view::npos) << part;
  const auto& blocking = list_at(detail, "blocking");
  ASSERT_EQ(blocking.size(), 1U);
  EXPECT_EQ(text_at(blocking[0], "execution-id"), "run-stuck");
  EXPECT_EQ(text_at(blocking[0], "window-execution-id"), "exec-before");
  EXPECT_TRUE(script.told("Backup Not Started").empty());
}

TEST(Overlap, ServersWithoutAgentAreToldBesideIt) {
  auto script = overlapping_script();
  script.signal("busy", busy_answer({stuck_part(1)}));
  script.answer("look", instances_answer(some_ids(3)));
  script.answer("look", agents_answer({some_ids(3)[0], some_ids(3)[1]}));
  EXPECT_EQ(script.told("Backup Skipped").size(), 2U);
}

TEST(Overlap, WhereAllTargetsAreBusyTheExecutionIsSkippedOverlapping) {
  auto script = overlapping_script();
  script.signal("busy", busy_answer({stuck_part(1)}));
  answer_lookups(script, 1);
  EXPECT_EQ(final_status(script), "SKIPPED_OVERLAPPING");
  EXPECT_EQ(script.outcome_of(whole_row()), "Skipped");
}

TEST(Overlap, AnEarlierOpeningThatHasEndedHoldsNothingUp) {
  auto script = overlapping_script();
  script.end("earlier:" + kEarlierId, Object{{"Status", "SUCCESS"}});
  answer_lookups(script, 2);
  EXPECT_EQ(script.open_calls("start:").size(), 2U);
}

TEST(Overlap, AServerThatWaitsForItsTurnThereIsSkippedToo) {
  auto script = overlapping_script();
  auto waiting = stuck_part(1, "");
  waiting["Since"] = 0;
  script.signal("busy", busy_answer({waiting}));
  answer_lookups(script, 2);
  EXPECT_EQ(script.open_calls("start:").size(), 1U);
  EXPECT_NE(text_at(script.rows.at(target_row(1)), "Reason").find("exec-before"),
            std::string_view::npos);
}

TEST(Overlap, AnEarlierOpeningThatIsStillLookingHoldsUpTheWholeAndIsNamed) {
  auto script = overlapping_script();
  auto answer = busy_answer({});
  answer.as_object()["Looking"] = true;
  script.signal("busy", answer);
  EXPECT_EQ(final_status(script), "SKIPPED_OVERLAPPING");
  EXPECT_NE(text_at(detail_of(script.told("Backup Skipped").at(0)), "reason").find("exec-before"),
            std::string_view::npos);
}

TEST(Overlap, AnOpeningTellsWhatRunsAndWhatWaits) {
  auto definition = test_definition();
  only_task(definition)["MaxConcurrency"] = "2";
  auto script = running_script(3, definition);
  answer_start(script, "start:0:0");
  answer_start(script, "start:0:1");
  end_run(script, "run:0:1");
  script.signal("who-is-busy", Object{{"To", "the-next"}});
  ASSERT_EQ(script.signalled.size(), 1U);
  EXPECT_EQ(script.signalled[0].machine.id, "the-next");
  const auto& targets = list_at(script.signalled[0].payload, "Targets");
  ASSERT_EQ(targets.size(), 2U);
  EXPECT_EQ(text_at(targets[0], "Run"), "run-of-0:0");
  EXPECT_EQ(text_at(targets[1], "Target"), some_ids(3)[2]);
}

TEST(Overlap, AFunctionThatStillRunsIsNotCalledAgain) {
  auto definition = test_definition();
  definition["Tasks"] = Array{Object{{"WindowTaskId", "task-f"},
                                     {"TaskArn", "check"},
                                     {"TaskType", "LAMBDA"},
                                     {"TaskInvocationParameters", Object{}}}};
  auto script = overlapping_script(definition);
  script.signal("busy", busy_answer({Object{{"Target", ""}, {"Task", "task-f"}, {"Since", 1000}}}));
  EXPECT_TRUE(script.calls.empty());
  EXPECT_EQ(final_status(script), "SKIPPED_OVERLAPPING");
}

}  // namespace
}  // namespace hikae::window
