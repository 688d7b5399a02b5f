// DescribeSnapshots and DeleteSnapshot. Without OwnerIds the answer has public snapshots of others
// too, as in EC2 (docs/reference/hazards.md P17).
#include <fmt/format.h>

#include <array>

#include "sandbox/images.h"
#include "sandbox/operations.h"
#include "sandbox/permissions.h"
#include "sandbox/render.h"
#include "sandbox/snapshots.h"

namespace hikae::sandbox {
namespace {

constexpr std::array kSnapshotFields{
    FilterField<Snapshot>{"volume-id",
                          [](const Snapshot& s, const Filter& f) { return f.accepts(s.volume); },
                          Indexed::Yes},
    FilterField<Snapshot>{"snapshot-id",
                          [](const Snapshot& s, const Filter& f) { return f.accepts(s.id); },
                          Indexed::ById},
    FilterField<Snapshot>{
        "description", [](const Snapshot& s, const Filter& f) { return f.accepts(s.description); }},
    FilterField<Snapshot>{
        "status", [](const Snapshot& s, const Filter& f) { return f.accepts(to_string(s.state)); }},
    FilterField<Snapshot>{"owner-id",
                          [](const Snapshot& s, const Filter& f) { return f.accepts(s.owner); }},
    FilterField<Snapshot>{
        "owner-alias", [](const Snapshot& s, const Filter& f) { return f.accepts(s.owner_alias); }},
    FilterField<Snapshot>{
        "start-time",
        [](const Snapshot& s, const Filter& f) { return f.accepts(iso_ms(s.started)); }},
    FilterField<Snapshot>{
        "volume-size",
        [](const Snapshot& s, const Filter& f) { return f.accepts(std::to_string(s.size_gib)); }},
    FilterField<Snapshot>{
        "encrypted",
        [](const Snapshot& s, const Filter& f) { return f.accepts(flag_text(s.encrypted)); }},
    FilterField<Snapshot>{"storage-tier",
                          [](const Snapshot&, const Filter& f) { return f.accepts("standard"); }},
};

bool is_snapshot_of(const Snapshot& snapshot, const std::vector<std::string>& owners,
                    const std::string& account) {
  return std::ranges::any_of(owners, [&](const std::string& owner) {
    if (owner == "self") return snapshot.owner == account;
    return owner == snapshot.owner || (!owner.empty() && owner == snapshot.owner_alias);
  });
}

/// As with images: what belongs to others and is not public does not exist for this account.
Result<std::vector<const Snapshot*>> seen_snapshots(const Incoming& in,
                                                    const std::vector<std::string>& ids) {
  auto rows = TRY(look_up<Snapshot>(in, in.region.snapshots, ids, kSnapshotIds, kSnapshotFields));
  const auto hidden = [&](const Snapshot* row) { return !is_visible(*row, in.account()); };
  for (const auto* row : rows)
    if (!ids.empty() && hidden(row)) return std::unexpected(not_found({row->id}, kSnapshotIds));
  std::erase_if(rows, hidden);
  return rows;
}

const Image* user_of(const Incoming& in, std::string_view snapshot) {
  for (const auto id :
       in.region.images.candidates({"block-device-mapping.snapshot-id", snapshot})) {
    const auto& image = *in.region.images.find(id);
    if (std::ranges::find(image.mappings, snapshot, &Mapping::snapshot) != image.mappings.end())
      return &image;
  }
  return nullptr;
}

Result<> can_be_deleted(const Incoming& in, const Snapshot& snapshot) {
  if (snapshot.owner != in.account())
    return std::unexpected(
        ec2_error("AuthFailure", fmt::format("Not authorized for snapshot:{}", snapshot.id)));
  if (const auto* image = user_of(in, snapshot.id))
    return std::unexpected(ec2_error(
        "InvalidSnapshot.InUse",
        fmt::format("The snapshot {} is currently in use by {}", snapshot.id, image->id)));
  return {};
}

}  // namespace

bool is_visible(const Snapshot& snapshot, const std::string& account) {
  return snapshot.owner == account || snapshot.is_public || snapshot.shared_with.contains(account);
}

Result<const Snapshot*> named_snapshot(const Incoming& in) {
  const auto id = TRY(required_text(in, "SnapshotId"));
  if (!is_well_formed(id, kSnapshotIds)) return std::unexpected(malformed_id(id, kSnapshotIds));
  const auto* snapshot = in.region.snapshots.find(id);
  if (in.see(in.region.snapshots, id) && snapshot) return snapshot;
  return std::unexpected(not_found({id}, kSnapshotIds));
}

Result<> delete_own_snapshot(Incoming& in, const std::string& id) {
  const auto* snapshot = in.region.snapshots.find(id);
  if (!snapshot) return std::unexpected(not_found({id}, kSnapshotIds));
  TRY_DO(can_be_deleted(in, *snapshot));
  in.world.unschedule(in.region, id);
  in.world.log(in.region, in.now, "snapshot-deleted", id, snapshot->instance, in.cause());
  in.region.snapshots.erase(id, in.now);
  return {};
}

Result<Value> describe_snapshots(Incoming& in) {
  const auto ids = TRY(id_list(in, "SnapshotIds", kSnapshotIds));
  const auto owners = TRY(text_list(in, "OwnerIds"));
  const auto users = TRY(text_list(in, "RestorableByUserIds"));
  TRY_DO(ids_or_pages(in, "SnapshotIds"));
  const auto page = TRY(
      read_page(in.input(), {.operation = "DescribeSnapshots", .beyond = Beyond::MeansTheMost}));
  auto rows = TRY(seen_snapshots(in, ids));
  TRY_DO(end_dry_run(in));
  if (!owners.empty())
    std::erase_if(rows,
                  [&](const Snapshot* s) { return !is_snapshot_of(*s, owners, in.account()); });
  if (!users.empty())
    std::erase_if(rows, [&](const Snapshot* s) {
      return !is_given_to(users, s->is_public, s->shared_with, in.account());
    });
  Object output;
  if (ids.empty())
    cut_page(
        rows, page, [](const Snapshot* s) { return s->id; }, output);
  Array list;
  for (const auto* row : rows) list.push_back(render(*row, in.seen));
  output["Snapshots"] = std::move(list);
  return output;
}

Result<Value> delete_snapshot(Incoming& in) {
  const auto id = TRY(named_snapshot(in))->id;
  TRY_DO(end_dry_run(in));
  TRY_DO(delete_own_snapshot(in, id));
  return Object{};
}

}  // namespace hikae::sandbox
