// Two commands at one virtual instant: each has ids of its own, and a history that is played again
// has the same ones.
#include <gtest/gtest.h>

#include <filesystem>
#include <set>

#include "nightly.h"

namespace hikae::tests {
namespace {

/// Takes no virtual time.
constexpr const char* kAtOnce =
    "schemaVersion: '0.3'\n"
    "parameters: {Word: {type: String}}\n"
    "mainSteps:\n"
    "  - name: Say\n"
    "    action: aws:branch\n"
    "    isEnd: true\n"
    "    inputs: {Choices: [{NextStep: Never, Variable: '{{ Word }}', StringEquals: never}]}\n"
    "  - name: Never\n"
    "    action: aws:sleep\n"
    "    inputs: {Duration: PT1S}\n";

std::string run_of(const std::string& data, const std::string& document, const std::string& word) {
  const auto answer =
      hikae(data, {"run", document, "--clock", "virtual", "--param", "Word=" + word});
  EXPECT_EQ(answer.ended.exit_code, 0) << answer.ended.out << answer.ended.err;
  const auto* said = find_path(answer.json, {"AutomationExecution", "Parameters", "Word"});
  EXPECT_TRUE(said && *said == Value(Array{Value(word)})) << answer.ended.out;
  const auto* run = find_path(answer.json, {"AutomationExecution", "AutomationExecutionId"});
  return run ? str(text_of(*run)) : "";
}

TEST(SameInstant, EachRunIsItsOwn) {
  const Nightly nightly;
  const auto document = nightly.folder().write("at-once.yaml", kAtOnce);
  std::set<std::string> runs;
  for (const auto* word : {"one", "two", "three"})
    runs.insert(run_of(nightly.data(), document, word));
  EXPECT_EQ(runs.size(), 3U);
}

TEST(SameInstant, ASecondApplyKeepsTheWindowsOfTheFirst) {
  const TempFolder folder;
  const auto windows = [&](const std::string& name) {
    const auto file = folder.write(
        name + ".yaml",
        "Resources:\n  Window:\n    Type: AWS::SSM::MaintenanceWindow\n    Properties: {Name: " +
            name + ", Schedule: rate(1 day), Duration: 2, Cutoff: 1, " +
            "AllowUnassociatedTargets: false}\n");
    const auto applied = hikae(folder.file("data"), {"apply", file, "--clock", "virtual"});
    EXPECT_EQ(applied.ended.exit_code, 0) << applied.ended.out;
    return hikae(folder.file("data"), {"next"}).ended.out;
  };
  (void)windows("first");
  const auto both = windows("second");
  EXPECT_NE(both.find("\"first\""), std::string::npos) << both;
  EXPECT_NE(both.find("\"second\""), std::string::npos) << both;
}

TEST(SameInstant, ASecondFleetHasServersOfItsOwn) {
  const TempFolder folder;
  const auto fleet = folder.write("fleet.yaml", "instances: [{name: one, count: 3}]");
  for (const std::size_t count : {3U, 6U, 9U}) {
    const auto loaded = hikae(folder.file("data"), {"fleet", fleet, "--clock", "virtual"});
    EXPECT_EQ(list_at(loaded.json, "Instances").size(), count) << loaded.ended.out;
  }
}

TEST(SameInstant, TheSameHistoryHasTheSameIdsWhoeverLooksMeanwhile) {
  const Nightly nightly;
  const auto again = nightly.folder().file("again");
  std::filesystem::copy(nightly.data(), again, std::filesystem::copy_options::recursive);
  const auto document = nightly.folder().write("at-once.yaml", kAtOnce);
  const auto first = run_of(nightly.data(), document, "one");
  (void)hikae(nightly.data(), {"runs"});
  const auto second = run_of(nightly.data(), document, "two");
  EXPECT_EQ(run_of(again, document, "one"), first);
  EXPECT_EQ(run_of(again, document, "two"), second);
}

}  // namespace
}  // namespace hikae::tests
