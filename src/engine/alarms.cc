#include "engine/alarms.h"

namespace hikae::engine {

Alarms::Alarms(const WallClock& clock, Timers& timers, Ring ring)
    : clock_(clock), timers_(timers), ring_(std::move(ring)) {}

Alarms::~Alarms() {
  timers_.cancel(wall_.timer);
  timers_.cancel(steady_.timer);
}

void Alarms::at(WallTime when, const Address& to) {
  wall_.entries.emplace(Row<WallTime>::Entry{when, to.item}, to);
  wall_of_.emplace(to.item, when);
  arm(wall_);
}

void Alarms::after(Duration wait, const Address& to) {
  const auto when = timers_.steady_now() + wait;
  steady_.entries.emplace(Row<SteadyTime>::Entry{when, to.item}, to);
  steady_of_.emplace(to.item, when);
  arm(steady_);
}

void Alarms::drop(std::uint64_t item) {
  if (const auto found = wall_of_.extract(item))
    wall_.entries.erase({found.mapped(), item});
  else if (const auto other = steady_of_.extract(item))
    steady_.entries.erase({other.mapped(), item});
}

/// One timer for all that wait. An item that was dropped leaves it set: it then finds nobody.
template <class Time>
void Alarms::arm(Row<Time>& row) {
  if (row.entries.empty()) return;
  const auto first = row.entries.begin()->first.when;
  if (row.armed_for && *row.armed_for <= first) return;
  timers_.cancel(row.timer);
  row.armed_for = first;
  row.timer = set_timer(first, [this, &row] { ring_due(row); });
}

template <class Time>
void Alarms::ring_due(Row<Time>& row) {
  row.armed_for.reset();
  const auto until = now(row);
  while (!row.entries.empty() && row.entries.begin()->first.when <= until) {
    const auto to = row.entries.begin()->second;
    drop(to.item);
    ring_(to);
  }
  arm(row);
}

TimerId Alarms::set_timer(WallTime when, std::move_only_function<void()> then) {
  return timers_.at(when, std::move(then));
}

TimerId Alarms::set_timer(SteadyTime when, std::move_only_function<void()> then) {
  return timers_.after(when - timers_.steady_now(), std::move(then));
}

}  // namespace hikae::engine
