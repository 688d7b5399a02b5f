// From civil times to instants.
//
// The problem: cron speaks of what a wall clock shows, a journal of instants of UTC, and the two do
// not fit: 02:30 may never come, or come twice. In New York, 2026:
//
//   cron(30 2 …)  8 March:      02:30 is skipped; the gap ends at 07:00Z, shown as 03:00
//   cron(30 1 …)  1 November:   01:30 is 05:30Z and 06:30Z; only 05:30Z counts
//
// The idea: map each civil time of the cron to one instant: its first one, or the end of the gap.
// That map never goes back, so walking the civil times in order walks the instants in order, and
// the walk may begin at what the wall clock shows at `after`: nothing before it maps past `after`.
//
// What can go wrong: a whole day in the gap (Apia 2011), a gap at midnight that pushes a time into
// the next day (Cairo), an offset that moves a good date into a gap: each is mapped after the day
// offset, one civil time at a time, so none is special.
#include "schedule/timetable.h"

#include <utility>

namespace hikae::schedule {
namespace {

// 2200-01-02: in no zone 2199 any more. Civil years beyond 32,767 cannot be written.
constexpr WallTime kLastInstant = wall_ms(7'258'204'800'000);

zone::Civil second_after(const zone::Civil& civil) {
  zone::Civil out = civil;
  if (++out.second < 60) return out;
  out.second = 0;
  if (++out.minute < 60) return out;
  out.minute = 0;
  if (++out.hour < 24) return out;
  out.hour = 0;
  return zone::plus_days(out, 1);
}

Occurrence occurrence_of(const Timetable& table, const zone::Civil& civil) {
  const auto instants = table.zone.instants_of(civil);
  const bool skipped = instants.kind == zone::CivilKind::Skipped && table.gap == Gap::Skip;
  return {instants.first, skipped ? OccurrenceKind::SkippedInGap : OccurrenceKind::Due, civil};
}

/// Whether the cron time behind an offset occurrence lies in the past of the window's creation.
bool cron_time_passed(const Timetable& table, const zone::Civil& cron_time) {
  return table.offset_days != 0 && table.not_from &&
         table.zone.instants_of(cron_time).first <= *table.not_from;
}

/// The first instant of a rate after `after`: anchor + n periods, n at least 1.
WallTime first_of_rate(const Rate& rate, WallTime anchor, WallTime after) {
  const auto passed = after < anchor ? 0 : (after - anchor) / rate.period;
  return anchor + rate.period * (passed + 1);
}

/// Walks what happens after an instant, in order.
class Walk {
 public:
  Walk(const Timetable& table, WallTime after) : table_(table), after_(after) {
    if (table.start && *table.start > after_) after_ = *table.start - Duration{1};
    if (const auto* rate = std::get_if<Rate>(&table.expression))
      rate_at_ = first_of_rate(*rate, table.anchor, after_);
    else
      from_ = zone::plus_days(table.zone.local(after_).civil, -table.offset_days);
  }

  std::optional<Occurrence> next() {
    while (auto found = step()) {
      if (found->at <= after_) continue;
      if (table_.end && found->at > *table_.end) return std::nullopt;
      return found;
    }
    return std::nullopt;
  }

 private:
  std::optional<Occurrence> step() {
    if (const auto* rate = std::get_if<Rate>(&table_.expression)) return rate_step(*rate);
    if (const auto* at = std::get_if<At>(&table_.expression)) return at_step(*at);
    return cron_step(std::get<Cron>(table_.expression));
  }

  std::optional<Occurrence> rate_step(const Rate& rate) {
    if (rate_at_ > kLastInstant) return std::nullopt;
    const auto at = std::exchange(rate_at_, rate_at_ + rate.period);
    return Occurrence{at, OccurrenceKind::Due, table_.zone.local(at).civil};
  }

  std::optional<Occurrence> at_step(const At& at) {
    if (std::exchange(at_done_, true)) return std::nullopt;
    return occurrence_of(table_, at.civil);
  }

  std::optional<Occurrence> cron_step(const Cron& cron) {
    while (const auto hit = cron.next(from_)) {
      from_ = second_after(*hit);
      if (!cron_time_passed(table_, *hit))
        return occurrence_of(table_, zone::plus_days(*hit, table_.offset_days));
    }
    return std::nullopt;
  }

  const Timetable& table_;
  WallTime after_;
  WallTime rate_at_;
  zone::Civil from_;
  bool at_done_ = false;
};

}  // namespace

std::optional<Occurrence> next_occurrence(const Timetable& table, WallTime after) {
  return Walk(table, after).next();
}

std::optional<WallTime> next(const Timetable& table, WallTime after) {
  Walk walk(table, after);
  while (const auto found = walk.next())
    if (found->kind == OccurrenceKind::Due) return found->at;
  return std::nullopt;
}

std::vector<Occurrence> between(const Timetable& table, WallTime from, WallTime to,
                                std::size_t count_max) {
  std::vector<Occurrence> list;
  std::optional<WallTime> last_due;
  Walk walk(table, from);
  while (const auto found = walk.next()) {
    if (found->at > to) break;
    if (list.size() >= count_max && found->at != list.back().at) break;
    // Several skipped times of one gap that all run at its end are one instant.
    if (found->kind == OccurrenceKind::Due && last_due == found->at) continue;
    if (found->kind == OccurrenceKind::Due) last_due = found->at;
    list.push_back(*found);
  }
  return list;
}

}  // namespace hikae::schedule
