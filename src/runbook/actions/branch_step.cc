// aws:branch as a step: decided at once (runbook/branch.h).
#include "runbook/actions/registry.h"
#include "runbook/branch.h"

namespace hikae::runbook {
namespace {

class BranchStep final : public Action {
 public:
  std::string_view name() const override { return "aws:branch"; }
  std::string_view doing() const override { return "evaluating the choices"; }
  Limits limits() const override { return {.by_default = std::nullopt, .at_most = std::nullopt}; }
  // A reference without a value is an answer here, not an error.
  InputForm input_form() const override { return InputForm::AsWritten; }

  Result<> check(const Object&) const override { return {}; }

  void begin(Play& play) const override {
    const auto chosen = choose_branch(play.inputs(), play.references());
    if (!chosen)
      return play.fail(
          step_failure(kDoingInputs, chosen.error().message, FailureStage::InputValidation));
    play.choose(chosen->value_or(""));
  }
};

}  // namespace

const Action& branch_action() {
  static const BranchStep kAction;
  return kAction;
}

}  // namespace hikae::runbook
