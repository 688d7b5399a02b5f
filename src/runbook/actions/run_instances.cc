// aws:runInstances (docs/reference/ssm-automation.md 5.9): launches instances and waits until all
// of them run. What was launched stays, also where the step fails: its ids are outputs, so that a
// later step can terminate it.
#include <fmt/format.h>

#include <algorithm>

#include "runbook/actions/ec2_answers.h"
#include "runbook/actions/inputs.h"
#include "runbook/actions/registry.h"

namespace hikae::runbook {
namespace {

constexpr Duration kInstancesAppearWithin = minutes(2);
constexpr std::string_view kDoingLaunch = "launching the instance(s)";
constexpr std::string_view kDoingReady = "verifying launched instance(s) are ready to be used";
constexpr std::string_view kFreshInstances = "new";  // they may not be there yet
constexpr std::string_view kSeenInstances = "instances";

Result<> fill_counts(const Object& inputs, Object& input) {
  const auto most = TRY(optional_whole(inputs, "MaxInstanceCount", 1));
  const auto least = TRY(optional_whole(inputs, "MinInstanceCount", most));
  input["MaxCount"] = most;
  input["MinCount"] = least;
  if (least >= 1 && least <= most) return {};
  return fail(
      ErrorKind::Invalid,
      fmt::format("The input MinInstanceCount is {}: it must be from 1 to MaxInstanceCount, "
                  "which is {}",
                  least, most));
}

Result<Object> launch_input(const Object& inputs, std::string token) {
  Object input;
  copy_members(
      inputs,
      {"ImageId", "AdditionalInfo", "BlockDeviceMappings", "InstanceInitiatedShutdownBehavior",
       "InstanceType", "KernelId", "KeyName", "MetadataOptions", "NetworkInterfaces", "Placement",
       "PrivateIpAddress", "RamdiskId", "SecurityGroupIds", "SecurityGroups", "SubnetId",
       "TagSpecifications", "UserData"},
      input);
  for (const auto name : {"DisableApiTermination", "EbsOptimized"})
    if (find(inputs, name)) input[name] = TRY(optional_flag(inputs, name, false));
  if (find(inputs, "Monitoring") && !find(inputs, "Monitoring")->is_object())
    input["Monitoring"] = Object{{"Enabled", TRY(optional_flag(inputs, "Monitoring", false))}};
  else
    copy_members(inputs, {"Monitoring"}, input);
  Object profile;
  if (const auto arn = required_text(inputs, "IamInstanceProfileArn")) profile["Arn"] = *arn;
  if (const auto name = required_text(inputs, "IamInstanceProfileName")) profile["Name"] = *name;
  if (!profile.empty()) input["IamInstanceProfile"] = std::move(profile);
  TRY_DO(fill_counts(inputs, input));
  input["ClientToken"] = required_text(inputs, "ClientToken").value_or(std::move(token));
  return input;
}

Array launched_ids(const Value& answer) {
  Array ids;
  for (const auto& instance : list_at(answer, "Instances"))
    ids.emplace_back(text_at(instance, "InstanceId"));
  return ids;
}

Array all_instances_in(const Value& answer) {
  Array all;
  for (const auto& reservation : list_at(answer, "Reservations"))
    for (const auto& instance : list_at(reservation, "Instances")) all.push_back(instance);
  return all;
}

std::string_view state_of(const Value& instance) {
  const auto* state = find(instance, "State");
  return state ? text_at(*state, "Name") : std::string_view{};
}

bool is_settled(const Value& instance) { return state_of(instance) != "pending"; }

class RunInstances final : public Action {
 public:
  std::string_view name() const override { return "aws:runInstances"; }
  std::string_view doing() const override { return kDoingReady; }

  Result<> check(const Object& inputs) const override {
    TRY_DO(required_text(inputs, "ImageId"));
    TRY_DO(launch_input(inputs, {}));
    return {};
  }

  void begin(Play& play) const override {
    play.send("launch", "ec2", "RunInstances",
              launch_input(play.inputs(), play.token("run-instances")).value_or(Object{}));
  }

  bool decides(std::string_view item, const Result<Value>& answer,
               const std::function<Object()>&) const override {
    if (!answer) return item != kFreshInstances || !says_not_found(answer.error());
    const auto all = all_instances_in(*answer);
    return (!all.empty() || item == kSeenInstances) && std::ranges::all_of(all, is_settled);
  }

  void resume(Play& play, std::string_view item, const Event& event) const override {
    if (item == "appeared") return watch(play, kSeenInstances);
    const auto* answered = std::get_if<event::Answered>(&event);
    if (!answered) return;
    if (item == "launch") return launched(play, answered->answer);
    settled(play, answered->answer);
  }

 private:
  static void launched(Play& play, const Result<Value>& answer) {
    if (!answer) return play.fail(api_failure(kDoingLaunch, "RunInstances", answer.error()));
    play.state() = launched_ids(*answer);
    play.show(outputs(play, Value(Object{})));
    watch(play, kFreshInstances);
    play.pause("appeared", kInstancesAppearWithin);
  }

  static void watch(Play& play, std::string_view item) {
    play.drop(kFreshInstances);
    play.await(item, "ec2", "DescribeInstances", Object{{"InstanceIds", play.state()}});
  }

  static void settled(Play& play, const Result<Value>& answer) {
    play.drop("appeared");
    if (!answer)
      return play.fail(api_failure(kDoingReady, "DescribeInstances", answer.error()),
                       outputs(play, Value(Object{})));
    for (const auto& id : play.state().as_array())
      if (const auto state = instance_state_in(*answer, text_of(id)); state != "running")
        return play.fail(
            step_failure(kDoingReady,
                         fmt::format("Instance {} entered unexpected state: {}", text_of(id),
                                     state.empty() ? "(not there)" : state),
                         FailureStage::PostVerification, FailureType::Verification),
            outputs(play, *answer));
    play.succeed(outputs(play, *answer), *answer);
  }

  static Object outputs(const Play& play, const Value& answer) {
    Array states;
    for (const auto& id : play.state().as_array()) {
      const auto state = instance_state_in(answer, text_of(id));
      states.emplace_back(state.empty() ? "pending" : state);
    }
    return {{"InstanceIds", play.state()}, {"InstanceStates", std::move(states)}};
  }
};

}  // namespace

const Action& run_instances_action() {
  static const RunInstances kAction;
  return kAction;
}

}  // namespace hikae::runbook
