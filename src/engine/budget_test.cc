#include "engine/budget.h"

#include <gtest/gtest.h>

#include "base/virtual_time.h"
#include "engine/limits.h"

namespace hikae::engine {
namespace {

const Scope kBudgetScope{"123456789012", "eu-west-1"};

Call ec2_call(std::string operation) { return {"ec2", std::move(operation), Object(), {}}; }

class BudgetTest : public ::testing::Test {
 protected:
  void ask(const std::string& operation, Urgency urgency, const Scope& scope = kBudgetScope) {
    budget_.pass(scope, ec2_call(operation), urgency,
                 [this, operation] { sent_.push_back(operation); });
  }
  void empty(Urgency urgency) {
    const auto burst =
        urgency == Urgency::Look ? limits::kLooksAtEc2.burst : limits::kChangesToEc2.burst;
    for (int i = 0; i < static_cast<int>(burst); ++i) ask("Fill", urgency);
    sent_.clear();
  }
  VirtualTime time_{wall_ms(0)};
  Budget budget_{time_};
  std::vector<std::string> sent_;
};

TEST_F(BudgetTest, ABurstGoesAtOnceAndTheRestAtTheRate) {
  for (int i = 0; i < 200; ++i) ask("DescribeImages", Urgency::Look);
  EXPECT_EQ(sent_.size(), static_cast<std::size_t>(limits::kLooksAtEc2.burst));
  time_.run_until(wall_ms(1000));
  EXPECT_EQ(sent_.size(),
            static_cast<std::size_t>(limits::kLooksAtEc2.burst + limits::kLooksAtEc2.per_second));
}

TEST_F(BudgetTest, AServerIsStartedFromAnEmptyBucketToo) {
  empty(Urgency::Change);
  ask("CreateImage", Urgency::Change);
  ask("StartInstances", Urgency::Start);
  EXPECT_EQ(sent_, std::vector<std::string>{"StartInstances"});
}

TEST_F(BudgetTest, WhoWaitsGoesByWhatIsAtStake) {
  empty(Urgency::Change);
  ask("StopInstances", Urgency::Stop);
  ask("CreateImage", Urgency::Change);
  time_.run_until(wall_ms(10'000));
  EXPECT_EQ(sent_, (std::vector<std::string>{"CreateImage", "StopInstances"}));
}

TEST_F(BudgetTest, LooksAndChangesDoNotHoldEachOtherUp) {
  empty(Urgency::Look);
  ask("CreateImage", Urgency::Change);
  EXPECT_EQ(sent_, std::vector<std::string>{"CreateImage"});
}

TEST_F(BudgetTest, OneRegionDoesNotHoldUpAnother) {
  empty(Urgency::Look);
  ask("DescribeImages", Urgency::Look, {"123456789012", "us-east-1"});
  EXPECT_EQ(sent_, std::vector<std::string>{"DescribeImages"});
}

TEST_F(BudgetTest, AThrottledCallEmptiesTheBucket) {
  budget_.throttled(kBudgetScope, ec2_call("DescribeImages"), Urgency::Look);
  ask("DescribeImages", Urgency::Look);
  EXPECT_TRUE(sent_.empty());
  time_.run_until(wall_ms(1000));
  EXPECT_EQ(sent_.size(), 1U);
}

}  // namespace
}  // namespace hikae::engine
