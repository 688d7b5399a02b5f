// CopyImage from any region of the account: the copies of the disks begin at once, and the image is
// available after the last of them.
#include <fmt/format.h>

#include <algorithm>

#include "sandbox/images.h"
#include "sandbox/launch_order.h"
#include "sandbox/operations.h"
#include "sandbox/public_images.h"
#include "sandbox/snapshots.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

Result<Image> read_copied_image(const Incoming& in) {
  const auto id = TRY(required_text(in, "SourceImageId"));
  const auto region = TRY(required_text(in, "SourceRegion"));
  if (!is_well_formed(id, kImageIds)) return std::unexpected(malformed_id(id, kImageIds));
  const auto* from = in.world.find_region({in.account(), region});
  const auto* image = from ? from->images.find(id) : nullptr;
  if (!image || image->state == ImageState::Deregistered)
    return std::unexpected(not_found({id}, kImageIds));
  if (image->state == ImageState::Available) return *image;
  return std::unexpected(ec2_error(
      "InvalidAMIID.Unavailable",
      fmt::format("The image ID '{}' is {}, not available", id, to_string(image->state))));
}

Image copy_of(Incoming& in, const Image& source, const TagsByType& tags) {
  auto copy = source;
  copy.id = new_image_id(in.world, in.region);
  copy.name = str(text_at(in.input(), "Name"));
  copy.description = str(text_at(in.input(), "Description"));
  copy.owner = in.account();
  copy.owner_alias.clear();
  copy.created = in.now;
  copy.state = ImageState::Pending;
  copy.source_instance.clear();  // EC2 shows it for what CreateImage made only
  copy.source_image = source.id;
  copy.source_region = str(text_at(in.input(), "SourceRegion"));
  copy.tags = is_true_at(in.input(), "CopyImageTags") ? source.tags : Tags{};
  for (const auto& [key, value] : tags_for(tags, "image")) copy.tags.insert_or_assign(key, value);
  copy.is_public = false;
  copy.guarded = false;
  copy.shared_with.clear();
  copy.deprecates = {};
  copy.client_token = str(text_at(in.input(), "ClientToken"));
  copy.request_hash = hash_of_call(in.input());
  return copy;
}

Result<WallTime> copy_disks(Incoming& in, Image& copy, const TagsByType& tags) {
  WallTime last = in.now;
  for (auto& disk : copy.mappings) {
    disk.encrypted = disk.encrypted || is_true_at(in.input(), "Encrypted");
    disk.key = TRY(read_kms_key(in, in.input(), disk.encrypted));
    disk.snapshot = begin_own_snapshot(
        in, {.description = fmt::format("Copied for DestinationAmi {} from SourceAmi {}", copy.id,
                                        copy.source_image),
             .volume = "vol-ffffffff",
             .size_gib = disk.size_gib,
             .image = copy.id,
             .encrypted = disk.encrypted,
             .tags = tags_for(tags, "snapshot"),
             .key = disk.key});
    last = std::max(last, in.region.snapshots.find(disk.snapshot)->completes);
  }
  return last;
}

}  // namespace

Result<Value> copy_image(Incoming& in) {
  const auto source = TRY(read_copied_image(in));
  TRY_DO(check_image_name(in));
  const auto tags = TRY(read_tag_specifications(in, {"image", "snapshot"}));
  TRY(read_kms_key(in, in.input(), is_true_at(in.input(), "Encrypted")));
  if (is_true_at(in.input(), "CopyImageTags"))
    TRY_DO(fits_tag_limit(source.tags, tags_for(tags, "image")));
  TRY_DO(end_dry_run(in));
  const auto* before = TRY(made_with_token(in.region.images, text_at(in.input(), "ClientToken"),
                                           hash_of_call(in.input())));
  if (before) return Object{{"ImageId", before->id}};
  TRY_DO(can_add_image(in, text_at(in.input(), "Name")));
  auto copy = copy_of(in, source, tags);
  const auto last = TRY(copy_disks(in, copy, tags));
  in.region.images.add(copy, in.now);
  in.world.log(in.region, in.now, "image-pending", copy.id, copy.source_instance, in.cause());
  schedule_own_step(in, copy.id, Step::ImageAvailable, last + seconds(1) - in.now);
  return Object{{"ImageId", copy.id}};
}

}  // namespace hikae::sandbox
