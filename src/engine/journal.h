// The engine's rows: machines, events, effects, resources. The only code that writes them.
//
// One transaction a turn: begin(), any number of writes, commit(). On disk if the process dies: the
// turns whose commit() returned, whole.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

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

  // Writing: within one turn. A failure ends the process (INVARIANT): what is in memory is then
  // ahead of the disk, and recovery is the way back.
  void begin();
  void commit();
  void add_machine(const Slot& slot);
  void add_event(const Slot& slot, WallTime at, std::string_view event);
  void write_snapshot(Slot& slot);
  void finish_machine(Slot& slot, WallTime at);
  [[nodiscard]] std::int64_t add_effect(const Slot& slot, std::string_view tag, const Call& call,
                                        WallTime at);
  void settle_effect(std::int64_t machine, std::string_view tag, WallTime at,
                     std::string_view outcome);
  void put_resource(const Scope& scope, std::string_view kind, std::string_view id,
                    std::string_view body);
  void erase_resource(const Scope& scope, std::string_view kind, std::string_view id);

  // Reading.
  [[nodiscard]] Result<std::optional<MachineRow>> find(const MachineId& id);
  [[nodiscard]] Result<> each_living(const std::function<Result<>(MachineRow)>& visit);
  [[nodiscard]] Result<> each_event_after(
      std::int64_t machine, std::int64_t seq,
      const std::function<Result<>(std::int64_t seq, WallTime at, std::string_view event)>& visit);
  /// Newest first, at most `limit`.
  [[nodiscard]] Result<> each_of_kind(const Scope& scope, std::string_view kind, int limit,
                                      const std::function<void(MachineRow)>& visit);
  [[nodiscard]] Result<> each_resource(
      const std::function<void(const Scope&, std::string_view kind, std::string_view id,
                               std::string_view body)>& visit);
  [[nodiscard]] std::int64_t highest_machine_no();
  [[nodiscard]] const JournalCounters& counters() const { return counters_; }

 private:
  struct Statements;
  explicit Journal(store::Database& database);
  store::Database& database_;
  std::unique_ptr<Statements> s_;
  JournalCounters counters_;
};

}  // namespace hikae::engine
