// RegisterImage: an image of snapshots that are there. Stricter than EC2: the snapshots must be the
// account's own, and what would make an image that no machine here can boot is refused.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/disk_mappings.h"
#include "sandbox/images.h"
#include "sandbox/operations.h"
#include "sandbox/public_images.h"
#include "sandbox/snapshots.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::array<std::string_view, 4> kArchitectures{"i386", "x86_64", "arm64", "x86_64_mac"};
constexpr std::array<std::string_view, 3> kBootModes{"legacy-bios", "uefi", "uefi-preferred"};
constexpr std::array<std::string_view, 5> kNotRegistered{"ImageLocation", "KernelId", "RamdiskId",
                                                         "UefiData", "TpmSupport"};

/// An option that is one of a few words, or left out.
Result<std::string> read_word(const Incoming& in, std::string_view name,
                              std::span<const std::string_view> words) {
  const auto word = text_at(in.input(), name);
  if (word.empty() || std::ranges::find(words, word) != words.end()) return str(word);
  return std::unexpected(
      invalid_value(word, name, fmt::format("It is one of {}.", fmt::join(words, ", "))));
}

Result<> asks_for_ebs_only(const Incoming& in) {
  for (const auto name : kNotRegistered)
    if (!text_at(in.input(), name).empty())
      return std::unexpected(
          ec2_error("UnsupportedOperation",
                    fmt::format("The embedded cloud registers images of EBS snapshots without "
                                "{}; leave it out",
                                name)));
  return {};
}

/// And are taken as they are: what encrypts them stays.
Result<> are_own(const Incoming& in, const std::vector<Mapping>& disks) {
  for (const auto& disk : disks) {
    if (disk.snapshot.empty()) continue;
    const auto* snapshot = in.region.snapshots.find(disk.snapshot);
    if (snapshot->owner != in.account())
      return std::unexpected(
          ec2_error("AuthFailure", fmt::format("Not authorized for snapshot:{}", disk.snapshot)));
    if (disk.encrypted != snapshot->encrypted || disk.key != snapshot->key)
      return std::unexpected(
          ec2_error("InvalidBlockDeviceMapping",
                    fmt::format("The encryption of the snapshot '{}' cannot be changed here; "
                                "CopySnapshot or CopyImage can encrypt",
                                disk.snapshot)));
  }
  return {};
}

/// The root device's disk stands first.
Result<std::vector<Mapping>> read_registered_disks(const Incoming& in, const std::string& root) {
  auto disks = TRY(lay_over(in, {}));
  const auto found = std::ranges::find(disks, root, &Mapping::device);
  if (found == disks.end() || found->snapshot.empty())
    return std::unexpected(
        ec2_error("InvalidBlockDeviceMapping",
                  fmt::format("No root snapshot specified in device mapping: the root device is "
                              "'{}'",
                              root)));
  TRY_DO(are_own(in, disks));
  std::rotate(disks.begin(), found, found + 1);
  return disks;
}

Result<> read_boot(const Incoming& in, Image& image) {
  constexpr std::array<std::string_view, 2> kVirtualizations{"hvm", "paravirtual"};
  constexpr std::array<std::string_view, 1> kImdsSupports{"v2.0"};
  image.architecture = TRY(read_word(in, "Architecture", kArchitectures));
  image.boot_mode = TRY(read_word(in, "BootMode", kBootModes));
  image.needs_imds_tokens = !TRY(read_word(in, "ImdsSupport", kImdsSupports)).empty();
  image.lacks_ena = !is_true_at(in.input(), "EnaSupport");
  if (TRY(read_word(in, "VirtualizationType", kVirtualizations)) == "hvm") return {};
  return std::unexpected(ec2_error(
      "InvalidParameterCombination",
      "VirtualizationType must be hvm: where it is left out EC2 registers a paravirtual image, "
      "which the machines here cannot boot"));
}

Result<Image> read_registration(const Incoming& in) {
  TRY_DO(check_image_name(in));
  TRY_DO(asks_for_ebs_only(in));
  Image image{.name = str(text_at(in.input(), "Name")),
              .description = str(text_at(in.input(), "Description")),
              .owner = in.account(),
              .created = in.now,
              .root_device = TRY(required_text(in, "RootDeviceName"))};
  TRY_DO(read_boot(in, image));
  image.mappings = TRY(read_registered_disks(in, image.root_device));
  const auto tags = TRY(read_tag_specifications(in, {"image", "snapshot"}));
  image.tags = tags_for(tags, "image");
  if (!tags.contains("snapshot")) return image;
  return std::unexpected(
      ec2_error("InvalidParameterValue",
                "'snapshot' is not a valid taggable resource type for RegisterImage: its snapshots "
                "are there already; tag them with CreateTags"));
}

}  // namespace

Result<Value> register_image(Incoming& in) {
  auto image = TRY(read_registration(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_add_image(in, image.name));
  image.id = new_image_id(in.world, in.region);
  const auto id = image.id;
  in.region.images.add(std::move(image), in.now);
  in.world.log(in.region, in.now, "image-pending", id, "", in.cause());
  schedule_own_step(in, id, Step::ImageAvailable, in.world.delays().image_registered);
  return Object{{"ImageId", id}};
}

}  // namespace hikae::sandbox
