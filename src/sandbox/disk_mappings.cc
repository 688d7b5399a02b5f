#include "sandbox/disk_mappings.h"

#include <fmt/format.h>

#include <array>

#include "sandbox/snapshots.h"
#include "sandbox/volume_shape.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::int64_t kDiskGibMost = 65'536;
constexpr std::array<std::string_view, 7> kVolumeTypes{"gp3", "gp2", "io1",     "io2",
                                                       "st1", "sc1", "standard"};

std::unexpected<Error> bad_disk(std::string message) {
  return std::unexpected(ec2_error("InvalidBlockDeviceMapping", std::move(message)));
}

Result<> apply_snapshot(const Incoming& in, const Value& ebs, Mapping& disk) {
  const auto id = str(text_at(ebs, "SnapshotId"));
  if (id.empty() || id == disk.snapshot) return {};
  const auto& snapshot = *TRY(usable_snapshot(in, id));
  disk.snapshot = id;
  disk.size_gib = snapshot.size_gib;
  disk.encrypted = snapshot.encrypted;
  disk.key = snapshot.key;
  return {};
}

Result<> apply_size(const Value& ebs, Mapping& disk) {
  const auto size = int_at(ebs, "VolumeSize");
  if (!size && disk.snapshot.empty() && disk.size_gib == 0)
    return bad_disk(fmt::format("The disk {} needs a VolumeSize or a SnapshotId", disk.device));
  if (!size) return {};
  if (*size < 1 || *size > kDiskGibMost)
    return bad_disk(fmt::format("The VolumeSize of {} must be from 1 to {}, it is {}", disk.device,
                                kDiskGibMost, *size));
  if (!disk.snapshot.empty() && *size < disk.size_gib)
    return bad_disk(
        fmt::format("Volume of size {}GB is smaller than snapshot '{}', expect size >= {}GB", *size,
                    disk.snapshot, disk.size_gib));
  disk.size_gib = *size;
  return {};
}

/// A call that gives a speed is held to the type's limits.
Result<> apply_speed(const Value& ebs, Mapping& disk) {
  const auto iops = int_at(ebs, "Iops");
  const auto throughput = int_at(ebs, "Throughput");
  disk.iops = iops.value_or(disk.iops);
  disk.throughput = throughput.value_or(disk.throughput);
  if (disk.type.empty()) return {};
  if (!iops && !throughput && !find(ebs, "VolumeType") && !find(ebs, "VolumeSize")) return {};
  return check_shape({disk.type, disk.size_gib, disk.iops, disk.throughput});
}

Result<> apply_encryption(const Incoming& in, const Value& ebs, Mapping& disk) {
  const auto key = TRY(read_kms_key(in, ebs, disk.encrypted || is_true_at(ebs, "Encrypted")));
  if (!is_true_at(ebs, "Encrypted")) return {};
  disk.encrypted = true;
  disk.key = key;
  return {};
}

Result<> apply_ebs(const Incoming& in, const Value& ebs, Mapping& disk) {
  TRY_DO(apply_snapshot(in, ebs, disk));
  TRY_DO(apply_size(ebs, disk));
  if (const auto type = text_at(ebs, "VolumeType"); !type.empty()) {
    TRY_DO(check_volume_type(type));
    if (disk.type != type) disk.iops = disk.throughput = 0;
    disk.type = str(type);
  }
  if (find(ebs, "DeleteOnTermination"))
    disk.delete_on_termination = is_true_at(ebs, "DeleteOnTermination");
  TRY_DO(apply_encryption(in, ebs, disk));
  return apply_speed(ebs, disk);
}

Result<> lay_over_one(const Incoming& in, const Value& given, std::vector<Mapping>& disks) {
  const auto device = text_at(given, "DeviceName");
  if (device.empty()) return bad_disk("A block device mapping has no DeviceName");
  const auto* ebs = find(given, "Ebs");
  if (find(given, "NoDevice")) {
    std::erase_if(disks, [&](const Mapping& disk) { return disk.device == device; });
    return {};
  }
  if (!ebs && text_at(given, "VirtualName").starts_with("ephemeral")) return {};
  if (!ebs)
    return bad_disk(
        fmt::format("The mapping of {} must have Ebs, NoDevice or an ephemeral "
                    "VirtualName",
                    device));
  auto found = std::ranges::find(disks, device, &Mapping::device);
  if (found == disks.end()) {
    disks.push_back({.device = str(device), .size_gib = 0, .type = "gp2"});
    found = disks.end() - 1;
  }
  return apply_ebs(in, *ebs, *found);
}

}  // namespace

Result<> check_volume_type(std::string_view type) {
  if (std::ranges::find(kVolumeTypes, type) != kVolumeTypes.end()) return {};
  return std::unexpected(invalid_value(
      type, "VolumeType", fmt::format("It is one of {}.", fmt::join(kVolumeTypes, ", "))));
}

Result<const Snapshot*> usable_snapshot(const Incoming& in, const std::string& id) {
  if (!is_well_formed(id, kSnapshotIds)) return std::unexpected(malformed_id(id, kSnapshotIds));
  const auto* seen = in.see(in.region.snapshots, id);
  const auto* snapshot = in.region.snapshots.find(id);
  if (!seen || !snapshot || !is_visible(*snapshot, in.account()))
    return std::unexpected(not_found({id}, kSnapshotIds));
  if (snapshot->state == SnapshotState::Completed) return snapshot;
  return std::unexpected(ec2_error(
      "IncorrectState",
      fmt::format("Snapshot is in invalid state - {}: {}", to_string(snapshot->state), id)));
}

Result<std::vector<Mapping>> lay_over(const Incoming& in, std::vector<Mapping> have) {
  for (const auto& given : list_at(in.input(), "BlockDeviceMappings"))
    TRY_DO(lay_over_one(in, given, have));
  return have;
}

}  // namespace hikae::sandbox
