// The checkers are proven by what they must not let pass: bugs on purpose, each of which some seed
// notices; and promises broken by hand.
#include <gtest/gtest.h>

#include "base/seeded_bugs.h"
#include "plan/compile.h"
#include "sim/scenario.h"

namespace hikae::sim {
namespace {

struct BugCase {
  SeededBug bug;
  const char* name;
  const char* promise;  // the beginning of the one that must ring
  std::uint64_t seed;   // that noticed it last; others are tried after it
};

constexpr BugCase kBugs[] = {
    {SeededBug::EffectBeforeCommit, "EffectBeforeCommit", "S9", 1},
    {SeededBug::CallsNotResumed, "CallsNotResumed", "L1", 1},
    {SeededBug::AlarmsNotResumed, "AlarmsNotResumed", "S11", 3},
    {SeededBug::LastEventForgotten, "LastEventForgotten", "S10", 1},
    {SeededBug::LeaseForEverybody, "LeaseForEverybody", "S13", 88},
    {SeededBug::LeaseNotRestored, "LeaseNotRestored", "S13", 189},
    {SeededBug::OutcomeNotWritten, "OutcomeNotWritten", "S9", 1},
    {SeededBug::HistoryThinned, "HistoryThinned", "S16", 1},
    {SeededBug::ObligationForgotten, "ObligationForgotten", "S1", 102},
    {SeededBug::EventsLost, "EventsLost", "S14", 5},
    {SeededBug::OneGenerationTooFew, "OneGenerationTooFew", "S6", 1},
    {SeededBug::ForeignCountsAsOurs, "ForeignCountsAsOurs", "S7", 3},
    {SeededBug::HoldIgnored, "HoldIgnored", "S7", 8},
    {SeededBug::SnapshotsLeftBehind, "SnapshotsLeftBehind", "S8", 1},
    {SeededBug::NewestGoesFirst, "NewestGoesFirst", "S6", 1},
    {SeededBug::MissedUntold, "MissedUntold", "S11", 107},
    {SeededBug::RefusedMailIsSent, "RefusedMailIsSent", "S14", 49},
    {SeededBug::MessageIdsAnew, "MessageIdsAnew", "S15", 31},
    {SeededBug::OthersStopIsOurs, "OthersStopIsOurs", "S2", 677},
};
constexpr std::uint64_t kSeedsForABug = 120;

/// The seed that notices, or 0.
std::uint64_t noticed_by(const BugCase& one) {
  const PlantedBug bug(one.bug);
  for (std::uint64_t i = 0; i < kSeedsForABug; ++i) {
    const auto seed = one.seed + i;
    const auto verdict = play_seed(seed);
    for (const auto& violation : verdict.violations)
      if (violation.promise.starts_with(one.promise)) return seed;
  }
  return 0;
}

class SeededBugTest : public testing::TestWithParam<BugCase> {};

TEST_P(SeededBugTest, IsNoticedBySomeSeed) {
  const auto seed = noticed_by(GetParam());
  EXPECT_NE(seed, 0U) << GetParam().name << " was not noticed by " << GetParam().promise;
  RecordProperty("seed", std::to_string(seed));
  std::printf("%s: %s by seed %s\n", GetParam().name, GetParam().promise,
              std::to_string(seed).c_str());
}

INSTANTIATE_TEST_SUITE_P(Sim, SeededBugTest, testing::ValuesIn(kBugs),
                         [](const auto& given) { return given.param.name; });

/// A quiet world with its court; what is planted in it is hikae's doing by its caller.
struct PlantedWorld {
  PlantedWorld() {
    auto scenario = draw_scenario(4);
    auto made = World::make(scenario.world);
    EXPECT_TRUE(made) << made.error().text();
    world = *std::move(made);
    scenario.facts.begun = world->now();
    scenario.facts.windows.front().name =
        plan::window_name(world->config(), world->config().plans.front());
    court = std::make_unique<Court>(*world, scenario.facts);
  }

  void as_hikae(std::string_view operation, Value input) {
    world->meddle(operation, std::move(input), "");
    world->pass(minutes(2));
  }

  [[nodiscard]] std::string broken() const {
    std::string names;
    for (const auto& one : court->violations())
      names += one.promise.substr(0, one.promise.find(' ')) + " ";
    return names;
  }

  [[nodiscard]] std::string first_running() const {
    for (const auto& [id, power] : world->history().power())
      if (power.state == "running") return id;
    return {};
  }

  std::unique_ptr<World> world;
  std::unique_ptr<Court> court;
};

TEST(SimPlanted, AServerThatIsLeftStoppedBreaksThePowerPromise) {
  PlantedWorld planted;
  planted.as_hikae("StopInstances", Object{{"InstanceIds", Array{planted.first_running()}}});
  planted.court->rested();
  EXPECT_NE(planted.broken().find("S1 "), std::string::npos) << planted.broken();
}

TEST(SimPlanted, AStartOfWhatHikaeDidNotStopIsTheft) {
  PlantedWorld planted;
  const auto id = planted.first_running();
  planted.world->meddle("StopInstances", Object{{"InstanceIds", Array{id}}});
  planted.world->pass(minutes(2));
  planted.as_hikae("StartInstances", Object{{"InstanceIds", Array{id}}});
  EXPECT_NE(planted.broken().find("S2 "), std::string::npos) << planted.broken();
}

TEST(SimPlanted, TwoImagesOfOneRunAreOneTooMany) {
  PlantedWorld planted;
  const auto id = planted.first_running();
  for (const auto* name : {"one", "two"})
    planted.as_hikae(
        "CreateImage",
        Object{{"InstanceId", id},
               {"Name", name},
               {"NoReboot", true},
               {"TagSpecifications",
                Array{Object{{"ResourceType", "image"},
                             {"Tags", Array{Object{{"Key", "hikae:run"}, {"Value", "r"}}}}}}}});
  EXPECT_NE(planted.broken().find("S4 "), std::string::npos) << planted.broken();
}

TEST(SimPlanted, DeletingWhateverIsThereBreaksGenerationsAndOwnership) {
  PlantedWorld planted;
  for (const auto& image : planted.world->cloud().images(planted.world->scope()))
    if (text_at(image, "State") == "available")
      planted.as_hikae("DeregisterImage", Object{{"ImageId", text_at(image, "ImageId")}});
  EXPECT_NE(planted.broken().find("S6 "), std::string::npos) << planted.broken();
  EXPECT_NE(planted.broken().find("S7 "), std::string::npos) << planted.broken();
}

TEST(SimPlanted, AnInstantWithoutAnOutcomeIsNoticed) {
  PlantedWorld planted;
  planted.world->pass(hours(30));
  auto& database = planted.world->database();
  ASSERT_TRUE(database.execute("DELETE FROM resources WHERE kind = 'ledger'"));
  planted.court->rested();
  EXPECT_NE(planted.broken().find("S11 "), std::string::npos) << planted.broken();
}

TEST(SimPlanted, AQuietWorldBreaksNothing) {
  PlantedWorld planted;
  planted.world->pass(hours(50));
  planted.court->rested();
  EXPECT_EQ(planted.broken(), "");
}

}  // namespace
}  // namespace hikae::sim
