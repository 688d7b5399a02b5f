// A described fleet: machines with their tags, state, agent, disks and the images of earlier
// nights, written by a person (docs/faults.md, "Fleets").
#pragma once

#include <vector>

#include "sandbox/world.h"

namespace hikae::sandbox {

/// The rows that a description stands for; nothing is in the world yet.
struct FleetDraft {
  std::vector<Instance> instances;
  std::vector<Volume> volumes;
  std::vector<Image> images;
  std::vector<Snapshot> snapshots;
};

/// Errors: `Invalid` with the place and what to write instead.
[[nodiscard]] Result<FleetDraft> read_fleet(World& world, const Region& region, const Value& fleet);
/// Errors: `Conflict`, nothing is added then.
[[nodiscard]] Result<> add_fleet(World& world, Region& region, FleetDraft draft);

}  // namespace hikae::sandbox
