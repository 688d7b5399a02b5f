// Plays a rehearsal on its stage: starts the run, lets time go on, does what people do, and looks
// until nothing of the run is left under way.
#include <fmt/format.h>

#include <algorithm>

#include "sim/history.h"
#include "sim/rehearsal_stage.h"

namespace hikae::sim::rehearsal {
namespace {

constexpr std::string_view kRunPlaceholder = "$RUN";

Value with_run(const Value& value, const std::string& run) {
  if (value.is_string()) {
    auto text = str(text_of(value));
    for (auto at = text.find(kRunPlaceholder); at != std::string::npos;
         at = text.find(kRunPlaceholder, at + run.size()))
      text.replace(at, kRunPlaceholder.size(), run);
    return Value(text);
  }
  if (const auto* list = value.if_array()) {
    Array copy;
    for (const auto& item : *list) copy.push_back(with_run(item, run));
    return copy;
  }
  if (!value.is_object()) return value;
  Object copy;
  for (const auto& [key, member] : value.get_object()) copy[key] = with_run(member, run);
  return copy;
}

}  // namespace

Result<> Stage::play() {
  auto input = rehearsal_.request;
  input["DocumentName"] = rehearsal_.document.name;
  if (!rehearsal_.parameters.empty()) input["Parameters"] = rehearsal_.parameters;
  limit_ = time_.now() + rehearsal_.max_time;
  timeline_.begin();
  expect_deeds();
  const auto started = ask("ssm", "StartAutomationExecution", std::move(input));
  if (!started) {
    refusal_ = started.error();
    timeline_.note("the execution is refused", refusal_->text());
    return {};
  }
  run_ = text_at(*started, "AutomationExecutionId");
  const bool ended = go_on([this] { return timeline_.has_ended(); });
  const bool rested = ended && go_on([this] { return rests(); });
  if (rested && rehearsal_.linger > Duration{0}) {
    limit_ = time_.now() + rehearsal_.linger;
    std::ignore = go_on([] { return false; });
    time_.run_until(std::max(limit_, time_.now()));
    tell_changes();
  }
  timeline_.end();
  tell_runs();
  if (!broken_.empty()) return fail(ErrorKind::Unavailable, broken_);
  if (rested) return {};
  if (ended)
    return fail(ErrorKind::Timeout,
                fmt::format("the run has ended, but {} after the start something that it left (a "
                            "child, a mail, a start that is owed) was still under way; max_time "
                            "gives it longer",
                            human(rehearsal_.max_time)));
  return fail(
      ErrorKind::Timeout,
      fmt::format("the run had not ended after {}; it is {} at step {}; max_time gives it "
                  "longer",
                  human(rehearsal_.max_time), text_at(execution_, "AutomationExecutionStatus"),
                  text_at(execution_, "CurrentStepName", "(none)")));
}

/// Time goes on, deeds are done as they fall due, until it is over (true) or the limit comes.
bool Stage::go_on(const std::function<bool()>& is_over) {
  for (;;) {
    std::ignore = time_.run_while_busy(
        [&] {
          look_for_steps();
          tell_changes();
          return !due_.empty() || is_over();
        },
        limit_);
    look_for_steps();
    tell_changes();
    if (due_.empty()) return is_over();
    run_deeds();
    if (!broken_.empty()) return false;
  }
}

/// Of this run and of all that it began, the eldest first.
void Stage::tell_runs() {
  constexpr std::int64_t kRunsTold = 1000;
  if (!house_) return;
  auto views = house_->kernel().list(scope_, "run", kRunsTold);
  for (auto view = views.rbegin(); view != views.rend(); ++view) {
    const auto answer =
        ask("ssm", "GetAutomationExecution", Object{{"AutomationExecutionId", view->id.id}});
    const auto* execution = answer ? find(*answer, "AutomationExecution") : nullptr;
    if (!execution) continue;
    timeline_.tell_run(*execution);
    if (view->id.id == run_) execution_ = *execution;
  }
}

bool Stage::rests() const {
  auto& kernel = house_->kernel();
  return kernel.quiet() && kernel.living() == kernel.living("window") + kernel.living("rule");
}

void Stage::tell_changes() {
  const auto& changes = machines_->changes(scope_);
  for (; changes_told_ < changes.size(); ++changes_told_) {
    const auto& change = changes[changes_told_];
    timeline_.note_at(change.at, fmt::format("{} {}", change.resource, change.what),
                      change.instance == change.resource ? "" : "of " + change.instance);
  }
}

// ---- what people do ----

void Stage::expect_deeds() {
  is_done_.assign(rehearsal_.deeds.size(), false);
  for (std::size_t i = 0; i < rehearsal_.deeds.size(); ++i) {
    const auto& deed = rehearsal_.deeds[i];
    if (deed.step.empty())
      arm(i, time_.now() + deed.after);
    else
      awaiting_step_.push_back(i);
  }
}

void Stage::arm(std::size_t deed, WallTime when) {
  if (when <= time_.now()) return due_.push_back(deed);
  time_.at(when, [this, deed] { due_.push_back(deed); });
}

/// Who waits for a step asks the runs under way for theirs whenever one of them has gone on; the
/// answer comes before time moves.
void Stage::look_for_steps() {
  if (awaiting_step_.empty() || !house_) return;
  auto& kernel = house_->kernel();
  if (std::exchange(commits_seen_, kernel.journal_counters().commits) ==
      kernel.journal_counters().commits)
    return;
  for (const auto& view : kernel.living_views("run")) {
    const auto steps = list_at(view.record, "steps").size();
    if (std::exchange(steps_seen_[view.id.id], steps) == steps) continue;
    unnoticed([&] {
      house_->cloud().call(
          {scope_,
           "ssm",
           "GetAutomationExecution",
           Object{{"AutomationExecutionId", view.id.id}},
           {}},
          [this](const Result<Value>& answer) {
            if (const auto* execution = answer ? find(*answer, "AutomationExecution") : nullptr)
              learn_steps(*execution);
          });
    });
  }
}

void Stage::learn_steps(const Value& execution) {
  for (const auto& step : list_at(execution, "StepExecutions")) {
    const auto began = parse_iso(text_at(step, "ExecutionStartTime"));
    if (!began) continue;
    std::erase_if(awaiting_step_, [&](std::size_t i) {
      const auto& deed = rehearsal_.deeds[i];
      if (deed.step != text_at(step, "StepName")) return false;
      arm(i, *began + deed.after);
      return true;
    });
  }
}

void Stage::run_deeds() {
  while (!due_.empty() && broken_.empty()) {
    const auto i = due_.front();
    due_.pop_front();
    is_done_[i] = true;
    run_deed(rehearsal_.deeds[i]);
  }
}

void Stage::run_deed(const Deed& deed) {
  switch (deed.kind) {
    case Deed::Kind::Restart: return restart(deed.down);
    case Deed::Kind::Call: return call_from_outside(deed);
    case Deed::Kind::Cancel: {
      Deed cancel = deed;
      cancel.service = "ssm";
      cancel.operation = "StopAutomationExecution";
      cancel.input = Object{{"AutomationExecutionId", run_}, {"Type", "Cancel"}};
      return call_from_outside(cancel);
    }
  }
}

/// Machines are asked directly, as by somebody's console; all else through hikae's door.
void Stage::call_from_outside(const Deed& deed) {
  const auto shown =
      timeline_.note(fmt::format("somebody calls {}:{}", deed.service, deed.operation));
  aws::Request request{scope_, deed.service, deed.operation, with_run(deed.input, run_),
                       str(kOperator)};
  auto& door = deed.service == "ec2" ? static_cast<aws::Cloud&>(*machines_) : house_->cloud();
  const bool was_on = timeline_.is_on();
  timeline_.end();
  door.call(std::move(request),
            [this, shown](const Result<Value>& answer) { timeline_.answered(shown, answer); });
  if (was_on) timeline_.begin();
}

std::vector<std::string> Stage::undone() const {
  constexpr const char* kWords[] = {"cancel", "meanwhile", "restart"};
  std::vector<std::string> undone;
  for (std::size_t i = 0; i < is_done_.size(); ++i) {
    if (is_done_[i]) continue;
    const auto& deed = rehearsal_.deeds[i];
    undone.push_back(
        fmt::format("{} {}", kWords[static_cast<int>(deed.kind)],
                    deed.step.empty() ? "after " + human(deed.after) : "at " + deed.step));
  }
  return undone;
}

}  // namespace hikae::sim::rehearsal
