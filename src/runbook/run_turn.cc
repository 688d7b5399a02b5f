// How a run of a document goes from event to event.
//
// A run plays one step at a time, a step one attempt at a time. An attempt either ends at once (a
// branch) or leaves open items: calls, polls, wake-ups, a child. Each item is a tag
// "<step>.<attempt>.<item>", so that an event of a step or attempt that is over is told from one
// that matters. When the attempt ends, `go_on` walks: try again, close the step, take the next one,
// until something has to be waited for or the run is over. Example, `onFailure: step:Restore`:
//
//   Answered "3.1.call" (an error) -> attempt ends Failed -> step 3 closed Failed, the verdict is
//   Failed -> step 7 (Restore) begins, sends "7.1.call" -> … -> Success -> run over: Failed.
//
// Leaving: a time-out or a cancel takes an attempt away from its action. The action may need events
// for it (a child to be cancelled), so leaving is a state, with a limit. Events of open items then
// go to Action::resume_leaving.
//
// A loop (run_loop.cc) stays open while its inner steps are played: they are steps like any other,
// and only where the body ends, the loop says how it goes on.
//
// What can go wrong: an answer that comes after its attempt was left (its tag is not open:
// ignored); a cancel while leaving after a time-out (the step stays TimedOut, the run ends
// Cancelled); inputs that cannot be resolved (never tried again: the same would come out).
#include "runbook/run_turn.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/invariant.h"
#include "runbook/events.h"
#include "runbook/run_references.h"
#include "runbook/run_tags.h"
#include "runbook/signals.h"

namespace hikae::runbook {
namespace {

constexpr std::string_view kLeaseTag = "lease";
constexpr std::string_view kCancelLimitTag = "cancel-limit";
constexpr Duration kCancelWorkflowLimit = minutes(2);

const Action* action_of(const Step& step) {
  return step.does ? step.does : find_action(step.action);
}

/// Whether its inputs are what was written, whatever the run has come to.
bool has_plain_inputs(const Step& step, const Action& action) {
  if (!step.inputs.is_object()) return false;
  return step.refers_to_nothing || action.input_form() == Action::InputForm::AsWritten;
}

AttemptEnd rejected(std::string_view detail) {
  return {.result = Status::Failed,
          .failure = step_failure(kDoingInputs, detail, FailureStage::InputValidation),
          .is_final = true};
}

}  // namespace

Result<Object> inputs_of_step(const MachineId& run, const Document& document,
                              const RunRecord& record, const StepRecord& step) {
  return inputs_seen_from(run, document, record, document.steps[step.index],
                          viewpoint_of(record, step.start));
}

Result<Object> inputs_seen_from(const MachineId& run, const Document& document,
                                const RunRecord& record, const Step& written,
                                const Viewpoint& from) {
  const auto* action = action_of(written);
  if (action && has_plain_inputs(written, *action)) return written.inputs.get_object();
  if (action && action->input_form() == Action::InputForm::AsWritten) return Object{};
  return resolved_inputs(written, RunReferences(run, document, record, from));
}

bool RunTurn::decides(const MachineId& run, const Document& document, const RunRecord& record,
                      std::string_view tag, const Result<Value>& answer,
                      std::optional<Object>& inputs) {
  const auto item = open_item(record, tag);
  if (!item) return true;  // nobody waits for it any more: let it come, it is ignored
  const auto& step = record.current();
  const auto* action = action_of(document.steps[step.index]);
  INVARIANT(action, "a step of an unknown action was begun");
  return action->decides(*item, answer, [&] {
    if (!inputs) inputs = inputs_of_step(run, document, record, step).value_or(Object{});
    return *inputs;
  });
}

const Step& RunTurn::current_step() const { return document_.steps[record_.current().index]; }

const Action& RunTurn::current_action() const {
  const auto* action = action_of(current_step());
  INVARIANT(action, "a step of an unknown action was begun");
  return *action;
}

std::string RunTurn::tag(std::string_view item) const {
  return item_tag(record_, record_.at, item);
}

// ---- events ----

void RunTurn::start() {
  if (record_.lease.empty()) return begin();
  commands_.lease(str(kLeaseTag), record_.lease);
}

void RunTurn::on(const Event& event) {
  if (is_terminal(record_.status)) return;
  if (const auto* signal = std::get_if<event::Signalled>(&event)) return on_signal(*signal);
  const auto tag = tag_of(event);
  if (tag == kLeaseTag && record_.status == Status::Pending) return begin();
  if (tag == kCancelLimitTag && record_.cancel == Cancel::Workflow) {
    record_.cancel = Cancel::Over;
    return go_on(leave(Leaving::Cancelled));
  }
  if (record_.loop && record_.loop->has_timer && tag == loop_timer()) return loop_timed_out();
  if (const auto item = open_item(record_, tag)) on_item(*item, event);
}

void RunTurn::on_signal(const event::Signalled& signal) {
  if (signal.name == "cancel") return cancel();
  if (signal.name == "complete") return complete();
  if (signal.name == kSignalStartStep) return start_held_step(signal.payload);
  if (signal.name == kSignalStopStep) return stop_step(signal.payload);
  if (!record_.attempt || record_.attempt->leaving != Leaving::No) return;
  go_on(play([&](const Action& action, Play& scene) { action.on_signal(scene, signal); }));
}

void RunTurn::on_item(std::string_view open, const Event& event) {
  const std::string item(open);
  std::erase(record_.attempt->calls, item);
  std::erase(record_.attempt->waits, item);
  if (item.starts_with(kLookBeforeStart))
    return looked_before_start(item.substr(kLookBeforeStart.size()), event);
  if (item == kMark || item == kMarkTimer) return go_on(release_stop(event));
  if (auto settled = told_of_stop(item, event)) return play_item(item, *settled);
  play_item(item, event);
}

void RunTurn::play_item(const std::string& item, const Event& event) {
  if (item == kStepTimer) return go_on(leave(Leaving::TimedOut));
  if (item == kLeaveTimer) return go_on(end_of_leaving());
  if (record_.attempt->leaving != Leaving::No) return go_on(resume_leaving(item, event));
  go_on(play([&](const Action& action, Play& scene) { action.resume(scene, item, event); }));
}

void RunTurn::begin() {
  record_.status = Status::InProgress;
  record_.start = now_;
  emit_event(commands_, run_.scope, execution_event(run_, record_, now_));
  go_on(reach_step(0));
}

// ---- the walk ----

void RunTurn::go_on(MaybeEnd end) {
  while (end) {
    if (is_tried_again(*end)) {
      end = begin_attempt();
      continue;
    }
    close_step(*end);
    const auto next = next_step(*end);
    if (next && !is_new_ground(*next)) return finish();
    if (!next && !record_.loop) return finish();
    end = next ? reach_step(*next) : after_body(*end);
  }
}

RunTurn::MaybeEnd RunTurn::reach_step(std::size_t index) {
  return record_.interactive && record_.cancel == Cancel::No ? hold_step(index) : begin_step(index);
}

RunTurn::MaybeEnd RunTurn::begin_step(std::size_t index) {
  INVARIANT(index < document_.steps.size(), "a jump leads out of the document");
  record_.at = record_.steps.size();
  record_.steps.push_back({.index = index, .start = now_});
  if (document_.steps[index].loop) record_.current().iteration = record_.loop->iteration;
  return begin_attempt();
}

RunTurn::MaybeEnd RunTurn::begin_attempt() {
  auto& step = record_.current();
  ++step.attempts;
  step.status = Status::InProgress;
  step.outputs.clear();
  record_.attempt.emplace();
  const auto* action = action_of(current_step());
  if (!action) return rejected(fmt::format("Unknown action: {}", current_step().action));
  Object room;
  const auto inputs = inputs_seen(room);
  if (!inputs) return rejected(inputs.error().message);
  if (const auto fit = action->check(**inputs); !fit) return rejected(fit.error().message);
  auto end =
      play_with(*action, **inputs, [](const Action& begins, Play& scene) { begins.begin(scene); });
  if (!end) set_step_timer();
  return !end && is_loop(current_step()) ? enter_loop() : std::move(end);
}

void RunTurn::set_step_timer() {
  const auto limits = current_action().limits();
  auto limit = current_step().timeout ? current_step().timeout : limits.by_default;
  if (!limit) return;
  if (limits.at_most) limit = std::min(*limit, *limits.at_most);
  record_.attempt->waits.emplace_back(kStepTimer);
  commands_.pause(tag(kStepTimer), *limit);
}

RunTurn::MaybeEnd RunTurn::play(const std::function<void(const Action&, Play&)>& scene) {
  Object room;
  const auto inputs = inputs_seen(room);
  INVARIANT(inputs, "inputs that were resolved once resolve again");
  return play_with(current_action(), **inputs, scene);
}

RunTurn::MaybeEnd RunTurn::play_with(const Action& action, const Object& inputs,
                                     const std::function<void(const Action&, Play&)>& scene) {
  const RunReferences references(run_, document_, record_,
                                 viewpoint_of(record_, record_.current().start));
  Play current({run_, record_, document_, current_step(), inputs, references, now_}, commands_);
  scene(action, current);
  return current.take_end();
}

Result<Object> RunTurn::inputs_of_current() const {
  return inputs_of_step(run_, document_, record_, record_.current());
}

/// The same without a copy: those that were written where nothing has to be resolved, else what is
/// put into `room`.
Result<const Object*> RunTurn::inputs_seen(Object& room) const {
  const auto& step = current_step();
  const auto* action = action_of(step);
  if (action && has_plain_inputs(step, *action)) return &step.inputs.get_object();
  room = TRY(inputs_of_current());
  return &room;
}

bool RunTurn::is_tried_again(const AttemptEnd& end) const {
  const bool went_wrong = end.result == Status::Failed || end.result == Status::TimedOut;
  if (!went_wrong || end.is_final) return false;
  if (record_.cancel == Cancel::Requested || record_.cancel == Cancel::Over) return false;
  if (record_.loop && record_.loop->timed_out) return false;
  return record_.current().attempts < current_step().max_attempts;
}

void RunTurn::close_step(const AttemptEnd& end) {
  drop_open_items();
  record_.attempt.reset();
  auto& step = record_.current();
  step.status = end.result;
  step.end = now_;
  step.outputs = end.outputs;
  step.failure = end.failure;
  if (record_.status == Status::Waiting) record_.status = Status::InProgress;
  record_.visits.note(step, record_.at);
  judge(end.result);
  tell_of(step);
}

// A step that a cancel of the run has ended says nothing: the run is Cancelled.
void RunTurn::judge(Status result) {
  if (result == Status::Cancelled && record_.cancel != Cancel::No) return;
  const auto verdict = status_with(record_.verdict, current_step(), result);
  if (verdict != record_.verdict) record_.failed = record_.at;
  record_.verdict = verdict;
}

// Steps that went well are told only where a rule asks for them: they would double the journal.
void RunTurn::tell_of(const StepRecord& step) {
  if (step.status == Status::Success && !record_.tells_steps) return;
  emit_event(commands_, run_.scope, step_event(run_, record_, document_, now_));
}

std::optional<std::size_t> RunTurn::next_step(const AttemptEnd& end) {
  if (record_.loop && record_.loop->timed_out) return std::nullopt;
  const auto index = record_.current().index;
  switch (record_.cancel) {
    case Cancel::Over: return std::nullopt;
    case Cancel::No:
      if (record_.completes) return std::nullopt;
      break;
    case Cancel::Workflow:
      if (end.result == Status::Cancelled) return std::nullopt;  // a loop with the workflow in it
      break;
    case Cancel::Requested:
      if (current_step().on_cancel != Jump::Step) return std::nullopt;
      record_.cancel = Cancel::Workflow;
      commands_.pause(str(kCancelLimitTag), kCancelWorkflowLimit);
      return document_.step_index(current_step().on_cancel_step);
  }
  return step_after(document_, index, end.result, end.chosen);
}

// Cycles are refused when a document is read; a run of one that slipped through still ends. Within
// a loop the same steps come again in each iteration.
bool RunTurn::is_new_ground(std::size_t index) {
  const auto last = record_.visits.last(index);
  if (!last || (record_.loop && *last < record_.loop->body_from)) return true;
  record_.trouble = fmt::format("Step {} would run a second time: the document goes in a circle",
                                document_.steps[index].name);
  if (record_.verdict == Status::Success) record_.verdict = Status::Failed;
  return false;
}

void RunTurn::finish() {
  record_.status = record_.cancel == Cancel::No ? record_.verdict : Status::Cancelled;
  record_.end = now_;
  emit_event(commands_, run_.scope, execution_event(run_, record_, now_));
  Object outcome;
  outcome["Status"] = to_string(record_.status);
  outcome["FailureMessage"] = record_.failure_message();
  outcome["Outputs"] = document_outputs(document_, record_);
  if (record_.failed)
    outcome["FailedStep"] = document_.steps[record_.steps[*record_.failed].index].name;
  commands_.finish(std::move(outcome));
}

}  // namespace hikae::runbook
