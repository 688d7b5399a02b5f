// The durable kernel: it knows no runbook. It keeps machines, delivers their events in turns,
// journals before it acts, and brings every machine back after a crash.
//
// A turn (docs/architecture.md): take what has gathered, let the machines decide, append, commit
// once, and only then release calls and replies. Everything runs on the engine's thread.
//
// On disk if the process dies: the turns whose commit returned. recover() brings each living
// machine back from its snapshot and the events behind it; what it had asked for is asked for
// again, mutating calls only after a look at the world.
#pragma once

#include <deque>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "aws/cloud.h"
#include "base/log.h"
#include "base/machine.h"
#include "base/ports.h"
#include "engine/alarms.h"
#include "engine/budget.h"
#include "engine/codec.h"
#include "engine/effects.h"
#include "engine/journal.h"
#include "engine/leases.h"
#include "engine/limits.h"
#include "engine/poller.h"
#include "engine/reserve.h"
#include "engine/roster.h"
#include "engine/tables.h"
#include "engine/trim.h"

namespace hikae::engine {

class Kernel;

enum class DiskSpace { Enough, Short };

/// A machine as others may see it.
struct View {
  MachineId id;
  WallTime started_at;
  std::optional<WallTime> ended_at;  // absent while it lives
  Value record;                      // what Machine::save gives
  Value outcome;
};

/// What may be done inside a turn; all of it is in one commit.
class Turn {
 public:
  [[nodiscard]] WallTime now() const;
  [[nodiscard]] Tables& tables();
  [[nodiscard]] Entropy& entropy();
  [[nodiscard]] Kernel& kernel() { return kernel_; }
  /// False where a machine of that id exists or existed.
  bool start(const MachineId& id, Value input);
  /// False where no such machine lives.
  bool signal(const MachineId& id, std::string name, Value payload);
  /// Runs when the turn is on disk: replies go out here.
  void after_commit(std::move_only_function<void()> then);

 private:
  friend class Kernel;
  explicit Turn(Kernel& kernel) : kernel_(kernel) {}
  Kernel& kernel_;
};

class Kernel {
 public:
  using Work = std::move_only_function<void(Turn&)>;

  struct World {
    const WallClock& clock;
    Timers& timers;
    Entropy& entropy;
    Log& log;
    Reserve* reserve = nullptr;                           // absent: the disk is not watched
    std::size_t machines_awake = limits::kMachinesAwake;  // in memory (roster.h)
  };

  /// What the kernel has to say to people, and cannot by itself. Called inside a turn.
  struct Tell {
    /// A machine has ended because its code threw or its record could not be read.
    std::function<void(Turn&, const MachineId&, const std::string& why)> machine_broken;
    /// The disk is short of space (no new runs, no stops), or has enough again.
    std::function<void(Turn&, DiskSpace)> disk_space;
    /// The process is about to end because nothing more can be written: what people must know.
    std::function<void(const std::string& why)> last_words;
  };

  /// `cloud` answers the machines' calls. Database, cloud and world outlive the kernel.
  [[nodiscard]] static Result<std::unique_ptr<Kernel>> open(
      store::Database& database, World world, aws::Cloud& cloud,
      std::vector<std::unique_ptr<MachineKind>> kinds);
  ~Kernel();

  /// Brings back what lived when the last process ended. Once, before the first turn.
  [[nodiscard]] Result<> recover();

  /// Before recover().
  void tell_by(Tell tell) { tell_ = std::move(tell); }
  /// Before recover().
  void keep(Keeping keeping) { keeping_ = std::move(keeping); }
  /// While it is Short, no run is to be begun (docs/operator.md, "The disk is full").
  [[nodiscard]] DiskSpace disk_space() const { return disk_space_; }

  /// Queues work for the next turn.
  void perform(Work work);

  [[nodiscard]] std::optional<View> view(const MachineId& id);
  /// Newest first, a slice of all that there are of the kind: costs what it gives.
  [[nodiscard]] std::vector<View> list(const Scope& scope, std::string_view kind,
                                       const Slice& slice);
  [[nodiscard]] std::vector<View> list(const Scope& scope, std::string_view kind,
                                       std::int64_t limit, std::int64_t skip = 0) {
    return list(scope, kind, Slice{limit, skip, {}});
  }
  [[nodiscard]] Tables& tables() { return tables_; }
  [[nodiscard]] WallTime now() const { return world_.clock.now(); }
  /// Machines that have not finished, of one kind or (empty) of all.
  [[nodiscard]] std::size_t living(std::string_view kind = {}) const;
  /// Of one kind, those that have not finished; who sleeps is read from disk, the others are not.
  [[nodiscard]] std::vector<View> living_views(std::string_view kind);
  /// Machines that hold a lease, and those that stand in line for it.
  [[nodiscard]] const Leases& leases() const { return leases_; }
  /// Nothing is queued for a turn.
  [[nodiscard]] bool quiet() const { return inbox_.empty() && internal_.empty() && !scheduled_; }

  [[nodiscard]] const JournalCounters& journal_counters() const { return journal_->counters(); }
  [[nodiscard]] const EffectCounters& effect_counters() const { return effects_.counters(); }
  [[nodiscard]] std::int64_t polls() const { return poller_.calls(); }

 private:
  friend class Turn;
  enum class Mode { Live, Replay };
  struct Delivery {
    MachineId to;
    std::int64_t machine = 0;
    std::uint64_t item = 0;  // 0: not an answer
    Event event;
  };

  Kernel(World world, aws::Cloud& cloud, std::unique_ptr<Journal> journal,
         std::vector<std::unique_ptr<MachineKind>> kinds);

  // The turn (kernel.cc).
  void schedule();
  void run_turn();
  void drain_internal();
  void write_snapshots();
  void put_to_sleep();
  void trim();
  void commit();
  void release();

  // Room on the disk (disk.cc).
  void look_at_disk();
  bool give_way();
  void set_disk_space(DiskSpace space);

  // Machines (machines.cc).
  bool start_machine(const MachineId& id, Value input);
  bool signal_machine(const MachineId& id, std::string name, Value payload);
  void answered(const Address& to, Result<Value> answer);
  bool decides(const Address& to, const Result<Value>& answer) const;
  void deliver(Delivery delivery);
  void decide(Slot& slot, const Event& event, WallTime at, Mode mode);
  void close_item(Slot& slot, const Event& event);
  void close(Slot& slot, std::string_view tag);
  void finish(Slot& slot, Value outcome, Mode mode);
  [[nodiscard]] const MachineKind* kind_of(std::string_view name) const;

  // Commands (commands.cc).
  void apply(Slot& slot, Command command, WallTime at, Mode mode);
  OpenItem& open_item(Slot& slot, const std::string& tag, OpenItem item, Mode mode);
  void arm(const Address& to, const Scope& scope, const OpenItem& item, Origin origin);
  void await_end(const Address& to, const OpenItem& item);
  void await(const Address& to, const Scope& scope, const OpenItem& item);
  void send(const Address& to, Origin origin);
  void ring(const Address& to);

  // Recovery (recovery.cc).
  struct Waiting {
    Address to;
    Scope scope;
    OpenItem item;
  };
  [[nodiscard]] Result<> revive(const MachineRow& row, std::vector<Waiting>& waiting);
  [[nodiscard]] Result<std::unique_ptr<Slot>> read(const MachineRow& row, const MachineKind& kind);
  void bury(const MachineRow& row, const std::string& why);
  void arm_recovered(std::vector<Waiting> waiting);

  World world_;
  std::unique_ptr<Journal> journal_;
  Tables tables_;
  std::vector<std::unique_ptr<MachineKind>> kinds_;
  Budget budget_;
  Effects effects_;
  Poller poller_;
  Leases leases_;
  Alarms alarms_;
  Tell tell_;
  DiskSpace disk_space_ = DiskSpace::Enough;
  std::optional<SteadyTime> looked_at_disk_;
  Keeping keeping_;
  std::optional<SteadyTime> trimmed_at_;

  Roster roster_;
  std::map<MachineId, std::vector<Address>> awaiting_end_;

  std::deque<Work> inbox_;
  std::deque<Delivery> internal_;  // drained in the turn that made them: one commit
  std::set<std::int64_t> touched_;
  std::map<MachineId, std::unique_ptr<Slot>> finished_;  // of this turn
  std::vector<std::move_only_function<void()>> after_commit_;
  std::int64_t last_no_ = 0;
  std::uint64_t last_item_ = 0;
  bool scheduled_ = false;
  bool in_turn_ = false;
};

}  // namespace hikae::engine
