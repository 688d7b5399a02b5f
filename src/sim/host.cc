#include "sim/host.h"

#include <algorithm>

namespace hikae::sim {

std::move_only_function<void()> ProcessTimers::call_of(TimerId id) const {
  return [table = std::weak_ptr<Table>(waiting_), id] {
    const auto alive = table.lock();
    if (!alive) return;
    auto entry = alive->extract(id);
    if (!entry.empty()) entry.mapped().callback();
  };
}

std::move_only_function<void()> ProcessTimers::keep(std::move_only_function<void()> callback) {
  const auto id = ++last_;
  waiting_->emplace(id, Waiting{std::move(callback), std::nullopt, 0});
  return call_of(id);
}

TimerId ProcessTimers::arm_at(TimerId id, WallTime when) {
  return time_.after(std::max<Duration>(when - clock_.now(), Duration{0}), call_of(id));
}

TimerId ProcessTimers::at(WallTime when, std::move_only_function<void()> callback) {
  const auto id = ++last_;
  waiting_->emplace(id, Waiting{std::move(callback), when, 0});
  waiting_->at(id).timer = arm_at(id, when);
  return id;
}

TimerId ProcessTimers::after(Duration wait, std::move_only_function<void()> callback) {
  auto call = keep(std::move(callback));
  const auto id = last_;
  waiting_->at(id).timer = time_.after(wait, std::move(call));
  return id;
}

void ProcessTimers::soon(std::move_only_function<void()> callback) {
  time_.soon(keep(std::move(callback)));
}

void ProcessTimers::when_idle(std::move_only_function<void()> callback) {
  time_.when_idle(keep(std::move(callback)));
}

void ProcessTimers::cancel(TimerId id) {
  auto entry = waiting_->extract(id);
  if (!entry.empty() && entry.mapped().timer != 0) time_.cancel(entry.mapped().timer);
}

void ProcessTimers::clock_was_set() {
  for (auto& [id, waiting] : *waiting_) {
    if (!waiting.when) continue;
    time_.cancel(waiting.timer);
    waiting.timer = arm_at(id, *waiting.when);
  }
}

void ProcessTimers::forget_all() {
  const auto table = std::exchange(*waiting_, {});
  for (const auto& [id, waiting] : table)
    if (waiting.timer != 0) time_.cancel(waiting.timer);
}

}  // namespace hikae::sim
