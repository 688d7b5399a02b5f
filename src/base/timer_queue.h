// The order of timers, for both worlds: by instant, then by when they were asked for.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>
#include <utility>

#include "base/ports.h"

namespace hikae {

class TimerQueue {
 public:
  TimerId add(WallTime when, std::move_only_function<void()> callback);
  void cancel(TimerId id);
  [[nodiscard]] std::optional<WallTime> next() const;
  /// Takes the first callback that is due at `now`; empty where none is.
  [[nodiscard]] std::move_only_function<void()> take_due(WallTime now);
  [[nodiscard]] bool empty() const { return queue_.empty(); }

 private:
  using Key = std::pair<WallTime, TimerId>;
  std::map<Key, std::move_only_function<void()>> queue_;
  std::unordered_map<TimerId, WallTime> when_;  // looked up by id only, never iterated
  TimerId last_ = 0;
};

}  // namespace hikae
