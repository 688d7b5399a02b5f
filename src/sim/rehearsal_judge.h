// Holds what a test expects against what its stage shows.
#pragma once

#include <vector>

#include "sim/rehearsal.h"
#include "sim/rehearsal_stage.h"

namespace hikae::sim::rehearsal {

/// Every expectation that was not met, in the order of docs/testing-runbooks.md.
[[nodiscard]] std::vector<Mismatch> judge(const Rehearsal& rehearsal, const Stage& stage,
                                          WallTime since);
/// The half about the world: instances, images, snapshots, mails.
void judge_world(const Expected& expected, const Stage& stage, WallTime since,
                 std::vector<Mismatch>& mismatches);

/// Where a key of the expectation was written.
[[nodiscard]] text::Position place_of(const Expected& expected, const std::string& key);

}  // namespace hikae::sim::rehearsal
