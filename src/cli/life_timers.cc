#include "cli/life_timers.h"

#include <utility>

namespace hikae::cli {

std::move_only_function<void()> LifeTimers::keep(std::move_only_function<void()> callback) {
  const auto id = ++last_;
  waiting_->emplace(id, Waiting{std::move(callback), 0});
  return [table = std::weak_ptr<Table>(waiting_), id] {
    const auto still = table.lock();
    if (!still) return;
    auto found = still->extract(id);
    if (found) found.mapped().callback();
  };
}

TimerId LifeTimers::at(WallTime when, std::move_only_function<void()> callback) {
  auto call = keep(std::move(callback));
  const auto id = last_;
  (*waiting_)[id].timer = timers_.at(when, std::move(call));
  return id;
}

TimerId LifeTimers::after(Duration wait, std::move_only_function<void()> callback) {
  auto call = keep(std::move(callback));
  const auto id = last_;
  (*waiting_)[id].timer = timers_.after(wait, std::move(call));
  return id;
}

void LifeTimers::soon(std::move_only_function<void()> callback) {
  timers_.soon(keep(std::move(callback)));
}

void LifeTimers::when_idle(std::move_only_function<void()> callback) {
  timers_.when_idle(keep(std::move(callback)));
}

void LifeTimers::cancel(TimerId id) {
  auto found = waiting_->extract(id);
  if (found) timers_.cancel(found.mapped().timer);
}

// A callback that is destroyed may ask for more: that is forgotten too.
void LifeTimers::forget_all() {
  for (const auto& [id, waiting] : *waiting_) timers_.cancel(waiting.timer);
  while (!waiting_->empty()) {
    const auto gone = std::exchange(waiting_, std::make_shared<Table>());
    gone->clear();
  }
}

}  // namespace hikae::cli
