#include "sandbox/render.h"

#include <fmt/format.h>

#include <algorithm>

#include "sandbox/volume_shape.h"
#include "sandbox/volumes.h"

namespace hikae::sandbox {
namespace {

// With all that may be added to them: they are shown often, and would grow by copying.
constexpr std::size_t kInstanceMembers = 28;
constexpr std::size_t kImageMembers = 24;

Array instance_disks(const Instance& row) {
  Array disks;
  for (const auto& disk : row.volumes)
    disks.push_back(Object{{"DeviceName", disk.device},
                           {"Ebs", Object{{"AttachTime", iso_ms(disk.attached)},
                                          {"DeleteOnTermination", disk.delete_on_termination},
                                          {"Status", attachment_state(disk.act)},
                                          {"VolumeId", disk.volume}}}});
  return disks;
}

Array render_groups(const std::vector<GroupRef>& groups) {
  Array list;
  for (const auto& group : groups)
    list.push_back(Object{{"GroupId", group.id}, {"GroupName", group.name}});
  return list;
}

/// 02 and five bytes that follow from the interface's id.
std::string mac_of(std::string_view network_interface) {
  const auto digits = network_interface.substr(network_interface.find('-') + 1);
  std::string mac = "02";
  for (std::size_t i = 0; i < 10; i += 2) mac += fmt::format(":{}", digits.substr(i, 2));
  return mac;
}

void add_network(const Instance& row, const Scope& scope, Object& out) {
  if (row.power == Power::Terminated) return;
  out["PrivateIpAddress"] = row.private_ip;
  out["PrivateDnsName"] = private_dns(row, scope);
  out["SubnetId"] = subnet_of(scope, row.zone);
  out["VpcId"] = vpc_of(scope);
  out["SourceDestCheck"] = !row.routes_others;
  out["SecurityGroups"] = render_groups(groups_of(row, scope));
  auto network = render_interface(row, scope);
  out["NetworkInterfaces"] = Array{std::move(network)};
}

std::string_view architecture_of(const std::string& text) {
  return text.empty() ? std::string_view("x86_64") : std::string_view(text);
}

void add_reasons(const Instance& row, Object& out) {
  out["StateTransitionReason"] = row.transition_reason;
  if (row.reason_code.empty()) return;
  out["StateReason"] = Object{{"Code", row.reason_code}, {"Message", row.reason_message}};
}

void add_platform(std::string_view platform, Object& out) {
  if (platform == "windows") out["Platform"] = "windows";
  out["PlatformDetails"] = platform == "windows" ? "Windows" : "Linux/UNIX";
  out["UsageOperation"] = platform == "windows" ? "RunInstances:0002" : "RunInstances";
}

std::string_view switch_text(bool is_on) { return is_on ? "enabled" : "disabled"; }

/// What few machines have.
void add_rarities(const Instance& row, Object& out) {
  if (!row.key.empty()) out["KeyName"] = row.key;
  if (!row.profile.empty()) out["IamInstanceProfile"] = render_profile(row.profile);
  if (!row.client_token.empty()) out["ClientToken"] = row.client_token;
  if (!row.kernel.empty()) out["KernelId"] = row.kernel;
  if (!row.ramdisk.empty()) out["RamdiskId"] = row.ramdisk;
  if (!row.sriov.empty()) out["SriovNetSupport"] = row.sriov;
}

}  // namespace

Object render_metadata(const Instance& row, std::string_view state) {
  return {{"State", state},
          {"HttpTokens", row.http_tokens.empty() ? "optional" : row.http_tokens},
          {"HttpPutResponseHopLimit", row.http_hops == 0 ? 1 : row.http_hops},
          {"HttpEndpoint", switch_text(!row.metadata_off)},
          {"HttpProtocolIpv6", switch_text(row.metadata_ipv6)},
          {"InstanceMetadataTags", switch_text(row.metadata_tags)}};
}

Object render_profile(const std::string& arn) {
  return {{"Arn", arn}, {"Id", derived_id("AIPA", "profile " + arn)}};
}

std::string private_dns(const Instance& row, const Scope& scope) {
  std::string dashed = row.private_ip;
  std::ranges::replace(dashed, '.', '-');
  return fmt::format("ip-{}.{}.compute.internal", dashed, scope.region);
}

Object render_interface(const Instance& row, const Scope& scope) {
  const auto id = interface_of(row.id);
  const auto dns = private_dns(row, scope);
  return {{"NetworkInterfaceId", id},
          {"Attachment", Object{{"AttachTime", iso_ms(row.launched)},
                                {"AttachmentId", interface_attachment_of(row.id)},
                                {"DeleteOnTermination", true},
                                {"DeviceIndex", 0},
                                {"NetworkCardIndex", 0},
                                {"Status", "attached"}}},
          {"Description", ""},
          {"Groups", render_groups(groups_of(row, scope))},
          {"InterfaceType", "interface"},
          {"MacAddress", mac_of(id)},
          {"OwnerId", scope.account},
          {"PrivateDnsName", dns},
          {"PrivateIpAddress", row.private_ip},
          {"PrivateIpAddresses",
           Array{Object{
               {"Primary", true}, {"PrivateDnsName", dns}, {"PrivateIpAddress", row.private_ip}}}},
          {"SourceDestCheck", !row.routes_others},
          {"Status", "in-use"},
          {"SubnetId", subnet_of(scope, row.zone)},
          {"VpcId", vpc_of(scope)}};
}

std::string gmt(WallTime instant) {
  auto text = iso(instant);
  text.replace(text.find('T'), 1, " ");
  text.replace(text.find('Z'), 1, " GMT");
  return text;
}

std::string root_device(const Instance& row) {
  if (!row.root.empty()) return row.root;
  return row.volumes.empty() ? std::string{} : row.volumes.front().device;
}

Object render_state(Power power) {
  return {{"Code", state_code(power)}, {"Name", to_string(power)}};
}

Array render(const Tags& tags) {
  Array list;
  for (const auto& [key, value] : tags) list.push_back(Object{{"Key", key}, {"Value", value}});
  return list;
}

Object render(const Instance& row, const Scope& scope) {
  Object out({{"InstanceId", row.id},
              {"ImageId", row.image},
              {"State", render_state(row.power)},
              {"InstanceType", row.type},
              {"LaunchTime", iso_ms(row.launched)},
              {"Placement",
               Object{{"AvailabilityZone", row.zone}, {"GroupName", ""}, {"Tenancy", "default"}}},
              {"Monitoring", Object{{"State", row.monitored ? "enabled" : "disabled"}}},
              {"Architecture", architecture_of(row.architecture)},
              {"Hypervisor", "xen"},
              {"VirtualizationType", "hvm"},
              {"AmiLaunchIndex", row.launch_index},
              {"EbsOptimized", row.ebs_optimized},
              {"EnaSupport", !row.ena_off},
              {"RootDeviceType", "ebs"},
              {"RootDeviceName", root_device(row)},
              {"BlockDeviceMappings", instance_disks(row)},
              {"Tags", render(row.tags)}},
             kInstanceMembers);
  add_network(row, scope, out);
  add_reasons(row, out);
  add_platform(row.platform, out);
  out["MetadataOptions"] = render_metadata(row, "applied");
  add_rarities(row, out);
  return out;
}

WallTime attached_at(const Volume& row) {
  return row.attached == WallTime{} ? row.created : row.attached;
}

std::string root_device(const Image& row) {
  if (!row.root_device.empty()) return row.root_device;
  return row.mappings.empty() ? std::string{} : row.mappings.front().device;
}

std::string_view state_of(const Volume& row) {
  if (row.act == VolumeAct::Creating) return "creating";
  if (row.act == VolumeAct::Deleting) return "deleting";
  return row.instance.empty() ? "available" : "in-use";
}

std::string_view attachment_state(VolumeAct act) {
  if (act == VolumeAct::Attaching) return "attaching";
  return act == VolumeAct::Detaching ? "detaching" : "attached";
}

Object render_attachment(const Volume& row) {
  return {{"AttachTime", iso_ms(attached_at(row))},
          {"Device", row.device},
          {"InstanceId", row.instance},
          {"State", attachment_state(row.act)},
          {"VolumeId", row.id},
          {"DeleteOnTermination", row.delete_on_termination}};
}

Object render(const Volume& row) {
  Array attachments;
  if (!row.instance.empty()) attachments.push_back(render_attachment(row));
  Object out{{"VolumeId", row.id},
             {"AvailabilityZone", row.zone},
             {"CreateTime", iso_ms(row.created)},
             {"Size", row.size_gib},
             {"VolumeType", row.type},
             {"Encrypted", row.encrypted},
             {"SnapshotId", row.snapshot},
             {"State", state_of(row)},
             {"MultiAttachEnabled", false},
             {"Attachments", std::move(attachments)},
             {"Tags", render(row.tags)}};
  const auto shape = shape_of(row);
  if (shown_iops(shape) > 0) out["Iops"] = shown_iops(shape);
  if (shown_throughput(shape) > 0) out["Throughput"] = shown_throughput(shape);
  if (!row.key.empty()) out["KmsKeyId"] = row.key;
  return out;
}

Object render(const Mapping& mapping) {
  Object ebs{{"DeleteOnTermination", mapping.delete_on_termination},
             {"VolumeSize", mapping.size_gib},
             {"VolumeType", mapping.type},
             {"Encrypted", mapping.encrypted}};
  if (!mapping.snapshot.empty()) ebs["SnapshotId"] = mapping.snapshot;
  if (mapping.iops > 0) ebs["Iops"] = mapping.iops;
  if (mapping.throughput > 0) ebs["Throughput"] = mapping.throughput;
  if (!mapping.key.empty()) ebs["KmsKeyId"] = mapping.key;
  return {{"DeviceName", mapping.device}, {"Ebs", std::move(ebs)}};
}

Object render(const Image& row) {
  Array disks;
  for (const auto& mapping : row.mappings) disks.push_back(render(mapping));
  Object out({{"ImageId", row.id},
              {"Name", row.name},
              {"OwnerId", row.owner},
              {"ImageLocation", fmt::format("{}/{}", row.owner, row.name)},
              {"CreationDate", iso_ms(row.created)},
              {"State", to_string(row.state)},
              {"Public", row.is_public},
              {"ImageType", "machine"},
              {"Architecture", architecture_of(row.architecture)},
              {"Hypervisor", "xen"},
              {"VirtualizationType", "hvm"},
              {"EnaSupport", !row.lacks_ena},
              {"RootDeviceType", "ebs"},
              {"RootDeviceName", root_device(row)},
              {"BlockDeviceMappings", std::move(disks)}},
             kImageMembers);
  add_platform(row.platform, out);
  if (!row.description.empty()) out["Description"] = row.description;
  if (!row.owner_alias.empty()) out["ImageOwnerAlias"] = row.owner_alias;
  if (!row.boot_mode.empty()) out["BootMode"] = row.boot_mode;
  if (row.needs_imds_tokens) out["ImdsSupport"] = "v2.0";
  if (row.deprecates != WallTime{}) out["DeprecationTime"] = iso_ms(row.deprecates);
  if (!row.source_image.empty()) out["SourceImageId"] = row.source_image;
  if (!row.source_region.empty()) out["SourceImageRegion"] = row.source_region;
  if (!row.source_instance.empty()) out["SourceInstanceId"] = row.source_instance;
  if (!row.reason_code.empty())
    out["StateReason"] = Object{{"Code", row.reason_code}, {"Message", row.reason_message}};
  out["Tags"] = render(row.tags);
  return out;
}

std::string progress_of(const Snapshot& row, WallTime now) {
  if (row.state == SnapshotState::Completed) return "100%";
  const auto whole = (row.completes - row.started).count();
  const auto done = std::clamp<std::int64_t>((now - row.started).count(), 0, whole);
  return whole > 0 ? fmt::format("{}%", std::min<std::int64_t>(done * 100 / whole, 99)) : "0%";
}

Object render(const Snapshot& row, WallTime now) {
  Object out{{"SnapshotId", row.id},           {"OwnerId", row.owner},
             {"Description", row.description}, {"VolumeId", row.volume},
             {"VolumeSize", row.size_gib},     {"StartTime", iso_ms(row.started)},
             {"State", to_string(row.state)},  {"Progress", progress_of(row, now)},
             {"Encrypted", row.encrypted},     {"StorageTier", "standard"}};
  if (!row.owner_alias.empty()) out["OwnerAlias"] = row.owner_alias;
  if (!row.key.empty()) out["KmsKeyId"] = row.key;
  if (!row.message.empty()) out["StateMessage"] = row.message;
  out["Tags"] = render(row.tags);
  return out;
}

}  // namespace hikae::sandbox
