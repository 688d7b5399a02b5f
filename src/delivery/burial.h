// The end of what could not be delivered: a row in the ledger, then the machine's outcome. Part of
// a machine's record; the machine hands every event to `take` first.
#pragma once

#include "base/machine.h"

namespace hikae::delivery {

class Burial {
 public:
  /// Records `row` under `key`, and finishes with `outcome` when that is done. The row gets Outcome
  /// "Dead" and At.
  void begin(std::string key, Object row, Object outcome, WallTime now, Commands& commands);
  [[nodiscard]] bool has_begun() const { return !key_.empty(); }
  /// True where the event was the burial's own. A ledger that fails is asked again every minute;
  /// after kLedgerTries the outcome itself says so.
  bool take(const Event& event, Commands& commands);

  [[nodiscard]] Value save() const;
  void load(const Value& saved);

  static constexpr std::int64_t kLedgerTries = 60;

 private:
  void record(Commands& commands);

  std::string key_;
  Object row_;
  Object outcome_;
  std::int64_t tries_ = 0;
};

}  // namespace hikae::delivery
