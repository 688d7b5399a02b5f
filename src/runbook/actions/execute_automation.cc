// aws:executeAutomation (docs/reference/ssm-automation.md 5.13): starts a child run through the API
// and waits for its end.
//
// The token of the start is made of (run, visit of the step, attempt), so that a start that is sent
// again after a crash is the same child. Where this step is left before the child has ended, the
// child is cancelled and its end awaited (docs/decisions/0004-child-of-a-timed-out-step.md); where
// the start itself is still out, its answer is awaited first: only it names the child.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

enum class ChildFate { GoesOn, IsCancelled };

// What becomes of a child whose parent step ran out of time. The service does not say (section 12,
// open question 9); here two children never fight over one instance (hazard P8).
ChildFate child_on_step_timeout() { return ChildFate::IsCancelled; }

Value child_parameters(const Object& inputs) {
  Object parameters;
  const auto* written = find(inputs, "RuntimeParameters");
  if (!written || !written->is_object()) return parameters;
  for (const auto& [name, value] : written->get_object()) parameters[name] = as_texts(value);
  return parameters;
}

Value reserved_tag(std::string_view key, std::string_view value) {
  return Object{{"Key", key}, {"Value", value}};
}

Array child_tags(const Play& play) {
  const auto* written = find(play.inputs(), "Tags");
  Array tags = written && written->is_array() ? written->get_array() : Array{};
  tags.push_back(reserved_tag("hikae:parent-run", play.run().id));
  tags.push_back(reserved_tag("hikae:root-run", play.record().root));
  tags.push_back(reserved_tag("hikae:depth", fmt::format("{}", play.record().depth + 1)));
  tags.push_back(reserved_tag("hikae:parent-step", play.step().name));
  if (play.record().restores_power) tags.push_back(reserved_tag("hikae:power", "restore"));
  if (const auto limit = stop_limit(play.record()))
    tags.push_back(reserved_tag(kStopBeforeTag, iso(*limit)));
  if (play.record().last_stop.is_there())
    tags.push_back(reserved_tag(kLastStopTag, tag_text(play.record().last_stop)));
  return tags;
}

Object start_input(const Play& play) {
  Object input;
  copy_members(play.inputs(),
               {"DocumentName", "DocumentVersion", "MaxConcurrency", "MaxErrors", "TargetLocations",
                "TargetMaps", "TargetParameterName", "Targets"},
               input);
  if (auto parameters = child_parameters(play.inputs()); !parameters.get_object().empty())
    input["Parameters"] = std::move(parameters);
  input["ClientToken"] = play.token("child");
  input["Tags"] = child_tags(play);
  return input;
}

Array flat_outputs(const Value& outcome) {
  Array flat;
  for (const auto& [name, texts] : object_at(outcome, "Outputs")) {
    if (!texts.is_array()) continue;
    for (const auto& text : texts.get_array()) flat.push_back(text);
  }
  return flat;
}

class ExecuteAutomation final : public Action {
 public:
  std::string_view name() const override { return "aws:executeAutomation"; }
  std::string_view doing() const override { return kDoingApi; }
  // A child may take its two minutes of onCancel steps.
  Duration leave_limit() const override { return seconds(150); }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "DocumentName"));
    const auto* parameters = find(inputs, "RuntimeParameters");
    if (parameters && !parameters->is_object() && !parameters->is_null())
      return bad_parameters(*parameters);
    return {};
  }

  void begin(Play& play) const override {
    if (play.record().depth >= limits::kChildDepth)
      return play.fail(step_failure(
          doing(), fmt::format("This run is {} automations deep: one more is not allowed, does {} "
                               "call itself?",
                               play.record().depth, text_at(play.inputs(), "DocumentName"))));
    // As the principal that started the parent, not as the parent's role (1.5).
    play.send_as_starter("start", "ssm", "StartAutomationExecution", start_input(play));
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    if (item == "start") return started(play, std::get<event::Answered>(event).answer);
    if (const auto* ended = std::get_if<event::Ended>(&event)) child_ended(play, ended->outcome);
  }

  void leave(Play& play, Leaving why) const override {
    if (lets_child_go(why)) return;
    if (!play.state().is_null()) stop_child(play);
  }

  void resume_leaving(Play& play, std::string_view item, const Event& event) const override {
    if (item != "start") return;
    const auto& answer = std::get<event::Answered>(event).answer;
    if (!answer) return;
    await_child(play, *answer);
    stop_child(play);
  }

  bool has_left(const Play& play, Leaving why) const override {
    return lets_child_go(why) || (!play.is_open("start") && !play.is_open("child"));
  }

 private:
  static std::unexpected<Error> bad_parameters(const Value& found) {
    return fail(ErrorKind::Invalid, fmt::format("The input RuntimeParameters must be a map, not a "
                                                "{}",
                                                kind_of(found)));
  }

  static bool lets_child_go(Leaving why) {
    return why == Leaving::TimedOut && child_on_step_timeout() == ChildFate::GoesOn;
  }

  static void await_child(Play& play, const Value& answer) {
    play.state() = text_at(answer, "AutomationExecutionId");
    play.await_run("child", text_of(play.state()));
  }

  static void stop_child(Play& play) {
    play.send_as_starter("stop", "ssm", "StopAutomationExecution",
                         Object{{"AutomationExecutionId", play.state()}, {"Type", "Cancel"}});
  }

  void started(Play& play, const Result<Value>& answer) const {
    if (!answer) return play.fail(api_failure(doing(), "StartAutomationExecution", answer.error()));
    await_child(play, *answer);
  }

  void child_ended(Play& play, const Result<Value>& outcome) const {
    const auto id = str(text_of(play.state()));
    Object outputs{{"ExecutionId", id}};
    if (!outcome)
      return play.fail(step_failure(doing(), fmt::format("The automation execution {} is not "
                                                         "there: {}",
                                                         id, outcome.error().text())),
                       std::move(outputs));
    const auto status = text_at(*outcome, "Status");
    outputs["Status"] = status;
    outputs["Output"] = flat_outputs(*outcome);
    if (status == "Success") return play.succeed(std::move(outputs));
    const auto message = text_at(*outcome, "FailureMessage");
    const auto detail = fmt::format("The automation execution {} of {} ended {}{}{}", id,
                                    text_at(play.inputs(), "DocumentName"), status,
                                    message.empty() ? "" : ": ", message);
    play.fail(step_failure(doing(), detail), std::move(outputs));
  }
};

}  // namespace

const Action& execute_automation_action() {
  static const ExecuteAutomation kAction;
  return kAction;
}

}  // namespace hikae::runbook
