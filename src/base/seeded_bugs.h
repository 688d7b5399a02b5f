// Bugs on purpose, for the simulator alone: each switch takes one protection away, and some seed of
// src/sim must notice (src/sim/seeded_bugs_test.cc). All are off, and nobody but sim::PlantedBug
// can put one on; what is asked is one bit of one word.
#pragma once

#include <cstdint>

namespace hikae {

enum class SeededBug : std::uint8_t {
  EffectBeforeCommit,   // engine: a call leaves before its intent is on disk
  CallsNotResumed,      // engine: after a restart open calls are not asked about again
  AlarmsNotResumed,     // engine: after a restart nobody is woken
  LastEventForgotten,   // engine: recovery leaves out the newest event of a machine
  LeaseForEverybody,    // engine: everybody gets the lease at once
  LeaseNotRestored,     // engine: who held a lease does not after a restart
  OutcomeNotWritten,    // engine: what became of an effect is not put on disk
  ObligationForgotten,  // engine: power obligations are never opened
  EventsLost,           // engine: one event in four is not told
  OneGenerationTooFew,  // upkeep: N-1 are kept
  HistoryThinned,       // engine: a start throws rows of the journal away
  ForeignCountsAsOurs,  // upkeep: AutoBackup=true is enough
  HoldIgnored,          // upkeep: images on hold may go
  SnapshotsLeftBehind,  // upkeep: only the image is deleted
  NewestGoesFirst,      // upkeep: the wrong end of the list
  MissedUntold,         // plane: what was missed has no row
  RefusedMailIsSent,    // plane: a refused mail counts as taken
  MessageIdsAnew,       // plane: every try has a Message-ID of its own
  OthersStopIsOurs,     // runbook: what somebody else has stopped since is started
};

class SeededBugs {
 public:
  [[nodiscard]] static bool has(SeededBug bug) {
    return (mask_ >> static_cast<unsigned>(bug) & 1U) != 0;
  }

 private:
  friend class PlantedBug;
  inline static constinit std::uint64_t mask_ = 0;
};

/// While it lives the bug is there. In src/sim only.
class PlantedBug {
 public:
  explicit PlantedBug(SeededBug bug) : before_(SeededBugs::mask_) {
    SeededBugs::mask_ |= std::uint64_t{1} << static_cast<unsigned>(bug);
  }
  ~PlantedBug() { SeededBugs::mask_ = before_; }
  PlantedBug(const PlantedBug&) = delete;
  PlantedBug& operator=(const PlantedBug&) = delete;

 private:
  std::uint64_t before_;
};

}  // namespace hikae
