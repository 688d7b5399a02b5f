// aws:sleep (docs/reference/ssm-automation.md 5.16): the instant of waking is fixed when it begins,
// so a restart of hikae does not prolong it.
#include <fmt/format.h>

#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr Duration kLongestSleep = seconds(604'799);

Result<WallTime> wake_time(const Object& inputs, WallTime now) {
  if (find(inputs, "Duration")) {
    const auto duration = TRY(parse_iso_duration(TRY(required_text(inputs, "Duration"))));
    return now + duration;
  }
  const auto* name = find(inputs, "TimeStamp") ? "TimeStamp" : "Timestamp";
  if (!find(inputs, name))
    return fail(ErrorKind::Invalid, "The input Duration is missing: give it, or Timestamp");
  return parse_iso(TRY(required_text(inputs, name)));
}

class Sleep final : public Action {
 public:
  std::string_view name() const override { return "aws:sleep"; }
  std::string_view doing() const override { return "sleeping"; }
  Limits limits() const override { return {.by_default = std::nullopt, .at_most = std::nullopt}; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(wake_time(inputs, WallTime{}));
    return {};
  }

  void begin(Play& play) const override {
    const auto at = wake_time(play.inputs(), play.now()).value_or(play.now());
    if (at - play.now() > kLongestSleep)
      return play.fail(
          step_failure(kDoingInputs,
                       fmt::format("It would sleep until {}: the longest sleep is {} seconds",
                                   iso(at), to_seconds(kLongestSleep)),
                       FailureStage::InputValidation));
    if (at <= play.now()) return play.succeed();
    play.wake("over", at);
  }

  void resume(Play& play, std::string_view, const Event&) const override { play.succeed(); }
};

}  // namespace

const Action& sleep_action() {
  static const Sleep kAction;
  return kAction;
}

}  // namespace hikae::runbook
