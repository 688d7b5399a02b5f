// Taking an attempt away from its action: a time-out, a cancel, the end of a cancel's two minutes.
#include "runbook/power.h"
#include "runbook/run_tags.h"
#include "runbook/run_turn.h"

namespace hikae::runbook {
namespace {

Failure cancelled_failure() {
  return {"Step was cancelled.", FailureStage::Invocation, FailureType::Action};
}

}  // namespace

void RunTurn::cancel() {
  if (record_.cancel != Cancel::No) return;
  record_.cancel = Cancel::Requested;
  if (record_.status == Status::Pending) {
    record_.start = now_;
    return finish();
  }
  record_.status = Status::Cancelling;
  if (record_.held) return leave_held_step();
  if (record_.attempt->leaving == Leaving::No) go_on(leave(Leaving::Cancelled));
}

// Ends after the step under way; a step that waits for its start is not begun any more.
void RunTurn::complete() {
  record_.completes = true;
  if (record_.held) leave_held_step();
}

// Nothing is under way, so nothing has to be left.
void RunTurn::leave_held_step() {
  record_.held.reset();
  if (record_.status == Status::Waiting) record_.status = Status::InProgress;
  if (!record_.loop) return finish();
  go_on(after_body({}));
}

RunTurn::MaybeEnd RunTurn::leave(Leaving why) {
  auto& attempt = *record_.attempt;
  if (attempt.leaving != Leaving::No) return end_of_leaving();
  attempt.leaving = why;
  drop_held_stop();
  if (why == Leaving::Cancelled) record_.current().status = Status::Cancelling;
  play([&](const Action& action, Play& scene) { action.leave(scene, why); });
  return resume_leaving({}, event::Woke{});
}

RunTurn::MaybeEnd RunTurn::resume_leaving(std::string_view item, const Event& event) {
  bool is_done = false;
  const auto why = record_.attempt->leaving;
  const auto end = play([&](const Action& action, Play& scene) {
    if (!item.empty()) action.resume_leaving(scene, item, event);
    is_done = action.has_left(scene, why);
    if (!is_done && item.empty()) scene.pause(kLeaveTimer, action.leave_limit());
  });
  // What a call that is left has done all the same is still known to the steps of onCancel.
  if (end) record_.current().outputs = end->outputs;
  return is_done ? end_of_leaving() : std::nullopt;
}

RunTurn::MaybeEnd RunTurn::end_of_leaving() {
  drop_open_items();
  if (record_.attempt->leaving == Leaving::TimedOut)
    return AttemptEnd{.result = Status::TimedOut,
                      .outputs = record_.current().outputs,
                      .failure = timeout_failure(current_action().doing())};
  return AttemptEnd{.result = Status::Cancelled,
                    .outputs = record_.current().outputs,
                    .failure = cancelled_failure()};
}

void RunTurn::drop_open_items() {
  drop_held_stop();
  auto& attempt = *record_.attempt;
  for (const auto& item : attempt.calls) commands_.drop(tag(item));
  for (const auto& item : attempt.waits) commands_.drop(tag(item));
  attempt.calls.clear();
  attempt.waits.clear();
}

}  // namespace hikae::runbook
