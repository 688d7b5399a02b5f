// aws:executeAwsApi: one call of any API (docs/reference/ssm-automation.md 5.1).
#include "runbook/actions/api_call.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

Object payload_output(const Play& play, const Value& answer) {
  Object outputs;
  if (play.step().shows_payload) outputs["OutputPayload"] = answer;
  return outputs;
}

class ExecuteAwsApi final : public Action {
 public:
  std::string_view name() const override { return "aws:executeAwsApi"; }
  std::string_view doing() const override { return kDoingApi; }
  // The 25 s of one call are the engine's, which then finds out what became of it: a CreateImage
  // whose answer was lost is looked for, not given up.
  Limits limits() const override { return {.by_default = std::nullopt, .at_most = std::nullopt}; }

  Result<> check(const Object& inputs) const override { return check_api_call(inputs); }

  void begin(Play& play) const override {
    auto call = api_call_of(play.inputs());
    play.send("call", call.service, call.operation, std::move(call.input));
  }

  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (answered->answer)
      return play.succeed(payload_output(play, *answered->answer), *answered->answer);
    play.fail(api_failure(doing(), api_call_of(play.inputs()).operation, answered->answer.error()));
  }

  // A call that is out when the run is cancelled is waited for: what it answers is its output.
  void resume_leaving(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (answered && answered->answer) play.succeed({}, *answered->answer);
  }
};

}  // namespace

const Action& execute_aws_api_action() {
  static const ExecuteAwsApi kAction;
  return kAction;
}

}  // namespace hikae::runbook
