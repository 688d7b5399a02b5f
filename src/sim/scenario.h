// A seed played: a small fleet with plans, some nights on which much goes wrong, then a quiet one,
// and the judgement.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "sim/court.h"
#include "sim/world.h"

namespace hikae::sim {

struct PlayOptions {
  int bad_nights = 1;  // before the quiet one
  bool keeps_timeline = false;
};

struct Verdict {
  std::uint64_t seed = 0;
  std::vector<Violation> violations;
  std::string error;         // the world could not be made
  std::string journal_hash;  // of hikae's rows at the end
  std::vector<std::string> timeline;
  std::map<std::string, std::int64_t> runs;    // by status
  std::map<std::string, std::int64_t> faults;  // by kind
  std::int64_t commits = 0;
  int kills = 0;
  [[nodiscard]] bool is_clean() const { return error.empty() && violations.empty(); }
};

/// The same seed gives the same verdict, to the byte.
[[nodiscard]] Verdict play_seed(std::uint64_t seed, const PlayOptions& options = {});

/// What a seed's world is made of; for tests that plant something in it.
struct Scenario {
  WorldOptions world;
  Facts facts;  // `begun` is not filled in
};
[[nodiscard]] Scenario draw_scenario(std::uint64_t seed);

}  // namespace hikae::sim
