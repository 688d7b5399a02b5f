// The order of timers, for both worlds: what has been due for longest, then by when it was asked
// for. Instants of the wall clock and waits of the steady clock stand in one queue's order,
// although the two clocks may move against each other at any time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/ports.h"

namespace hikae {

/// What both clocks say at one moment.
struct Clocks {
  WallTime wall;
  SteadyTime steady;
};

class TimerQueue {
 public:
  TimerId add(WallTime when, std::move_only_function<void()> callback);
  TimerId add(SteadyTime when, std::move_only_function<void()> callback);
  void cancel(TimerId id);
  /// How long until the first is due; zero where it is overdue; absent where there is none.
  [[nodiscard]] std::optional<Duration> next(const Clocks& now) const;
  /// Takes the first callback that is due; empty where none is.
  [[nodiscard]] std::move_only_function<void()> take_due(const Clocks& now);
  [[nodiscard]] bool empty() const { return wall_.empty() && steady_.empty(); }

 private:
  using Key = std::pair<Duration, TimerId>;  // since the zero of its clock
  using Queue = std::map<Key, std::move_only_function<void()>>;
  struct Place {
    Queue* queue;
    Duration when;
  };
  TimerId add(Queue& queue, Duration when, std::move_only_function<void()> callback);
  std::move_only_function<void()> take_first(Queue& queue);

  Queue wall_;
  Queue steady_;
  std::unordered_map<TimerId, Place> places_;  // looked up by id only, never iterated
  TimerId last_ = 0;
};

}  // namespace hikae
