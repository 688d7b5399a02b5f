#include "base/virtual_time.h"

#include <algorithm>

namespace hikae {

TimerId VirtualTime::at(WallTime when, std::move_only_function<void()> callback) {
  return timers_.add(std::max(when, now()), std::move(callback));
}

TimerId VirtualTime::after(Duration wait, std::move_only_function<void()> callback) {
  return timers_.add(steady_now() + std::max(wait, Duration{0}), std::move(callback));
}

void VirtualTime::soon(std::move_only_function<void()> callback) {
  ready_.push_back(std::move(callback));
}

void VirtualTime::when_idle(std::move_only_function<void()> callback) {
  idle_.push_back(std::move(callback));
}

bool VirtualTime::run_one() {
  std::move_only_function<void()> callback;
  if (!ready_.empty()) {
    callback = std::move(ready_.front());
    ready_.pop_front();
  } else if (auto due = timers_.take_due(clocks())) {
    callback = std::move(due);
  } else if (!idle_.empty()) {
    callback = std::move(idle_.front());
    idle_.pop_front();
  }
  if (!callback) return false;
  callback();
  return true;
}

void VirtualTime::drain() {
  while (run_one()) {
  }
}

void VirtualTime::run_until(WallTime until) {
  for (;;) {
    drain();
    if (waited_ && waited_()) continue;
    const auto wait = timers_.next(clocks());
    if (!wait || *wait > until - now()) break;
    passed_ += *wait;
  }
  passed_ += std::max(until - now(), Duration{0});
}

bool VirtualTime::run_while_busy(const std::function<bool()>& done, WallTime limit) {
  for (;;) {
    while (!done()) {
      if (!run_one()) break;
    }
    if (done()) return true;
    if (waited_ && waited_()) continue;
    const auto wait = timers_.next(clocks());
    if (!wait || *wait > limit - now()) return false;
    passed_ += *wait;
  }
}

}  // namespace hikae
