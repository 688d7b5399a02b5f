// One kind of step. An action is stateless and shared; what an attempt must remember stands in
// `Play::state`, which is saved with the run. To add one: write its file, name it in registry.cc.
//
// An attempt's life: `check` (resolved inputs), `begin`, then `resume` for each event of an item it
// asked for, until it calls one of Play's endings. Where its time is out or the run is cancelled,
// `leave` is called instead, and events go to `resume_leaving` until `has_left` says yes.
#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/machine.h"
#include "runbook/document.h"
#include "runbook/power_stop.h"
#include "runbook/resolve.h"
#include "runbook/run_record.h"

namespace hikae::runbook {

/// How an attempt ended.
struct AttemptEnd {
  Status result = Status::Success;
  Object outputs = {};
  Failure failure = {};
  std::string chosen = {};  // a branch's choice, or empty
  bool is_final = false;    // failing again is certain: not tried again
};

/// In whose name the steps of a run call: its assumeRole, else whoever started it.
[[nodiscard]] inline const std::string& caller_of_steps(const RunRecord& record) {
  return record.role.empty() ? record.caller : record.role;
}

/// One attempt being played, for the length of one event: what an action may see and ask for.
/// Items name open questions within the attempt; they may hold any character but nothing secret.
class Play {
 public:
  struct Site {
    const MachineId& run;
    RunRecord& record;
    const Document& document;
    const Step& step;
    const Object& inputs;
    const References& references;
    WallTime now;
  };
  /// `record.attempt` must be there.
  Play(const Site& site, Commands& commands);

  [[nodiscard]] const MachineId& run() const { return site_.run; }
  [[nodiscard]] const RunRecord& record() const { return site_.record; }
  [[nodiscard]] const Document& document() const { return site_.document; }
  [[nodiscard]] const Step& step() const { return site_.step; }
  [[nodiscard]] const Object& inputs() const { return site_.inputs; }
  [[nodiscard]] const References& references() const { return site_.references; }
  [[nodiscard]] WallTime now() const { return site_.now; }
  [[nodiscard]] int attempt_number() const { return site_.record.current().attempts; }
  [[nodiscard]] Value& state() { return site_.record.attempt->state; }
  [[nodiscard]] const Value& state() const { return site_.record.attempt->state; }

  void send(std::string_view item, std::string_view service, std::string_view operation,
            Value input);
  /// The same in the name of whoever started the run, not of its assumeRole (1.5: children).
  void send_as_starter(std::string_view item, std::string_view service, std::string_view operation,
                       Value input);
  void await(std::string_view item, std::string_view service, std::string_view operation,
             Value input, PollPace pace = kPollAtOnce);
  void wake(std::string_view item, WallTime at);
  void pause(std::string_view item, Duration wait);
  void await_run(std::string_view item, std::string_view run_id);
  void drop(std::string_view item);
  [[nodiscard]] bool is_open(std::string_view item) const;

  /// Whether stops open a power obligation (power.h).
  [[nodiscard]] bool restores_power() const { return record().restores_power; }
  /// That instance was not on before the stop that was just sent.
  void saw_stopped_before(std::string_view instance_id);
  /// Starts need no look any more: whatever was stopped is ours to start.
  void may_start() { has_looked_ = true; }
  /// The run's own start of that instance has been seen: nothing is left to restore.
  void saw_running(std::string_view instance_id);

  /// The attempt waits for a person: step and run are Waiting until it ends.
  void wait_for_people();
  /// Outputs to be seen while the step is open, and where it times out.
  void show(Object outputs) { site_.record.current().outputs = std::move(outputs); }
  /// The value has passed the checks of its declaration.
  void set_variable(std::string_view name, Value value);
  /// The inner steps come next, once for each item of the list, or while the condition holds where
  /// `iterators` is null; at most so many times. Only for aws:loop, and only in `begin`.
  void enter_loop(Value iterators, int most);
  /// The same after a crash, other for every attempt: what makes a second sending harmless.
  [[nodiscard]] std::string token(std::string_view purpose) const;

  // Endings: exactly one, once.
  /// With fixed `outputs` and what the step's own `outputs` select from `answer`.
  void succeed(Object outputs = {}, const Value& answer = nullptr);
  void choose(std::string step_name);
  void fail(Failure failure, Object outputs = {});

  [[nodiscard]] std::optional<AttemptEnd> take_end() { return std::exchange(end_, std::nullopt); }

  static constexpr PollPace kPollAtOnce{.first = seconds(0), .every = seconds(10)};

 private:
  void send_as(std::string_view item, Call call);
  void send_stop(std::string_view item, Call call);
  void guard_power(std::string_view operation, const Value& input);
  void look_before_start(std::string_view item, const Call& start);
  [[nodiscard]] StopAsked stop_of(const Array& instance_ids) const;
  [[nodiscard]] std::string tag(std::string_view item) const;
  Site site_;
  Commands& commands_;
  std::optional<AttemptEnd> end_;
  bool has_looked_ = false;  // before a start
};

class Action {
 public:
  struct Limits {
    std::optional<Duration> by_default = limits::kStepSafetyCap;  // nullopt: bounded by itself
    std::optional<Duration> at_most;
  };
  enum class InputForm { Resolved, AsWritten };

  virtual ~Action() = default;
  [[nodiscard]] virtual std::string_view name() const = 0;  // "aws:sleep"
  /// What the failure texts call it: "Step fails when it is <doing>".
  [[nodiscard]] virtual std::string_view doing() const = 0;
  [[nodiscard]] virtual Limits limits() const { return {}; }
  [[nodiscard]] virtual InputForm input_form() const { return InputForm::Resolved; }

  /// Whether the inputs, resolved, are such that it can begin.
  [[nodiscard]] virtual Result<> check(const Object& inputs) const = 0;
  virtual void begin(Play& play) const = 0;
  virtual void resume(Play& play, std::string_view item, const Event& event) const;
  /// A message of a person (run.h names them); those that an action does not know are ignored.
  virtual void on_signal(Play& play, const event::Signalled& signal) const;
  /// Whether that answer of an awaited item is the one waited for; `inputs` resolves when called.
  [[nodiscard]] virtual bool decides(std::string_view item, const Result<Value>& answer,
                                     const std::function<Object()>& inputs) const;

  virtual void leave(Play& play, Leaving why) const;
  virtual void resume_leaving(Play& play, std::string_view item, const Event& event) const;
  /// By default: at once after a time-out; on a cancel once calls that are out were answered.
  [[nodiscard]] virtual bool has_left(const Play& play, Leaving why) const;
  /// After that long it is left in any case.
  [[nodiscard]] virtual Duration leave_limit() const { return seconds(30); }
};

/// nullptr where there is no such action.
[[nodiscard]] const Action* find_action(std::string_view name);

}  // namespace hikae::runbook
