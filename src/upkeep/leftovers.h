// Snapshots that a half-done deletion left behind: their image is gone, so no listing of images
// leads to them any more (docs/reference/hazards.md P29).
//
// An image may also be gone because a person deregistered it and kept its snapshots, which still
// hold the data. Nobody can tell the two apart afterwards. So a leftover goes only where its image,
// were it still there and good, would go too: one that stood among the newest N stays.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "upkeep/calls.h"
#include "upkeep/deletion.h"

namespace hikae::upkeep {

/// A snapshot whose image is gone, and when it began.
struct Leftover {
  SnapshotOutcome row;  // "planned"
  WallTime began;
  std::string plan{};  // the tag hikae:plan; empty: none
};

/// The snapshots of this account that are the owner's by their tags (upkeep/ours.h), that EC2 made
/// for an image of `instance` by CreateImage, whose image is gone, that no image uses, that are not
/// on hold, and that began over an hour ago (a younger one's image may not be visible yet), a day
/// ago where they are still pending: some of a failed image stay so for ever. Those
/// of at most 200 images and at most 200 snapshots; the rest is found by the next run.
void find_leftovers(const Context& context, const Owner& owner, const InstanceId& instance,
                    std::move_only_function<void(Result<std::vector<Leftover>>)> done);

}  // namespace hikae::upkeep
