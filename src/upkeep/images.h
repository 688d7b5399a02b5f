// Images and snapshots as EC2 describes them, read for upkeep.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "retention/retention.h"
#include "upkeep/calls.h"
#include "upkeep/ours.h"

namespace hikae::upkeep {

/// A snapshot in an image. `stays` is why it must stay although its image goes ("it was not made
/// for this image"); empty where it was born with it.
struct FoundSnapshot {
  std::string id;
  std::string stays{};
};

struct FoundImage {
  retention::Image image;
  std::string created_text;  // CreationDate as EC2 gave it
  std::string name_tag;
  std::vector<FoundSnapshot> snapshots;
  std::string plan{};  // the tag hikae:plan; empty: none
};

/// What EC2 writes into the description of a snapshot that CreateImage made: "Created by
/// CreateImage(i-1) for ami-1". Both are empty where the text is not of that form.
struct SnapshotOrigin {
  std::string instance;
  std::string image;
};
[[nodiscard]] SnapshotOrigin origin_of(std::string_view description);

/// EC2 gives this volume to copies, which somebody else made on purpose.
inline constexpr std::string_view kVolumeOfCopies = "vol-ffffffff";

/// Lists the images of this account that match `filters` (the tag AutoBackup=true is added), and
/// says of each whether it is the owner's (upkeep/ours.h). Its source is what EC2 wrote: the
/// SourceInstanceId, else the description of its snapshots; never a tag. An image is doubtful
/// unless every snapshot of it is there and completed (docs/reference/reliability.md S5).
void find_images(const Context& context, const Owner& owner, Array filters,
                 std::move_only_function<void(Result<std::vector<FoundImage>>)> done);

/// Which of `snapshots` are used by an image of this account that is not gone, `except` aside: the
/// used ones' ids, sorted. Disabled images count.
void find_used_snapshots(const Context& context, const std::vector<std::string>& snapshots,
                         std::string except,
                         std::move_only_function<void(Result<std::vector<std::string>>)> done);

}  // namespace hikae::upkeep
