#include "window/definition.h"

#include "window/limit.h"
#include "window/script_test.h"

namespace hikae::window {
namespace {

std::string why_unreadable(std::string_view member, Value value) {
  auto definition = test_definition();
  definition[member] = std::move(value);
  const auto read = read_definition(definition);
  return read ? "read" : read.error().message;
}

TEST(Definition, NamesTheMemberThatIsWrong) {
  EXPECT_EQ(why_unreadable("Duration", 3), "read");
  EXPECT_NE(why_unreadable("Duration", 25).find("Duration must be"), std::string::npos);
  EXPECT_NE(why_unreadable("Duration", "2").find("Duration must be"), std::string::npos);
  EXPECT_NE(why_unreadable("Cutoff", 2).find("less than Duration"), std::string::npos);
  EXPECT_NE(why_unreadable("ScheduleTimezone", "Asia/Tokio").find("Asia/Tokyo"), std::string::npos);
  EXPECT_NE(why_unreadable("ScheduleOffset", 9).find("1-6"), std::string::npos);
  EXPECT_NE(why_unreadable("StartDate", "soon").find("StartDate"), std::string::npos);
  EXPECT_NE(why_unreadable("GapPolicy", "run").find("skip or next"), std::string::npos);
}

Object task_value(std::string_view type) { return {{"TaskType", type}}; }

TEST(Definition, ATaskWithoutTargetsTakesNoLimits) {
  auto task = task_value("AUTOMATION");
  EXPECT_TRUE(check_task(task).has_value());
  task["MaxErrors"] = "1";
  EXPECT_EQ(check_task(task).error().message,
            "Maintenance window tasks without targets don't support MaxErrors values");
  task.erase("MaxErrors");
  task["MaxConcurrency"] = "1";
  EXPECT_EQ(check_task(task).error().message,
            "Maintenance window tasks without targets don't support MaxConcurrency values");
  EXPECT_FALSE(check_task(task_value("RUN_COMMAND")).has_value());
}

TEST(Definition, ATaskWithTargetsNeedsBothLimits) {
  auto task = task_value("AUTOMATION");
  task["Targets"] = Array{Object{{"Key", "WindowTargetIds"}, {"Values", Array{"wt-1"}}}};
  EXPECT_NE(check_task(task).error().message.find("MaxConcurrency"), std::string::npos);
  task["MaxConcurrency"] = "10%";
  EXPECT_NE(check_task(task).error().message.find("MaxErrors"), std::string::npos);
  task["MaxErrors"] = "x";
  EXPECT_FALSE(check_task(task).has_value());
  task["MaxErrors"] = "0";
  EXPECT_TRUE(check_task(task).has_value());
}

TEST(Limit, IsANumberOrAPercentage) {
  for (const char* text : {"", "%", "-1", "1.5", "101%", "ten", "1 %", "99999999"})
    EXPECT_FALSE(parse_limit(text).has_value()) << text;
  EXPECT_EQ(concurrency_of("10%", 50), 5U);
  EXPECT_EQ(concurrency_of("10%", 3), 1U);
  EXPECT_EQ(concurrency_of("0", 3), 1U);
  EXPECT_EQ(errors_allowed("10%", 50), 5U);
  EXPECT_EQ(errors_allowed("0", 50), 0U);
}

}  // namespace
}  // namespace hikae::window
