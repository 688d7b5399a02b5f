#include "engine/journal.h"

#include <fmt/format.h>

#include "base/invariant.h"
#include "engine/schema.h"
#include "text/json.h"

namespace hikae::engine {

using store::Statement;

struct Journal::Statements {
  Statement add_machine, add_event, snapshot, finish, add_effect, settle, put, erase;
  Statement find, living, tail, of_kind, resources, highest;
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

/// A write that fails leaves memory ahead of the disk: the process ends, recovery is the way back.
void written(const Result<>& result) {
  if (!result) INVARIANT(false, result.error().message);
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
  std::unique_ptr<Journal> journal(new Journal(db));
  const auto row = [&](std::string_view where) {
    return db.prepare(str(kRowColumns) + str(where));
  };
  journal->s_ = std::make_unique<Statements>(Statements{
      .add_machine = TRY(db.prepare("INSERT INTO machines(no, account, region, kind, id, "
                                    "started_at, seq) VALUES(?,?,?,?,?,?,0)")),
      .add_event = TRY(db.prepare("INSERT INTO journal(machine, seq, at, event) VALUES(?,?,?,?)")),
      .snapshot = TRY(db.prepare("UPDATE machines SET seq = ?, snapshot = ? WHERE no = ?")),
      .finish = TRY(db.prepare("UPDATE machines SET seq = ?, snapshot = ?, ended_at = ?, "
                               "outcome = ? WHERE no = ?")),
      .add_effect = TRY(db.prepare("INSERT INTO effects(machine, tag, service, operation, input, "
                                   "intended_at) VALUES(?,?,?,?,?,?)")),
      .settle = TRY(db.prepare("UPDATE effects SET settled_at = ?, outcome = ? WHERE machine = ? "
                               "AND tag = ? AND settled_at IS NULL")),
      .put = TRY(db.prepare("INSERT INTO resources VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET "
                            "body = excluded.body")),
      .erase = TRY(db.prepare("DELETE FROM resources WHERE account = ? AND region = ? AND "
                              "kind = ? AND id = ?")),
      .find = TRY(row("WHERE account = ? AND region = ? AND kind = ? AND id = ?")),
      .living = TRY(row("WHERE ended_at IS NULL ORDER BY no")),
      .tail = TRY(db.prepare("SELECT seq, at, event FROM journal WHERE machine = ? AND seq > ? "
                             "ORDER BY seq")),
      .of_kind = TRY(row("WHERE account = ? AND region = ? AND kind = ? "
                         "ORDER BY started_at DESC, no DESC LIMIT ?")),
      .resources = TRY(db.prepare("SELECT account, region, kind, id, body FROM resources")),
      .highest = TRY(db.prepare("SELECT coalesce(max(no), 0) FROM machines")),
  });
  return journal;
}

void Journal::begin() { written(database_.begin()); }

void Journal::commit() {
  written(database_.commit());
  ++counters_.commits;
}

void Journal::add_machine(const Slot& slot) {
  written(s_->add_machine.bind(1, slot.no)
              .bind(2, slot.id.scope.account)
              .bind(3, slot.id.scope.region)
              .bind(4, slot.id.kind)
              .bind(5, slot.id.id)
              .bind(6, unix_ms(slot.started_at))
              .run());
}

void Journal::add_event(const Slot& slot, WallTime at, std::string_view event) {
  ++counters_.events;
  written(
      s_->add_event.bind(1, slot.no).bind(2, slot.seq).bind(3, unix_ms(at)).bind(4, event).run());
}

void Journal::write_snapshot(Slot& slot) {
  ++counters_.snapshots;
  const auto text = encode_slot(slot);
  written(s_->snapshot.bind(1, slot.seq).bind(2, text).bind(3, slot.no).run());
  slot.seq_of_snapshot = slot.seq;
}

void Journal::finish_machine(Slot& slot, WallTime at) {
  ++counters_.snapshots;
  const auto text = encode_slot(slot);
  const auto outcome = text::to_json(slot.outcome);
  written(s_->finish.bind(1, slot.seq)
              .bind(2, text)
              .bind(3, unix_ms(at))
              .bind(4, outcome)
              .bind(5, slot.no)
              .run());
}

std::int64_t Journal::add_effect(const Slot& slot, std::string_view tag, const Call& call,
                                 WallTime at) {
  written(s_->add_effect.bind(1, slot.no)
              .bind(2, tag)
              .bind(3, call.service)
              .bind(4, call.operation)
              .bind(5, text::to_json(call.input))
              .bind(6, unix_ms(at))
              .run());
  return ++counters_.effects;
}

void Journal::settle_effect(std::int64_t machine, std::string_view tag, WallTime at,
                            std::string_view outcome) {
  written(s_->settle.bind(1, unix_ms(at)).bind(2, outcome).bind(3, machine).bind(4, tag).run());
}

void Journal::put_resource(const Scope& scope, std::string_view kind, std::string_view id,
                           std::string_view body) {
  written(s_->put.bind(1, scope.account)
              .bind(2, scope.region)
              .bind(3, kind)
              .bind(4, id)
              .bind(5, body)
              .run());
}

void Journal::erase_resource(const Scope& scope, std::string_view kind, std::string_view id) {
  written(s_->erase.bind(1, scope.account).bind(2, scope.region).bind(3, kind).bind(4, id).run());
}

Result<std::optional<MachineRow>> Journal::find(const MachineId& id) {
  auto& s = s_->find;
  s.bind(1, id.scope.account).bind(2, id.scope.region).bind(3, id.kind).bind(4, id.id);
  std::optional<MachineRow> row;
  if (TRY(s.step())) row = row_of(s);
  s.reset();
  return row;
}

Result<> Journal::each_living(const std::function<Result<>(MachineRow)>& visit) {
  std::vector<MachineRow> rows;
  while (TRY(s_->living.step())) rows.push_back(row_of(s_->living));
  s_->living.reset();
  for (auto& row : rows) TRY_DO(visit(std::move(row)));
  return {};
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

Result<> Journal::each_of_kind(const Scope& scope, std::string_view kind, int limit,
                               const std::function<void(MachineRow)>& visit) {
  auto& s = s_->of_kind;
  s.bind(1, scope.account).bind(2, scope.region).bind(3, kind).bind(4, std::int64_t{limit});
  while (TRY(s.step())) visit(row_of(s));
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

std::int64_t Journal::highest_machine_no() {
  const auto stepped = s_->highest.step();
  const auto highest = stepped && *stepped ? s_->highest.integer(0) : 0;
  s_->highest.reset();
  return highest;
}

}  // namespace hikae::engine
