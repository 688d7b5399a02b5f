#include "runbook/power_record.h"

#include <algorithm>

namespace hikae::runbook {
namespace {

// For whoever shows what is open: 0 perhaps, 1 surely, 2 nothing. Not read back.
std::int64_t shown_owed(const PowerRecord& record) {
  if (record.discharged) return 2;
  if (record.ours) return 1;
  return record.doubts.empty() ? 2 : 0;
}

}  // namespace

void PowerRecord::doubt(std::string_view stop) {
  if (std::ranges::find(doubts, stop) == doubts.end()) doubts.emplace_back(stop);
}

void PowerRecord::settle(std::string_view stop) { std::erase(doubts, stop); }

void PowerRecord::mark(std::string_view value) {
  if (value.empty()) return;
  if (std::ranges::find(marks, value) == marks.end()) marks.emplace_back(value);
}

void PowerRecord::nothing_owed() {
  ours = false;
  doubts.clear();
  discharged = false;
}

Value save_power(const PowerRecord& record) {
  Object out;
  out["i"] = record.instance;
  out["run"] = record.root;
  out["by"] = record.stopper;
  out["why"] = record.reason;
  out["since"] = unix_ms(record.since);
  out["asked"] = unix_ms(record.last_stop.asked);
  out["answered"] = unix_ms(record.last_stop.answered);
  out["stop"] = record.last_key;
  out["ended"] = unix_ms(record.ended);
  out["acting"] = unix_ms(record.acting);
  out["missing"] = unix_ms(record.missed_since);
  out["ours"] = record.ours;
  out["owed"] = shown_owed(record);
  out["doubts"] = Array(record.doubts.begin(), record.doubts.end());
  out["leased"] = record.leased;
  out["starts"] = record.run_starts;
  out["seen"] = record.discharged;
  out["told"] = record.told_overdue;
  out["late"] = record.started_overdue;
  out["acted"] = record.acted;
  if (!record.marks.empty()) out["marks"] = Array(record.marks.begin(), record.marks.end());
  if (record.unmarking) out["unmarking"] = true;
  if (record.unmark_failures > 0) out["unmarked"] = record.unmark_failures;
  if (!record.outcome.empty()) out["outcome"] = record.outcome;
  out["n"] = record.attempts;
  out["good"] = record.good_looks;
  out["missed"] = record.missed_looks;
  out["behind"] = record.lease_looks;
  return out;
}

PowerRecord load_power(const Value& saved) {
  const auto number = [&](std::string_view key) { return int_at(saved, key).value_or(0); };
  const auto count = [&](std::string_view key) { return static_cast<int>(number(key)); };
  PowerRecord record;
  record.instance = text_at(saved, "i");
  record.root = text_at(saved, "run");
  record.stopper = text_at(saved, "by");
  record.reason = text_at(saved, "why");
  record.since = wall_ms(number("since"));
  record.last_stop = {wall_ms(number("asked")), wall_ms(number("answered"))};
  record.last_key = text_at(saved, "stop");
  record.ended = wall_ms(number("ended"));
  record.acting = wall_ms(number("acting"));
  record.missed_since = wall_ms(number("missing"));
  record.ours = is_true_at(saved, "ours");
  for (const auto& stop : list_at(saved, "doubts")) record.doubts.emplace_back(text_of(stop));
  record.leased = is_true_at(saved, "leased");
  record.run_starts = is_true_at(saved, "starts");
  record.discharged = is_true_at(saved, "seen");
  record.told_overdue = is_true_at(saved, "told");
  record.started_overdue = is_true_at(saved, "late");
  record.acted = is_true_at(saved, "acted");
  for (const auto& mark : list_at(saved, "marks")) record.marks.emplace_back(text_of(mark));
  record.unmarking = is_true_at(saved, "unmarking");
  record.unmark_failures = count("unmarked");
  record.outcome = text_at(saved, "outcome");
  record.attempts = count("n");
  record.good_looks = count("good");
  record.missed_looks = count("missed");
  record.lease_looks = count("behind");
  return record;
}

}  // namespace hikae::runbook
