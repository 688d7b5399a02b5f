// aws:executeAwsApi: one call of any API (docs/reference/ssm-automation.md 5.1).
#include <fmt/format.h>

#include "runbook/actions/api_call.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr Duration kOneApiCall = seconds(25);

class ExecuteAwsApi final : public Action {
 public:
  std::string_view name() const override { return "aws:executeAwsApi"; }
  std::string_view doing() const override { return kDoingApi; }
  // The cap of the one call ends it: no step timer of its own unless the document asks for one.
  Limits limits() const override { return {.by_default = std::nullopt, .at_most = std::nullopt}; }

  Result<> check(const Object& inputs) const override { return check_api_call(inputs); }

  void begin(Play& play) const override {
    const auto call = api_call_of(play.inputs());
    play.send("call", call.service, call.operation, call.input);
    play.wake("cap", play.now() + kOneApiCall);
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    if (item == "cap") return give_up(play);
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    play.drop("cap");
    if (answered->answer) return play.succeed({}, *answered->answer);
    play.fail(api_failure(doing(), api_call_of(play.inputs()).operation, answered->answer.error()));
  }

 private:
  void give_up(Play& play) const {
    const auto call = api_call_of(play.inputs());
    play.drop("call");
    play.fail(step_failure(
        doing(), fmt::format("The {} operation of {} did not answer within {} seconds: whether it "
                             "took effect is unknown",
                             call.operation, call.service, to_seconds(kOneApiCall))));
  }
};

}  // namespace

const Action& execute_aws_api_action() {
  static const ExecuteAwsApi kAction;
  return kAction;
}

}  // namespace hikae::runbook
