// What a plan without targets is about: nothing.
#include <gtest/gtest.h>

#include "cli/plans.h"

namespace hikae::tests {
namespace {

TEST(PlannedTargets, NoTargetsAreNoMachines) {
  const auto input = cli::describe_input({});
  const auto filters = list_at(input, "Filters");
  ASSERT_EQ(filters.size(), 1U);
  EXPECT_EQ(text_at(filters[0], "Name"), "instance-id");
  EXPECT_EQ(list_at(filters[0], "Values"), (Array{"none"}));
}

}  // namespace
}  // namespace hikae::tests
