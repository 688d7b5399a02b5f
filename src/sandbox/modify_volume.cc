// ModifyVolume and DescribeVolumesModifications: modifying, then the new size and speed hold and it
// is optimizing, then completed. A volume can be modified once in six hours.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "sandbox/network_places.h"
#include "sandbox/operations.h"
#include "sandbox/volume_shape.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr Duration kBetweenModifications = hours(6);
constexpr std::int64_t kWholePercent = 100;

constexpr std::array kModificationFields{
    PathField{"volume-id", "VolumeId"},
    PathField{"modification-state", "ModificationState"},
    PathField{"start-time", "StartTime"},
    PathField{"original-size", "OriginalSize"},
    PathField{"original-iops", "OriginalIops"},
    PathField{"original-volume-type", "OriginalVolumeType"},
    PathField{"originalMultiAttachEnabled", "OriginalMultiAttachEnabled"},
    PathField{"target-size", "TargetSize"},
    PathField{"target-iops", "TargetIops"},
    PathField{"target-volume-type", "TargetVolumeType"},
    PathField{"targetMultiAttachEnabled", "TargetMultiAttachEnabled"}};

void add_shape(Object& out, std::string_view when, const VolumeShape& shape) {
  const auto key = [&](std::string_view name) { return fmt::format("{}{}", when, name); };
  out[key("Size")] = shape.size_gib;
  out[key("VolumeType")] = shape.type;
  out[key("MultiAttachEnabled")] = false;
  if (shown_iops(shape) > 0) out[key("Iops")] = shown_iops(shape);
  if (shown_throughput(shape) > 0) out[key("Throughput")] = shown_throughput(shape);
}

std::int64_t percent_of(const VolumeModification& modification, WallTime now) {
  if (modification.state == ModificationState::Completed) return kWholePercent;
  const auto whole = std::max<std::int64_t>((modification.ends - modification.started).count(), 1);
  const auto done = (now - modification.started).count() * kWholePercent / whole;
  return std::clamp<std::int64_t>(done, 0, kWholePercent - 1);
}

Object render_modification(const Volume& volume, WallTime now) {
  const auto& modification = volume.modifications.back();
  Object out{{"VolumeId", volume.id},
             {"ModificationState", to_string(modification.state)},
             {"Progress", percent_of(modification, now)},
             {"StartTime", iso_ms(modification.started)}};
  add_shape(out, "Original", modification.original);
  add_shape(out, "Target", modification.target);
  if (modification.state == ModificationState::Completed)
    out["EndTime"] = iso_ms(modification.ends);
  return out;
}

/// What is left out stays, apart from the speed of another type: that is the new type's own.
Result<VolumeShape> read_target(const Incoming& in, const Volume& volume) {
  auto target = shape_of(volume);
  const auto size = TRY(read_amount(in, "Size"));
  const auto iops = TRY(read_amount(in, "Iops"));
  const auto throughput = TRY(read_amount(in, "Throughput"));
  const auto type = text_at(in.input(), "VolumeType", target.type);
  if (type != target.type) target = {str(type), target.size_gib, 0, 0};
  target.size_gib = size.value_or(target.size_gib);
  target.iops = iops.value_or(target.iops);
  target.throughput = throughput.value_or(target.throughput);
  if (is_true_at(in.input(), "MultiAttachEnabled"))
    return std::unexpected(ec2_error("UnsupportedOperation",
                                     "The embedded cloud attaches a volume to one machine at a "
                                     "time; leave MultiAttachEnabled out"));
  TRY_DO(check_shape(target));
  return target;
}

Result<> is_change_allowed(const Volume& volume, const VolumeShape& target) {
  if (target.size_gib < volume.size_gib)
    return std::unexpected(
        ec2_error("InvalidParameterValue", "New size cannot be smaller than existing size"));
  if (target != shape_of(volume)) return {};
  return std::unexpected(
      ec2_error("InvalidParameterValue",
                fmt::format("The volume '{}' is already as the call asks for: it must change the "
                            "size, the type, the iops or the throughput",
                            volume.id)));
}

Result<> is_modifiable(const Volume& volume, WallTime now) {
  if (volume.act == VolumeAct::Creating)
    return std::unexpected(
        ec2_error("IncorrectState", fmt::format("The volume '{}' is still creating", volume.id)));
  if (volume.modifications.empty()) return {};
  const auto& last = volume.modifications.back();
  if (last.state != ModificationState::Completed)
    return std::unexpected(
        ec2_error("IncorrectModificationState",
                  fmt::format("Cannot modify volume '{}' in modification state '{}'", volume.id,
                              to_string(last.state))));
  if (now >= last.started + kBetweenModifications) return {};
  return std::unexpected(ec2_error(
      "VolumeModificationRateExceeded",
      "You've reached the maximum modification rate per volume limit. Wait at least 6 hours "
      "between modifications per EBS volume."));
}

void begin_modification(Incoming& in, const std::string& id, const VolumeShape& target) {
  const auto takes = in.world.delays().volume_modified;
  const auto ends = takes + in.world.delays().volume_optimized;
  in.region.volumes.change(id, in.now, [&](Volume& v) {
    v.modifications = {
        {.original = shape_of(v), .target = target, .started = in.now, .ends = in.now + ends}};
  });
  schedule_own_step(in, id, Step::VolumeModified, takes);
  schedule_own_step(in, id, Step::VolumeOptimized, ends);
}

Result<> were_modified(const Incoming& in, const std::vector<std::string>& ids) {
  for (const auto* volume : TRY(see_all(in, in.region.volumes, ids, kVolumeIds)))
    if (volume->modifications.empty())
      return std::unexpected(
          ec2_error("InvalidVolumeModification.NotFound",
                    fmt::format("Modification for volume '{}' does not exist", volume->id)));
  return {};
}

}  // namespace

Result<Value> modify_volume(Incoming& in) {
  const auto& volume = *TRY(named_volume(in));
  const auto target = TRY(read_target(in, volume));
  TRY_DO(end_dry_run(in));
  TRY_DO(is_modifiable(volume, in.now));
  TRY_DO(is_change_allowed(volume, target));
  begin_modification(in, volume.id, target);
  return Object{{"VolumeModification", render_modification(volume, in.now)}};
}

Result<Value> describe_volumes_modifications(Incoming& in) {
  TRY_DO(were_modified(in, TRY(id_list(in, "VolumeIds", kVolumeIds))));
  Array rows;
  for (const auto& [id, row] : in.region.volumes.rows()) {
    const auto* volume = in.see(in.region.volumes, id);
    if (volume && !volume->modifications.empty())
      rows.push_back(render_modification(*volume, in.seen));
  }
  return describe_objects(in,
                          {"VolumesModifications", "VolumeIds", "VolumeId",
                           "InvalidVolumeModification.NotFound", "modification for volume"},
                          std::move(rows), kModificationFields);
}

}  // namespace hikae::sandbox
