#include "runbook/last_stop.h"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include "base/stop_reason.h"

namespace hikae::runbook {
namespace {

constexpr WallTime kAsked = wall_ms(1746124200000);  // 2025-05-01T18:30:00Z
constexpr LastStop kAnswered{kAsked, kAsked + seconds(1)};
constexpr LastStop kUnanswered{kAsked, {}};

struct Shown {
  std::string state = "stopped";
  WallTime launched = kAsked - hours(50);
  WallTime stopped = kAsked;
  std::string reason = "Client.UserInitiatedShutdown";
};

Value shown(const Shown& how) {
  auto time = iso(how.stopped).substr(0, 19);
  time[10] = ' ';
  return Object{{"State", Object{{"Name", how.state}}},
                {"LaunchTime", iso(how.launched)},
                {"StateTransitionReason", fmt::format("User initiated ({} GMT)", time)},
                {"StateReason", Object{{"Code", how.reason}}}};
}

TEST(LastStop, OurOwnStopIsOurs) {
  EXPECT_FALSE(was_stopped_by_others(shown({}), kAnswered));
  EXPECT_FALSE(was_stopped_by_others(shown({}), kUnanswered));
  EXPECT_FALSE(was_stopped_by_others(shown({.stopped = kAsked + minutes(2)}), kUnanswered));
}

TEST(LastStop, AStopOfAnInstanceThatWasLaunchedAfterOursIsTheirs) {
  const Shown quick{.launched = kAsked + minutes(1), .stopped = kAsked + minutes(3)};
  EXPECT_TRUE(was_stopped_by_others(shown(quick), kAnswered));
  EXPECT_FALSE(was_stopped_by_others(shown(quick), kUnanswered)) << "ours may have come after it";
}

TEST(LastStop, AStopLongAfterWeAskedIsTheirs) {
  EXPECT_TRUE(was_stopped_by_others(shown({.stopped = kAsked + minutes(6)}), kUnanswered));
  EXPECT_TRUE(was_stopped_by_others(shown({.stopped = kAsked + minutes(6)}), kAnswered));
}

TEST(LastStop, AnInstanceThatWasLaunchedJustBeforeOurStopIsOursWhateverTheClocksSay) {
  EXPECT_FALSE(was_stopped_by_others(shown({.launched = kAsked + seconds(20)}), kAnswered));
}

TEST(LastStop, AStartThatDidNotHoldIsNobodysStop) {
  EXPECT_FALSE(was_stopped_by_others(
      shown({.launched = kAsked + minutes(1), .reason = "Server.InternalError"}), kAnswered));
}

TEST(LastStop, WhatRunsIsNotStopped) {
  EXPECT_FALSE(was_stopped_by_others(shown({.state = "running", .launched = kAsked + minutes(1)}),
                                     kAnswered));
}

TEST(LastStop, WithoutAStopOfOursNothingIsKnown) {
  EXPECT_FALSE(was_stopped_by_others(shown({.stopped = kAsked + hours(1)}), {}));
}

TEST(LastStop, AClockThatWasSetBackBeforeTheAnswerIsNotBelieved) {
  LastStop stop;
  stop.ask(kAsked);
  stop.answer(kAsked - hours(24));
  EXPECT_EQ(stop.answered, kAsked);
}

TEST(LastStop, GoesThroughATag) {
  EXPECT_EQ(last_stop_in(tag_text(kAnswered)), kAnswered);
  EXPECT_EQ(last_stop_in(tag_text(kUnanswered)), kUnanswered);
  EXPECT_EQ(last_stop_in("yesterday"), LastStop{});
}

TEST(StopReason, IsReadOnlyInEc2sForm) {
  EXPECT_EQ(time_in_reason("User initiated (2025-05-01 18:30:00 GMT)"), kAsked);
  for (const auto* other : {"", "Server.InternalError", "User initiated (yesterday GMT)",
                            "User initiated (2025-05-01 18:30:00 UTC)", "("})
    EXPECT_FALSE(time_in_reason(other)) << other;
}

}  // namespace
}  // namespace hikae::runbook
