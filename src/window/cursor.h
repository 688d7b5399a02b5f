// Which instants of a schedule already have their outcome. Kept by the machines of windows and
// rules; the promise "once per instant" rests on it.
#pragma once

#include <algorithm>

#include "base/time.h"
#include "base/value.h"

namespace hikae::window {

/// `handled`: the latest instant that has an outcome; it never goes back, whatever the clock does,
/// so nothing runs twice. `since`: from when on the present definition counts; it follows a clock
/// that was set back, so that an edit made under a wrong clock hides no instant.
struct Cursor {
  WallTime handled{};
  WallTime since{};

  void follow_clock(WallTime now) { since = std::min(since, now); }
  [[nodiscard]] WallTime position() const { return std::max(handled, since); }

  [[nodiscard]] Value save() const { return Array{unix_ms(handled), unix_ms(since)}; }
  void load(const Value& saved) {
    const auto* list = saved.if_array();
    if (!list || list->size() != 2) return;
    handled = wall_ms(int_of((*list)[0]).value_or(0));
    since = wall_ms(int_of((*list)[1]).value_or(0));
  }
};

}  // namespace hikae::window
