#include "base/timer_queue.h"

#include <algorithm>

namespace hikae {

TimerId TimerQueue::add(WallTime when, std::move_only_function<void()> callback) {
  return add(wall_, when.time_since_epoch(), std::move(callback));
}

TimerId TimerQueue::add(SteadyTime when, std::move_only_function<void()> callback) {
  return add(steady_, when.time_since_epoch(), std::move(callback));
}

TimerId TimerQueue::add(Queue& queue, Duration when, std::move_only_function<void()> callback) {
  const TimerId id = ++last_;
  queue.emplace(Key{when, id}, std::move(callback));
  places_.emplace(id, Place{&queue, when});
  return id;
}

void TimerQueue::cancel(TimerId id) {
  const auto found = places_.find(id);
  if (found == places_.end()) return;
  found->second.queue->erase(Key{found->second.when, id});
  places_.erase(found);
}

std::optional<Duration> TimerQueue::next(const Clocks& now) const {
  if (empty()) return std::nullopt;
  auto wait = Duration::max();
  if (!wall_.empty())
    wait = std::min(wait, wall_.begin()->first.first - now.wall.time_since_epoch());
  if (!steady_.empty())
    wait = std::min(wait, steady_.begin()->first.first - now.steady.time_since_epoch());
  return std::max(wait, Duration{0});
}

std::move_only_function<void()> TimerQueue::take_due(const Clocks& now) {
  const auto overdue = [](const Queue& queue, Duration clock) {
    return queue.empty() ? Duration{-1} : clock - queue.begin()->first.first;
  };
  const auto by_wall = overdue(wall_, now.wall.time_since_epoch());
  const auto by_steady = overdue(steady_, now.steady.time_since_epoch());
  if (by_wall < Duration{0} && by_steady < Duration{0}) return {};
  if (by_wall != by_steady) return take_first(by_wall > by_steady ? wall_ : steady_);
  const bool wall_asked_first = wall_.begin()->first.second < steady_.begin()->first.second;
  return take_first(wall_asked_first ? wall_ : steady_);
}

std::move_only_function<void()> TimerQueue::take_first(Queue& queue) {
  auto first = queue.extract(queue.begin());
  places_.erase(first.key().second);
  return std::move(first.mapped());
}

}  // namespace hikae
