// Snapshots that a half-done deletion left behind: their image is gone, so no listing of images
// leads to them any more (docs/reference/hazards.md P29).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "upkeep/calls.h"
#include "upkeep/deletion.h"

namespace hikae::upkeep {

/// Where to look: for snapshots with the tag hikae:source-instance (quick, finds what hikae made),
/// or for all whose description names the instance (the cloud reads every description).
enum class LookFor { Tagged, Described };

/// The snapshots of this account that carry AutoBackup=true, that EC2 made for an image of
/// `instance` by CreateImage, whose image is gone, that no image uses, that are not on hold, and
/// that began over an hour ago (a younger one's image may not be visible yet). At most 200; the
/// rest is found by the next run. All rows are "planned".
void find_leftovers(const Context& context, const InstanceId& instance, LookFor look_for,
                    std::move_only_function<void(Result<std::vector<SnapshotOutcome>>)> done);

}  // namespace hikae::upkeep
