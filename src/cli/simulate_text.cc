#include "cli/simulate_text.h"

#include <fmt/format.h>

#include <algorithm>

namespace hikae::cli {
namespace {

constexpr std::size_t kMissedShown = 20;
constexpr std::size_t kCallsShown = 12;

/// One character a day: the worst of it.
char mark_of_day(const sim::YearDay& day) {
  if (day.missed > 0) return 'M';
  char mark = day.outcomes.empty() ? '-' : '.';
  for (const auto& [outcome, count] : day.outcomes) {
    if (outcome == "Failed" || outcome == "TimedOut" || outcome == "Cancelled") return 'F';
    if (outcome == "Skipped" || outcome == "NotStarted") mark = 's';
  }
  return mark;
}

std::string month_of(const sim::YearDay& day) { return iso(day.begins).substr(0, 7); }

/// A row a month: its days, and what there is at its end.
void print_calendar(Output& out, const sim::Year& year) {
  TextTable table({"MONTH", "DAYS", "IMAGES", "SNAPSHOTS GiB"});
  std::string marks;
  for (std::size_t i = 0; i < year.days.size(); ++i) {
    const auto& day = year.days[i];
    if (marks.empty()) marks.assign(std::stoul(iso(day.begins).substr(8, 2)) - 1, ' ');
    marks += mark_of_day(day);
    if (i + 1 < year.days.size() && month_of(year.days[i + 1]) == month_of(day)) continue;
    marks.resize(31, ' ');
    table.add({month_of(day), marks, std::to_string(day.images), std::to_string(day.gib)});
    marks.clear();
  }
  table.print(out);
  out.line(
      "  . all well   F a backup failed   s some were skipped   M a window was missed   "
      "- nothing was due");
}

void print_missed(Output& out, const sim::Year& year) {
  if (year.missed.empty()) return;
  out.line();
  out.line(out.painted("Windows that did not open", Colour::Bold));
  for (std::size_t i = 0; i < year.missed.size() && i < kMissedShown; ++i) {
    const auto& one = year.missed[i];
    out.line(fmt::format("  {}  {}: {}", one.instant, out.painted(one.window, Colour::None),
                         out.painted(one.reason, Colour::None)));
  }
  if (year.missed.size() > kMissedShown)
    out.line(fmt::format("  and {} more", year.missed.size() - kMissedShown));
}

void print_calls(Output& out, const sim::Year& year) {
  std::vector<std::pair<std::int64_t, std::string>> calls;
  std::int64_t all = 0;
  for (const auto& [operation, count] : year.calls) {
    calls.emplace_back(count, operation);
    all += count;
  }
  std::ranges::sort(calls, std::greater());
  out.line(fmt::format("  calls to EC2 and SSM: {}", all));
  for (std::size_t i = 0; i < calls.size() && i < kCallsShown; ++i)
    out.line(fmt::format("    {:>9}  {}", calls[i].first, calls[i].second));
}

}  // namespace

void print_year(Output& out, const sim::Year& year) {
  print_calendar(out, year);
  print_missed(out, year);
  out.line();
  out.line(out.painted("In all", Colour::Bold));
  for (const auto& [outcome, count] : year.outcomes)
    out.line(fmt::format("  {:>9}  {}", count, outcome));
  out.line(fmt::format("  the longest stop: {}{}", human(year.longest_stop),
                       year.stopped_longest.empty() ? "" : " (" + year.stopped_longest + ")"));
  out.line(fmt::format("  mails: {}, ends of the process: {}", year.mails, year.kills));
  print_calls(out, year);
  for (const auto& instance : year.left_stopped)
    out.line(out.painted(instance + " is left stopped", Colour::Bad));
}

}  // namespace hikae::cli
