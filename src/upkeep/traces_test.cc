#include "upkeep/traces.h"

#include "upkeep/small_cloud.h"

namespace hikae::upkeep {
namespace {

const WallTime kMarkedAt = wall_ms(1'777'660'200'000);  // 2026-05-01T18:30:00Z

struct SeenStopped {
  std::string state = "stopped";
  std::string launched = "2026-04-01T00:00:00.000Z";
  std::string reason = "User initiated (2026-05-01 18:30:02 GMT)";
  std::string tag = "run-1 2026-05-01T18:30:00Z tokyo";
  std::string hold{};
};

std::string verdict_on(const SeenStopped& seen, Duration later = minutes(30)) {
  Array tags{testing::SmallCloud::tag(kStoppedByTag, seen.tag)};
  if (!seen.hold.empty()) tags.push_back(testing::SmallCloud::tag(kHoldTag, seen.hold));
  const Value instance = Object{{"InstanceId", "i-1"},
                                {"State", Object{{"Name", seen.state}}},
                                {"LaunchTime", seen.launched},
                                {"StateTransitionReason", seen.reason},
                                {"Tags", std::move(tags)}};
  return std::string(to_string(judge_stop(instance, "tokyo", kMarkedAt + later).verdict));
}

TEST(StopTraces, AServerThatHikaeStoppedIsOwedItsStart) {
  EXPECT_EQ(verdict_on({}), "Owed");
  EXPECT_EQ(verdict_on({.state = "stopping"}), "Owed");
  EXPECT_EQ(verdict_on({.reason = ""}), "Owed") << "EC2 does not say when it was stopped";
}

TEST(StopTraces, WhatWasStartedSinceIsOver) {
  EXPECT_EQ(verdict_on({.state = "running", .launched = "2026-05-01T18:40:00.000Z"}), "Over");
  EXPECT_EQ(verdict_on({.state = "stopped", .launched = "2026-05-01T18:40:00.000Z"}), "Over")
      << "and stopped again by its owner";
}

TEST(StopTraces, AServerThatRunsMayStillBeStoppedByWhatIsOnItsWay) {
  EXPECT_EQ(verdict_on({.state = "running"}, minutes(2)), "Owed");
  EXPECT_EQ(verdict_on({.state = "running"}, minutes(30)), "Over");
}

TEST(StopTraces, AStopLongAfterOursIsSomebodyElses) {
  EXPECT_EQ(verdict_on({.reason = "User initiated (2026-05-01 21:00:00 GMT)"}, hours(4)), "Theirs");
}

TEST(StopTraces, AServerOnHoldIsLeftAlone) {
  EXPECT_EQ(verdict_on({.hold = "true"}), "Held");
  EXPECT_EQ(verdict_on({.hold = "false"}), "Owed");
}

TEST(StopTraces, AnotherHikaesStopAndAnybodysTextAreForeign) {
  EXPECT_EQ(verdict_on({.tag = "run-1 2026-05-01T18:30:00Z osaka"}), "Foreign");
  EXPECT_EQ(verdict_on({.tag = "run-1 2026-05-01T18:30:00Z"}), "Foreign");
  EXPECT_EQ(verdict_on({.tag = "the night shift"}), "Foreign");
}

class FindTraces : public testing::UpkeepTest {
 protected:
  Traces found() {
    std::optional<Result<Traces>> answer;
    find_traces(context, "tokyo", [&](Result<Traces> traces) { answer = std::move(traces); });
    time.run_while_busy([&] { return answer.has_value(); }, time.now() + hours(1));
    EXPECT_TRUE(answer && *answer) << (answer ? (*answer).error().text() : "no answer");
    return answer && *answer ? **answer : Traces();
  }
};

TEST_F(FindTraces, ImagesSayWhichRunsMadeThemAndHowTheyEnded) {
  cloud.add_image("ami-1", "i-1", "2026-02-26");
  cloud.add_image("ami-2", "i-1", "2026-02-27", "web", "failed");
  cloud.add_image("ami-3", "i-1", "2026-02-28", "web", "pending");
  cloud.add_image("ami-4", "i-2", "2026-02-28");
  cloud.snapshot("snap-4").as_object()["State"] = "error";
  testing::SmallCloud::set_tag(cloud.image("ami-1"), kPlanTag, "nightly");
  testing::SmallCloud::set_tag(cloud.image("ami-1"), kInstallationTag, "tokyo");
  const auto traces = found();
  ASSERT_EQ(traces.backups.size(), 4U);
  EXPECT_EQ(traces.backups[0].run, "run-1");
  EXPECT_EQ(traces.backups[0].plan, "nightly");
  EXPECT_EQ(traces.backups[0].proof, ImageProof::Good);
  EXPECT_EQ(traces.backups[1].proof, ImageProof::Bad);
  EXPECT_EQ(traces.backups[2].proof, ImageProof::Pending);
  EXPECT_EQ(traces.backups[3].proof, ImageProof::Bad) << "its snapshot is not whole";
  EXPECT_EQ(traces.installations.at("tokyo"), 1U);
  EXPECT_EQ(traces.installations.at(""), 3U);
}

TEST_F(FindTraces, WhatOnlyLooksLikeOursProvesNothing) {
  cloud.add_image("ami-1", "i-1", "2026-02-26");
  cloud.image("ami-1").as_object()["Name"] = "web-before-upgrade";
  EXPECT_TRUE(found().backups.empty());
}

TEST_F(FindTraces, SnapshotsWithoutTheirImageAreCounted) {
  cloud.add_image("ami-1", "i-1", "2026-02-26");
  cloud.add_image("ami-2", "i-1", "2026-02-27");
  cloud.remove_image("ami-2");
  EXPECT_EQ(found().lone_snapshots, 1U);
}

TEST_F(FindTraces, NothingIsChanged) {
  cloud.add_image("ami-1", "i-1", "2026-02-26");
  (void)found();
  EXPECT_TRUE(cloud.mutations().empty());
}

TEST_F(FindTraces, WhoCannotLookKnowsNothing) {
  cloud.fail_next("DescribeImages", "UnauthorizedOperation", 99);
  std::optional<Result<Traces>> answer;
  find_traces(context, "tokyo", [&](Result<Traces> traces) { answer = std::move(traces); });
  time.run_while_busy([&] { return answer.has_value(); }, time.now() + hours(1));
  ASSERT_TRUE(answer.has_value());
  EXPECT_FALSE(answer->has_value());
}

}  // namespace
}  // namespace hikae::upkeep
