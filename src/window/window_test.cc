#include "window/window.h"

#include "window/script_test.h"

namespace hikae::window {
namespace {

Script window_script(std::string_view now, Object definition = test_definition()) {
  Script script(make_window_kind(), kTestWindow, now);
  script.start_with(std::move(definition));
  return script;
}

std::string window_row(std::string_view name) { return fmt::format("{}/{}/*", kTestWindow, name); }

std::string running_tag(std::string_view instant) {
  return fmt::format("running:{}/{}", kTestWindow, instant);
}

using Ids = std::vector<std::string>;

TEST(Window, OpensAtItsInstantAndNotBefore) {
  auto script = window_script("2026-01-10T00:00:00Z");
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-10T18:30:00Z");
  script.set_clock("2026-01-10T18:29:59Z");
  script.wake_now("due");
  EXPECT_TRUE(script.started_of("occurrence").empty());
  script.wake("due");
  EXPECT_EQ(script.started_of("occurrence"), (Ids{"mw-0123456789abcdef0/2026-01-10T18:30:00Z"}));
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-11T18:30:00Z");
}

TEST(Window, ALateStartStillRunsWhileTheWindowIsOpen) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.set_clock("2026-01-10T19:29:59Z");
  script.wake("due");
  EXPECT_EQ(script.started_of("occurrence").size(), 1U);
  EXPECT_TRUE(script.rows.empty());
}

TEST(Window, TooLateIsMissedAndToldOnce) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.set_clock("2026-01-10T19:30:00Z");
  script.wake("due");
  EXPECT_TRUE(script.started_of("occurrence").empty());
  EXPECT_EQ(script.outcome_of(window_row("2026-01-10T18:30:00Z")), "Missed");
  ASSERT_EQ(script.told("Backup Missed").size(), 1U);
  const auto event = script.told("Backup Missed")[0];
  EXPECT_EQ(text_at(event, "source"), "hikae");
  EXPECT_EQ(text_at(object_at(event, "detail"), "instant"), "2026-01-10T18:30:00Z");
  EXPECT_EQ(text_of(list_at(event, "resources")[0]),
            "arn:aws:ssm:ap-northeast-1:123456789012:maintenancewindow/mw-0123456789abcdef0");
}

TEST(Window, ACatchUpShorterThanTheWindowHolds) {
  auto definition = test_definition();
  definition["CatchUpMinutes"] = 10;
  auto script = window_script("2026-01-10T00:00:00Z", definition);
  script.set_clock("2026-01-10T18:40:01Z");
  script.wake("due");
  EXPECT_EQ(script.outcome_of(window_row("2026-01-10T18:30:00Z")), "Missed");
}

TEST(Window, ACatchUpOfNothingMarksALateOneMissedButForgivesATimer) {
  auto definition = test_definition();
  definition["CatchUpMinutes"] = 0;
  auto script = window_script("2026-01-10T00:00:00Z", definition);
  script.set_clock("2026-01-10T18:30:02Z");
  script.wake("due");
  EXPECT_EQ(script.started_of("occurrence").size(), 1U);
  script.set_clock("2026-01-11T18:32:00Z");
  script.wake("due");
  EXPECT_EQ(script.outcome_of(window_row("2026-01-11T18:30:00Z")), "Missed");
  EXPECT_EQ(script.told("Backup Missed").size(), 1U);
}

TEST(Window, DaysOfDowntimeLeaveNoHoleAndAreOneMail) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.set_clock("2026-01-14T18:45:00Z");
  script.wake("due");
  EXPECT_EQ(script.rows.size(), 4U);
  EXPECT_EQ(script.outcome_of(window_row("2026-01-13T18:30:00Z")), "Missed");
  ASSERT_EQ(script.told("Backup Missed").size(), 1U);
  const auto detail = object_at(script.told("Backup Missed")[0], "detail");
  EXPECT_EQ(list_at(Value(detail), "instants").size(), 4U);
  EXPECT_EQ(int_at(detail, "count"), 4);
  EXPECT_NE(text_at(detail, "reason").find("4 times from 2026-01-10T18:30:00Z to 2026-01-13"),
            std::string_view::npos);
  EXPECT_EQ(script.started_of("occurrence"), (Ids{"mw-0123456789abcdef0/2026-01-14T18:30:00Z"}));
}

TEST(Window, MonthsOfDowntimeHaveARowForEachInstantAndNameTwentyInTheMail) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.set_clock("2026-03-11T00:00:00Z");
  script.wake("due");
  EXPECT_EQ(script.rows.size(), 60U);
  ASSERT_EQ(script.told("Backup Missed").size(), 1U);
  const auto detail = object_at(script.told("Backup Missed")[0], "detail");
  EXPECT_EQ(list_at(Value(detail), "instants").size(), 20U);
  EXPECT_EQ(int_at(detail, "count"), 60);
}

TEST(Window, AYearOfDowntimeEveryFiveMinutesIsBoundedAndSaysSo) {
  auto definition = test_definition();
  definition["Schedule"] = "rate(5 minutes)";
  auto script = window_script("2026-01-10T00:00:30Z", definition);
  script.set_clock("2027-01-10T00:00:00Z");
  script.wake("due");
  EXPECT_LT(script.rows.size(), 1100U);
  ASSERT_EQ(script.told("Backup Missed").size(), 1U);
  const auto detail = object_at(script.told("Backup Missed")[0], "detail");
  EXPECT_FALSE(is_true_at(detail, "all-counted"));
  EXPECT_NE(text_at(detail, "reason").find("more than 1"), std::string_view::npos);
  EXPECT_NE(text_at(detail, "reason").find("not counted one by one"), std::string_view::npos);
  EXPECT_EQ(script.outcome_of(window_row("2026-01-13T11:25:00Z..2027-01-09T22:00:00Z")), "Missed");
  // The instants of the last hour may still run.
  EXPECT_EQ(script.started_of("occurrence").size(), 12U);
  EXPECT_EQ(iso(script.wakes.at("due")), "2027-01-10T00:05:00Z");
}

TEST(Window, AClockSetBackRunsNothingTwice) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.wake("due");
  script.end(running_tag("2026-01-10T18:30:00Z"), Object{{"Status", "SUCCESS"}});
  script.set_clock("2026-01-10T12:00:00Z");
  script.wake_now("due");
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-11T18:30:00Z");
  script.set_clock("2026-01-10T18:30:00Z");
  script.wake_now("due");
  EXPECT_EQ(script.started_of("occurrence").size(), 1U);
  EXPECT_TRUE(script.rows.empty());
}

TEST(Window, AnEditUnderAWrongClockHidesNoInstant) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.wakes.clear();
  script.set_clock("2026-01-10T18:00:00Z");
  auto definition = test_definition();
  definition["Schedule"] = "cron(0 2 ? * * *)";
  script.signal("update", definition);
  script.set_clock("2026-01-10T16:00:00Z");
  script.wake_now("due");
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-10T17:00:00Z");
}

TEST(Window, AnEditJudgesThePastByTheOldScheduleOnly) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.set_clock("2026-01-10T23:00:00Z");
  auto definition = test_definition();
  definition["Schedule"] = "cron(0 7 ? * * *)";
  script.signal("update", definition);
  EXPECT_EQ(script.rows.size(), 1U);
  EXPECT_EQ(script.outcome_of(window_row("2026-01-10T18:30:00Z")), "Missed");
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-11T22:00:00Z");
}

TEST(Window, AnOpeningIsToldWhichEarlierOnesHaveNotEnded) {
  auto definition = test_definition();
  definition["Schedule"] = "rate(30 minutes)";
  auto script = window_script("2026-01-10T00:10:00Z", definition);
  for (int i = 0; i < 3; ++i) script.wake("due");
  ASSERT_EQ(script.started_of("occurrence").size(), 3U);
  EXPECT_EQ(list_at(script.started[0].second, "Earlier").size(), 0U);
  EXPECT_EQ(list_at(script.started[2].second, "Earlier").size(), 2U);
  EXPECT_FALSE(is_true_at(script.started[2].second, "Overlapping"));
  script.end("running:" + script.started_of("occurrence")[0], Object{});
  script.wake("due");
  EXPECT_EQ(text::to_json(list_at(script.started[3].second, "Earlier")),
            text::to_json(Array{Value(script.started_of("occurrence")[1]),
                                Value(script.started_of("occurrence")[2])}));
}

TEST(Window, AHundredOpeningsThatDoNotEndHoldUpTheNext) {
  auto definition = test_definition();
  definition["Schedule"] = "rate(30 minutes)";
  auto script = window_script("2026-01-10T00:10:00Z", definition);
  for (int i = 0; i < 101; ++i) script.wake("due");
  EXPECT_FALSE(is_true_at(script.started[99].second, "Overlapping"));
  EXPECT_TRUE(is_true_at(script.started[100].second, "Overlapping"));
}

TEST(Window, AnOccurrenceThatIsUnknownHoldsNothingUp) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.wake("due");
  const auto tag = running_tag("2026-01-10T18:30:00Z");
  EXPECT_EQ(script.awaited.erase(tag), 1U);
  script.happen(event::Ended{tag, fail(ErrorKind::NotFound, "no such machine")});
  script.wake("due");
  EXPECT_TRUE(list_at(script.started.back().second, "Earlier").empty());
}

TEST(Window, ASkippedHourIsToldWithItsLocalTime) {
  auto definition = test_definition();
  definition["Schedule"] = "cron(30 2 ? * * *)";
  definition["ScheduleTimezone"] = "America/New_York";
  auto script = window_script("2026-03-08T00:00:00Z", definition);
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-03-08T07:00:00Z");
  script.wake("due");
  EXPECT_TRUE(script.started_of("occurrence").empty());
  EXPECT_EQ(script.outcome_of(window_row("2026-03-08T02:30:00")), "Skipped");
  ASSERT_EQ(script.told("Backup Skipped").size(), 1U);
  EXPECT_NE(text_at(object_at(script.told("Backup Skipped")[0], "detail"), "reason")
                .find("does not exist in America/New_York"),
            std::string_view::npos);
}

TEST(Window, WithGapNextTheSkippedHourRunsAtItsEnd) {
  auto definition = test_definition();
  definition["Schedule"] = "cron(30 2 ? * * *)";
  definition["ScheduleTimezone"] = "America/New_York";
  definition["GapPolicy"] = "next";
  auto script = window_script("2026-03-08T00:00:00Z", definition);
  script.wake("due");
  EXPECT_EQ(script.started_of("occurrence"), (Ids{"mw-0123456789abcdef0/2026-03-08T07:00:00Z"}));
}

TEST(Window, DisabledItSleepsAndEnabledItCountsFromThen) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.signal("disable");
  EXPECT_TRUE(script.wakes.empty());
  EXPECT_EQ(script.told("Maintenance Window State-change Notification").size(), 1U);
  script.set_clock("2026-01-20T00:00:00Z");
  script.signal("update", test_definition());
  EXPECT_TRUE(script.rows.empty());
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-20T18:30:00Z");
  EXPECT_EQ(script.told("Maintenance Window State-change Notification").size(), 2U);
}

TEST(Window, BoundsOfDatesHold) {
  auto definition = test_definition();
  definition["StartDate"] = "2026-02-01T00:00:00+09:00";
  definition["EndDate"] = "2026-02-02T00:00:00+09:00";
  auto script = window_script("2026-01-10T00:00:00Z", definition);
  EXPECT_EQ(iso(script.wakes.at("due")), "2026-01-31T18:30:00Z");
  script.wake("due");
  EXPECT_FALSE(script.wakes.contains("due"));
}

TEST(Window, DeletedItEndsOnceItsRowsAreStored) {
  auto script = window_script("2026-01-10T00:00:00Z");
  script.set_clock("2026-01-11T00:00:00Z");
  script.ledger_is_down = true;
  script.wake("due");
  script.signal("delete");
  EXPECT_FALSE(script.finished.has_value());
  const auto tag = "ledger:" + window_row("2026-01-10T18:30:00Z");
  script.happen(event::Answered{tag, fail(ErrorKind::Io, "disk")});
  script.ledger_is_down = false;
  script.wake("ledger-again");
  EXPECT_TRUE(script.finished.has_value());
}

TEST(Window, ADefinitionThatCannotBeReadIsTold) {
  auto definition = test_definition();
  definition["Schedule"] = "cron(99 3 ? * * *)";
  auto script = window_script("2026-01-10T00:00:00Z", definition);
  EXPECT_FALSE(script.wakes.contains("due"));
  ASSERT_EQ(script.told("Backup Not Started").size(), 1U);
  script.signal("update", test_definition());
  EXPECT_TRUE(script.wakes.contains("due"));
}

TEST(Window, TellsWhenItOpensNext) {
  EXPECT_EQ(iso(*next_opening(test_definition(), *parse_iso("2026-01-10T00:00:00Z"))),
            "2026-01-10T18:30:00Z");
  auto definition = test_definition();
  definition["Enabled"] = false;
  EXPECT_EQ(next_opening(definition, *parse_iso("2026-01-10")), std::nullopt);
}

/// Whatever the clock does, the outcomes are the oracle's instants, each once.
TEST(Window, EveryInstantHasExactlyOneOutcomeUnderAWildClock) {
  auto definition = test_definition();
  definition["Schedule"] = "cron(0 0/3 ? * * *)";
  auto script = window_script("2026-01-10T00:30:00Z", definition);
  std::uint64_t dice = 42;
  auto latest = script.now();
  for (int i = 0; i < 300; ++i) {
    dice = dice * 6364136223846793005U + 1442695040888963407U;
    const auto jump = minutes(static_cast<std::int64_t>(dice >> 33) % 900 - 300);
    script.set_clock(iso(script.now() + jump));
    latest = std::max(latest, script.now());
    if (i % 7 == 3 && !script.awaited.empty())
      script.end(script.awaited.begin()->first, Object{});
    else
      script.wake_now("due");
  }
  script.set_clock(iso(latest));
  script.wake_now("due");
  std::map<std::string, int> outcomes;
  for (const auto& id : script.started_of("occurrence")) ++outcomes[id];
  for (const auto& [key, row] : script.rows) ++outcomes[key.substr(0, key.rfind('/'))];
  std::size_t wanted = 0;
  for (auto at = *parse_iso("2026-01-10T03:00:00Z"); at <= latest; at += hours(3), ++wanted)
    EXPECT_EQ(outcomes[fmt::format("{}/{}", kTestWindow, iso(at))], 1) << iso(at);
  EXPECT_EQ(outcomes.size(), wanted);
  EXPECT_GT(wanted, 50U);
}

}  // namespace
}  // namespace hikae::window
