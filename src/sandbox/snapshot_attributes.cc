// DescribeSnapshotAttribute, ModifySnapshotAttribute, ResetSnapshotAttribute: who may make volumes
// of a snapshot.
#include <fmt/format.h>

#include "sandbox/operations.h"
#include "sandbox/permissions.h"
#include "sandbox/snapshots.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

Result<const Snapshot*> own_snapshot(const Incoming& in) {
  const auto* snapshot = TRY(named_snapshot(in));
  if (snapshot->owner == in.account()) return snapshot;
  if (!is_visible(*snapshot, in.account()))
    return std::unexpected(not_found({snapshot->id}, kSnapshotIds));
  return std::unexpected(
      ec2_error("AuthFailure", fmt::format("Not authorized for snapshot:{}", snapshot->id)));
}

Result<> is_permission(std::string_view attribute) {
  if (attribute == kCreateVolumePermission.attribute) return {};
  return std::unexpected(
      invalid_value(attribute, "Attribute", "What can be changed is createVolumePermission."));
}

Result<> can_be_given(const Snapshot& snapshot, const Permissions& permissions) {
  const bool is_to_all = std::ranges::find(permissions.add, "all") != permissions.add.end();
  if (!snapshot.encrypted || permissions.add.empty()) return {};
  if (is_to_all)
    return std::unexpected(
        ec2_error("OperationNotPermitted", "Encrypted snapshots cannot be shared publicly"));
  if (!snapshot.key.empty() && !snapshot.key.ends_with(kUsualKey)) return {};
  return std::unexpected(ec2_error("OperationNotPermitted",
                                   "Encrypted snapshots with EBS default key cannot be shared"));
}

}  // namespace

Result<Value> describe_snapshot_attribute(Incoming& in) {
  const auto attribute = TRY(required_text(in, "Attribute"));
  const auto& snapshot = *TRY(own_snapshot(in));
  TRY_DO(end_dry_run(in));
  Object output{{"SnapshotId", snapshot.id}};
  if (attribute == kCreateVolumePermission.attribute)
    output["CreateVolumePermissions"] =
        render_permissions(snapshot.is_public, snapshot.shared_with);
  else if (attribute == "productCodes")
    output["ProductCodes"] = Array{};
  else
    return std::unexpected(
        invalid_value(attribute, "Attribute", "It is createVolumePermission or productCodes."));
  return output;
}

Result<Value> modify_snapshot_attribute(Incoming& in) {
  const auto& snapshot = *TRY(own_snapshot(in));
  TRY_DO(is_permission(text_at(in.input(), "Attribute", kCreateVolumePermission.attribute)));
  const auto permissions = TRY(read_permissions(in, kCreateVolumePermission));
  if (permissions.is_empty())
    return std::unexpected(missing_parameter(kCreateVolumePermission.member));
  TRY_DO(end_dry_run(in));
  TRY_DO(can_be_given(snapshot, permissions));
  in.region.snapshots.change(snapshot.id, in.now, [&](Snapshot& s) {
    apply_permissions(permissions, s.is_public, s.shared_with);
  });
  return Object{};
}

Result<Value> reset_snapshot_attribute(Incoming& in) {
  TRY_DO(is_permission(TRY(required_text(in, "Attribute"))));
  const auto& snapshot = *TRY(own_snapshot(in));
  TRY_DO(end_dry_run(in));
  in.region.snapshots.change(snapshot.id, in.now, [](Snapshot& s) {
    s.is_public = false;
    s.shared_with.clear();
  });
  return Object{};
}

}  // namespace hikae::sandbox
