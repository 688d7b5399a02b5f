#include "sandbox/public_images.h"

#include <fmt/format.h>

#include "base/hash.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kMarkDigits = 5;
constexpr std::size_t kSnapshotDigits = 17;
constexpr Duration kAssumedAge = hours(24 * 90);
constexpr std::string_view kAssumedOwner = "808080808080";

std::string mark_of(std::string_view rest) {
  return hex_of(fmt::format("image made here {}", rest), kMarkDigits);
}

}  // namespace

std::string new_image_id(World& world, const Region& region) {
  std::string id;
  do {
    id = world.new_id("ami-");
    id.resize(id.size() - kMarkDigits);
    id += mark_of(id);
  } while (region.images.find(id));
  return id;
}

bool was_made_here(std::string_view image) {
  if (image.size() <= kMarkDigits) return false;
  const auto rest = image.substr(0, image.size() - kMarkDigits);
  return mark_of(rest) == image.substr(rest.size());
}

Image assumed_image(const std::string& id, WallTime now) {
  return {.id = id,
          .name = "public-image-" + id.substr(id.find('-') + 1),
          .description = "A public image that was first seen in a call of RunInstances",
          .owner = str(kAssumedOwner),
          .created = now - kAssumedAge,
          .state = ImageState::Available,
          .mappings = {{.device = "/dev/xvda",
                        .snapshot = "snap-" + hex_of("snapshot of " + id, kSnapshotDigits),
                        .size_gib = 8,
                        .type = "gp3"}},
          .is_public = true};
}

void add_assumed_image(Region& region, const Image& image, WallTime now) {
  const auto& disk = image.mappings.front();
  region.snapshots.add({.id = disk.snapshot,
                        .owner = image.owner,
                        .description = "Created by CreateImage(i-00000000) for " + image.id,
                        .volume = "vol-ffffffff",
                        .size_gib = disk.size_gib,
                        .image = image.id,
                        .started = image.created,
                        .completes = image.created,
                        .state = SnapshotState::Completed,
                        .is_public = true},
                       now);
  region.images.add(image, now);
}

}  // namespace hikae::sandbox
