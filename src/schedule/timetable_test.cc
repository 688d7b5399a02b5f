#include "schedule/timetable.h"

#include <gtest/gtest.h>

#include "schedule/upcoming.h"

namespace hikae::schedule {
namespace {

WallTime instant_of(std::string_view text) { return *parse_iso(text); }

Timetable timetable_for(std::string_view expression, std::string_view zone_name = "UTC",
                        Kind kind = Kind::Window) {
  return *make_timetable({.expression = std::string(expression),
                          .kind = kind,
                          .timezone = std::string(zone_name),
                          .from = instant_of("2026-01-01"),
                          .anchor = {}});
}

std::vector<std::string> told(const Timetable& table, std::string_view from, std::string_view to) {
  std::vector<std::string> list;
  for (const auto& found : between(table, instant_of(from), instant_of(to), 1000))
    list.push_back(iso(found.at) + (found.kind == OccurrenceKind::SkippedInGap
                                        ? " skipped " + zone::text(found.civil)
                                        : ""));
  return list;
}

using Lines = std::vector<std::string>;

TEST(Timetable, ASkippedTimeIsToldAtTheEndOfItsGap) {
  EXPECT_EQ(told(timetable_for("cron(30 2 ? * * *)", "America/New_York"), "2026-03-07T12:00:00Z",
                 "2026-03-09T12:00:00Z"),
            (Lines{"2026-03-08T07:00:00Z skipped 2026-03-08T02:30:00", "2026-03-09T06:30:00Z"}));
}

TEST(Upcoming, TellsWhatClocksJumpOver) {
  ScheduleQuery query{.expression = "cron(30 2 ? * * *)",
                      .timezone = "America/New_York",
                      .from = instant_of("2026-03-08T00:00:00Z"),
                      .anchor = {},
                      .count = 1};
  const auto daily = *upcoming_and_skipped(query);
  ASSERT_EQ(daily.size(), 2U);
  EXPECT_EQ(daily[0].kind, OccurrenceKind::SkippedInGap);
  EXPECT_EQ(zone::text(daily[0].civil), "2026-03-08T02:30:00");
  EXPECT_EQ(iso(daily[1].at), "2026-03-09T06:30:00Z");
  query.expression = "at(2026-03-08T02:30:00)";
  const auto once = *upcoming_and_skipped(query);
  ASSERT_EQ(once.size(), 1U);
  EXPECT_EQ(once[0].kind, OccurrenceKind::SkippedInGap);
}

TEST(Timetable, WithGapNextASkippedTimeRunsAtTheEndOfItsGap) {
  auto table = timetable_for("cron(30 2 ? * * *)", "America/New_York");
  table.gap = Gap::Next;
  EXPECT_EQ(told(table, "2026-03-07T12:00:00Z", "2026-03-09T12:00:00Z"),
            (Lines{"2026-03-08T07:00:00Z", "2026-03-09T06:30:00Z"}));
}

TEST(Timetable, WithGapNextSeveralSkippedTimesAreOneInstant) {
  auto table = timetable_for("cron(0/20 2-3 8 3 ? *)", "America/New_York");
  table.gap = Gap::Next;
  EXPECT_EQ(told(table, "2026-03-08T00:00:00Z", "2026-03-08T07:30:00Z"),
            (Lines{"2026-03-08T07:00:00Z", "2026-03-08T07:20:00Z"}));
}

TEST(Timetable, SkippedTimesComeBeforeWhatIsDueAtTheirInstant) {
  EXPECT_EQ(told(timetable_for("cron(0/30 2-3 8 3 ? *)", "America/New_York"),
                 "2026-03-08T00:00:00Z", "2026-03-08T07:00:00Z"),
            (Lines{"2026-03-08T07:00:00Z skipped 2026-03-08T02:00:00",
                   "2026-03-08T07:00:00Z skipped 2026-03-08T02:30:00", "2026-03-08T07:00:00Z"}));
}

TEST(Timetable, AListIsNeverCutWithinAnInstant) {
  const auto list = between(timetable_for("cron(0/30 2-3 8 3 ? *)", "America/New_York"),
                            instant_of("2026-03-08"), instant_of("2026-03-09"), 1);
  EXPECT_EQ(list.size(), 3U);
}

TEST(Timetable, ADayThatNeverWasSkipsItsMidnight) {
  EXPECT_EQ(told(timetable_for("cron(0 12 ? * * *)", "Pacific/Apia"), "2011-12-29T00:00:00Z",
                 "2012-01-01T00:00:00Z"),
            (Lines{"2011-12-29T22:00:00Z", "2011-12-30T10:00:00Z skipped 2011-12-30T12:00:00",
                   "2011-12-30T22:00:00Z", "2011-12-31T22:00:00Z"}));
}

TEST(Timetable, AnOffsetMayMoveIntoAGap) {
  auto table = timetable_for("cron(30 2 ? * SAT *)", "America/New_York");
  table.offset_days = 1;
  EXPECT_EQ(told(table, "2026-03-02T00:00:00Z", "2026-03-16T00:00:00Z"),
            (Lines{"2026-03-08T07:00:00Z skipped 2026-03-08T02:30:00", "2026-03-15T06:30:00Z"}));
}

TEST(Timetable, AWindowMadeBetweenCronDayAndOffsetDayWaitsForTheNextPeriod) {
  auto table = timetable_for("cron(30 23 ? * TUE#3 *)");
  table.offset_days = 2;
  const auto created = instant_of("2026-01-21T12:00:00Z");
  EXPECT_EQ(iso(*next(table, created)), "2026-01-22T23:30:00Z");
  table.not_from = created;
  EXPECT_EQ(iso(*next(table, created)), "2026-02-19T23:30:00Z");
}

TEST(Timetable, StartAndEndBoundBothInclusive) {
  auto table = timetable_for("cron(0 3 ? * * *)");
  table.start = instant_of("2026-01-05T03:00:00Z");
  table.end = instant_of("2026-01-06T03:00:00Z");
  EXPECT_EQ(told(table, "2026-01-01T00:00:00Z", "2026-02-01T00:00:00Z"),
            (Lines{"2026-01-05T03:00:00Z", "2026-01-06T03:00:00Z"}));
}

TEST(Timetable, ARateCountsFromItsAnchorWhateverTheQuestion) {
  auto table = timetable_for("rate(90 minutes)");
  table.anchor = instant_of("2026-01-01T00:00:10Z");
  EXPECT_EQ(iso(*next(table, instant_of("2020-01-01"))), "2026-01-01T01:30:10Z");
  EXPECT_EQ(iso(*next(table, instant_of("2026-01-01T01:30:10Z"))), "2026-01-01T03:00:10Z");
  EXPECT_EQ(iso(*next(table, instant_of("2026-07-01"))), "2026-07-01T00:00:10Z");
}

TEST(Timetable, AVeryLongRateEnds) {
  auto table = timetable_for("rate(99999999 days)");
  EXPECT_EQ(next(table, instant_of("2026-01-01")), std::nullopt);
}

TEST(Timetable, AnAtIsOverOnceItHasPassed) {
  const auto table = timetable_for("at(2026-07-07T13:15:30)", "America/Los_Angeles");
  EXPECT_EQ(iso(*next(table, instant_of("2026-01-01"))), "2026-07-07T20:15:30Z");
  EXPECT_EQ(next(table, instant_of("2026-07-07T20:15:30Z")), std::nullopt);
}

TEST(Upcoming, RefusesZonesOffsetsAndCountsThatDoNotFit) {
  const auto why = [](ScheduleQuery query) {
    const auto list = upcoming(query);
    return list ? std::string("accepted") : list.error().message;
  };
  EXPECT_NE(why({.expression = "cron(0 3 * * ? *)",
                 .kind = Kind::Rule,
                 .timezone = "Asia/Tokyo",
                 .from = {},
                 .anchor = {}})
                .find("only UTC"),
            std::string::npos);
  EXPECT_NE(
      why({.expression = "cron(0 3 * * ? *)", .timezone = "Asia/Tokio", .from = {}, .anchor = {}})
          .find("Asia/Tokyo"),
      std::string::npos);
  EXPECT_NE(why({.expression = "cron(0 3 * * ? *)",
                 .timezone = "",
                 .from = {},
                 .anchor = {},
                 .offset = 7})
                .find("1-6"),
            std::string::npos);
  EXPECT_NE(
      why({.expression = "rate(1 day)", .timezone = "", .from = {}, .anchor = {}, .offset = 1})
          .find("cron"),
      std::string::npos);
  EXPECT_NE(
      why({.expression = "rate(1 day)", .timezone = "", .from = {}, .anchor = {}, .count = 100'000})
          .find("at most"),
      std::string::npos);
}

}  // namespace
}  // namespace hikae::schedule
