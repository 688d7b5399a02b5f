// Deletes images of one instance one after the other, each with the snapshots that no other image
// uses: deregister first, snapshots second (docs/reference/reliability.md S8).
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "upkeep/calls.h"
#include "upkeep/images.h"

namespace hikae::upkeep {

struct SnapshotOutcome {
  std::string snapshot;
  std::string image;    // of which it was made; empty where the caller knows
  std::string outcome;  // "deleted", "kept", "failed" or "planned"
  std::string detail;
};

struct ImageOutcome {
  std::string outcome = "kept";  // prune.h lists the words
  std::string detail;
  std::vector<SnapshotOutcome> snapshots;
};

/// A shared image is skipped; an image that is already gone counts as deleted.
void delete_image(const Context& context, const FoundImage& image,
                  std::move_only_function<void(ImageOutcome)> done);

/// Whether the image may be deleted, without doing it: "planned" or "skipped".
void rehearse_deletion(const Context& context, const FoundImage& image,
                       std::move_only_function<void(ImageOutcome)> done);

/// One after the other; one that is already gone counts as deleted.
void delete_snapshots(const Context& context, std::vector<SnapshotOutcome> planned,
                      std::move_only_function<void(std::vector<SnapshotOutcome>)> done);

}  // namespace hikae::upkeep
