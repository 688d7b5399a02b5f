// What people do to a run while it goes on: Mode Interactive and the signals of
// ssm:SendAutomationSignal (docs/reference/ssm-automation.md 7.1, 8.1).
#include "runbook/events.h"
#include "runbook/run_tags.h"
#include "runbook/run_turn.h"
#include "runbook/signals.h"

namespace hikae::runbook {

// Waits for a StartStep; no step is under way.
RunTurn::MaybeEnd RunTurn::hold_step(std::size_t index) {
  record_.held = index;
  record_.attempt.reset();
  record_.status = Status::Waiting;
  emit_event(commands_, run_.scope, execution_event(run_, record_, now_));
  return std::nullopt;
}

void RunTurn::start_held_step(const Value& payload) {
  if (!record_.held) return;
  const auto name = text_at(payload, "StepName");
  if (!name.empty() && name != document_.steps[*record_.held].name) return;
  const auto index = *record_.held;
  record_.held.reset();
  record_.status = Status::InProgress;
  go_on(begin_step(index));
}

// The step is left as for a cancel, then goes the way of a failure: onFailure says what follows.
void RunTurn::stop_step(const Value& payload) {
  if (!record_.attempt || record_.attempt->leaving != Leaving::No) return;
  const auto id = text_at(payload, "StepExecutionId");
  if (!id.empty() && id != step_execution_id(run_, document_, record_, record_.at)) return;
  go_on(leave(Leaving::Cancelled));
}

}  // namespace hikae::runbook
