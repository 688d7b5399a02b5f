// aws:pause (docs/reference/ssm-automation.md 5.16): waits until somebody sends Resume. It has no
// time-out of its own; the safety cap of all steps ends what everybody has forgotten.
#include "runbook/actions/registry.h"
#include "runbook/signals.h"

namespace hikae::runbook {
namespace {

class Pause final : public Action {
 public:
  std::string_view name() const override { return "aws:pause"; }
  std::string_view doing() const override { return "waiting to be resumed"; }

  Result<> check(const Object&) const override { return {}; }

  void begin(Play& play) const override { play.wait_for_people(); }

  void on_signal(Play& play, const event::Signalled& signal) const override {
    const auto step = text_at(signal.payload, "StepName");
    const bool is_meant = step.empty() || step == play.step().name;
    if (signal.name == kSignalResume && is_meant) play.succeed();
  }
};

}  // namespace

const Action& pause_action() {
  static const Pause kAction;
  return kAction;
}

}  // namespace hikae::runbook
