// Machines that are put to sleep: none may be awake here that only waits.
#include <gtest/gtest.h>

#include "engine/testing_world_test.h"

namespace hikae::engine::testing {
namespace {

class SleepTest : public EngineTest {
 protected:
  SleepTest() {
    machines_awake_ = 0;
    die_and_boot();
  }
  /// Waits by `first`, then ends with what its record has counted.
  template <class First>
  void play(const std::string& id, First first) {
    script_ = [first](const Event& e, Object& record, WallTime, Commands& c) {
      record["events"] = int_at(record, "events").value_or(0) + 1;
      if (std::holds_alternative<event::Started>(e)) return first(c);
      c.finish(Value(record));
    };
    start(id);
  }
};

TEST_F(SleepTest, WhoPausesIsWokenWithItsRecord) {
  play("a", [](Commands& c) { c.pause("p", minutes(5)); });
  EXPECT_EQ(kernel_->living("toy"), 1U);
  run_for(minutes(6));
  EXPECT_EQ(int_at(outcome_of("a"), "events"), 2);
  EXPECT_EQ(kernel_->living("toy"), 0U);
}

TEST_F(SleepTest, WhoSleepsIsWokenAfterAKill) {
  play("a", [](Commands& c) { c.wake("w", wall_ms(1'000'000) + hours(3)); });
  die_and_boot();
  run_for(hours(2));
  die_and_boot();
  run_for(hours(2));
  EXPECT_EQ(int_at(outcome_of("a"), "events"), 2);
}

TEST_F(SleepTest, ASignalWakesWhoSleeps) {
  play("a", [](Commands& c) { c.pause("p", hours(5)); });
  kernel_->perform([this](Turn& turn) {
    EXPECT_TRUE(turn.signal({kScope, "toy", "a"}, "go", {}));
    EXPECT_FALSE(turn.signal({kScope, "toy", "nobody"}, "go", {}));
  });
  run_for(seconds(1));
  EXPECT_EQ(int_at(outcome_of("a"), "events"), 2);
}

TEST_F(SleepTest, WhoSleepsIsNotStartedASecondTime) {
  play("a", [](Commands& c) { c.pause("p", hours(5)); });
  kernel_->perform([this](Turn& turn) { EXPECT_FALSE(turn.start({kScope, "toy", "a"}, {})); });
  run_for(seconds(1));
  EXPECT_EQ(count("SELECT count(*) FROM machines"), 1);
}

TEST_F(SleepTest, WhoSleepsIsSeenAsItIs) {
  play("a", [](Commands& c) { c.pause("p", hours(5)); });
  const auto view = kernel_->view({kScope, "toy", "a"});
  ASSERT_TRUE(view);
  EXPECT_FALSE(view->ended_at);
  EXPECT_EQ(int_at(view->record, "events"), 1);
  ASSERT_EQ(kernel_->list(kScope, "toy", 10).size(), 1U);
  ASSERT_EQ(kernel_->living_views("toy").size(), 1U);
}

TEST_F(SleepTest, WhoAwaitsTheEndOfAnotherIsWokenByIt) {
  script_ = [this](const Event& e, Object&, WallTime, Commands& c) {
    if (const auto* first = std::get_if<event::Started>(&e)) {
      if (text_at(first->input, "role") == "child") return c.pause("p", hours(1));
      return c.await_end("child", {kScope, "toy", "child"});
    }
    c.finish(std::holds_alternative<event::Ended>(e) ? "parent" : "child");
  };
  start("child", Object{{"role", "child"}});
  start("parent", Object{{"role", "parent"}});
  die_and_boot();
  run_for(hours(2));
  EXPECT_EQ(outcome_of("parent"), Value("parent"));
}

TEST_F(SleepTest, WhoSleepsKeepsItsLeaseAndItsPlaceInTheLine) {
  script_ = [](const Event& e, Object& record, WallTime, Commands& c) {
    if (std::holds_alternative<event::Started>(e)) return c.lease("l", "ec2:instance/i-1");
    if (std::holds_alternative<event::Leased>(e)) return c.pause("p", minutes(10));
    record["done"] = true;
    c.finish("done");
  };
  start("first");
  start("second");
  start("third");
  run_for(minutes(5));
  die_and_boot();
  run_for(minutes(6));
  EXPECT_EQ(outcome_of("first"), Value("done"));
  run_for(minutes(9));
  EXPECT_EQ(outcome_of("second"), Value("done"));
  EXPECT_EQ(outcome_of("third"), Value("not finished"));
  run_for(minutes(10));
  EXPECT_EQ(outcome_of("third"), Value("done"));
}

}  // namespace
}  // namespace hikae::engine::testing
