// aws:waitForAwsResourceProperty: asks until the property matches (docs/reference/ssm-automation.md
// 5.2). It knows no bad final state: an image that failed is asked for until the time is out.
#include "runbook/actions/api_call.h"
#include "runbook/actions/property.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

/// The instance for whose `running`, and nothing else, the step has waited; empty: another wait.
std::string instance_seen_running(const Object& inputs) {
  const auto& ids = list_at(inputs, "InstanceIds");
  const auto& desired = list_at(inputs, "DesiredValues");
  const bool waits_for_it = api_call_of(inputs).operation == "DescribeInstances" &&
                            ids.size() == 1 && desired.size() == 1 &&
                            text_of(desired.front()) == "running" &&
                            text_at(inputs, "PropertySelector").ends_with(".State.Name");
  return waits_for_it ? str(text_of(ids.front())) : std::string();
}

class WaitForProperty final : public Action {
 public:
  std::string_view name() const override { return "aws:waitForAwsResourceProperty"; }
  std::string_view doing() const override { return "verifying the resource property"; }
  Limits limits() const override { return {.by_default = hours(1), .at_most = std::nullopt}; }

  Result<> check(const Object& inputs) const override { return check_property(inputs); }

  void begin(Play& play) const override {
    const auto call = api_call_of(play.inputs());
    play.await("property", call.service, call.operation, property_call_input(play.inputs()));
  }

  bool decides(std::string_view, const Result<Value>& answer,
               const std::function<Object()>& inputs) const override {
    return !answer || property_is_desired(inputs(), *answer);
  }

  void resume(Play& play, std::string_view, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (answered->answer) {
      if (const auto started = instance_seen_running(play.inputs()); !started.empty())
        play.saw_running(started);
      return play.succeed({}, *answered->answer);
    }
    play.fail(api_failure(doing(), api_call_of(play.inputs()).operation, answered->answer.error()));
  }
};

}  // namespace

const Action& wait_property_action() {
  static const WaitForProperty kAction;
  return kAction;
}

}  // namespace hikae::runbook
