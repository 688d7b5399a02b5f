// StartInstances, StopInstances, RebootInstances, TerminateInstances: all or nothing over their
// ids.
#include <fmt/format.h>

#include <initializer_list>

#include "sandbox/machines.h"
#include "sandbox/operations.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

using Powers = std::initializer_list<Power>;

bool is_one_of(Power power, Powers powers) {
  return std::ranges::find(powers, power) != powers.end();
}

Result<std::vector<std::string>> named_machines(const Incoming& in) {
  auto ids = TRY(id_list(in, "InstanceIds", kInstanceIds));
  if (ids.empty()) return std::unexpected(missing_parameter("InstanceIds"));
  TRY(see_all(in, in.region.instances, ids, kInstanceIds));
  for (const auto& id : ids)
    if (!in.region.instances.find(id)) return std::unexpected(not_found({id}, kInstanceIds));
  return ids;
}

Result<> all_are(const Incoming& in, const std::vector<std::string>& ids, Powers allowed,
                 std::string_view to_be) {
  for (const auto& id : ids)
    if (!is_one_of(in.region.instances.find(id)->power, allowed))
      return std::unexpected(ec2_error(
          "IncorrectInstanceState",
          fmt::format("The instance '{}' is not in a state from which it can be {}.", id, to_be)));
  return {};
}

Result<> none_is_protected(const Incoming& in, const std::vector<std::string>& ids,
                           bool Instance::*guard, std::string_view verb,
                           std::string_view attribute) {
  for (const auto& id : ids)
    if (in.region.instances.find(id)->*guard)
      return std::unexpected(ec2_error(
          "OperationNotPermitted", fmt::format("The instance '{}' may not be {}. Modify its '{}' "
                                               "instance attribute and try again.",
                                               id, verb, attribute)));
  return {};
}

/// Does it to each and reports what was and what is.
template <class Act>
Array change_each(Incoming& in, const std::vector<std::string>& ids, Act act) {
  Array list;
  for (const auto& id : ids) {
    const auto before = in.region.instances.find(id)->power;
    act(id);
    list.push_back(Object{{"InstanceId", id},
                          {"CurrentState", render_state(in.region.instances.find(id)->power)},
                          {"PreviousState", render_state(before)}});
  }
  return list;
}

/// The root volume may have been taken off while the machine was stopped.
Result<> have_root_volumes(const Incoming& in, const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    const auto& row = *in.region.instances.find(id);
    const auto root = root_device(row);
    if (row.power != Power::Stopped || root.empty()) continue;
    if (std::ranges::find(row.volumes, root, &Attachment::device) != row.volumes.end()) continue;
    return std::unexpected(ec2_error("InvalidParameterValue",
                                     fmt::format("Invalid value '{}' for instanceId. Instance "
                                                 "does not have a volume attached at root ({})",
                                                 id, root)));
  }
  return {};
}

/// One look at the capacity a call, and only where something is to be started.
Result<> find_capacity(Incoming& in, const std::vector<std::string>& ids) {
  for (const auto& id : ids) {
    const auto& row = *in.region.instances.find(id);
    if (row.power != Power::Stopped) continue;
    const auto* rule = machine_fault(in, FaultAction::NoCapacity, row);
    if (rule) return std::unexpected(no_capacity(*rule, row.type, row.zone));
  }
  return {};
}

}  // namespace

Error no_capacity(const FaultRule& rule, std::string_view type, std::string_view zone) {
  if (!rule.message.empty()) return ec2_error("InsufficientInstanceCapacity", rule.message);
  return ec2_error("InsufficientInstanceCapacity",
                   fmt::format("We currently do not have sufficient {} capacity in the "
                               "Availability Zone you requested ({}).",
                               type, zone));
}

Result<Value> start_instances(Incoming& in) {
  const auto ids = TRY(named_machines(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(all_are(in, ids, {Power::Stopped, Power::Pending, Power::Running}, "started"));
  TRY_DO(have_root_volumes(in, ids));
  TRY_DO(find_capacity(in, ids));
  auto list = change_each(in, ids, [&](const std::string& id) { begin_start(in, id); });
  return Object{{"StartingInstances", std::move(list)}};
}

Result<Value> stop_instances(Incoming& in) {
  const auto ids = TRY(named_machines(in));
  if (is_true_at(in.input(), "Hibernate"))
    return std::unexpected(ec2_error(
        "UnsupportedHibernationConfiguration",
        "The embedded machines are not enabled for hibernation; stop them without Hibernate."));
  TRY_DO(end_dry_run(in));
  TRY_DO(all_are(in, ids, {Power::Running, Power::Stopping, Power::Stopped}, "stopped"));
  TRY_DO(none_is_protected(in, ids, &Instance::keeps_power, "stopped", "disableApiStop"));
  const auto force = is_true_at(in.input(), "Force") ? Force::Yes : Force::No;
  auto list = change_each(in, ids, [&](const std::string& id) { begin_stop(in, id, force); });
  return Object{{"StoppingInstances", std::move(list)}};
}

Result<Value> reboot_instances(Incoming& in) {
  const auto ids = TRY(named_machines(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(all_are(in, ids, {Power::Running}, "rebooted"));
  for (const auto& id : ids) reboot(in, id);
  return Object{};
}

Result<Value> terminate_instances(Incoming& in) {
  const auto ids = TRY(named_machines(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(none_is_protected(in, ids, &Instance::keeps_alive, "terminated", "disableApiTermination"));
  auto list = change_each(in, ids, [&](const std::string& id) { begin_terminate(in, id); });
  return Object{{"TerminatingInstances", std::move(list)}};
}

}  // namespace hikae::sandbox
