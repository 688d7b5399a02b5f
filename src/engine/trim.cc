#include "engine/trim.h"

#include "engine/kernel.h"
#include "engine/limits.h"

namespace hikae::engine {

/// A little at a time, so that no turn is held up by it.
void Kernel::trim() {
  const auto steady = world_.timers.steady_now();
  if (trimmed_at_ && steady - *trimmed_at_ < limits::kTrimEvery) return;
  trimmed_at_ = steady;
  const auto carriers = [this](std::string_view kind) { return keeping_.carriers.contains(kind); };
  const auto dropped =
      journal_->drop_history(now() - keeping_.history, carriers, limits::kTrimmedAtOnce);
  const auto erased = journal_->drop_records(now() - keeping_.record, limits::kTrimmedAtOnce);
  for (const auto* done : {&dropped, &erased})
    if (!*done)
      world_.log.error("engine", "what is old cannot be dropped", {{"why", done->error().message}});
  // More may be waiting: the next turn goes on.
  const bool is_more = dropped && *dropped == limits::kTrimmedAtOnce;
  if (is_more) trimmed_at_.reset();
}

}  // namespace hikae::engine
