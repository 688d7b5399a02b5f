// aws:assertAwsResourceProperty: one call, the property must match (docs/reference/
// ssm-automation.md 5.2).
#include <fmt/format.h>

#include "runbook/actions/api_call.h"
#include "runbook/actions/property.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

class AssertProperty final : public Action {
 public:
  std::string_view name() const override { return "aws:assertAwsResourceProperty"; }
  std::string_view doing() const override { return "verifying the resource property"; }

  Result<> check(const Object& inputs) const override { return check_property(inputs); }

  void begin(Play& play) const override {
    const auto call = api_call_of(play.inputs());
    play.send("call", call.service, call.operation, property_call_input(play.inputs()));
  }

  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    const auto& answer = answered->answer;
    if (!answer)
      play.fail(api_failure(doing(), api_call_of(play.inputs()).operation, answer.error()));
    else if (property_is_desired(play.inputs(), *answer))
      play.succeed({}, *answer);
    else
      play.fail(unmatched(play.inputs(), *answer));
  }

 private:
  Failure unmatched(const Object& inputs, const Value& answer) const {
    const auto* desired = find(inputs, "DesiredValues");
    return step_failure(
        doing(),
        fmt::format("The property {} is {}, desired is {}", text_at(inputs, "PropertySelector"),
                    property_shown(inputs, answer), desired ? as_text(*desired) : "[]"),
        FailureStage::PostVerification, FailureType::Verification);
  }
};

}  // namespace

const Action& assert_property_action() {
  static const AssertProperty kAction;
  return kAction;
}

}  // namespace hikae::runbook
