#include "base/virtual_time.h"

#include <gtest/gtest.h>

#include <vector>

namespace hikae {
namespace {

TEST(VirtualTime, JumpsToTheNextTimerAndRunsEqualInstantsInTheOrderAsked) {
  VirtualTime time(wall_ms(1000));
  std::vector<int> ran;
  time.at(wall_ms(3000), [&] { ran.push_back(2); });
  time.at(wall_ms(2000), [&] { ran.push_back(1); });
  time.at(wall_ms(3000), [&] { ran.push_back(3); });
  time.run_until(wall_ms(5000));
  EXPECT_EQ(ran, (std::vector{1, 2, 3}));
  EXPECT_EQ(time.now(), wall_ms(5000));
}

TEST(VirtualTime, WhatWaitsForIdleRunsAfterAllThatIsDueAndBeforeTimeMoves) {
  VirtualTime time(wall_ms(0));
  std::vector<std::string> ran;
  time.when_idle([&] { ran.push_back("idle at " + std::to_string(unix_ms(time.now()))); });
  time.at(wall_ms(0), [&] { ran.push_back("due"); });
  time.soon([&] { ran.push_back("soon"); });
  time.at(wall_ms(10), [&] { ran.push_back("later"); });
  time.run_until(wall_ms(20));
  EXPECT_EQ(ran, (std::vector<std::string>{"soon", "due", "idle at 0", "later"}));
}

TEST(VirtualTime, AWaitIsAsLongAsItIsHoweverTheWallClockIsSet) {
  VirtualTime time(wall_ms(0));
  std::vector<std::string> ran;
  time.after(Duration{10}, [&] { ran.push_back("wait"); });
  time.at(wall_ms(10), [&] { ran.push_back("instant"); });
  time.set_wall_clock_by(Duration{-1000});
  time.run_until(wall_ms(-900));
  EXPECT_EQ(ran, std::vector<std::string>{"wait"});
  time.set_wall_clock_by(Duration{5000});
  time.drain();
  EXPECT_EQ(ran, (std::vector<std::string>{"wait", "instant"}));
}

TEST(VirtualTime, ACancelledTimerNeverRuns) {
  VirtualTime time(wall_ms(0));
  bool ran = false;
  const auto id = time.at(wall_ms(10), [&] { ran = true; });
  time.cancel(id);
  time.run_until(wall_ms(100));
  EXPECT_FALSE(ran);
}

}  // namespace
}  // namespace hikae
