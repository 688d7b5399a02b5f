// aws:changeInstanceState (docs/reference/ssm-automation.md 5.5).
//
// One call for all instances, then one wait for each, so that the engine can ask for the instances
// of many runs at once. An item names what is waited for and for whom: "running/i-0123".
//
//   stopped      StopInstances       -> stopped (terminated: failed)
//   terminated   TerminateInstances  -> terminated
//   running      StartInstances      -> [left] -> running -> checks
//
// Where the run restores power, a stop is preceded by a look at each instance ("before/…"): what is
// off already is not ours to restore, even where the answer of the stop is lost. What is on is ours
// only if the stop's own answer does not say otherwise (runbook/power_stop.h).
//
// "left" is there with FailOnUnexpectedStopped only: once the instance has been seen in another
// state than stopped, being stopped again means that the start did not hold. Without having seen it
// leave, a stale answer of the describe call could not be told from a start that failed.
#include <fmt/format.h>

#include "runbook/actions/ec2_answers.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr std::string_view kChange = "change";
constexpr std::string_view kWaitBefore = "before";
constexpr std::string_view kWaitLeft = "left";
constexpr std::string_view kWaitRunning = "running";
constexpr std::string_view kWaitStarted = "started";  // running, where stopped is a failure
constexpr std::string_view kWaitChecks = "checks";
constexpr std::string_view kWaitStopped = "stopped";
constexpr std::string_view kWaitTerminated = "terminated";

struct InstanceWait {
  std::string_view what;
  std::string_view instance;
};

InstanceWait wait_of(std::string_view item) {
  const auto slash = std::min(item.find('/'), item.size());
  return {item.substr(0, slash), item.substr(std::min(slash + 1, item.size()))};
}

bool is_gone(std::string_view state) { return state == "shutting-down" || state == "terminated"; }

bool ends_wait(std::string_view what, std::string_view state) {
  if (state.empty()) return false;
  if (what == kWaitBefore) return true;
  if (what == kWaitLeft) return state != "stopped" && state != "stopping";
  if (what == kWaitRunning) return state == "running" || is_gone(state);
  if (what == kWaitStarted) return state == "running" || state == "stopped" || is_gone(state);
  if (what == kWaitTerminated) return state == "terminated";
  return state == "stopped" || is_gone(state);
}

enum class Checks { Open, Passed, Impaired };

// insufficient-data and not-applicable are what the service says while it has not looked yet.
Checks checks_of(const Value& answer, std::string_view instance) {
  const auto* entry = instance_status_in(answer, instance);
  if (!entry) return Checks::Open;
  const auto guest = text_at(object_at(*entry, "InstanceStatus"), "Status");
  const auto host = text_at(object_at(*entry, "SystemStatus"), "Status");
  if (guest == "ok" && host == "ok") return Checks::Passed;
  return guest == "impaired" || host == "impaired" ? Checks::Impaired : Checks::Open;
}

class ChangeInstanceState final : public Action {
 public:
  std::string_view name() const override { return "aws:changeInstanceState"; }
  std::string_view doing() const override { return "changing the state of the instance(s)"; }
  Limits limits() const override { return {.by_default = hours(1), .at_most = std::nullopt}; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_list(inputs, "InstanceIds"));
    const auto desired = TRY(required_text(inputs, "DesiredState"));
    if (desired != "running" && desired != "stopped" && desired != "terminated")
      return bad_state(desired);
    for (const auto* flag : {"CheckStateOnly", "Force", "FailOnUnexpectedStopped"})
      TRY_DO(optional_flag(inputs, flag, false));
    return {};
  }

  void begin(Play& play) const override {
    const auto& inputs = play.inputs();
    if (optional_flag(inputs, "CheckStateOnly", false).value_or(false))
      return watch_all(play, first_wait(inputs));
    const bool stops = text_at(inputs, "DesiredState") == "stopped";
    if (stops && play.restores_power()) return watch_all(play, kWaitBefore);
    change(play);
  }

  bool decides(std::string_view item, const Result<Value>& answer,
               const std::function<Object()>&) const override {
    if (!answer) return true;
    const auto wait = wait_of(item);
    if (wait.what == kWaitChecks) return checks_of(*answer, wait.instance) != Checks::Open;
    return ends_wait(wait.what, instance_state_in(*answer, wait.instance));
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (item == kChange) return changed(play, answered->answer);
    const auto wait = wait_of(item);
    if (!answered->answer) return unseen(play, wait, answered->answer.error());
    if (wait.what == kWaitChecks) return checked(play, wait, *answered->answer);
    if (wait.what == kWaitBefore) return seen_before(play, wait, *answered->answer);
    arrived(play, wait, instance_state_in(*answered->answer, wait.instance));
  }

 private:
  static std::unexpected<Error> bad_state(std::string_view desired) {
    return fail(ErrorKind::Invalid,
                fmt::format("The input DesiredState is '{}': it must be running, stopped or "
                            "terminated",
                            desired));
  }

  static std::string_view operation(std::string_view desired) {
    if (desired == "running") return "StartInstances";
    return desired == "stopped" ? "StopInstances" : "TerminateInstances";
  }

  void change(Play& play) const {
    const auto& inputs = play.inputs();
    const auto desired = text_at(inputs, "DesiredState");
    Object input;
    input["InstanceIds"] = required_list(inputs, "InstanceIds").value_or(Array{});
    if (desired == "stopped" && optional_flag(inputs, "Force", false).value_or(false))
      input["Force"] = true;
    if (desired == "running") copy_members(inputs, {"AdditionalInfo"}, input);
    play.send(kChange, "ec2", operation(desired), std::move(input));
  }

  void seen_before(Play& play, const InstanceWait& wait, const Value& answer) const {
    const auto state = instance_state_in(answer, wait.instance);
    const bool was_on = state == "running" || state == "pending";
    if (!was_on) {
      auto& off = play.state().as_object()["off"];
      if (!off.is_array()) off.emplace_array();
      off.get_array().emplace_back(wait.instance);
    }
    if (count_down(play) > 0) return;
    change(play);
    for (const auto& id : list_at(play.state(), "off")) play.saw_stopped_before(text_of(id));
  }

  // How many instances are still waited for.
  static std::int64_t count_down(Play& play) {
    const auto left = int_at(play.state(), "left").value_or(1) - 1;
    play.state().as_object()["left"] = left;
    return left;
  }

  void changed(Play& play, const Result<Value>& answer) const {
    if (answer && left_to_others(play, *answer)) return;
    if (answer) return watch_all(play, first_wait(play.inputs()));
    play.fail(
        api_failure(doing(), operation(text_at(play.inputs(), "DesiredState")), answer.error()));
  }

  // A start that changes nothing is not waited for (run_start.cc).
  bool left_to_others(Play& play, const Value& answer) const {
    if (!play.restores_power()) return false;
    for (const auto& change : list_at(answer, "StartingInstances")) {
      const auto state = text_at(object_at(change, "CurrentState"), "Name");
      if (state != "stopped") continue;
      unexpected(play, text_at(change, "InstanceId"), state);
      return true;
    }
    return false;
  }

  static void watch_all(Play& play, std::string_view what) {
    const auto ids = required_list(play.inputs(), "InstanceIds").value_or(Array{});
    std::int64_t left = 0;
    for (const auto& id : ids) {
      const auto item = fmt::format("{}/{}", what, text_of(id));
      if (play.is_open(item)) continue;  // an id that is written twice
      watch(play, item);
      ++left;
    }
    play.state() = Object{{"left", left}};
  }

  static std::string_view first_wait(const Object& inputs) {
    const auto desired = text_at(inputs, "DesiredState");
    if (desired == "stopped") return kWaitStopped;
    if (desired == "terminated") return kWaitTerminated;
    const bool strict = optional_flag(inputs, "FailOnUnexpectedStopped", false).value_or(false);
    const bool starts = !optional_flag(inputs, "CheckStateOnly", false).value_or(false);
    return strict && starts ? kWaitLeft : kWaitRunning;
  }

  static void watch(Play& play, std::string_view item) {
    play.await(item, "ec2", "DescribeInstances", single_id("InstanceIds", wait_of(item).instance));
  }

  void unseen(Play& play, const InstanceWait& wait, const Error& error) const {
    if (wait.what == kWaitTerminated && says_not_found(error)) return arrive(play);
    play.fail(api_failure(
        doing(), wait.what == kWaitChecks ? "DescribeInstanceStatus" : "DescribeInstances", error));
  }

  void arrived(Play& play, const InstanceWait& wait, std::string_view state) const {
    if (wait.what == kWaitLeft) return watch(play, fmt::format("started/{}", wait.instance));
    const auto wanted = wait.what == kWaitStarted ? kWaitRunning : wait.what;
    if (state != wanted) return unexpected(play, wait.instance, state);
    if (wanted != kWaitRunning) return arrive(play);
    Object input = single_id("InstanceIds", wait.instance).as_object();
    input["IncludeAllInstances"] = true;
    play.await(fmt::format("{}/{}", kWaitChecks, wait.instance), "ec2", "DescribeInstanceStatus",
               std::move(input));
  }

  void checked(Play& play, const InstanceWait& wait, const Value& answer) const {
    play.saw_running(wait.instance);
    if (checks_of(answer, wait.instance) == Checks::Passed) return arrive(play);
    play.fail(step_failure(
        doing(),
        fmt::format("Instance {} is running, but its status check is impaired", wait.instance),
        FailureStage::PostVerification, FailureType::Verification));
  }

  void unexpected(Play& play, std::string_view instance, std::string_view state) const {
    play.fail(step_failure(doing(),
                           fmt::format("Instance {} entered unexpected state: {}", instance, state),
                           FailureStage::PostVerification, FailureType::Verification));
  }

  void arrive(Play& play) const {
    if (count_down(play) > 0) return;
    Array states;
    const auto ids = required_list(play.inputs(), "InstanceIds").value_or(Array{});
    for (std::size_t i = 0; i < ids.size(); ++i)
      states.emplace_back(text_at(play.inputs(), "DesiredState"));
    Object outputs;
    outputs["InstanceStates"] = std::move(states);
    play.succeed(std::move(outputs));
  }
};

}  // namespace

const Action& change_instance_state_action() {
  static const ChangeInstanceState kAction;
  return kAction;
}

}  // namespace hikae::runbook
