// What the engine does when somebody sets the wall clock.
#include <gtest/gtest.h>

#include "engine/testing_world_test.h"

namespace hikae::engine::testing {
namespace {

const Call kLookForClock{"ec2", "DescribeInstances", Object{{"InstanceIds", Array{"i-1"}}}, {}};
const Call kStopForClock{"ec2", "StopInstances", Object{{"InstanceIds", Array{"i-1"}}}, {}};

class ClockTest : public EngineTest {
 protected:
  template <class First>
  void play(First first) {
    script_ = [first](const Event& e, Object&, WallTime, Commands& c) {
      std::holds_alternative<event::Started>(e) ? first(c) : c.finish("done");
    };
    start("a");
  }
};

TEST_F(ClockTest, APauseIsAsLongAsItIsWhenTheClockIsSetBackByADay) {
  play([](Commands& c) { c.pause("p", minutes(5)); });
  time_->set_wall_clock_by(-hours(24));
  run_for(minutes(4));
  EXPECT_EQ(outcome_of("a"), Value("not finished"));
  run_for(minutes(2));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, APauseIsAsLongAsItIsWhenTheClockIsSetForwardByADay) {
  play([](Commands& c) { c.pause("p", minutes(5)); });
  time_->set_wall_clock_by(hours(24));
  run_for(minutes(4));
  EXPECT_EQ(outcome_of("a"), Value("not finished"));
  run_for(minutes(2));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, AWakeIsNeverEarlyAndDueAtOnceWhenTheClockJumpsPastIt) {
  const auto at = time_->now() + hours(2);
  play([at](Commands& c) { c.wake("w", at); });
  time_->set_wall_clock_by(-hours(1));
  run_for(hours(2));
  EXPECT_EQ(outcome_of("a"), Value("not finished"));
  time_->set_wall_clock_by(hours(24));
  run_for(seconds(1));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, APauseGoesOnWhereItWasAfterAKill) {
  play([](Commands& c) { c.pause("p", minutes(10)); });
  run_for(minutes(8));
  die_and_boot();
  run_for(minutes(1));
  EXPECT_EQ(outcome_of("a"), Value("not finished"));
  run_for(minutes(2));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, APauseIsNeverLongerAfterAKillThanItWasToBegin) {
  play([](Commands& c) { c.pause("p", minutes(10)); });
  time_->set_wall_clock_by(-hours(24));
  die_and_boot();
  run_for(minutes(11));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, PollsGoOnWhenTheClockIsSetBack) {
  int looks = 0;
  judge_ = [&](std::string_view, const Result<Value>&) { return ++looks == 5; };
  play([](Commands& c) { c.await("seen", kLookForClock); });
  time_->set_wall_clock_by(-hours(24));
  run_for(minutes(2));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, ACallThatIsNeverAnsweredTimesOutWhenTheClockIsSetBack) {
  cloud_->answer = [](const aws::Request&) { return std::nullopt; };
  play([](Commands& c) { c.send("look", kLookForClock); });
  time_->set_wall_clock_by(-hours(24));
  run_for(minutes(3));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, ALookThatIsNeverAnsweredIsMadeAgain) {
  int asked = 0;
  cloud_->answer = [&](const aws::Request&) -> std::optional<Result<Value>> {
    if (++asked < 3) return std::nullopt;
    return Value(Object());
  };
  play([](Commands& c) { c.await("seen", kLookForClock); });
  run_for(minutes(3));
  EXPECT_EQ(asked, 3);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(ClockTest, WhatChangesTheWorldIsNeverSentAsALook) {
  play([](Commands& c) { c.await("seen", kStopForClock); });
  run_for(minutes(1));
  EXPECT_EQ(calls("StopInstances"), 0);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

}  // namespace
}  // namespace hikae::engine::testing
