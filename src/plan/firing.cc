#include "plan/firing.h"

#include "schedule/upcoming.h"

namespace hikae::plan {

Result<std::optional<WallTime>> next_opening(const Plan& plan, WallTime after) {
  auto table = TRY(schedule::make_timetable({.expression = plan.schedule,
                                             .kind = schedule::Kind::Window,
                                             .timezone = plan.zone,
                                             .from = after,
                                             .anchor = after,
                                             .offset = 0,
                                             .count = 1}));
  table.gap = plan.dst_gap == DstGap::Next ? schedule::Gap::Next : schedule::Gap::Skip;
  return schedule::next(table, after);
}

}  // namespace hikae::plan
