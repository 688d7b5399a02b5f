#include "base/timer_queue.h"

namespace hikae {

TimerId TimerQueue::add(WallTime when, std::move_only_function<void()> callback) {
  const TimerId id = ++last_;
  queue_.emplace(Key{when, id}, std::move(callback));
  when_.emplace(id, when);
  return id;
}

void TimerQueue::cancel(TimerId id) {
  const auto found = when_.find(id);
  if (found == when_.end()) return;
  queue_.erase(Key{found->second, id});
  when_.erase(found);
}

std::optional<WallTime> TimerQueue::next() const {
  if (queue_.empty()) return std::nullopt;
  return queue_.begin()->first.first;
}

std::move_only_function<void()> TimerQueue::take_due(WallTime now) {
  if (queue_.empty() || queue_.begin()->first.first > now) return {};
  auto first = queue_.extract(queue_.begin());
  when_.erase(first.key().second);
  return std::move(first.mapped());
}

}  // namespace hikae
