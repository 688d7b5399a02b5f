// What a power obligation remembers (power.h says what it is).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "base/value.h"
#include "runbook/last_stop.h"

namespace hikae::runbook {

struct PowerRecord {
  std::string instance;
  std::string root;     // the topmost run
  std::string stopper;  // the run whose step asked for the last stop
  std::string reason;
  WallTime since{};                 // of the stop
  LastStop last_stop;               // of that tree
  std::string last_key;             // which one that is
  WallTime ended{};                 // of the topmost run; zero: it goes on
  WallTime acting{};                // since when it looks and starts by itself; zero: it rests
  WallTime missed_since{};          // EC2 says there is no such instance
  bool ours = false;                // a stop found it running
  std::vector<std::string> doubts;  // stops of which nobody has said what they found
  bool leased = false;              // it holds the instance's lease
  bool run_starts = false;          // the run has asked for a start since the stop
  bool discharged = false;          // the run says that it saw its start come up
  bool told_overdue = false;
  bool started_overdue = false;
  bool acted = false;              // a start of ours was taken
  std::vector<std::string> marks;  // values of hikae:stopped-by that it may bear
  bool unmarking = false;          // the first of them is being taken away
  int unmark_failures = 0;
  std::string outcome;  // it finishes with that once the marks are gone; empty: it goes on
  int attempts = 0;     // failed ones
  int good_looks = 0;
  int missed_looks = 0;
  int lease_looks = 0;  // while another run holds the lease

  [[nodiscard]] bool owed() const { return ours || !doubts.empty(); }
  [[nodiscard]] bool has_ended() const { return ended != WallTime{}; }
  [[nodiscard]] bool is_acting() const { return acting != WallTime{}; }
  void doubt(std::string_view stop);
  void settle(std::string_view stop);
  void mark(std::string_view value);
  void nothing_owed();
};

/// Shown to others: i (instance), run, why, since and ended (ms; 0: not), owed (0 perhaps, 1
/// surely, 2 nothing).
[[nodiscard]] Value save_power(const PowerRecord& record);
[[nodiscard]] PowerRecord load_power(const Value& saved);

}  // namespace hikae::runbook
