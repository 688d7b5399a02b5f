// aws:loop in a run (docs/reference/ssm-automation.md 5.18).
//
// The loop's own step stays open at its place in the record while the inner steps are visited
// behind it, one after the other, once for each iteration. Example, a loop L over [a, b] with the
// inner steps X, Y:  L(open) X Y X Y  -> L closes. Where the body ends, `after_body` decides:
// again, or the loop's own end, which then goes the way of every step's end (tried again,
// onFailure, next).
//
// An inner step that fails with Abort ends the loop, which then fails in its place: the loop's own
// onFailure and isCritical count, so that a loop can be given up as a whole. Any other inner step
// counts for the run's status like every step.
//
// What can go wrong: the loop's time is out while an inner step is open (that one is left first); a
// cancel in the middle (the inner step's onCancel is played inside, then the loop is Cancelled).
#include <fmt/format.h>

#include "runbook/branch.h"
#include "runbook/run_references.h"
#include "runbook/run_tags.h"
#include "runbook/run_turn.h"

namespace hikae::runbook {
namespace {

Object outputs_of_loop(const StepRecord& step, int iteration) {
  Object outputs{{"CurrentIteration", iteration}};
  if (auto value = iterator_value({step.index, iteration, &step.iterators}); !value.is_null())
    outputs["CurrentIteratorValue"] = std::move(value);
  return outputs;
}

}  // namespace

RunTurn::MaybeEnd RunTurn::enter_loop() {
  record_.loop->has_timer = !record_.attempt->waits.empty();
  record_.loop->after_cancel = record_.cancel == Cancel::Workflow;
  return begin_iteration();
}

RunTurn::MaybeEnd RunTurn::begin_iteration() {
  auto& loop = *record_.loop;
  auto& step = record_.steps[loop.at];
  ++loop.iteration;
  loop.body_from = record_.steps.size();
  step.outputs = outputs_of_loop(step, loop.iteration);
  return reach_step(document_.steps[step.index].body);
}

RunTurn::MaybeEnd RunTurn::after_body(const AttemptEnd& last) {
  const auto& loop = *record_.loop;
  const auto& end_of_it = document_.steps[record_.steps.back().index];
  const bool gives_up = last.result != Status::Success && end_of_it.on_failure == Jump::Abort;
  const bool is_over = gives_up || loop.timed_out || cancels_the_loop() || record_.completes;
  if (is_over) return end_loop(verdict_of_body(last));
  const auto again = goes_round_again();
  if (!again)
    return end_loop({.result = Status::Failed,
                     .failure = step_failure(kDoingInputs, again.error().message,
                                             FailureStage::InputValidation),
                     .is_final = true});
  return *again ? begin_iteration() : end_loop({});
}

bool RunTurn::cancels_the_loop() const {
  if (record_.cancel == Cancel::No) return false;
  return record_.cancel != Cancel::Workflow || !record_.loop->after_cancel;
}

AttemptEnd RunTurn::verdict_of_body(const AttemptEnd& last) const {
  const auto& loop = *record_.loop;
  if (loop.timed_out) return {.result = Status::TimedOut, .failure = timeout_failure(kDoingLoop)};
  if (cancels_the_loop()) return {.result = Status::Cancelled, .failure = last.failure};
  if (last.result == Status::Success) return {};  // completed from outside
  const auto& inner = document_.steps[record_.steps.back().index];
  return {.result = last.result,
          .failure = step_failure(
              kDoingLoop, fmt::format("In iteration {} the step {} ended {}: {}", loop.iteration,
                                      inner.name, to_string(last.result), last.failure.text))};
}

Result<bool> RunTurn::goes_round_again() const {
  const auto& loop = *record_.loop;
  const auto& step = document_.steps[record_.steps[loop.at].index];
  if (loop.iteration >= loop.most) return false;
  const auto* condition = find(step.inputs, "LoopCondition");
  if (!condition) return true;
  return condition_holds(*condition,
                         RunReferences(run_, document_, record_, viewpoint_of(record_, now_)));
}

// From here on the loop's own step is the one under way.
RunTurn::MaybeEnd RunTurn::end_loop(AttemptEnd end) {
  if (record_.loop->has_timer) commands_.drop(loop_timer());
  record_.at = record_.loop->at;
  record_.loop.reset();
  record_.attempt.emplace();
  end.outputs = record_.current().outputs;
  return end;
}

void RunTurn::loop_timed_out() {
  record_.loop->has_timer = false;
  record_.loop->timed_out = true;
  if (record_.held) return leave_held_step();
  if (record_.attempt->leaving == Leaving::No) go_on(leave(Leaving::TimedOut));
}

std::string RunTurn::loop_timer() const { return item_tag(record_, record_.loop->at, kStepTimer); }

}  // namespace hikae::runbook
