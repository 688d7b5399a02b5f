#include "engine/leases.h"

#include "engine/testing_world_test.h"

namespace hikae::engine::testing {
namespace {

template <class E>
bool is_event(const Event& event) {
  return std::holds_alternative<E>(event);
}

TEST(Leases, AResourceWithAStarHasThatManyPlaces) {
  Leases leases;
  EXPECT_TRUE(leases.ask("runs*2", {1, "t", 1}));
  EXPECT_TRUE(leases.ask("runs*2", {2, "t", 2}));
  EXPECT_FALSE(leases.ask("runs*2", {3, "t", 3}));
  EXPECT_EQ(leases.holders("runs*2"), 2U);
  EXPECT_EQ(leases.waiting("runs*2"), 1U);
  const auto next = leases.release("runs*2", 1);
  ASSERT_EQ(next.size(), 1U);
  EXPECT_EQ(next[0].machine, 3);
}

TEST(Leases, MorePlacesLetMoreInWhenTheNextOneLeavesAndNobodyOvertakes) {
  Leases leases;
  EXPECT_TRUE(leases.ask("runs*1", {1, "t", 1}));
  EXPECT_FALSE(leases.ask("runs*1", {2, "t", 2}));
  EXPECT_FALSE(leases.ask("runs*3", {3, "t", 3}));
  const auto next = leases.release("runs*3", 1);
  ASSERT_EQ(next.size(), 2U);
  EXPECT_EQ(next[0].machine, 2);
  EXPECT_EQ(next[1].machine, 3);
}

TEST(Leases, FewerPlacesLetNobodyInUntilEnoughHaveLeft) {
  Leases leases;
  for (std::int64_t no = 1; no <= 3; ++no) leases.restore("runs*3", no);
  EXPECT_FALSE(leases.ask("runs*1", {4, "t", 4}));
  EXPECT_TRUE(leases.release("runs*3", 1).empty());
  EXPECT_TRUE(leases.release("runs*3", 2).empty());
  EXPECT_EQ(leases.release("runs*3", 3).size(), 1U);
}

TEST_F(EngineTest, NeverMoreMachinesThanPlacesAlsoOverAKillAndInTheOrderOfAsking) {
  script_ = [](const Event& e, Object& record, WallTime now, Commands& c) {
    if (is_event<event::Started>(e)) return c.lease("place", "runs*2");
    if (is_event<event::Leased>(e)) {
      record["since"] = unix_ms(now);
      return c.wake("work", now + minutes(1));
    }
    c.finish(*find(record, "since"));
  };
  const std::vector<std::string> ids{"a", "b", "c", "d", "e"};
  for (const auto& id : ids) start(id);
  for (int i = 0; i < 15; ++i) {
    EXPECT_LE(kernel_->leases().holders("runs*2"), 2U);
    die_and_boot();
    run_for(seconds(20));
  }
  std::int64_t before = 0;
  for (const auto& id : ids) {
    const auto since = int_of(outcome_of(id));
    ASSERT_TRUE(since) << id;
    EXPECT_GE(*since, before) << id;
    before = *since;
  }
}

}  // namespace
}  // namespace hikae::engine::testing
