// What the operations that make or change snapshots share.
#pragma once

#include <string>
#include <string_view>

#include "sandbox/incoming.h"
#include "sandbox/tagging.h"

namespace hikae::sandbox {

/// Adds it, pending from now on, as the caller's own; gives its id.
std::string begin_own_snapshot(Incoming& in, Snapshot snapshot);

/// Of TagSpecifications, those of one kind of resource.
[[nodiscard]] Tags tags_for(const TagsByType& tags, std::string_view type);

/// The snapshot that SnapshotId names, as the caller sees it and as it is, of whichever owner.
/// Errors: `MissingParameter`, `InvalidSnapshotID.Malformed`, `InvalidSnapshot.NotFound`.
[[nodiscard]] Result<const Snapshot*> named_snapshot(const Incoming& in);

/// Own, public, or shared with the caller.
[[nodiscard]] bool is_visible(const Snapshot& snapshot, const std::string& account);

}  // namespace hikae::sandbox
