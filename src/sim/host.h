// The host that hikae runs on in the simulator: its wall clock, which somebody may set, and the
// timers of one life of the process. The rest of the world (EC2, mail servers) has the true time.
#pragma once

#include <map>
#include <memory>
#include <optional>

#include "base/virtual_time.h"

namespace hikae::sim {

/// What the host's wall clock says: the true time and an error.
class HostClock final : public WallClock {
 public:
  explicit HostClock(const VirtualTime& truth) : truth_(truth) {}
  [[nodiscard]] WallTime now() const override { return truth_.now() + error_; }
  [[nodiscard]] Duration error() const { return error_; }
  void set_by(Duration difference) { error_ += difference; }

 private:
  const VirtualTime& truth_;
  Duration error_{0};
};

/// Timers that end with the process: what waits when they are destroyed is forgotten.
class ProcessTimers final : public Timers {
 public:
  /// Both outlive the timers.
  ProcessTimers(VirtualTime& time, const HostClock& clock) : time_(time), clock_(clock) {}

  [[nodiscard]] SteadyTime steady_now() const override { return time_.steady_now(); }
  TimerId at(WallTime when, std::move_only_function<void()> callback) override;
  TimerId after(Duration wait, std::move_only_function<void()> callback) override;
  void soon(std::move_only_function<void()> callback) override;
  void when_idle(std::move_only_function<void()> callback) override;
  void cancel(TimerId id) override;

  /// What waits for an instant of the wall clock waits for it by the new time.
  void clock_was_set();
  /// The process dies: callbacks are destroyed here, while what they refer to still stands.
  void forget_all();

 private:
  struct Waiting {
    std::move_only_function<void()> callback;
    std::optional<WallTime> when;  // by the host's clock
    TimerId timer = 0;             // of the world; 0: none
  };
  using Table = std::map<TimerId, Waiting>;

  [[nodiscard]] std::move_only_function<void()> keep(std::move_only_function<void()> callback);
  [[nodiscard]] std::move_only_function<void()> call_of(TimerId id) const;
  [[nodiscard]] TimerId arm_at(TimerId id, WallTime when);

  VirtualTime& time_;
  const HostClock& clock_;
  std::shared_ptr<Table> waiting_ = std::make_shared<Table>();
  TimerId last_ = 0;
};

}  // namespace hikae::sim
