// Images and snapshots as EC2 describes them, read for upkeep.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "retention/retention.h"
#include "upkeep/calls.h"

namespace hikae::upkeep {

struct FoundImage {
  retention::Image image;
  std::string created_text;  // CreationDate as EC2 gave it
  std::string name_tag;
  std::string source_tag;  // hikae:source-instance; empty on images that hikae did not make
  std::vector<std::string> snapshots;
};

/// What EC2 writes into the description of a snapshot that CreateImage made: "Created by
/// CreateImage(i-1) for ami-1". Both are empty where the text is not of that form.
struct SnapshotOrigin {
  std::string instance;
  std::string image;
};
[[nodiscard]] SnapshotOrigin origin_of(std::string_view description);

/// One entry of DescribeImages. Ours is an image of this account with the tag AutoBackup=true. Its
/// source is the SourceInstanceId that EC2 wrote; it stays empty where EC2 wrote none.
[[nodiscard]] FoundImage read_image(const Value& entry, const Scope& scope);

/// Lists our images that match `filters` (the tag AutoBackup=true is added). Where EC2 does not
/// tell the source instance, it is taken from the description of the image's snapshots, else from
/// the tag hikae:source-instance: what EC2 writes goes before what people may.
void find_images(const Context& context, Array filters,
                 std::move_only_function<void(Result<std::vector<FoundImage>>)> done);

/// Which of `snapshots` are used by an image of ours that is not gone, `except` aside: the used
/// ones' ids, sorted. Disabled images count.
void find_used_snapshots(const Context& context, const std::vector<std::string>& snapshots,
                         std::string except,
                         std::move_only_function<void(Result<std::vector<std::string>>)> done);

}  // namespace hikae::upkeep
