// CreateSnapshot, CreateSnapshots of all disks of a machine at one instant, and CopySnapshot from
// any region of the account.
#include <fmt/format.h>

#include <algorithm>

#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/snapshots.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kSnapshotsMost = 1'000'000;  // of one account and region
constexpr std::size_t kSnapshotDescriptionMost = 255;

Result<std::string> read_snapshot_description(const Incoming& in) {
  const auto text = text_at(in.input(), "Description");
  if (text.size() <= kSnapshotDescriptionMost) return str(text);
  return std::unexpected(invalid_value(text, "Description", "The limit is 255 characters."));
}

Result<> has_room_for_snapshots(const Incoming& in, std::size_t more) {
  if (in.region.snapshots.rows().size() + more <= kSnapshotsMost) return {};
  return std::unexpected(
      ec2_error("SnapshotLimitExceeded",
                fmt::format("There may be {} snapshots; delete some", kSnapshotsMost)));
}

Result<> can_be_snapped(const Volume& volume) {
  if (volume.act != VolumeAct::Creating && volume.act != VolumeAct::Deleting) return {};
  return std::unexpected(
      ec2_error("IncorrectState",
                fmt::format("The volume '{}' is '{}'; a snapshot needs one that is 'available' or "
                            "'in-use'",
                            volume.id, state_of(volume))));
}

Snapshot snapshot_of(const Volume& volume, std::string description, Tags tags) {
  return {.description = std::move(description),
          .volume = volume.id,
          .size_gib = volume.size_gib,
          .instance = volume.instance,
          .encrypted = volume.encrypted,
          .tags = std::move(tags),
          .key = volume.key};
}

// CreateSnapshots.

Result<const Instance*> specified_machine(const Incoming& in, const Value& specification) {
  const auto id = str(text_at(specification, "InstanceId"));
  if (id.empty()) return std::unexpected(missing_parameter("InstanceSpecification.InstanceId"));
  if (!is_well_formed(id, kInstanceIds)) return std::unexpected(malformed_id(id, kInstanceIds));
  const auto* machine = in.region.instances.find(id);
  if (!in.see(in.region.instances, id) || !machine)
    return std::unexpected(not_found({id}, kInstanceIds));
  if (machine->power != Power::ShuttingDown && machine->power != Power::Terminated) return machine;
  return std::unexpected(
      ec2_error("IncorrectInstanceState",
                fmt::format("The instance '{}' is '{}'", id, to_string(machine->power))));
}

Result<std::vector<std::string>> read_excluded(const Instance& machine,
                                               const Value& specification) {
  std::vector<std::string> ids;
  for (const auto& item : list_at(specification, "ExcludeDataVolumeIds")) {
    const auto id = str(text_of(item));
    const auto disk = std::ranges::find(machine.volumes, id, &Attachment::volume);
    if (disk == machine.volumes.end() || disk->device == root_device(machine))
      return std::unexpected(
          invalid_value(id, "ExcludeDataVolumeIds",
                        fmt::format("It is no data volume that is attached to '{}'.", machine.id)));
    ids.push_back(id);
  }
  return ids;
}

Result<std::vector<const Volume*>> specified_volumes(const Incoming& in, const Instance& machine,
                                                     const Value& specification) {
  const auto excluded = TRY(read_excluded(machine, specification));
  const bool without_root = is_true_at(specification, "ExcludeBootVolume");
  std::vector<const Volume*> volumes;
  for (const auto& disk : machine.volumes) {
    const auto* volume = in.region.volumes.find(disk.volume);
    if (!volume || std::ranges::find(excluded, disk.volume) != excluded.end()) continue;
    if (without_root && disk.device == root_device(machine)) continue;
    volumes.push_back(volume);
  }
  if (!volumes.empty()) return volumes;
  return std::unexpected(
      ec2_error("InvalidParameterCombination",
                fmt::format("No volume of '{}' is left to take a snapshot of", machine.id)));
}

Result<bool> copies_tags(const Incoming& in) {
  const auto from = text_at(in.input(), "CopyTagsFromSource");
  if (from.empty() || from == "volume") return from == "volume";
  return std::unexpected(invalid_value(from, "CopyTagsFromSource", "It is volume."));
}

/// The given tags win over those of the volume.
Tags joined_tags(Tags given, const Tags& of_volume) {
  for (const auto& [key, value] : of_volume) given.try_emplace(key, value);
  return given;
}

Object snapshot_info(const Snapshot& row, WallTime now) {
  auto out = render(row, now);
  for (const auto member : {"StorageTier", "KmsKeyId", "OwnerAlias"}) out.erase(member);
  return out;
}

// CopySnapshot.

Result<Snapshot> read_copied_snapshot(const Incoming& in) {
  const auto id = TRY(required_text(in, "SourceSnapshotId"));
  const auto region = TRY(required_text(in, "SourceRegion"));
  if (!is_well_formed(id, kSnapshotIds)) return std::unexpected(malformed_id(id, kSnapshotIds));
  const auto* from = in.world.find_region({in.account(), region});
  const auto* source = from ? from->snapshots.find(id) : nullptr;
  if (!source || !is_visible(*source, in.account()))
    return std::unexpected(not_found({id}, kSnapshotIds));
  if (source->state == SnapshotState::Completed) return *source;
  return std::unexpected(
      ec2_error("IncorrectState", fmt::format("The snapshot '{}' is '{}'; only a completed one can "
                                              "be copied",
                                              id, to_string(source->state))));
}

Result<> goes_here(const Incoming& in) {
  const auto to = text_at(in.input(), "DestinationRegion");
  if (!text_at(in.input(), "DestinationOutpostArn").empty())
    return std::unexpected(ec2_error("UnsupportedOperation", "There are no Outposts here"));
  if (to.empty() || to == in.region.scope.region) return {};
  return std::unexpected(
      invalid_value(to, "DestinationRegion",
                    fmt::format("A copy is made in the region that is asked for it: {}.",
                                in.region.scope.region)));
}

}  // namespace

Tags tags_for(const TagsByType& tags, std::string_view type) {
  const auto found = tags.find(type);
  return found == tags.end() ? Tags{} : found->second;
}

std::string begin_own_snapshot(Incoming& in, Snapshot snapshot) {
  snapshot.id = in.world.new_id("snap-");
  snapshot.owner = in.account();
  snapshot.started = in.now;
  const auto lasts = in.world.draw(in.world.delays().snapshot);
  snapshot.completes = in.now + lasts;
  const auto id = snapshot.id;
  in.world.log(in.region, in.now, "snapshot-begun", id, snapshot.instance, in.cause());
  schedule_own_step(in, id, Step::SnapshotEnds, lasts);
  in.region.snapshots.add(std::move(snapshot), in.now);
  return id;
}

Result<Value> create_snapshot(Incoming& in) {
  const auto& volume = *TRY(named_volume(in));
  auto description = TRY(read_snapshot_description(in));
  const auto tags = TRY(read_tag_specifications(in, {"snapshot"}));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_be_snapped(volume));
  TRY_DO(has_room_for_snapshots(in, 1));
  const auto made = begin_own_snapshot(
      in, snapshot_of(volume, std::move(description), tags_for(tags, "snapshot")));
  return render(*in.region.snapshots.find(made), in.now);
}

Result<Value> create_snapshots(Incoming& in) {
  const auto* specification = find(in.input(), "InstanceSpecification");
  if (!specification) return std::unexpected(missing_parameter("InstanceSpecification"));
  const auto& machine = *TRY(specified_machine(in, *specification));
  const auto volumes = TRY(specified_volumes(in, machine, *specification));
  const auto description = TRY(read_snapshot_description(in));
  const auto given = tags_for(TRY(read_tag_specifications(in, {"snapshot"})), "snapshot");
  const bool with_tags = TRY(copies_tags(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(has_room_for_snapshots(in, volumes.size()));
  for (const auto* volume : volumes)
    if (with_tags) TRY_DO(fits_tag_limit(volume->tags, given));
  Array made;
  for (const auto* volume : volumes) {
    auto tags = with_tags ? joined_tags(given, volume->tags) : given;
    const auto id = begin_own_snapshot(in, snapshot_of(*volume, description, std::move(tags)));
    made.push_back(snapshot_info(*in.region.snapshots.find(id), in.now));
  }
  return Object{{"Snapshots", std::move(made)}};
}

Result<Value> copy_snapshot(Incoming& in) {
  const auto source = TRY(read_copied_snapshot(in));
  TRY_DO(goes_here(in));
  auto description = TRY(read_snapshot_description(in));
  const bool is_encrypted = source.encrypted || is_true_at(in.input(), "Encrypted");
  auto key = TRY(read_kms_key(in, in.input(), is_encrypted));
  auto tags = tags_for(TRY(read_tag_specifications(in, {"snapshot"})), "snapshot");
  TRY_DO(end_dry_run(in));
  TRY_DO(has_room_for_snapshots(in, 1));
  if (description.empty())
    description = fmt::format("[Copied {} from {}] {}", source.id,
                              text_at(in.input(), "SourceRegion"), source.description);
  const auto id = begin_own_snapshot(in, {.description = std::move(description),
                                          .volume = "vol-ffffffff",
                                          .size_gib = source.size_gib,
                                          .encrypted = is_encrypted,
                                          .tags = std::move(tags),
                                          .key = std::move(key)});
  return Object{{"SnapshotId", id}, {"Tags", render(in.region.snapshots.find(id)->tags)}};
}

}  // namespace hikae::sandbox
