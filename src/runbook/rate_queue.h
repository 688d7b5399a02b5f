// An execution that waits for its place, as it is saved. Internal to this folder.
#pragma once

#include "base/time.h"
#include "base/value.h"

namespace hikae::runbook {

struct QueuedRecord {
  Value input;           // Started.input, to be played when the place is there
  WallTime since{};      // of the start
  WallTime cancelled{};  // zero: it waits

  [[nodiscard]] bool was_cancelled() const { return cancelled != WallTime{}; }
};

[[nodiscard]] Value save_queued(const QueuedRecord& record);
[[nodiscard]] QueuedRecord load_queued(const Value& saved);

}  // namespace hikae::runbook
