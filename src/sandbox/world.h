// The world of the embedded machines: what there is in each scope, what is running, what has
// happened, and the file behind it. Handlers and transitions change it; it knows no operation.
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ports.h"
#include "sandbox/commands.h"
#include "sandbox/fault_desk.h"
#include "sandbox/network.h"
#include "sandbox/sandbox.h"
#include "sandbox/store.h"
#include "sandbox/table.h"

namespace hikae::sandbox {

/// What one account has in one region.
struct Region {
  Scope scope;
  Table<Instance> instances;
  Table<Volume> volumes;
  Table<Image> images;
  Table<Snapshot> snapshots;
  Table<CommandRow> commands;
  Table<SecurityGroup> groups;
  Table<KeyPair> keys;
  std::deque<Change> changes;
  std::int64_t first_change = 1;  // the number of changes.front()
};

/// Who set something off.
struct Cause {
  std::string caller;
  std::string operation;
};

class World {
 public:
  World(Options options, const WallClock& clock, Timers& timers, Entropy& entropy);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// Reads the file and arms what is running.
  [[nodiscard]] Result<> open();

  /// The scope's region; a new one has the public images of others in it. nullptr: too many scopes.
  [[nodiscard]] Region* region(const Scope& scope);
  [[nodiscard]] const Region* find_region(const Scope& scope) const;

  [[nodiscard]] const Options& options() const { return options_; }
  [[nodiscard]] const Delays& delays() const { return options_.delays; }
  [[nodiscard]] FaultDesk& faults() { return faults_; }
  void set_faults(std::vector<FaultRule> rules);
  [[nodiscard]] WallTime now() const { return clock_.now(); }
  [[nodiscard]] Timers& timers() { return timers_; }

  /// The scripts that run now, by command and machine.
  [[nodiscard]] std::map<std::pair<std::string, std::string>, ChildId>& children() {
    return children_;
  }
  /// Expires with the world: for what outlives it.
  [[nodiscard]] std::weak_ptr<bool> alive() const { return alive_; }

  [[nodiscard]] Duration draw(const Span& span);
  /// "ami-" and 17 hex digits.
  [[nodiscard]] std::string new_id(std::string_view prefix);
  /// A private address of the zone's subnet.
  [[nodiscard]] std::string new_address(std::string_view zone);

  void schedule(Region& region, Transition transition);
  /// The running transition of this step and subject, or nullptr.
  [[nodiscard]] const Transition* running(const Region& region, std::string_view subject,
                                          Step step) const;
  /// Takes back every running transition of the subject.
  void unschedule(Region& region, std::string_view subject);
  /// Those of one step only.
  void unschedule(Region& region, std::string_view subject, Step step);
  [[nodiscard]] std::size_t running_count() const { return transitions_.size(); }

  void log(Region& region, WallTime at, std::string_view what, std::string_view resource,
           std::string_view instance, const Cause& cause);

  /// Writes what has changed since the last flush. After an error all of it is still to be written:
  /// the next flush tries again.
  [[nodiscard]] Result<> flush();

 private:
  struct Armed {
    Scope scope;
    Transition transition;
    TimerId timer = 0;
  };

  [[nodiscard]] Result<> load_row(const Scope& scope, std::string_view kind, std::string_view id,
                                  std::string_view body);
  template <class Fits>
  void unschedule_if(Region& region, std::string_view subject, Fits fits);
  void arm_loaded();
  void arm(std::int64_t id, Armed& armed);
  void wake(std::int64_t id);
  void forget_row(const Scope& scope, std::string_view kind, std::string id);
  void collect(Region& region, std::vector<RowChange>& rows) const;

  Options options_;
  const WallClock& clock_;
  Timers& timers_;
  Entropy& entropy_;
  FaultDesk faults_;
  std::unique_ptr<Store> store_;  // none: ":memory:"
  std::map<Scope, Region> regions_;
  std::map<std::int64_t, Armed> transitions_;
  std::multimap<std::string, std::int64_t, std::less<>> transitions_of_;  // by subject
  std::int64_t last_transition_ = 0;
  std::map<std::pair<std::string, std::string>, ChildId> children_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
  std::vector<RowChange> unwritten_;  // transitions and changes
};

/// Performs a transition that is due; chained ones begin at its due instant (transitions.cc).
void perform(World& world, Region& region, const Transition& transition);

}  // namespace hikae::sandbox
