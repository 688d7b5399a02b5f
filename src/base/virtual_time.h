// Time that stands in memory, for the simulated world and for tests: it stands still while anything
// is ready to run, then jumps to the next timer. One thread.
#pragma once

#include <deque>
#include <functional>

#include "base/ports.h"
#include "base/timer_queue.h"

namespace hikae {

class VirtualTime final : public WallClock, public Timers {
 public:
  explicit VirtualTime(WallTime start) : wall_at_zero_(start) {}

  [[nodiscard]] WallTime now() const override { return wall_at_zero_ + passed_; }
  [[nodiscard]] SteadyTime steady_now() const override { return SteadyTime{passed_}; }
  TimerId at(WallTime when, std::move_only_function<void()> callback) override;
  TimerId after(Duration wait, std::move_only_function<void()> callback) override;
  void soon(std::move_only_function<void()> callback) override;
  void when_idle(std::move_only_function<void()> callback) override;
  void cancel(TimerId id) override { timers_.cancel(id); }

  /// Asked whenever nothing is ready, before time moves: while something real is on its way (a
  /// mail, a child process) it waits for that and says true. Time then stands still.
  void stand_still_while(std::function<bool()> waited_for_something) {
    waited_ = std::move(waited_for_something);
  }

  /// Runs all that is ready now, without moving time.
  void drain();
  /// Runs until `until` (inclusive); time then stands at `until`.
  void run_until(WallTime until);
  /// Runs until `done()` says so (true) or nothing is left or `limit` is reached (false).
  bool run_while_busy(const std::function<bool()>& done, WallTime limit);
  /// Somebody sets the wall clock by `difference`; the steady clock goes on as it did.
  void set_wall_clock_by(Duration difference) { wall_at_zero_ += difference; }

 private:
  bool run_one();
  [[nodiscard]] Clocks clocks() const { return {now(), steady_now()}; }

  WallTime wall_at_zero_;  // what the wall clock said, or would have said, at the start
  Duration passed_{0};
  TimerQueue timers_;
  std::deque<std::move_only_function<void()>> ready_;
  std::deque<std::move_only_function<void()>> idle_;
  std::function<bool()> waited_;
};

}  // namespace hikae
