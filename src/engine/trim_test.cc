#include "engine/trim.h"

#include <gtest/gtest.h>

#include "engine/testing_world_test.h"

namespace hikae::engine::testing {
namespace {

class TrimTest : public EngineTest {
 protected:
  TrimTest() {
    script_ = [](const Event& e, Object&, WallTime, Commands& c) {
      if (std::holds_alternative<event::Started>(e))
        return c.send("x", {"ec2", "StartInstances", Object{{"InstanceIds", Array{"i-1"}}}, {}});
      c.finish("done");
    };
  }
  /// Something happens, so that a turn is taken.
  void turn_after(Duration passed) {
    run_for(passed);
    kernel_->perform([](Turn&) {});
    run_for(seconds(1));
  }
};

TEST_F(TrimTest, EventsAndCallsGoAfterFiveWeeksTheRecordStays) {
  start("a");
  turn_after(hours(24 * 34));
  EXPECT_EQ(count("SELECT count(*) FROM journal"), 2);
  turn_after(hours(24 * 2));
  EXPECT_EQ(count("SELECT count(*) FROM journal"), 0);
  EXPECT_EQ(count("SELECT count(*) FROM effects"), 0);
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(TrimTest, TheRecordGoesAfterAYearAndSome) {
  start("a");
  turn_after(hours(24 * 399));
  EXPECT_EQ(outcome_of("a"), Value("done"));
  turn_after(hours(24 * 2));
  EXPECT_EQ(outcome_of("a"), Value("not finished"));
  EXPECT_EQ(count("SELECT count(*) FROM machines"), 0);
}

TEST_F(TrimTest, WhoOnlyCarriedSomethingGoesWithItsEvents) {
  kernel_->keep({hours(24 * 35), hours(24 * 400), {"toy"}});
  start("a");
  turn_after(hours(24 * 36));
  EXPECT_EQ(count("SELECT count(*) FROM machines"), 0);
}

TEST_F(TrimTest, WhoStillLivesKeepsEverything) {
  script_ = [](const Event& e, Object&, WallTime, Commands& c) {
    std::holds_alternative<event::Started>(e) ? c.pause("p", hours(24 * 900)) : c.finish("done");
  };
  start("a");
  turn_after(hours(24 * 800));
  die_and_boot();
  turn_after(hours(24 * 101));
  EXPECT_EQ(outcome_of("a"), Value("done"));
}

TEST_F(TrimTest, AThousandAndMoreGoAFewHundredATurn) {
  for (int i = 0; i < 1200; ++i) start("a" + std::to_string(i));
  run_for(minutes(10));
  turn_after(hours(24 * 36));
  for (int i = 0; i < 3; ++i) turn_after(seconds(1));
  EXPECT_EQ(count("SELECT count(*) FROM journal"), 0);
}

}  // namespace
}  // namespace hikae::engine::testing
