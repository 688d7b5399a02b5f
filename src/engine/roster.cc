#include "engine/roster.h"

#include <algorithm>

#include "base/invariant.h"

namespace hikae::engine {
namespace {

/// Only waits, and for nothing that has to be looked at: every look asks the machine itself.
bool only_waits(const Slot& slot) {
  using Type = OpenItem::Type;
  return !slot.open.empty() && std::ranges::all_of(slot.open, [](const auto& entry) {
    const auto type = entry.second.type;
    return type != Type::Send && type != Type::Await;
  });
}

}  // namespace

Slot* Roster::awake(std::int64_t no) const {
  const auto found = awake_.find(no);
  return found == awake_.end() ? nullptr : found->second.get();
}

Slot* Roster::awake(const MachineId& id) const {
  const auto found = by_id_.find(id);
  return found == by_id_.end() ? nullptr : found->second;
}

Slot* Roster::find(std::int64_t no) {
  if (auto* slot = awake(no)) return slot;
  if (!asleep_.contains(no)) return nullptr;
  const auto row = journal_.row(no);
  INVARIANT(row && *row, "the row of a machine that sleeps can be read");
  return wake(**row);
}

Slot* Roster::find(const MachineId& id) {
  if (auto* slot = awake(id)) return slot;
  if (asleep_.empty()) return nullptr;
  const auto row = journal_.find(id);
  INVARIANT(row, "the machines table can be read");
  return *row && asleep_.contains((*row)->no) ? wake(**row) : nullptr;
}

bool Roster::lives(const MachineId& id) {
  if (by_id_.contains(id)) return true;
  if (asleep_.empty()) return false;
  const auto row = journal_.find(id);
  INVARIANT(row, "the machines table can be read");
  return *row && asleep_.contains((*row)->no);
}

Slot& Roster::add(std::unique_ptr<Slot> slot) {
  auto& added = *slot;
  by_id_.emplace(added.id, &added);
  ++by_kind_[added.id.kind];
  awake_.emplace(added.no, std::move(slot));
  return added;
}

std::unique_ptr<Slot> Roster::remove(Slot& slot) {
  if (const auto resting = place_.extract(slot.no)) resting_.erase(resting.mapped());
  by_id_.erase(slot.id);
  --by_kind_[slot.id.kind];
  return std::move(awake_.extract(slot.no).mapped());
}

void Roster::add_asleep(std::int64_t no, const std::string& kind) {
  const auto known = std::ranges::find(kinds_, kind);
  const auto number = static_cast<std::uint8_t>(known - kinds_.begin());
  if (known == kinds_.end()) kinds_.push_back(kind);
  asleep_.emplace(no, number);
  ++by_kind_[kind];
}

void Roster::settled(Slot& slot) {
  if (const auto resting = place_.extract(slot.no)) resting_.erase(resting.mapped());
  if (!only_waits(slot)) return;
  resting_.push_back(slot.no);
  place_.emplace(slot.no, std::prev(resting_.end()));
}

Slot* Roster::one_too_many(std::size_t most) const {
  if (awake_.size() <= most || resting_.empty()) return nullptr;
  return awake(resting_.front());
}

void Roster::sleep(Slot& slot) {
  INVARIANT(slot.seq == slot.seq_of_snapshot, "who sleeps can be made again from its snapshot");
  const auto kind = slot.id.kind;
  const auto gone = remove(slot);
  add_asleep(gone->no, kind);
}

Slot* Roster::wake(const MachineRow& row) {
  asleep_.erase(row.no);
  --by_kind_[row.id.kind];
  auto& slot = add(load_(row));
  settled(slot);
  return &slot;
}

std::size_t Roster::count(std::string_view kind) const {
  const auto found = by_kind_.find(kind);
  return found == by_kind_.end() ? 0 : found->second;
}

void Roster::each_asleep(const std::function<void(const MachineRow&)>& visit) {
  if (asleep_.empty()) return;
  (void)journal_.each_living([&](const MachineRow& row) -> Result<> {
    if (asleep_.contains(row.no)) visit(row);
    return {};
  });
}

}  // namespace hikae::engine
