// aws:updateVariable (docs/reference/ssm-automation.md 5.19): the value must be of the declared
// type as it is, nothing is converted.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"
#include "runbook/parameters.h"

namespace hikae::runbook {
namespace {

constexpr std::string_view kVariablePrefix = "variable:";

Result<std::string> variable_name(const Object& inputs) {
  const auto name = TRY(required_text(inputs, "Name"));
  if (name.starts_with(kVariablePrefix) && name.size() > kVariablePrefix.size())
    return name.substr(kVariablePrefix.size());
  return fail(
      ErrorKind::Invalid,
      fmt::format("The input Name is '{}': it must be variable:NAME, without braces", name));
}

class UpdateVariable final : public Action {
 public:
  std::string_view name() const override { return "aws:updateVariable"; }
  std::string_view doing() const override { return "updating the variable"; }
  Limits limits() const override { return {.by_default = std::nullopt, .at_most = std::nullopt}; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(variable_name(inputs));
    if (find(inputs, "Value")) return {};
    return fail(ErrorKind::Invalid, "The input Value is missing");
  }

  void begin(Play& play) const override {
    const auto name = variable_name(play.inputs()).value_or("");
    const auto* variable = play.document().variable(name);
    if (!variable)
      return play.fail(step_failure(
          kDoingInputs, fmt::format("The variable '{}' is not declared in the document", name),
          FailureStage::InputValidation));
    const auto& value = *find(play.inputs(), "Value");
    if (const auto fit = check_variable_value(*variable, value); !fit)
      return play.fail(
          step_failure(kDoingInputs, fit.error().message, FailureStage::InputValidation));
    play.set_variable(name, value);
    play.succeed();
  }
};

}  // namespace

const Action& update_variable_action() {
  static const UpdateVariable kAction;
  return kAction;
}

}  // namespace hikae::runbook
