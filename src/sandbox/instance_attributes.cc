// DescribeInstanceAttribute and ResetInstanceAttribute.
#include "sandbox/instance_attributes.h"

#include <fmt/format.h>

#include <array>

#include "sandbox/operations.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

template <class T>
Object boxed(const T& value) {
  return {{"Value", value}};
}

/// A text that few machines have: no value at all where it is empty.
Object boxed_text(const std::string& text) { return text.empty() ? Object{} : boxed(text); }

struct ShownAttribute {
  std::string_view name;
  std::string_view member;
  Value (*show)(const Instance& row, const Scope& scope);
};

constexpr std::array kShownAttributes{
    ShownAttribute{"instanceType", "InstanceType",
                   [](const Instance& i, const Scope&) -> Value { return boxed(i.type); }},
    ShownAttribute{"kernel", "KernelId",
                   [](const Instance& i, const Scope&) -> Value { return boxed_text(i.kernel); }},
    ShownAttribute{"ramdisk", "RamdiskId",
                   [](const Instance& i, const Scope&) -> Value { return boxed_text(i.ramdisk); }},
    ShownAttribute{
        "userData", "UserData",
        [](const Instance& i, const Scope&) -> Value { return boxed_text(i.user_data); }},
    ShownAttribute{"disableApiTermination", "DisableApiTermination",
                   [](const Instance& i, const Scope&) -> Value { return boxed(i.keeps_alive); }},
    ShownAttribute{"disableApiStop", "DisableApiStop",
                   [](const Instance& i, const Scope&) -> Value { return boxed(i.keeps_power); }},
    ShownAttribute{"instanceInitiatedShutdownBehavior", "InstanceInitiatedShutdownBehavior",
                   [](const Instance& i, const Scope&) -> Value {
                     return boxed(i.shutdown_behavior.empty() ? "stop" : i.shutdown_behavior);
                   }},
    ShownAttribute{
        "rootDeviceName", "RootDeviceName",
        [](const Instance& i, const Scope&) -> Value { return boxed_text(root_device(i)); }},
    ShownAttribute{"blockDeviceMapping", "BlockDeviceMappings",
                   [](const Instance& i, const Scope& scope) -> Value {
                     return render(i, scope)["BlockDeviceMappings"];
                   }},
    ShownAttribute{"productCodes", "ProductCodes",
                   [](const Instance&, const Scope&) -> Value { return Array{}; }},
    ShownAttribute{
        "sourceDestCheck", "SourceDestCheck",
        [](const Instance& i, const Scope&) -> Value { return boxed(!i.routes_others); }},
    ShownAttribute{"groupSet", "Groups",
                   [](const Instance& i, const Scope& scope) -> Value {
                     return render_interface(i, scope)["Groups"];
                   }},
    ShownAttribute{"ebsOptimized", "EbsOptimized",
                   [](const Instance& i, const Scope&) -> Value { return boxed(i.ebs_optimized); }},
    ShownAttribute{"sriovNetSupport", "SriovNetSupport",
                   [](const Instance& i, const Scope&) -> Value { return boxed_text(i.sriov); }},
    ShownAttribute{"enaSupport", "EnaSupport",
                   [](const Instance& i, const Scope&) -> Value { return boxed(!i.ena_off); }},
    ShownAttribute{"enclaveOptions", "EnclaveOptions",
                   [](const Instance&, const Scope&) -> Value {
                     return Object{{"Enabled", false}};
                   }},
};

struct ResettableAttribute {
  std::string_view name;
  StopRule rule;
  void (*reset)(Instance& row);
};

constexpr std::array kResettable{
    ResettableAttribute{"kernel", StopRule::StoppedOnly, [](Instance& i) { i.kernel.clear(); }},
    ResettableAttribute{"ramdisk", StopRule::StoppedOnly, [](Instance& i) { i.ramdisk.clear(); }},
    ResettableAttribute{"sourceDestCheck", StopRule::Always,
                        [](Instance& i) { i.routes_others = false; }},
};

}  // namespace

Result<const Instance*> named_machine(const Incoming& in) {
  const auto id = TRY(required_text(in, "InstanceId"));
  if (!is_well_formed(id, kInstanceIds)) return std::unexpected(malformed_id(id, kInstanceIds));
  const auto* row = in.region.instances.find(id);
  if (!row || !in.see(in.region.instances, id))
    return std::unexpected(not_found({id}, kInstanceIds));
  return row;
}

Error unknown_instance_attribute(std::string_view attribute, std::string_view why) {
  return ec2_error(
      "InvalidParameterValue",
      fmt::format("Value ({}) for parameter attribute is invalid. {}", attribute, why));
}

Result<> may_change(const Instance& row, StopRule rule) {
  if (row.power == Power::Terminated || row.power == Power::ShuttingDown)
    return std::unexpected(
        ec2_error("IncorrectInstanceState",
                  fmt::format("The instance '{}' is {}; it cannot be modified any more.", row.id,
                              to_string(row.power))));
  if (rule == StopRule::Always || row.power == Power::Stopped) return {};
  return std::unexpected(
      ec2_error("IncorrectInstanceState",
                fmt::format("The instance '{}' is not in the 'stopped' state.", row.id)));
}

Result<Value> describe_instance_attribute(Incoming& in) {
  const auto attribute = TRY(required_text(in, "Attribute"));
  const auto* shown = std::ranges::find(kShownAttributes, attribute, &ShownAttribute::name);
  if (shown == kShownAttributes.end())
    return std::unexpected(unknown_instance_attribute(attribute, "Unknown attribute."));
  const auto& row = *TRY(named_machine(in));
  TRY_DO(end_dry_run(in));
  const auto* seen = in.see(in.region.instances, row.id);
  return Object{{"InstanceId", row.id}, {shown->member, shown->show(*seen, in.region.scope)}};
}

Result<Value> reset_instance_attribute(Incoming& in) {
  const auto attribute = TRY(required_text(in, "Attribute"));
  const auto* found = std::ranges::find(kResettable, attribute, &ResettableAttribute::name);
  if (found == kResettable.end())
    return std::unexpected(unknown_instance_attribute(
        attribute, "Only kernel, ramdisk and sourceDestCheck can be reset."));
  const auto& row = *TRY(named_machine(in));
  TRY_DO(end_dry_run(in));
  TRY_DO(may_change(row, found->rule));
  in.region.instances.change(row.id, in.now, found->reset);
  return Object{};
}

}  // namespace hikae::sandbox
