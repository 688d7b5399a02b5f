// The simulator: seeds that must be clean, the same twice, and checkers that are proven by what
// they must not let pass.
#include <gtest/gtest.h>

#include <cstdlib>

#include "sim/scenario.h"

namespace hikae::sim {
namespace {

std::uint64_t seeds_wanted() {
  const auto* given = std::getenv("HIKAE_SIM_SEEDS");
  return given ? std::strtoull(given, nullptr, 10) : 200;
}
std::uint64_t first_seed() {
  const auto* given = std::getenv("HIKAE_SIM_FIRST");
  return given ? std::strtoull(given, nullptr, 10) : 1;
}

void print(const Verdict& verdict) {
  std::string text = "seed " + std::to_string(verdict.seed) + ": " + verdict.error + "\n";
  for (const auto& violation : verdict.violations)
    text += iso(violation.at) + "  " + violation.promise + ": " + violation.what + "\n";
  if (std::getenv("HIKAE_SIM_TIMELINE"))
    for (const auto& line : verdict.timeline) text += line + "\n";
  ADD_FAILURE() << text << "to repeat: hikae simulate --seeds 1 --seed " << verdict.seed;
}

TEST(Sim, SeedsKeepEveryPromise) {
  std::map<std::string, std::int64_t> runs, faults;
  std::int64_t kills = 0;
  for (std::uint64_t seed = first_seed(); seed < first_seed() + seeds_wanted(); ++seed) {
    const auto verdict = play_seed(seed);
    if (!verdict.is_clean()) print(verdict);
    for (const auto& [status, count] : verdict.runs) runs[status] += count;
    for (const auto& [fault, count] : verdict.faults) faults[fault] += count;
    kills += verdict.kills;
  }
  for (const auto& [status, count] : runs) RecordProperty(status, std::to_string(count));
  std::string told = "kills " + std::to_string(kills);
  for (const auto& [status, count] : runs) told += ", " + status + " " + std::to_string(count);
  for (const auto& [fault, count] : faults) told += ", " + fault + " " + std::to_string(count);
  std::printf("%s\n", told.c_str());
}

TEST(Sim, TheSameSeedGivesTheSameJournalToTheByte) {
  for (const std::uint64_t seed : {3, 7, 11}) {
    const auto first = play_seed(seed);
    const auto second = play_seed(seed);
    EXPECT_EQ(first.journal_hash, second.journal_hash) << "seed " << seed;
    EXPECT_EQ(first.commits, second.commits) << "seed " << seed;
  }
}

}  // namespace
}  // namespace hikae::sim
