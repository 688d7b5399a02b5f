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
#include "engine/codec.h"
#include "engine/effects.h"
#include "engine/journal.h"
#include "engine/leases.h"
#include "engine/poller.h"
#include "engine/tables.h"

namespace hikae::engine {

class Kernel;

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
  };

  /// `cloud` answers the machines' calls. Database, cloud and world outlive the kernel.
  [[nodiscard]] static Result<std::unique_ptr<Kernel>> open(
      store::Database& database, World world, aws::Cloud& cloud,
      std::vector<std::unique_ptr<MachineKind>> kinds);
  ~Kernel();

  /// Brings back what lived when the last process ended. Once, before the first turn.
  [[nodiscard]] Result<> recover();

  /// Queues work for the next turn.
  void perform(Work work);

  [[nodiscard]] std::optional<View> view(const MachineId& id);
  /// Newest first, at most `limit`.
  [[nodiscard]] std::vector<View> list(const Scope& scope, std::string_view kind, int limit);
  [[nodiscard]] Tables& tables() { return tables_; }
  [[nodiscard]] WallTime now() const { return world_.clock.now(); }
  /// Machines that have not finished, of one kind or (empty) of all.
  [[nodiscard]] std::size_t living(std::string_view kind = {}) const;
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
  struct Waker {
    WallTime at;
    Address to;
    friend bool operator<(const Waker& a, const Waker& b) {
      return a.at != b.at ? a.at < b.at : a.to.item < b.to.item;
    }
  };

  Kernel(World world, aws::Cloud& cloud, std::unique_ptr<Journal> journal,
         std::vector<std::unique_ptr<MachineKind>> kinds);

  // The turn (kernel.cc).
  void schedule();
  void run_turn();
  void drain_internal();
  void write_snapshots();
  void release();

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
  [[nodiscard]] Slot* living_slot(const MachineId& id);
  [[nodiscard]] Slot* living_slot(std::int64_t no);
  [[nodiscard]] const MachineKind* kind_of(std::string_view name) const;

  // Commands (commands.cc).
  void apply(Slot& slot, Command command, Mode mode);
  OpenItem& open_item(Slot& slot, const std::string& tag, OpenItem item, Mode mode);
  void arm(Slot& slot, const std::string& tag, OpenItem& item, Origin origin);
  void await_end(Slot& slot, const std::string& tag, const OpenItem& item);
  void arm_wakes();
  void wake_due();

  // Recovery (recovery.cc).
  [[nodiscard]] Result<> revive(MachineRow row);

  World world_;
  std::unique_ptr<Journal> journal_;
  Tables tables_;
  std::vector<std::unique_ptr<MachineKind>> kinds_;
  Effects effects_;
  Poller poller_;
  Leases leases_;

  std::map<MachineId, std::unique_ptr<Slot>> living_;
  std::map<std::int64_t, Slot*> by_no_;
  std::map<std::string, std::size_t, std::less<>> living_by_kind_;
  std::map<MachineId, std::vector<Address>> awaiting_end_;
  std::set<Waker> wakes_;
  TimerId wake_timer_ = 0;
  std::optional<WallTime> wake_armed_for_;

  std::deque<Work> inbox_;
  std::deque<Delivery> internal_;  // drained in the turn that made them: one commit
  std::set<std::int64_t> touched_;
  std::vector<std::unique_ptr<Slot>> finished_;  // of this turn
  std::vector<std::move_only_function<void()>> after_commit_;
  std::int64_t last_no_ = 0;
  std::uint64_t last_item_ = 0;
  bool scheduled_ = false;
  bool in_turn_ = false;
};

}  // namespace hikae::engine
