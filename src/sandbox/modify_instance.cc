// ModifyInstanceAttribute: one attribute a call, in either of its two forms: a member of its own
// (`DisableApiStop: {Value: true}`) or by name (`Attribute: disableApiStop`, `Value: "true"`).
#include <fmt/format.h>

#include <array>

#include "aws/base64.h"
#include "sandbox/instance_attributes.h"
#include "sandbox/instance_types.h"
#include "sandbox/launch_order.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kUserDataMost = 16'384;  // decoded
constexpr std::size_t kGroupsOfMachine = 16;

std::unexpected<Error> bad_attribute(std::string_view value, std::string_view member) {
  return std::unexpected(ec2_error("InvalidInstanceAttributeValue",
                                   fmt::format("Invalid value '{}' for {}.", value, member)));
}

Result<bool> read_switch(std::string_view text) {
  if (text == "true") return true;
  if (text == "false") return false;
  return std::unexpected(invalid_value(text, "value", "It is true or false."));
}

/// Sets a member of the row to a switch, or to its contrary.
template <bool Instance::*Member, bool Inverse = false>
Result<> set_switch(const Incoming&, std::string_view text, Instance& row) {
  const bool value = TRY(read_switch(text));
  row.*Member = value != Inverse;
  return {};
}

Result<> set_type(const Incoming&, std::string_view text, Instance& row) {
  const auto* type = find_type(text);
  if (!type) return bad_attribute(text, "InstanceType");
  const auto architecture = row.architecture.empty() ? "x86_64" : row.architecture;
  if (type->architecture != architecture)
    return std::unexpected(
        ec2_error("InvalidParameterValue",
                  fmt::format("The architecture '{}' of the specified instance type does not match "
                              "the architecture '{}' of the instance.",
                              type->architecture, architecture)));
  row.type = text;
  return {};
}

Result<> set_boot_id(std::string_view text, std::string_view prefix, std::string_view code,
                     std::string& member) {
  if (!is_well_formed(text, {prefix, code, code, ""}))
    return std::unexpected(ec2_error(
        str(code), fmt::format("Invalid id: \"{}\" (expecting \"{}...\")", text, prefix)));
  member = text;
  return {};
}

Result<> set_kernel(const Incoming&, std::string_view text, Instance& row) {
  return set_boot_id(text, "aki-", "InvalidAKIID.Malformed", row.kernel);
}

Result<> set_ramdisk(const Incoming&, std::string_view text, Instance& row) {
  return set_boot_id(text, "ari-", "InvalidARIID.Malformed", row.ramdisk);
}

Result<> set_user_data(const Incoming&, std::string_view text, Instance& row) {
  const auto bytes = aws::from_base64(text);
  if (!bytes)
    return std::unexpected(
        ec2_error("InvalidUserData.Malformed", "Invalid BASE64 encoding of user data."));
  if (bytes->size() > kUserDataMost)
    return std::unexpected(
        ec2_error("InvalidParameterValue", "User data is limited to 16384 bytes"));
  row.user_data = text;
  return {};
}

Result<> set_shutdown(const Incoming&, std::string_view text, Instance& row) {
  if (text != "stop" && text != "terminate")
    return bad_attribute(text, "InstanceInitiatedShutdownBehavior");
  row.shutdown_behavior = text;
  return {};
}

Result<> set_sriov(const Incoming&, std::string_view text, Instance& row) {
  if (text != "simple") return bad_attribute(text, "SriovNetSupport");
  row.sriov = text;
  return {};
}

Result<> set_groups(const Incoming& in, std::string_view, Instance& row) {
  auto groups = TRY(read_groups(in, in.input(), "Groups", ""));
  if (groups.empty()) return std::unexpected(missing_parameter("groupId"));
  if (groups.size() > kGroupsOfMachine)
    return std::unexpected(
        ec2_error("SecurityGroupsPerInstanceLimitExceeded",
                  fmt::format("A machine may have {} security groups", kGroupsOfMachine)));
  row.groups = std::move(groups);
  return {};
}

Result<> set_disk(const Value& given, Instance& row) {
  const auto device = text_at(given, "DeviceName");
  const auto disk = std::ranges::find(row.volumes, device, &Attachment::device);
  if (disk == row.volumes.end())
    return std::unexpected(ec2_error("InvalidInstanceAttributeValue",
                                     fmt::format("No device is currently mapped at {}", device)));
  const auto* ebs = find(given, "Ebs");
  const auto volume = ebs ? text_at(*ebs, "VolumeId") : std::string_view{};
  if (!volume.empty() && volume != disk->volume)
    return std::unexpected(
        ec2_error("InvalidInstanceAttributeValue",
                  fmt::format("The volume at {} is {}, not {}", device, disk->volume, volume)));
  if (!ebs || !find(*ebs, "DeleteOnTermination"))
    return std::unexpected(missing_parameter("Ebs.DeleteOnTermination"));
  disk->delete_on_termination = is_true_at(*ebs, "DeleteOnTermination");
  return {};
}

Result<> set_disks(const Incoming& in, std::string_view, Instance& row) {
  const auto& given = list_at(in.input(), "BlockDeviceMappings");
  if (given.empty()) return std::unexpected(missing_parameter("BlockDeviceMappings"));
  for (const auto& disk : given) TRY_DO(set_disk(disk, row));
  return {};
}

struct ChangedAttribute {
  std::string_view name;
  std::string_view member;
  StopRule rule;
  Result<> (*set)(const Incoming& in, std::string_view text, Instance& row);
};

constexpr std::array kChangedAttributes{
    ChangedAttribute{"instanceType", "InstanceType", StopRule::StoppedOnly, set_type},
    ChangedAttribute{"kernel", "Kernel", StopRule::StoppedOnly, set_kernel},
    ChangedAttribute{"ramdisk", "Ramdisk", StopRule::StoppedOnly, set_ramdisk},
    ChangedAttribute{"userData", "UserData", StopRule::StoppedOnly, set_user_data},
    ChangedAttribute{"disableApiTermination", "DisableApiTermination", StopRule::Always,
                     set_switch<&Instance::keeps_alive>},
    ChangedAttribute{"disableApiStop", "DisableApiStop", StopRule::Always,
                     set_switch<&Instance::keeps_power>},
    ChangedAttribute{"instanceInitiatedShutdownBehavior", "InstanceInitiatedShutdownBehavior",
                     StopRule::Always, set_shutdown},
    ChangedAttribute{"blockDeviceMapping", "BlockDeviceMappings", StopRule::Always, set_disks},
    ChangedAttribute{"sourceDestCheck", "SourceDestCheck", StopRule::Always,
                     set_switch<&Instance::routes_others, true>},
    ChangedAttribute{"groupSet", "Groups", StopRule::Always, set_groups},
    ChangedAttribute{"ebsOptimized", "EbsOptimized", StopRule::StoppedOnly,
                     set_switch<&Instance::ebs_optimized>},
    ChangedAttribute{"sriovNetSupport", "SriovNetSupport", StopRule::StoppedOnly, set_sriov},
    ChangedAttribute{"enaSupport", "EnaSupport", StopRule::StoppedOnly,
                     set_switch<&Instance::ena_off, true>},
};

/// Which attribute the call is about, and its new value where that is one text.
struct AttributeOrder {
  const ChangedAttribute* attribute = nullptr;
  std::string text;
};

std::string boxed_value(const Value& box) {
  const auto* value = find(box, "Value");
  if (!value) return {};
  if (value->is_bool()) return value->get_bool() ? "true" : "false";
  return str(text_of(*value));
}

Result<AttributeOrder> read_by_name(const Incoming& in, std::string_view name) {
  const auto* found = std::ranges::find(kChangedAttributes, name, &ChangedAttribute::name);
  if (found == kChangedAttributes.end())
    return std::unexpected(unknown_instance_attribute(name, "It cannot be modified."));
  return AttributeOrder{found, str(text_at(in.input(), "Value"))};
}

Result<AttributeOrder> read_attribute_order(const Incoming& in) {
  AttributeOrder order;
  std::vector<std::string_view> named;
  if (const auto name = text_at(in.input(), "Attribute"); !name.empty()) {
    order = TRY(read_by_name(in, name));
    named.push_back(order.attribute->name);
  }
  for (const auto& attribute : kChangedAttributes) {
    const auto* member = find(in.input(), attribute.member);
    if (!member || (member->is_array() && member->get_array().empty())) continue;
    if (order.attribute != &attribute) named.push_back(attribute.name);
    order = {&attribute, boxed_value(*member)};
  }
  if (named.empty())
    return std::unexpected(ec2_error("InvalidParameterCombination", "No attributes specified."));
  if (named.size() > 1)
    return std::unexpected(ec2_error(
        "InvalidParameterCombination",
        fmt::format("Fields for multiple attribute types specified: {}", fmt::join(named, ", "))));
  return order;
}

/// A disk's switch stands with the machine and with the volume.
void carry_to_volumes(Incoming& in, const Instance& row) {
  for (const auto& disk : row.volumes) {
    const auto* volume = in.region.volumes.find(disk.volume);
    if (!volume || volume->delete_on_termination == disk.delete_on_termination) continue;
    in.region.volumes.change(disk.volume, in.now, [&](Volume& v) {
      v.delete_on_termination = disk.delete_on_termination;
    });
  }
}

}  // namespace

Result<Value> modify_instance_attribute(Incoming& in) {
  const auto& before = *TRY(named_machine(in));
  const auto order = TRY(read_attribute_order(in));
  auto row = before;
  TRY_DO(order.attribute->set(in, order.text, row));
  TRY_DO(end_dry_run(in));
  TRY_DO(may_change(before, order.attribute->rule));
  carry_to_volumes(in, row);
  in.region.instances.change(before.id, in.now, [&](Instance& i) { i = std::move(row); });
  return Object{};
}

}  // namespace hikae::sandbox
