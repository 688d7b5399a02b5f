// aws:loop as a step (docs/reference/ssm-automation.md 5.18): says what to go through; the run goes
// around (runbook/run_loop.cc).
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr std::size_t kIteratorsMost = 100;
constexpr std::int64_t kIterationsMost = 100;

Result<Value> iterators_of(const Object& inputs, const References& references) {
  const auto* written = find(inputs, "Iterators");
  if (!written) return Value();
  auto resolved = TRY(in_context(resolve(*written, references), "Iterators"));
  auto list = resolved.is_array() ? std::move(resolved.get_array()) : Array{std::move(resolved)};
  if (list.size() > kIteratorsMost)
    return fail(ErrorKind::Limit, fmt::format("Iterators has {} entries: a loop takes at most {}",
                                              list.size(), kIteratorsMost));
  const auto type = text_at(inputs, "IteratorDataType", "String");
  for (auto& item : list) item = TRY(in_context(convert(item, type), "Iterators"));
  return Value(std::move(list));
}

Result<int> iterations_of(const Object& inputs, const References& references, const Value& list) {
  auto most = kIterationsMost;
  if (const auto* written = find(inputs, "MaxIterations")) {
    Object resolved{{"MaxIterations", TRY(resolve(*written, references))}};
    most = TRY(optional_whole(resolved, "MaxIterations", kIterationsMost));
    if (most < 1 || most > kIterationsMost)
      return fail(ErrorKind::Invalid, fmt::format("The input MaxIterations is {}: it must be from "
                                                  "1 to {}",
                                                  most, kIterationsMost));
  }
  const auto* items = list.if_array();
  return static_cast<int>(items ? std::min(most, static_cast<std::int64_t>(items->size())) : most);
}

class Loop final : public Action {
 public:
  std::string_view name() const override { return "aws:loop"; }
  std::string_view doing() const override { return kDoingLoop; }
  // The references inside belong to the inner steps and to the condition.
  InputForm input_form() const override { return InputForm::AsWritten; }

  Result<> check(const Object&) const override { return {}; }

  void begin(Play& play) const override {
    auto iterators = iterators_of(play.inputs(), play.references());
    if (!iterators) return refuse(play, iterators.error());
    const auto most = iterations_of(play.inputs(), play.references(), *iterators);
    if (!most) return refuse(play, most.error());
    if (*most == 0) return play.succeed();
    play.enter_loop(*std::move(iterators), *most);
  }

 private:
  static void refuse(Play& play, const Error& error) {
    play.fail(step_failure(kDoingInputs, error.message, FailureStage::InputValidation));
  }
};

}  // namespace

const Action& loop_action() {
  static const Loop kAction;
  return kAction;
}

}  // namespace hikae::runbook
