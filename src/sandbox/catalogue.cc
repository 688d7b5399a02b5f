#include "sandbox/catalogue.h"

#include <array>

#include "base/hash.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kPublicIdDigits = 17;
constexpr Duration kPublishedAgo = hours(24 * 40);

struct PublicImage {
  std::string_view name;
  std::string_view description;
  std::string_view owner;
  std::string_view alias;
  std::string_view platform;
};

constexpr std::array kPublicImages{
    PublicImage{"al2023-ami-2023.6.20250101.0-kernel-6.1-x86_64", "Amazon Linux 2023",
                "137112412989", "amazon", ""},
    PublicImage{"web-2025-05-01_18.30.00", "somebody else's public image", "909090909090", "", ""},
};

std::string public_id(std::string_view prefix, const PublicImage& image, const Region& region) {
  return str(prefix) + hex_of(region.scope.region + " " + str(image.name), kPublicIdDigits);
}

void add_public_image(Region& region, const PublicImage& image, WallTime published) {
  const auto id = public_id("ami-", image, region);
  const auto snapshot = public_id("snap-", image, region);
  constexpr std::string_view kVolume = "vol-ffffffff";
  region.snapshots.add({.id = snapshot,
                        .owner = str(image.owner),
                        .owner_alias = str(image.alias),
                        .description = "Created by CreateImage(i-00000000) for " + id,
                        .volume = str(kVolume),
                        .image = id,
                        .started = published,
                        .completes = published,
                        .state = SnapshotState::Completed,
                        .is_public = true},
                       published);
  region.images.add(
      {.id = id,
       .name = str(image.name),
       .description = str(image.description),
       .owner = str(image.owner),
       .owner_alias = str(image.alias),
       .created = published,
       .state = ImageState::Available,
       .platform = str(image.platform),
       .mappings =
           {{.device = "/dev/xvda", .volume = str(kVolume), .snapshot = snapshot, .type = "gp3"}},
       .is_public = true},
      published);
}

}  // namespace

void add_public_catalogue(Region& region, WallTime now) {
  for (const auto& image : kPublicImages) add_public_image(region, image, now - kPublishedAgo);
}

}  // namespace hikae::sandbox
