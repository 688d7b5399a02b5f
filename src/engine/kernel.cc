#include "engine/kernel.h"

#include "base/invariant.h"
#include "base/limits.h"
#include "engine/limits.h"

namespace hikae::engine {
namespace {

/// A long run's record is large: it is written again only when as much has happened since, so that
/// all the snapshots of a run together cost no more than its events.
bool is_snapshot_due(const Slot& slot) {
  return slot.seq - slot.seq_of_snapshot >= limits::kEventsPerSnapshot &&
         slot.bytes_since_snapshot >= slot.bytes_of_snapshot;
}

}  // namespace

WallTime Turn::now() const { return kernel_.now(); }
Tables& Turn::tables() { return kernel_.tables_; }
Entropy& Turn::entropy() { return kernel_.world_.entropy; }
bool Turn::start(const MachineId& id, Value input) {
  return kernel_.start_machine(id, std::move(input));
}
bool Turn::signal(const MachineId& id, std::string name, Value payload) {
  return kernel_.signal_machine(id, std::move(name), std::move(payload));
}
void Turn::after_commit(std::move_only_function<void()> then) {
  kernel_.after_commit_.push_back(std::move(then));
}

Kernel::Kernel(World world, aws::Cloud& cloud, std::unique_ptr<Journal> journal,
               std::vector<std::unique_ptr<MachineKind>> kinds)
    : world_(world),
      journal_(std::move(journal)),
      tables_(*journal_),
      kinds_(std::move(kinds)),
      budget_(world.timers),
      effects_(
          cloud, budget_, world.clock, world.timers, world.entropy,
          [this](const Address& to, Result<Value> answer) { answered(to, std::move(answer)); }),
      poller_(
          cloud, budget_, world.timers,
          [this](const Address& to, const Result<Value>& answer) { return decides(to, answer); },
          [this](const Address& to, Result<Value> answer) { answered(to, std::move(answer)); }),
      alarms_(world.clock, world.timers, [this](const Address& to) { ring(to); }),
      roster_(*journal_, [this](const MachineRow& row) {
        auto slot = read(row, *kind_of(row.id.kind));
        INVARIANT(slot, "a machine that was put to sleep can be woken");
        return *std::move(slot);
      }) {
  journal_->on_full([this] { return give_way(); });
}

Kernel::~Kernel() = default;

Result<std::unique_ptr<Kernel>> Kernel::open(store::Database& database, World world,
                                             aws::Cloud& cloud,
                                             std::vector<std::unique_ptr<MachineKind>> kinds) {
  auto journal = TRY(Journal::open(database));
  std::unique_ptr<Kernel> kernel(new Kernel(world, cloud, std::move(journal), std::move(kinds)));
  TRY_DO(kernel->tables_.load());
  kernel->last_no_ = kernel->journal_->highest_machine_no();
  // Numbers of items are never given twice: those of machines that sleep stand on disk.
  kernel->last_item_ = static_cast<std::uint64_t>(TRY(kernel->journal_->next_boot())) << 40;
  return kernel;
}

void Kernel::perform(Work work) {
  inbox_.push_back(std::move(work));
  schedule();
}

void Kernel::schedule() {
  if (scheduled_ || in_turn_) return;
  scheduled_ = true;
  world_.timers.when_idle([this] { run_turn(); });
}

void Kernel::run_turn() {
  scheduled_ = false;
  in_turn_ = true;
  Turn turn(*this);
  look_at_disk();
  drain_internal();
  for (std::size_t done = 0; !inbox_.empty() && done < hikae::limits::kEventsPerTurn; ++done) {
    auto work = std::move(inbox_.front());
    inbox_.pop_front();
    work(turn);
    drain_internal();
  }
  write_snapshots();
  trim();
  commit();
  in_turn_ = false;
  release();
  if (!inbox_.empty()) schedule();
}

/// What machines caused in each other belongs to the commit that caused it.
void Kernel::drain_internal() {
  while (!internal_.empty()) {
    auto delivery = std::move(internal_.front());
    internal_.pop_front();
    deliver(std::move(delivery));
  }
}

void Kernel::write_snapshots() {
  for (const auto no : touched_) {
    auto* slot = roster_.awake(no);
    if (!slot) continue;
    if (is_snapshot_due(*slot)) journal_->write_snapshot(*slot);
    roster_.settled(*slot);
  }
  touched_.clear();
  put_to_sleep();
}

void Kernel::put_to_sleep() {
  while (auto* slot = roster_.one_too_many(world_.machines_awake)) {
    if (slot->seq != slot->seq_of_snapshot) journal_->write_snapshot(*slot);
    roster_.sleep(*slot);
  }
}

/// Memory is ahead of a disk that cannot be written: the process ends, recovery is the way back.
void Kernel::commit() {
  const auto done = journal_->commit();
  if (done) return;
  if (tell_.last_words) tell_.last_words(done.error().message);
  INVARIANT(false, done.error().message);
}

/// Only now do effects and replies leave: what they follow from is on disk.
void Kernel::release() {
  finished_.clear();
  auto actions = std::exchange(after_commit_, {});
  for (auto& action : actions) action();
}

std::size_t Kernel::living(std::string_view kind) const {
  return kind.empty() ? roster_.count() : roster_.count(kind);
}

}  // namespace hikae::engine
