// Plans that would never fire, and windows that somebody has switched off, by the program.
#include <gtest/gtest.h>

#include "process.h"
#include "world.h"

namespace hikae::tests {
namespace {

class SpentPlans : public ::testing::Test {
 protected:
  Answer apply(const std::string& schedule) {
    const auto file = folder_.write(
        "hikae.yaml",
        "stack: spent\nnotify: [ops@example.com]\nplans:\n  - {name: n, keep: 3, schedule: '" +
            schedule + "', zone: Asia/Tokyo, agent_check_minutes: false}\n");
    return hikae(data(), {"apply", file});
  }
  [[nodiscard]] std::string data() const { return folder_.file("data"); }

  TempFolder folder_;
};

TEST_F(SpentPlans, AMomentThatIsOverIsRefusedWithWhatToDo) {
  const auto answer = apply("at(2020-01-01T03:30:00)");
  EXPECT_NE(answer.ended.exit_code, 0);
  const auto said = answer.ended.out + answer.ended.err;
  EXPECT_NE(said.find("write a later moment, or remove the plan"), std::string::npos) << said;
}

TEST_F(SpentPlans, ADisabledWindowIsNamedByEveryApply) {
  ASSERT_EQ(apply("cron(30 3 1 1 ? *)").ended.exit_code, 0);
  ASSERT_EQ(hikae(data(), {"window", "disable", "spent-n"}).ended.exit_code, 0);
  const auto disabled = list_at(apply("cron(31 3 1 1 ? *)").json, "DisabledWindows");
  ASSERT_EQ(disabled.size(), 1U);
  EXPECT_EQ(text_of(disabled.front()), "spent-n");
}

}  // namespace
}  // namespace hikae::tests
