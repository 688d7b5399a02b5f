// Statuses of runs and steps (docs/reference/ssm-automation.md 7.4), the rule that makes a run's
// status out of its steps' (2.3), and where a run goes after a step (2.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/result.h"
#include "runbook/document.h"

namespace hikae::runbook {

enum class Status : std::uint8_t {
  Pending,
  InProgress,
  Waiting,
  Success,
  TimedOut,
  Cancelling,
  Cancelled,
  Failed,
};

/// As the API spells it.
[[nodiscard]] std::string_view to_string(Status status);
[[nodiscard]] Result<Status> read_status(std::string_view text);
/// Success, TimedOut, Cancelled or Failed.
[[nodiscard]] bool is_terminal(Status status);

/// The status rule: `so_far` is Success until a critical step ends Failed or TimedOut after its
/// last attempt, or Cancelled by StopStep; the first such step decides, whatever succeeds later. A
/// step inside a loop that aborts leaves the verdict to the loop, which fails with it.
[[nodiscard]] Status status_with(Status so_far, const Step& step, Status result);

/// The step that follows; nullopt: the run, or this iteration of the loop, is over. `chosen` is a
/// branch's choice, or empty. `step:X` wins over isEnd when the step failed, isEnd wins over
/// Continue (2.1).
[[nodiscard]] std::optional<std::size_t> step_after(const Document& document, std::size_t index,
                                                    Status result, std::string_view chosen);

}  // namespace hikae::runbook
