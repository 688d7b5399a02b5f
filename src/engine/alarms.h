// Who wants to be woken, and when: one timer of the world for each of the two clocks.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <unordered_map>

#include "base/ports.h"
#include "engine/address.h"

namespace hikae::engine {

class Alarms {
 public:
  using Ring = std::function<void(const Address&)>;
  Alarms(const WallClock& clock, Timers& timers, Ring ring);
  ~Alarms();

  /// At an instant of the wall clock, never before it.
  void at(WallTime when, const Address& to);
  /// When `wait` has passed, whatever the wall clock says.
  void after(Duration wait, const Address& to);
  void drop(std::uint64_t item);

 private:
  template <class Time>
  struct Row {
    struct Entry {
      Time when;
      std::uint64_t item;
      friend auto operator<=>(const Entry&, const Entry&) = default;
    };
    std::map<Entry, Address> entries;
    TimerId timer = 0;
    std::optional<Time> armed_for;
  };
  template <class Time>
  void arm(Row<Time>& row);
  template <class Time>
  void ring_due(Row<Time>& row);
  [[nodiscard]] WallTime now(const Row<WallTime>&) const { return clock_.now(); }
  [[nodiscard]] SteadyTime now(const Row<SteadyTime>&) const { return timers_.steady_now(); }
  TimerId set_timer(WallTime when, std::move_only_function<void()> then);
  TimerId set_timer(SteadyTime when, std::move_only_function<void()> then);

  const WallClock& clock_;
  Timers& timers_;
  Ring ring_;
  Row<WallTime> wall_;
  Row<SteadyTime> steady_;
  std::unordered_map<std::uint64_t, WallTime> wall_of_;  // by item; never iterated
  std::unordered_map<std::uint64_t, SteadyTime> steady_of_;
};

}  // namespace hikae::engine
