#include "engine/journal.h"

#include <fmt/format.h>

#include "base/seeded_bugs.h"
#include "engine/schema.h"
#include "text/json.h"

namespace hikae::engine {

using store::Statement;

struct Journal::Statements {
  Statement boot, add_machine, add_event, snapshot, finish, bury, add_effect, settle, put, erase;
  Statement old, older, drop_events, drop_effects, drop_machine;
  Statement find, row, living, tail, of_kind, resources, highest;
};

namespace {

constexpr std::string_view kRowColumns =
    "SELECT no, account, region, kind, id, started_at, ended_at, seq, snapshot, outcome "
    "FROM machines ";

MachineRow row_of(const Statement& s) {
  MachineRow row;
  row.no = s.integer(0);
  row.id = {{str(s.text(1)), str(s.text(2))}, str(s.text(3)), str(s.text(4))};
  row.started_at = wall_ms(s.integer(5));
  if (!s.is_null(6)) row.ended_at = wall_ms(s.integer(6));
  row.seq = s.integer(7);
  row.snapshot = str(s.text(8));
  row.outcome = str(s.text(9));
  return row;
}

Result<> check_version(store::Database& database) {
  auto read = TRY(database.prepare("SELECT value FROM meta WHERE key = 'schema'"));
  const bool known = TRY(read.step());
  if (!known)
    return database.execute(fmt::format("INSERT INTO meta VALUES('schema', '{}')", kSchemaVersion));
  if (std::stoi("0" + str(read.text(0))) <= kSchemaVersion) return {};
  return fail(ErrorKind::Io,
              "this data folder was written by a newer hikae; use that one, or "
              "another --data folder");
}

}  // namespace

Journal::Journal(store::Database& database) : database_(database) {}
Journal::~Journal() = default;

Result<std::unique_ptr<Journal>> Journal::open(store::Database& db) {
  TRY_DO(db.execute(kSchema));
  TRY_DO(check_version(db));
  if (SeededBugs::has(SeededBug::HistoryThinned))
    TRY_DO(db.execute("DELETE FROM journal WHERE lsn % 7 = 0"));
  std::unique_ptr<Journal> journal(new Journal(db));
  const auto row = [&](std::string_view where) {
    return db.prepare(str(kRowColumns) + str(where));
  };
  journal->s_ = std::make_unique<Statements>(Statements{
      .boot = TRY(db.prepare("INSERT INTO meta VALUES('boot', ?) ON CONFLICT DO UPDATE SET value = "
                             "excluded.value")),
      .add_machine = TRY(db.prepare("INSERT INTO machines(no, account, region, kind, id, "
                                    "started_at, seq) VALUES(?,?,?,?,?,?,0)")),
      .add_event = TRY(db.prepare("INSERT INTO journal(machine, seq, at, event) VALUES(?,?,?,?)")),
      .snapshot = TRY(db.prepare("UPDATE machines SET seq = ?, snapshot = ? WHERE no = ?")),
      .finish = TRY(db.prepare("UPDATE machines SET seq = ?, snapshot = ?, ended_at = ?, "
                               "outcome = ? WHERE no = ?")),
      .bury = TRY(db.prepare("UPDATE machines SET ended_at = ?, outcome = ? WHERE no = ?")),
      .add_effect = TRY(db.prepare("INSERT INTO effects(machine, tag, service, operation, input, "
                                   "intended_at) VALUES(?,?,?,?,?,?)")),
      .settle = TRY(db.prepare("UPDATE effects SET settled_at = ?, outcome = ? WHERE machine = ? "
                               "AND tag = ? AND settled_at IS NULL")),
      .put = TRY(db.prepare("INSERT INTO resources VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                            "body = excluded.body")),
      .erase = TRY(db.prepare("DELETE FROM resources WHERE account = ? AND region = ? AND "
                              "kind = ? AND id = ?")),
      .old = TRY(db.prepare("SELECT no, ended_at, kind FROM machines WHERE (ended_at, no) > (?, ?) "
                            "AND ended_at < ? ORDER BY ended_at, no LIMIT ?")),
      .older = TRY(db.prepare("SELECT no FROM machines WHERE ended_at < ? ORDER BY ended_at LIMIT "
                              "?")),
      .drop_events = TRY(db.prepare("DELETE FROM journal WHERE machine = ?")),
      .drop_effects = TRY(db.prepare("DELETE FROM effects WHERE machine = ?")),
      .drop_machine = TRY(db.prepare("DELETE FROM machines WHERE no = ?")),
      .find = TRY(row("WHERE account = ? AND region = ? AND kind = ? AND id = ?")),
      .row = TRY(row("WHERE no = ?")),
      .living = TRY(row("WHERE ended_at IS NULL ORDER BY no")),
      .tail = TRY(db.prepare("SELECT seq, at, event FROM journal WHERE machine = ? AND seq > ? "
                             "ORDER BY seq")),
      .of_kind = TRY(row("WHERE account = ? AND region = ? AND kind = ? "
                         "ORDER BY started_at DESC, no DESC LIMIT ? OFFSET ?")),
      .resources = TRY(db.prepare("SELECT account, region, kind, id, body FROM resources")),
      .highest = TRY(db.prepare("SELECT coalesce(max(no), 0) FROM machines")),
  });
  return journal;
}

template <class... C>
void Journal::write(Statement& statement, C&&... cells) {
  // Who only looks leaves the file as it is: the first write of this process counts the boot.
  if (!std::exchange(is_boot_written_, true)) write(s_->boot, std::to_string(boot_));
  writes_.push_back({&statement, cells_.size(), sizeof...(C)});
  (cells_.emplace_back(std::forward<C>(cells)), ...);
}

Result<> Journal::run(const Write& write) {
  for (std::size_t i = 0; i < write.count; ++i) {
    const auto index = static_cast<int>(i) + 1;
    const auto& cell = cells_[write.first + i];
    if (const auto* number = std::get_if<std::int64_t>(&cell))
      write.statement->bind(index, *number);
    else
      write.statement->bind_lasting(index, std::get<std::string>(cell));
  }
  return write.statement->run();
}

/// Brings what has gathered into the transaction, which is begun by the first of it.
Result<> Journal::write_all() {
  if (flushed_ == writes_.size()) return {};
  if (flushed_ == 0) TRY_DO(database_.begin());
  while (flushed_ < writes_.size()) TRY_DO(run(writes_[flushed_++]));
  return {};
}

/// A full disk undoes the whole transaction; all of it is still in memory. What fails for good
/// fails from then on: a part of a turn must never be committed.
Result<> Journal::with_room_made(const std::function<Result<>()>& work) {
  if (!broken_) return broken_;
  auto done = work();
  if (!done && done.error().code == store::kDiskFull && make_room_ && make_room_()) {
    database_.rollback();
    flushed_ = 0;
    done = work();
  }
  broken_ = done;
  return done;
}

Result<> Journal::flush() {
  return with_room_made([this] { return write_all(); });
}

Result<> Journal::commit() {
  if (writes_.empty()) return {};
  TRY_DO(with_room_made([this]() -> Result<> {
    TRY_DO(write_all());
    return database_.commit();
  }));
  writes_.clear();
  cells_.clear();
  flushed_ = 0;
  ++counters_.commits;
  return {};
}

void Journal::add_machine(const Slot& slot) {
  write(s_->add_machine, slot.no, slot.id.scope.account, slot.id.scope.region, slot.id.kind,
        slot.id.id, unix_ms(slot.started_at));
}

void Journal::add_event(Slot& slot, WallTime at, std::string event) {
  ++counters_.events;
  slot.bytes_since_snapshot += event.size();
  write(s_->add_event, slot.no, slot.seq, unix_ms(at), std::move(event));
}

void Journal::write_snapshot(Slot& slot) {
  ++counters_.snapshots;
  auto text = encode_slot(slot);
  slot.bytes_of_snapshot = text.size();
  slot.bytes_since_snapshot = 0;
  slot.seq_of_snapshot = slot.seq;
  write(s_->snapshot, slot.seq, std::move(text), slot.no);
}

void Journal::finish_machine(Slot& slot, WallTime at) {
  ++counters_.snapshots;
  write(s_->finish, slot.seq, encode_slot(slot), unix_ms(at), text::to_json(slot.outcome), slot.no);
}

void Journal::bury(const MachineRow& row, WallTime at, const Value& outcome) {
  write(s_->bury, unix_ms(at), text::to_json(outcome), row.no);
}

void Journal::add_effect(const Slot& slot, std::string_view tag, const Call& call, WallTime at) {
  ++counters_.effects;
  write(s_->add_effect, slot.no, str(tag), call.service, call.operation, text::to_json(call.input),
        unix_ms(at));
}

void Journal::settle_effect(std::int64_t machine, std::string_view tag, WallTime at,
                            std::string outcome) {
  if (SeededBugs::has(SeededBug::OutcomeNotWritten)) return;
  write(s_->settle, unix_ms(at), std::move(outcome), machine, str(tag));
}

void Journal::put_resource(const Scope& scope, std::string_view kind, std::string_view id,
                           std::string body) {
  write(s_->put, scope.account, scope.region, str(kind), str(id), std::move(body));
}

void Journal::erase_resource(const Scope& scope, std::string_view kind, std::string_view id) {
  write(s_->erase, scope.account, scope.region, str(kind), str(id));
}

Result<std::int64_t> Journal::drop_history(WallTime ended_before,
                                           const std::function<bool(std::string_view)>& is_carrier,
                                           std::int64_t most) {
  TRY_DO(flush());
  auto& s = s_->old;
  s.bind(1, dropped_to_at_).bind(2, dropped_to_no_).bind(3, unix_ms(ended_before)).bind(4, most);
  std::int64_t found = 0;
  while (TRY(s.step())) {
    ++found;
    const auto no = dropped_to_no_ = s.integer(0);
    dropped_to_at_ = s.integer(1);
    write(s_->drop_events, no);
    write(s_->drop_effects, no);
    if (is_carrier(s.text(2))) write(s_->drop_machine, no);
  }
  s.reset();
  return found;
}

Result<std::int64_t> Journal::drop_records(WallTime ended_before, std::int64_t most) {
  TRY_DO(flush());
  auto& s = s_->older;
  s.bind(1, unix_ms(ended_before)).bind(2, most);
  std::int64_t found = 0;
  for (; TRY(s.step()); ++found) write(s_->drop_machine, s.integer(0));
  s.reset();
  return found;
}

Result<std::optional<MachineRow>> Journal::find(const MachineId& id) {
  TRY_DO(flush());
  auto& s = s_->find;
  s.bind(1, id.scope.account).bind(2, id.scope.region).bind(3, id.kind).bind(4, id.id);
  std::optional<MachineRow> row;
  if (TRY(s.step())) row = row_of(s);
  s.reset();
  return row;
}

Result<std::optional<MachineRow>> Journal::row(std::int64_t no) {
  TRY_DO(flush());
  auto& s = s_->row;
  s.bind(1, no);
  std::optional<MachineRow> row;
  if (TRY(s.step())) row = row_of(s);
  s.reset();
  return row;
}

Result<> Journal::each_living(const std::function<Result<>(const MachineRow&)>& visit) {
  auto& s = s_->living;
  Result<> visited;
  while (visited && TRY(s.step())) visited = visit(row_of(s));
  s.reset();
  return visited;
}

Result<> Journal::each_event_after(
    std::int64_t machine, std::int64_t seq,
    const std::function<Result<>(std::int64_t, WallTime, std::string_view)>& visit) {
  auto& s = s_->tail;
  s.bind(1, machine).bind(2, seq);
  while (TRY(s.step())) TRY_DO(visit(s.integer(0), wall_ms(s.integer(1)), s.text(2)));
  s.reset();
  return {};
}

Result<> Journal::each_of_kind(const Scope& scope, std::string_view kind, const Slice& slice,
                               const std::function<void(MachineRow)>& visit) {
  TRY_DO(flush());
  auto& s = s_->of_kind;
  s.bind(1, scope.account)
      .bind(2, scope.region)
      .bind(3, kind)
      .bind(4, slice.limit)
      .bind(5, slice.skip);
  while (TRY(s.step()))
    if (!slice.wanted || slice.wanted(s.text(4))) visit(row_of(s));
  s.reset();
  return {};
}

Result<> Journal::each_resource(
    const std::function<void(const Scope&, std::string_view, std::string_view, std::string_view)>&
        visit) {
  auto& s = s_->resources;
  while (TRY(s.step())) visit({str(s.text(0)), str(s.text(1))}, s.text(2), s.text(3), s.text(4));
  s.reset();
  return {};
}

Result<std::int64_t> Journal::next_boot() {
  auto read = TRY(database_.prepare("SELECT CAST(value AS INTEGER) FROM meta WHERE key = 'boot'"));
  boot_ = (TRY(read.step()) ? read.integer(0) : 0) + 1;
  is_boot_written_ = false;
  return boot_;
}

std::int64_t Journal::highest_machine_no() {
  const auto stepped = s_->highest.step();
  const auto highest = stepped && *stepped ? s_->highest.integer(0) : 0;
  s_->highest.reset();
  return highest;
}

}  // namespace hikae::engine
