// aws:executeStateMachine (docs/reference/ssm-automation.md 5.12): starts a Step Functions
// execution and waits for its end. Its name is made of (run, visit of the step, attempt) where the
// document gives none, so that a start that is sent again is the same execution. Where the step is
// left before, the execution is stopped.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"
#include "text/json.h"

namespace hikae::runbook {
namespace {

constexpr PollPace kStatesPace{.first = seconds(1), .every = seconds(5)};

Object start_execution_input(const Play& play) {
  const auto& inputs = play.inputs();
  Object input;
  input["stateMachineArn"] = required_text(inputs, "stateMachineArn").value_or("");
  input["name"] = required_text(inputs, "name").value_or(play.token("state-machine"));
  if (const auto* given = find(inputs, "input")) input["input"] = as_text(*given);
  return input;
}

class ExecuteStateMachine final : public Action {
 public:
  std::string_view name() const override { return "aws:executeStateMachine"; }
  std::string_view doing() const override { return "executing the state machine"; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "stateMachineArn"));
    const auto* input = find(inputs, "input");
    if (!input || !input->is_string() || text::parse_json(text_of(*input))) return {};
    return fail(ErrorKind::Invalid, "The input input is no JSON text");
  }

  void begin(Play& play) const override {
    play.send("start", "stepfunctions", "StartExecution", start_execution_input(play));
  }

  bool decides(std::string_view, const Result<Value>& answer,
               const std::function<Object()>&) const override {
    if (!answer) return true;
    const auto status = text_at(*answer, "status");
    return !status.empty() && status != "RUNNING" && status != "PENDING_REDRIVE";
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (item == "start") return started(play, answered->answer);
    ended(play, answered->answer);
  }

  void leave(Play& play, Leaving) const override { stop_execution(play); }

  void resume_leaving(Play& play, std::string_view item, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (item != "start" || !answered || !answered->answer) return;
    play.state() = text_at(*answered->answer, "executionArn");
    stop_execution(play);
  }

  bool has_left(const Play& play, Leaving) const override {
    return !play.is_open("start") && !play.is_open("stop");
  }

 private:
  static void stop_execution(Play& play) {
    if (text_of(play.state()).empty()) return;
    play.send("stop", "stepfunctions", "StopExecution",
              Object{{"executionArn", play.state()},
                     {"cause", fmt::format("step {} of the automation execution {} was left",
                                           play.step().name, play.run().id)}});
  }

  void started(Play& play, const Result<Value>& answer) const {
    if (!answer) return play.fail(api_failure(doing(), "StartExecution", answer.error()));
    play.state() = text_at(*answer, "executionArn");
    play.show({{"executionArn", play.state()}});
    play.await("execution", "stepfunctions", "DescribeExecution",
               Object{{"executionArn", play.state()}}, kStatesPace);
  }

  void ended(Play& play, const Result<Value>& answer) const {
    if (!answer)
      return play.fail(api_failure(doing(), "DescribeExecution", answer.error()),
                       {{"executionArn", play.state()}});
    Object outputs;
    copy_members(answer->is_object() ? answer->get_object() : Object{},
                 {"executionArn", "input", "name", "output", "startDate", "stateMachineArn",
                  "status", "stopDate"},
                 outputs);
    const auto status = text_at(*answer, "status");
    if (status == "SUCCEEDED") return play.succeed(std::move(outputs), *answer);
    const auto error = text_at(*answer, "error");
    const auto cause = text_at(*answer, "cause");
    const auto detail =
        fmt::format("The execution {} ended {}{}{}{}{}", text_of(play.state()), status,
                    error.empty() ? "" : ": ", error, cause.empty() ? "" : ": ", cause);
    play.fail(step_failure(doing(), detail), std::move(outputs));
  }
};

}  // namespace

const Action& execute_state_machine_action() {
  static const ExecuteStateMachine kAction;
  return kAction;
}

}  // namespace hikae::runbook
