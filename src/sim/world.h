// The whole of hikae under virtual time, in one thread, from one seed: the house, the embedded
// cloud, a wire with weather on it, a disk, a mail server, and people who meddle.
//
// hikae's database outlives its process; the cloud knows nothing of either. A kill drops the house
// where it stands (sim/disk.h), keeps what was committed, and some time later a new house is built
// on it, as `hikae up` would be. The same seed gives the same world, byte for byte: everything that
// is drawn is drawn from two generators, one for hikae itself and one for what happens to it.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/entropy.h"
#include "base/log.h"
#include "house/house.h"
#include "plan/config.h"
#include "sandbox/sandbox.h"
#include "sim/disk.h"
#include "sim/gate.h"
#include "sim/history.h"
#include "sim/host.h"
#include "sim/mailbox.h"
#include "sim/weather.h"
#include "store/database.h"

namespace hikae::sim {

struct WorldOptions {
  std::uint64_t seed = 1;
  WallTime start = wall_ms(1'777'593'600'000);  // 2026-05-01T00:00:00Z
  std::string config;                           // hikae.yaml
  std::string templates;                        // applied before it; empty: none
  Value fleet;                                  // docs/faults.md, "Fleets"
  Watching watching = Watching::All;
};

/// Who is told of everything that happens (sim/court.h).
class Watcher {
 public:
  virtual ~Watcher() = default;
  virtual void leaving(const aws::Request& request) = 0;
  virtual void changed(const sandbox::Change& change) = 0;
  virtual void committed() = 0;
  /// `is_exact`: memory was what is on disk.
  virtual void died(bool is_exact) = 0;
  virtual void revived() = 0;
};

class World {
 public:
  /// A world whose configuration is applied and where nothing has gone wrong yet.
  [[nodiscard]] static Result<std::unique_ptr<World>> make(const WorldOptions& options);
  ~World();
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  /// The stack's parameter with the id of this hikae.
  [[nodiscard]] static Array installation_parameter();

  void watch(Watcher* watcher) { watcher_ = watcher; }

  void run_until(WallTime until);
  void pass(Duration duration) { run_until(now() + duration); }
  /// Until nothing but windows and rules is living and nothing is on its way. False: not within
  /// `limit`.
  bool run_until_rest(Duration limit);
  /// Sets something to happen at a true instant. It runs outside the process, and may end it.
  void at(WallTime when, std::move_only_function<void()> what);

  // What may be done to it, also from within at().
  /// Asks through the house's door, as a person does, and does not wait. Lost where hikae is down.
  void tell(std::string_view service, std::string_view operation, Value input);
  /// Asks the cloud itself, as an operator with a console does.
  void meddle(std::string_view operation, Value input, std::string_view caller = kOperator);
  /// Ends the process here. Only from within at().
  [[noreturn]] void kill() const { throw Killed(); }
  void set_host_clock_by(Duration difference);
  void set_weather(const FaultMix& mix);
  /// No more faults: the weather clears, the disk has space, the clock is right.
  void heal();
  /// How long the process is down after a kill; drawn where not given.
  void always_restart_after(Duration down) { down_for_ = down; }

  /// Asks and waits; not from within at().
  [[nodiscard]] Result<Value> ask(std::string_view service, std::string_view operation,
                                  Value input);

  [[nodiscard]] WallTime now() const { return time_.now(); }
  [[nodiscard]] const Scope& scope() const { return scope_; }
  [[nodiscard]] const plan::Config& config() const { return config_; }
  [[nodiscard]] house::House* house() const { return house_.get(); }  // nullptr: it is down
  [[nodiscard]] const sandbox::Sandbox& cloud() const { return *cloud_; }
  [[nodiscard]] sandbox::Sandbox& cloud() { return *cloud_; }
  [[nodiscard]] store::Database& database() const { return *database_; }
  [[nodiscard]] Disk& disk() { return disk_; }
  [[nodiscard]] Weather& weather() { return weather_; }
  [[nodiscard]] const Weather& weather() const { return weather_; }
  [[nodiscard]] const Gate& gate() const { return *gate_; }
  [[nodiscard]] Mailbox& mailbox() { return mailbox_; }
  [[nodiscard]] const Mailbox& mailbox() const { return mailbox_; }
  [[nodiscard]] const HostClock& host() const { return host_; }
  [[nodiscard]] const History& history() const { return history_; }
  [[nodiscard]] Entropy& chaos() { return chaos_; }
  /// Why hikae could not begin again; empty where it could.
  [[nodiscard]] const std::string& broken() const { return broken_; }
  [[nodiscard]] int lives() const { return lives_; }
  /// How long hikae has been down in all, and when it last was.
  [[nodiscard]] WallTime last_down() const { return last_down_; }
  [[nodiscard]] const std::optional<WallTime>& healed_at() const { return healed_at_; }

  /// What happened, one line each, for a person.
  void note(std::string line);
  [[nodiscard]] const std::vector<std::string>& timeline() const { return timeline_; }
  /// Of all rows of hikae's database.
  [[nodiscard]] std::string journal_hash() const;

 private:
  explicit World(const WorldOptions& options);
  [[nodiscard]] Result<> open(const WorldOptions& options);
  [[nodiscard]] Result<> apply(const std::string& stack, std::string body, Array parameters);
  [[nodiscard]] Result<> begin_process();
  void begin_again();
  void die();
  [[nodiscard]] Duration draw_down_time();
  void survive(const std::function<void()>& work);
  void take_changes();
  [[nodiscard]] bool rests() const;

  Scope scope_;
  plan::Config config_;
  std::uint64_t seed_;
  VirtualTime time_;
  SeededEntropy chaos_;        // what happens to hikae
  SeededEntropy cloud_chaos_;  // inside the cloud
  HostClock host_;
  Weather weather_;
  Disk disk_;
  Mailbox mailbox_;
  std::unique_ptr<sandbox::Sandbox> cloud_;
  std::unique_ptr<Gate> gate_;
  std::unique_ptr<store::Database> database_;
  MemoryBlobs blobs_;  // outlive the process as the database does
  History history_;
  Watching watching_;
  const sandbox::Change* last_change_ = nullptr;
  Watcher* watcher_ = nullptr;
  std::vector<std::string> timeline_;
  std::optional<Duration> down_for_;
  WallTime last_down_{};
  std::optional<WallTime> healed_at_;
  int lives_ = 0;

  // One life of the process.
  std::unique_ptr<SeededEntropy> entropy_;
  std::optional<AesSecretBox> secrets_;
  std::unique_ptr<Log> log_;
  std::unique_ptr<ProcessTimers> timers_;
  std::unique_ptr<house::House> house_;
  std::string broken_;  // why hikae cannot begin again
};

}  // namespace hikae::sim
