// CreateSnapshot, and CopyImage from any region of the account: the copies of the disks begin at
// once, and the image is available after the last of them.
#include <fmt/format.h>

#include <algorithm>

#include "sandbox/images.h"
#include "sandbox/launch_order.h"
#include "sandbox/operations.h"
#include "sandbox/public_images.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

Tags tags_for(const TagsByType& tags, std::string_view type) {
  const auto found = tags.find(type);
  return found == tags.end() ? Tags{} : found->second;
}

void schedule_copy_step(Incoming& in, const std::string& subject, Step step, WallTime due) {
  in.world.schedule(in.region, {.due = due,
                                .step = step,
                                .subject = subject,
                                .caller = in.request.caller,
                                .operation = in.request.operation});
}

/// Adds it pending; gives its id.
std::string begin_copy(Incoming& in, Snapshot snapshot) {
  snapshot.id = in.world.new_id("snap-");
  snapshot.owner = in.account();
  snapshot.started = in.now;
  snapshot.completes = in.now + in.world.draw(in.world.delays().snapshot);
  const auto id = snapshot.id;
  in.world.log(in.region, in.now, "snapshot-begun", id, snapshot.instance, in.cause());
  schedule_copy_step(in, id, Step::SnapshotEnds, snapshot.completes);
  in.region.snapshots.add(std::move(snapshot), in.now);
  return id;
}

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

/// The copy that a call with this token has made before, or nothing.
Result<std::string> copied_before(const Incoming& in, std::string_view token,
                                  std::string_view hash) {
  if (token.empty()) return std::string{};
  for (const auto& [id, row] : in.region.images.rows()) {
    if (row.client_token != token) continue;
    if (row.request_hash == hash) return id;
    return std::unexpected(ec2_error(
        "IdempotentParameterMismatch",
        fmt::format("The client token '{}' was used before with other parameters", token)));
  }
  return std::string{};
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
  copy.client_token = str(text_at(in.input(), "ClientToken"));
  copy.request_hash = hash_of_call(in.input());
  return copy;
}

WallTime copy_disks(Incoming& in, Image& copy, const TagsByType& tags) {
  WallTime last = in.now;
  for (auto& disk : copy.mappings) {
    disk.encrypted = disk.encrypted || is_true_at(in.input(), "Encrypted");
    disk.snapshot =
        begin_copy(in, {.description = fmt::format("Copied for DestinationAmi {} from SourceAmi {}",
                                                   copy.id, copy.source_image),
                        .volume = "vol-ffffffff",
                        .size_gib = disk.size_gib,
                        .image = copy.id,
                        .encrypted = disk.encrypted,
                        .tags = tags_for(tags, "snapshot"),
                        .key = str(text_at(in.input(), "KmsKeyId"))});
    last = std::max(last, in.region.snapshots.find(disk.snapshot)->completes);
  }
  return last;
}

}  // namespace

Result<Value> create_snapshot(Incoming& in) {
  const auto id = TRY(required_text(in, "VolumeId"));
  if (!is_well_formed(id, kVolumeIds)) return std::unexpected(malformed_id(id, kVolumeIds));
  const auto& volume = *TRY(see_all(in, in.region.volumes, {id}, kVolumeIds)).front();
  const auto tags = TRY(read_tag_specifications(in, {"snapshot"}));
  TRY_DO(end_dry_run(in));
  const auto made = begin_copy(in, {.description = str(text_at(in.input(), "Description")),
                                    .volume = volume.id,
                                    .size_gib = volume.size_gib,
                                    .instance = volume.instance,
                                    .encrypted = volume.encrypted,
                                    .tags = tags_for(tags, "snapshot"),
                                    .key = volume.key});
  return render(*in.region.snapshots.find(made), in.now);
}

Result<Value> copy_image(Incoming& in) {
  const auto source = TRY(read_copied_image(in));
  TRY_DO(check_image_name(in));
  const auto tags = TRY(read_tag_specifications(in, {"image", "snapshot"}));
  TRY_DO(end_dry_run(in));
  const auto before =
      TRY(copied_before(in, text_at(in.input(), "ClientToken"), hash_of_call(in.input())));
  if (!before.empty()) return Object{{"ImageId", before}};
  TRY_DO(can_add_image(in, text_at(in.input(), "Name")));
  auto copy = copy_of(in, source, tags);
  const auto last = copy_disks(in, copy, tags);
  in.region.images.add(copy, in.now);
  in.world.log(in.region, in.now, "image-pending", copy.id, copy.source_instance, in.cause());
  schedule_copy_step(in, copy.id, Step::ImageAvailable, last + seconds(1));
  return Object{{"ImageId", copy.id}};
}

}  // namespace hikae::sandbox
