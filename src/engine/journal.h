// The engine's rows: machines, events, effects, resources. The only code that writes them.
//
// Writes gather in memory and go to disk in one transaction, at commit(). On disk if the process
// dies: the turns whose commit() returned, whole. So a commit that failed for want of space can be
// made again, whole, when there is some.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/machine.h"
#include "engine/codec.h"
#include "store/database.h"

namespace hikae::engine {

/// A machine's row as it was found.
struct MachineRow {
  std::int64_t no = 0;
  MachineId id;
  WallTime started_at;
  std::optional<WallTime> ended_at;
  std::int64_t seq = 0;
  std::string snapshot;  // empty: none yet
  std::string outcome;   // empty while it lives
};

/// A part of a list: `limit` rows behind the first `skip`, and of these only those whose id is
/// wanted (absent: all).
struct Slice {
  std::int64_t limit = 0;
  std::int64_t skip = 0;
  std::function<bool(std::string_view id)> wanted{};
};

struct JournalCounters {
  std::int64_t commits = 0;
  std::int64_t events = 0;
  std::int64_t effects = 0;
  std::int64_t snapshots = 0;
};

class Journal {
 public:
  /// Creates the tables where they are absent; refuses a file of a newer schema.
  [[nodiscard]] static Result<std::unique_ptr<Journal>> open(store::Database& database);
  ~Journal();

  /// What is asked when a commit finds the disk full: true where it made room, and the commit is
  /// tried once more.
  void on_full(std::function<bool()> make_room) { make_room_ = std::move(make_room); }

  // Writing. An error of commit() is final: memory is ahead of the disk then, the process must end,
  // and recovery is the way back.
  [[nodiscard]] Result<> commit();
  void add_machine(const Slot& slot);
  void add_event(Slot& slot, WallTime at, std::string event);
  void write_snapshot(Slot& slot);
  void finish_machine(Slot& slot, WallTime at);
  /// Ends a machine whose rows cannot be read; they stay as they are.
  void bury(const MachineRow& row, WallTime at, const Value& outcome);
  void add_effect(const Slot& slot, std::string_view tag, const Call& call, WallTime at);
  void settle_effect(std::int64_t machine, std::string_view tag, WallTime at, std::string outcome);
  void put_resource(const Scope& scope, std::string_view kind, std::string_view id,
                    std::string body);
  void erase_resource(const Scope& scope, std::string_view kind, std::string_view id);

  /// Drops events and effects of at most `most` machines that ended before that, and the machines
  /// themselves where `is_carrier` says so of their kind. How many there were.
  [[nodiscard]] Result<std::int64_t> drop_history(
      WallTime ended_before, const std::function<bool(std::string_view kind)>& is_carrier,
      std::int64_t most);
  /// Drops machines that ended before that, at most `most`.
  [[nodiscard]] Result<std::int64_t> drop_records(WallTime ended_before, std::int64_t most);

  // Reading: sees what was written before, committed or not.
  [[nodiscard]] Result<std::optional<MachineRow>> find(const MachineId& id);
  [[nodiscard]] Result<std::optional<MachineRow>> row(std::int64_t no);
  /// In the order of their numbers.
  [[nodiscard]] Result<> each_living(const std::function<Result<>(const MachineRow&)>& visit);
  [[nodiscard]] Result<> each_event_after(
      std::int64_t machine, std::int64_t seq,
      const std::function<Result<>(std::int64_t seq, WallTime at, std::string_view event)>& visit);
  /// Newest first.
  [[nodiscard]] Result<> each_of_kind(const Scope& scope, std::string_view kind, const Slice& slice,
                                      const std::function<void(MachineRow)>& visit);
  [[nodiscard]] Result<> each_resource(
      const std::function<void(const Scope&, std::string_view kind, std::string_view id,
                               std::string_view body)>& visit);
  [[nodiscard]] std::int64_t highest_machine_no();
  /// 1, 2, …: how often this file was opened by an engine that wrote to it. Written with the first
  /// of its writes.
  [[nodiscard]] Result<std::int64_t> next_boot();
  [[nodiscard]] const JournalCounters& counters() const { return counters_; }

 private:
  struct Statements;
  using Cell = std::variant<std::int64_t, std::string>;
  /// One row to write: a statement and its cells, which stand one behind the other in `cells_`.
  struct Write {
    store::Statement* statement;
    std::size_t first;
    std::size_t count;
  };

  explicit Journal(store::Database& database);
  template <class... C>
  void write(store::Statement& statement, C&&... cells);
  [[nodiscard]] Result<> flush();
  [[nodiscard]] Result<> run(const Write& write);
  [[nodiscard]] Result<> write_all();
  [[nodiscard]] Result<> with_room_made(const std::function<Result<>()>& work);

  store::Database& database_;
  std::unique_ptr<Statements> s_;
  std::vector<Write> writes_;  // of this turn
  std::vector<Cell> cells_;
  Result<> broken_;
  std::int64_t dropped_to_at_ = 0;  // history is dropped up to this machine, by its end
  std::int64_t dropped_to_no_ = 0;
  std::int64_t boot_ = 0;
  bool is_boot_written_ = true;
  std::size_t flushed_ = 0;  // of the writes: they stand in the open transaction
  std::function<bool()> make_room_;
  JournalCounters counters_;
};

}  // namespace hikae::engine
