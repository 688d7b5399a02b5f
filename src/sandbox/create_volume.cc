// CreateVolume and DeleteVolume, and what the operations on volumes share.
#include <fmt/format.h>

#include "sandbox/disk_mappings.h"
#include "sandbox/launch_order.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/tagging.h"
#include "sandbox/volume_shape.h"
#include "sandbox/volume_steps.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kVolumesMost = 200'000;  // of one account and region

Result<> takes_volume_options(const Incoming& in) {
  if (is_true_at(in.input(), "MultiAttachEnabled"))
    return std::unexpected(
        ec2_error("UnsupportedOperation",
                  "The embedded cloud attaches a volume to one machine at a time; leave "
                  "MultiAttachEnabled out"));
  if (text_at(in.input(), "OutpostArn").empty()) return {};
  return std::unexpected(ec2_error("UnsupportedOperation", "There are no Outposts here"));
}

Result<std::string> read_volume_zone(const Incoming& in) {
  const auto name = TRY(required_text(in, "AvailabilityZone"));
  auto zone = read_zone_name(in, name);
  if (zone) return *std::move(zone);
  return std::unexpected(
      ec2_error("InvalidZone.NotFound", fmt::format("The zone '{}' does not exist.", name)));
}

/// Sizes it from the snapshot where the call says nothing. Gives whether that one is encrypted.
Result<bool> read_source_snapshot(const Incoming& in, Volume& volume) {
  const auto size = TRY(read_amount(in, "Size"));
  volume.snapshot = str(text_at(in.input(), "SnapshotId"));
  if (volume.snapshot.empty() && !size)
    return std::unexpected(
        ec2_error("MissingParameter", "The request must contain the parameter size or snapshotId"));
  if (size) volume.size_gib = *size;
  if (volume.snapshot.empty()) return false;
  const auto& snapshot = *TRY(usable_snapshot(in, volume.snapshot));
  if (!size) volume.size_gib = snapshot.size_gib;
  if (volume.size_gib >= snapshot.size_gib) return snapshot.encrypted;
  return std::unexpected(
      invalid_value(std::to_string(volume.size_gib), "Size",
                    fmt::format("The volume is smaller than snapshot '{}', expect size >= {}GiB.",
                                volume.snapshot, snapshot.size_gib)));
}

Result<Volume> read_volume_order(const Incoming& in) {
  Volume volume;
  TRY_DO(takes_volume_options(in));
  volume.zone = TRY(read_volume_zone(in));
  const bool is_copy_encrypted = TRY(read_source_snapshot(in, volume));
  volume.encrypted = is_copy_encrypted || is_true_at(in.input(), "Encrypted");
  volume.key = TRY(read_kms_key(in, in.input(), volume.encrypted));
  volume.type = str(text_at(in.input(), "VolumeType", "gp2"));
  volume.iops = TRY(read_amount(in, "Iops")).value_or(0);
  volume.throughput = TRY(read_amount(in, "Throughput")).value_or(0);
  TRY_DO(check_shape(shape_of(volume)));
  auto tags = TRY(read_tag_specifications(in, {"volume"}));
  volume.tags = std::move(tags["volume"]);
  volume.client_token = str(text_at(in.input(), "ClientToken"));
  volume.request_hash = hash_of_call(in.input());
  volume.delete_on_termination = false;
  volume.act = VolumeAct::Creating;
  return volume;
}

Result<> can_be_removed(const Volume& volume) {
  if (!volume.instance.empty())
    return std::unexpected(ec2_error(
        "VolumeInUse",
        fmt::format("Volume {} is currently attached to {}", volume.id, volume.instance)));
  if (volume.act == VolumeAct::None) return {};
  return std::unexpected(
      ec2_error("IncorrectState",
                fmt::format("The volume '{}' is '{}'; it can be deleted once it is 'available'",
                            volume.id, state_of(volume))));
}

}  // namespace

Result<const Volume*> named_volume(const Incoming& in) {
  const auto id = TRY(required_text(in, "VolumeId"));
  if (!is_well_formed(id, kVolumeIds)) return std::unexpected(malformed_id(id, kVolumeIds));
  const auto* volume = in.region.volumes.find(id);
  if (!in.see(in.region.volumes, id) || !volume || volume->act == VolumeAct::Deleting)
    return std::unexpected(not_found({id}, kVolumeIds));
  return volume;
}

Result<std::string> read_kms_key(const Incoming& in, const Value& holder, bool is_encrypted) {
  const auto given = text_at(holder, "KmsKeyId");
  if (!given.empty() && !is_true_at(holder, "Encrypted"))
    return std::unexpected(
        ec2_error("InvalidParameterDependency",
                  "The parameter KmsKeyId requires the parameter Encrypted to be set."));
  const auto& scope = in.region.scope;
  const auto arn = [&](std::string_view resource) {
    return fmt::format("arn:aws:kms:{}:{}:{}", scope.region, scope.account, resource);
  };
  if (!is_encrypted) return std::string{};
  if (given.empty()) return arn(kUsualKey);
  if (given.starts_with("arn:")) return str(given);
  return arn(given.starts_with("alias/") ? str(given) : "key/" + str(given));
}

Result<std::optional<std::int64_t>> read_amount(const Incoming& in, std::string_view name) {
  const auto* member = find(in.input(), name);
  if (!member || member->is_null()) return std::nullopt;
  const auto amount = int_at(in.input(), name);
  if (amount && *amount >= 1) return amount;
  return std::unexpected(invalid_value(amount ? std::to_string(*amount) : "", name,
                                       "It must be a whole number above 0."));
}

void schedule_own_step(Incoming& in, const std::string& subject, Step step, Duration after) {
  in.world.schedule(in.region, {.due = in.now + after,
                                .step = step,
                                .subject = subject,
                                .caller = in.request.caller,
                                .operation = in.request.operation});
}

Error token_mismatch(std::string_view token) {
  return ec2_error(
      "IdempotentParameterMismatch",
      fmt::format("The client token '{}' was used before with other parameters", token));
}

Result<Value> create_volume(Incoming& in) {
  auto volume = TRY(read_volume_order(in));
  TRY_DO(end_dry_run(in));
  const auto* before =
      TRY(made_with_token(in.region.volumes, volume.client_token, volume.request_hash));
  if (before) return render(*before);
  if (in.region.volumes.rows().size() >= kVolumesMost)
    return std::unexpected(ec2_error(
        "VolumeLimitExceeded",
        fmt::format("There are {} volumes already, the most there may be", kVolumesMost)));
  volume.id = in.world.new_id("vol-");
  volume.created = in.now;
  const auto id = volume.id;
  in.region.volumes.add(std::move(volume), in.now);
  schedule_own_step(in, id, Step::VolumeCreated, in.world.delays().volume_created);
  return render(*in.region.volumes.find(id));
}

Result<Value> delete_volume(Incoming& in) {
  const auto& volume = *TRY(named_volume(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_be_removed(volume));
  const auto id = volume.id;
  in.world.unschedule(in.region, id);
  set_act(in.region, id, VolumeAct::Deleting, in.now);
  schedule_own_step(in, id, Step::VolumeDeleted, in.world.delays().volume_deleted);
  return Object{};
}

}  // namespace hikae::sandbox
