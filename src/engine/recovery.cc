// Recovery is not a special case: it is reading the journal.
//
// Each living machine is made from its snapshot, and the events behind the snapshot go through the
// same `decide` that made them the first time. What it decides is applied to the engine's
// bookkeeping only: nothing is sent, because it was sent before, or is about to be:
//
//   - a call without an answer: a read is sent again; a mutating one is unknown, the world is asked
//     first (probes.h), except where the service takes a token and repeating is safe;
//   - an await, a wake, a wait for another machine's end, a place in a line for a lease: asked for
//     again. What they wait for may have come meanwhile; then they are told in the first turn.
//
// Leases that are held come back before the lines behind them, and lines in the order of asking, so
// that nobody overtakes.
//
// What can go wrong: a `decide` that is not pure would take another path on replay. Every test
// driver replays each machine at every event, and compares.
#include <algorithm>

#include "base/invariant.h"
#include "base/seeded_bugs.h"
#include "engine/kernel.h"
#include "engine/limits.h"

namespace hikae::engine {

/// The machine of a row, as it was at its last event.
Result<std::unique_ptr<Slot>> Kernel::read(const MachineRow& row, const MachineKind& kind) {
  auto slot = std::make_unique<Slot>();
  slot->no = row.no;
  slot->id = row.id;
  slot->started_at = row.started_at;
  slot->machine = kind.fresh(row.id);
  if (!row.snapshot.empty()) {
    TRY_DO(in_context(decode_slot(row.snapshot, kind, *slot), "its snapshot"));
    slot->seq = slot->seq_of_snapshot = row.seq;
    slot->bytes_of_snapshot = row.snapshot.size();
    for (auto& [tag, item] : slot->open)
      if (item.no == 0) item.no = ++last_item_;
  }
  TRY_DO(journal_->each_event_after(
      slot->no, slot->seq, [&](std::int64_t seq, WallTime at, std::string_view text) -> Result<> {
        const auto event = TRY(in_context(decode_event(text), "event " + std::to_string(seq)));
        if (SeededBugs::has(SeededBug::LastEventForgotten) && seq % 5 == 0) return {};
        slot->seq = seq;
        slot->bytes_since_snapshot += text.size();
        decide(*slot, event, at, Mode::Replay);
        if (!slot->finished) return {};
        return fail(ErrorKind::Io, "event " + std::to_string(seq) +
                                       " ends it now, and did not when it came first");
      }));
  return slot;
}

/// One machine that cannot be brought back must not keep the others from it.
Result<> Kernel::revive(const MachineRow& row, std::vector<Waiting>& waiting) {
  const auto* kind = kind_of(row.id.kind);
  if (!kind)
    return fail(ErrorKind::Io, "database: machine '" + row.id.id + "' is of the unknown kind '" +
                                   row.id.kind + "': this data folder belongs to a newer hikae");
  auto made = read(row, *kind);
  if (!made) {
    bury(row, made.error().text());
    return {};
  }
  auto& slot = roster_.add(*std::move(made));
  if (!SeededBugs::has(SeededBug::LeaseNotRestored))
    for (const auto& resource : slot.held) leases_.restore(resource, slot.no);
  for (const auto& [tag, item] : slot.open) {
    const Address to{slot.no, tag, item.no};
    const bool is_alarm = item.type == OpenItem::Type::Wake || item.type == OpenItem::Type::Pause;
    if (is_alarm && SeededBugs::has(SeededBug::AlarmsNotResumed)) continue;
    if (item.type == OpenItem::Type::Send && SeededBugs::has(SeededBug::CallsNotResumed)) continue;
    if (is_alarm)
      arm(to, slot.id.scope, item, Origin::Recovered);
    else
      waiting.push_back({to, slot.id.scope, item});
  }
  roster_.settled(slot);
  // Only who is on disk as it is now: the others are put to sleep by the turns to come.
  auto* rested = roster_.one_too_many(world_.machines_awake);
  if (rested && rested->seq == rested->seq_of_snapshot) roster_.sleep(*rested);
  return {};
}

/// Its rows stay for whoever looks into it; who waits for it is told that it failed.
void Kernel::bury(const MachineRow& row, const std::string& why) {
  const auto message = "cannot be brought back after a restart: " + why;
  world_.log.error("engine", "a machine cannot be brought back",
                   {{"kind", row.id.kind}, {"id", row.id.id}, {"why", why}});
  perform([this, row, message](Turn& turn) {
    journal_->bury(row, now(), Object{{"Status", "Failed"}, {"FailureMessage", message}});
    if (tell_.machine_broken) tell_.machine_broken(turn, row.id, message);
  });
}

Result<> Kernel::recover() {
  std::vector<Waiting> waiting;
  TRY_DO(journal_->each_living([&](const MachineRow& row) { return revive(row, waiting); }));
  if (roster_.count() == 0) return {};
  // Behind what was buried: who awaits the end of such a one then finds it.
  perform(
      [this, waiting = std::move(waiting)](Turn&) mutable { arm_recovered(std::move(waiting)); });
  world_.log.info("engine", "machines brought back",
                  {{"count", static_cast<std::int64_t>(roster_.count())}});
  return {};
}

/// In the order of asking, so that nobody overtakes in a line.
void Kernel::arm_recovered(std::vector<Waiting> waiting) {
  std::ranges::stable_sort(waiting, {}, [](const Waiting& w) { return w.item.at; });
  for (const auto& entry : waiting) arm(entry.to, entry.scope, entry.item, Origin::Recovered);
}

}  // namespace hikae::engine
