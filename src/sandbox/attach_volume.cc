// AttachVolume and DetachVolume. The root volume of a stopped machine can be changed for another
// one, as after a restore: the machine remembers the name of its root device meanwhile.
#include <fmt/format.h>

#include <algorithm>

#include "sandbox/operations.h"
#include "sandbox/render.h"
#include "sandbox/volume_steps.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kDisksMost = 27;  // and a network interface: 28 in all

/// "xvdf", "/dev/sdf", "/dev/sda1", "/dev/nvme1n1".
bool is_device_name(std::string_view name) {
  if (name.starts_with("/dev/")) name.remove_prefix(5);
  std::size_t least = 0;
  for (const std::string_view prefix : {"sd", "xvd", "hd", "nvme"})
    if (name.starts_with(prefix)) least = prefix.size();
  const auto is_plain = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  constexpr std::size_t kSuffixMost = 5;
  return least > 0 && name.size() > least && name.size() <= least + kSuffixMost &&
         std::ranges::all_of(name, is_plain);
}

Result<const Instance*> named_machine(const Incoming& in, std::string_view id) {
  if (!is_well_formed(id, kInstanceIds)) return std::unexpected(malformed_id(id, kInstanceIds));
  const auto* machine = in.region.instances.find(id);
  if (!in.see(in.region.instances, id) || !machine)
    return std::unexpected(not_found({str(id)}, kInstanceIds));
  return machine;
}

Result<std::string> read_device(const Incoming& in) {
  auto device = TRY(required_text(in, "Device"));
  if (is_device_name(device)) return device;
  return std::unexpected(ec2_error(
      "InvalidParameterValue",
      fmt::format("Value ({0}) for parameter device is invalid. {0} is not a valid EBS device name",
                  device)));
}

Result<> is_free(const Volume& volume) {
  if (!volume.instance.empty())
    return std::unexpected(
        ec2_error("VolumeInUse", fmt::format("{} is already attached to an instance", volume.id)));
  if (volume.act == VolumeAct::None) return {};
  return std::unexpected(ec2_error(
      "IncorrectState",
      fmt::format("The volume '{}' is not 'available'; it is '{}'", volume.id, state_of(volume))));
}

Result<> takes_disks(const Instance& machine) {
  if (machine.power != Power::Running && machine.power != Power::Stopped)
    return std::unexpected(
        ec2_error("IncorrectState", fmt::format("Instance '{}' is not 'running'; it is '{}'",
                                                machine.id, to_string(machine.power))));
  if (machine.volumes.size() < kDisksMost) return {};
  return std::unexpected(
      ec2_error("AttachmentLimitExceeded",
                fmt::format("The instance '{}' has {} volumes, the most that it may have",
                            machine.id, machine.volumes.size())));
}

Result<> fits_together(const Volume& volume, const Instance& machine, const std::string& device) {
  if (volume.zone != machine.zone)
    return std::unexpected(ec2_error(
        "InvalidVolume.ZoneMismatch",
        fmt::format("The volume '{}' is not in the same availability zone as instance '{}'",
                    volume.id, machine.id)));
  if (std::ranges::find(machine.volumes, device, &Attachment::device) == machine.volumes.end())
    return {};
  return std::unexpected(
      ec2_error("InvalidParameterValue", fmt::format("Invalid value '{0}' for unixDevice. "
                                                     "Attachment point {0} is already in use",
                                                     device)));
}

/// The root device's volume stands first in a machine's list.
void put_on(Incoming& in, const std::string& volume, const std::string& machine,
            const std::string& device) {
  in.region.volumes.change(volume, in.now, [&](Volume& v) {
    v.instance = machine;
    v.device = device;
    v.attached = in.now;
    v.delete_on_termination = false;
    v.act = VolumeAct::Attaching;
  });
  in.region.instances.change(machine, in.now, [&](Instance& i) {
    const auto at = device == root_device(i) ? i.volumes.begin() : i.volumes.end();
    i.volumes.insert(at, {device, volume, false, in.now, VolumeAct::Attaching});
  });
}

Result<> is_attachment_named(const Incoming& in, const Volume& volume) {
  const auto machine = text_at(in.input(), "InstanceId", volume.instance);
  const auto device = text_at(in.input(), "Device", volume.device);
  if (volume.instance.empty())
    return std::unexpected(
        ec2_error("IncorrectState",
                  fmt::format("Volume '{}' is in the '{}' state.", volume.id, state_of(volume))));
  if (machine == volume.instance && device == volume.device) return {};
  return std::unexpected(
      ec2_error("InvalidAttachment.NotFound",
                fmt::format("The volume '{}' is not attached to instance '{}' as device '{}'",
                            volume.id, machine, device)));
}

Result<> can_come_off(const Incoming& in, const Volume& volume) {
  if (volume.act != VolumeAct::None && !is_true_at(in.input(), "Force"))
    return std::unexpected(ec2_error(
        "IncorrectState",
        fmt::format("Volume '{}' is in the '{}' state.", volume.id, attachment_state(volume.act))));
  const auto* machine = in.region.instances.find(volume.instance);
  if (!machine || volume.device != root_device(*machine) || machine->power == Power::Stopped)
    return {};
  return std::unexpected(ec2_error(
      "OperationNotPermitted", fmt::format("Unable to detach root volume '{}' from instance '{}'",
                                           volume.id, volume.instance)));
}

/// Force takes no time: nobody is asked to let go of it.
void begin_detach(Incoming& in, const std::string& volume) {
  const auto machine = in.region.volumes.find(volume)->instance;
  if (const auto* row = in.region.instances.find(machine))
    in.region.instances.change(machine, in.now,
                               [root = root_device(*row)](Instance& i) { i.root = root; });
  cancel_acts(in.world, in.region, volume);
  set_act(in.region, volume, VolumeAct::Detaching, in.now);
  const bool is_forced = is_true_at(in.input(), "Force");
  const auto takes = is_forced ? Duration{} : in.world.delays().volume_detached;
  schedule_own_step(in, volume, Step::VolumeDetached, takes);
}

}  // namespace

Result<Value> attach_volume(Incoming& in) {
  const auto& volume = *TRY(named_volume(in));
  const auto& machine = *TRY(named_machine(in, TRY(required_text(in, "InstanceId"))));
  const auto device = TRY(read_device(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(is_free(volume));
  TRY_DO(takes_disks(machine));
  TRY_DO(fits_together(volume, machine, device));
  put_on(in, volume.id, machine.id, device);
  schedule_own_step(in, volume.id, Step::VolumeAttached, in.world.delays().volume_attached);
  return render_attachment(volume);
}

Result<Value> detach_volume(Incoming& in) {
  const auto& volume = *TRY(named_volume(in));
  if (const auto machine = text_at(in.input(), "InstanceId"); !machine.empty())
    TRY(named_machine(in, machine));
  TRY_DO(end_dry_run(in));
  TRY_DO(is_attachment_named(in, volume));
  TRY_DO(can_come_off(in, volume));
  begin_detach(in, volume.id);
  return render_attachment(volume);
}

}  // namespace hikae::sandbox
