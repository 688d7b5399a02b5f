// One event played through a run: changes the record and says what to do next (run.cc owns both).
#pragma once

#include <functional>
#include <optional>
#include <string_view>

#include "base/machine.h"
#include "runbook/actions/action.h"
#include "runbook/document.h"
#include "runbook/power_stop.h"
#include "runbook/run_record.h"
#include "runbook/run_references.h"

namespace hikae::runbook {

class RunTurn {
 public:
  /// For the length of one event; everything must outlive it.
  RunTurn(const MachineId& run, const Document& document, RunRecord& record, WallTime now,
          Commands& commands)
      : run_(run), document_(document), record_(record), now_(now), commands_(commands) {}

  /// The record is as `begin_record` made it.
  void start();
  void on(const Event& event);

  [[nodiscard]] static bool is_loop(const Step& step) { return step.body_size > 0; }
  /// Whether that answer of an awaited call is the one waited for. `inputs` are those of the step
  /// under way, made where they are absent and asked for: good until the next event.
  [[nodiscard]] static bool decides(const MachineId& run, const Document& document,
                                    const RunRecord& record, std::string_view tag,
                                    const Result<Value>& answer, std::optional<Object>& inputs);

 private:
  using MaybeEnd = std::optional<AttemptEnd>;
  void begin();
  void on_signal(const event::Signalled& signal);
  void start_held_step(const Value& payload);
  void stop_step(const Value& payload);
  void on_item(std::string_view item, const Event& event);
  void play_item(const std::string& item, const Event& event);
  std::optional<Event> told_of_stop(std::string_view item, const Event& event);
  [[nodiscard]] StopAsked stop_of(const Array& instance_ids) const;
  [[nodiscard]] MaybeEnd release_stop(const Event& event);
  void drop_held_stop();
  void tell_unmarked(const HeldStop& stop, const std::string& why);
  void looked_before_start(const std::string& item, const Event& event);

  void go_on(MaybeEnd end);
  MaybeEnd reach_step(std::size_t index);
  MaybeEnd hold_step(std::size_t index);
  MaybeEnd begin_step(std::size_t index);
  MaybeEnd begin_attempt();
  MaybeEnd play(const std::function<void(const Action&, Play&)>& scene);
  MaybeEnd play_with(const Action& action, const Object& inputs,
                     const std::function<void(const Action&, Play&)>& scene);
  bool is_tried_again(const AttemptEnd& end) const;
  void close_step(const AttemptEnd& end);
  void judge(Status result);
  std::optional<std::size_t> next_step(const AttemptEnd& end);
  void tell_of(const StepRecord& step);

  MaybeEnd enter_loop();
  MaybeEnd begin_iteration();
  MaybeEnd after_body(const AttemptEnd& last);
  [[nodiscard]] bool cancels_the_loop() const;
  AttemptEnd verdict_of_body(const AttemptEnd& last) const;
  [[nodiscard]] Result<bool> goes_round_again() const;
  MaybeEnd end_loop(AttemptEnd end);
  void loop_timed_out();
  [[nodiscard]] std::string loop_timer() const;

  void complete();
  void leave_held_step();
  void cancel();
  MaybeEnd leave(Leaving why);
  MaybeEnd resume_leaving(std::string_view item, const Event& event);
  MaybeEnd end_of_leaving();
  void drop_open_items();

  bool is_new_ground(std::size_t index);
  void finish();
  void set_step_timer();
  [[nodiscard]] Result<Object> inputs_of_current() const;
  [[nodiscard]] Result<const Object*> inputs_seen(Object& room) const;
  [[nodiscard]] const Step& current_step() const;
  [[nodiscard]] const Action& current_action() const;
  [[nodiscard]] std::string tag(std::string_view item) const;

  const MachineId& run_;
  const Document& document_;
  RunRecord& record_;
  WallTime now_;
  Commands& commands_;
};

/// The inputs of a step as they are from there.
[[nodiscard]] Result<Object> inputs_seen_from(const MachineId& run, const Document& document,
                                              const RunRecord& record, const Step& written,
                                              const Viewpoint& from);

/// The inputs of the step that is under way, made again from what the run remembers.
[[nodiscard]] Result<Object> inputs_of_step(const MachineId& run, const Document& document,
                                            const RunRecord& record, const StepRecord& step);

}  // namespace hikae::runbook
