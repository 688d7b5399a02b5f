// The single steps of deleting an image: who shares it, the one call that deregisters it, and then
// the snapshots that were born with it and that nobody else uses: deregister first, snapshots
// second (docs/reference/reliability.md S8). Whether it may go is not decided here.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "upkeep/calls.h"
#include "upkeep/images.h"

namespace hikae::upkeep {

struct SnapshotOutcome {
  std::string snapshot;
  std::string image;    // of which it was made
  std::string outcome;  // "deleted", "kept", "failed" or "planned"
  std::string detail;
};

struct ImageOutcome {
  std::string outcome = "kept";  // prune.h lists the words
  std::string detail{};
  std::vector<SnapshotOutcome> snapshots{};
};

/// Whom the image is shared with, as text for a person; empty where nobody, or where the image is
/// gone. Errors: the call's own.
void find_sharers(const Context& context, const ImageId& image,
                  std::move_only_function<void(Result<std::string>)> done);

enum class Deregistered { Now, WasGone };

/// Sends DeregisterImage once and never again: who wants to repeat it has to look and decide anew
/// (docs/reference/reliability.md S6). Errors: the call's own; after `Timeout` and `Unavailable` it
/// may have been done.
void deregister_once(const Context& context, const ImageId& image,
                     std::move_only_function<void(Result<Deregistered>)> done);

/// Deletes the snapshots of an image that has just been deregistered, as far as they were born with
/// it, are not shared and no other image uses them. Outcome "deleted", or "partly" where a snapshot
/// could not be deleted.
void delete_snapshots_of(const Context& context, const FoundImage& image,
                         std::move_only_function<void(ImageOutcome)> done);

/// Those that are "planned", one after the other; a shared one is kept, one that is already gone
/// counts as deleted.
void delete_snapshots(const Context& context, std::vector<SnapshotOutcome> planned,
                      std::move_only_function<void(std::vector<SnapshotOutcome>)> done);

}  // namespace hikae::upkeep
