#include "sandbox/render.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/hash.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kIdDigits = 17;

/// An id that follows from a text: the same few come with every instance of every answer.
std::string network_id(std::string_view prefix, std::string text) {
  constexpr std::size_t kRemembered = 256;
  thread_local std::map<std::string, std::string> known;
  if (known.size() >= kRemembered) known.clear();
  const auto [at, is_new] = known.try_emplace(std::move(text));
  if (is_new) at->second = hex_of(at->first, kIdDigits);
  return str(prefix) + at->second;
}

std::string subnet_of(const Scope& scope, std::string_view zone) {
  return network_id("subnet-", fmt::format("subnet {} {}", scope.account, zone));
}

std::string vpc_of(const Scope& scope) {
  return network_id("vpc-", fmt::format("vpc {} {}", scope.account, scope.region));
}

Array instance_disks(const Instance& row) {
  Array disks;
  for (const auto& disk : row.volumes)
    disks.push_back(Object{{"DeviceName", disk.device},
                           {"Ebs", Object{{"AttachTime", iso_ms(disk.attached)},
                                          {"DeleteOnTermination", disk.delete_on_termination},
                                          {"Status", "attached"},
                                          {"VolumeId", disk.volume}}}});
  return disks;
}

void add_network(const Instance& row, const Scope& scope, Object& out) {
  if (row.power == Power::Terminated) return;
  std::string dashed = row.private_ip;
  std::ranges::replace(dashed, '.', '-');
  out["PrivateIpAddress"] = row.private_ip;
  out["PrivateDnsName"] = fmt::format("ip-{}.{}.compute.internal", dashed, scope.region);
  out["SubnetId"] = subnet_of(scope, row.zone);
  out["VpcId"] = vpc_of(scope);
}

void add_reasons(const Instance& row, Object& out) {
  out["StateTransitionReason"] = row.transition_reason;
  if (row.reason_code.empty()) return;
  out["StateReason"] = Object{{"Code", row.reason_code}, {"Message", row.reason_message}};
}

void add_platform(std::string_view platform, Object& out) {
  if (platform == "windows") out["Platform"] = "windows";
  out["PlatformDetails"] = platform == "windows" ? "Windows" : "Linux/UNIX";
}

}  // namespace

std::string gmt(WallTime instant) {
  auto text = iso(instant);
  text.replace(text.find('T'), 1, " ");
  text.replace(text.find('Z'), 1, " GMT");
  return text;
}

std::string root_device(const Instance& row) {
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
  Object out{{"InstanceId", row.id},
             {"ImageId", row.image},
             {"State", render_state(row.power)},
             {"InstanceType", row.type},
             {"LaunchTime", iso_ms(row.launched)},
             {"Placement", Object{{"AvailabilityZone", row.zone}, {"Tenancy", "default"}}},
             {"Monitoring", Object{{"State", "disabled"}}},
             {"Architecture", "x86_64"},
             {"Hypervisor", "xen"},
             {"VirtualizationType", "hvm"},
             {"AmiLaunchIndex", 0},
             {"EbsOptimized", false},
             {"RootDeviceType", "ebs"},
             {"RootDeviceName", root_device(row)},
             {"BlockDeviceMappings", instance_disks(row)},
             {"Tags", render(row.tags)}};
  add_network(row, scope, out);
  add_reasons(row, out);
  add_platform(row.platform, out);
  if (!row.profile.empty()) out["IamInstanceProfile"] = Object{{"Arn", row.profile}};
  if (!row.client_token.empty()) out["ClientToken"] = row.client_token;
  return out;
}

Object render(const Volume& row) {
  Array attachments;
  if (!row.instance.empty())
    attachments.push_back(Object{{"AttachTime", iso_ms(row.created)},
                                 {"Device", row.device},
                                 {"InstanceId", row.instance},
                                 {"State", "attached"},
                                 {"VolumeId", row.id},
                                 {"DeleteOnTermination", row.delete_on_termination}});
  return {{"VolumeId", row.id},
          {"AvailabilityZone", row.zone},
          {"CreateTime", iso_ms(row.created)},
          {"Size", row.size_gib},
          {"VolumeType", row.type},
          {"Encrypted", row.encrypted},
          {"SnapshotId", row.snapshot},
          {"State", row.instance.empty() ? "available" : "in-use"},
          {"Attachments", std::move(attachments)},
          {"Tags", render(row.tags)}};
}

Object render(const Mapping& mapping) {
  Object ebs{{"DeleteOnTermination", mapping.delete_on_termination},
             {"VolumeSize", mapping.size_gib},
             {"VolumeType", mapping.type},
             {"Encrypted", mapping.encrypted}};
  if (!mapping.snapshot.empty()) ebs["SnapshotId"] = mapping.snapshot;
  return {{"DeviceName", mapping.device}, {"Ebs", std::move(ebs)}};
}

Object render(const Image& row) {
  Array disks;
  for (const auto& mapping : row.mappings) disks.push_back(render(mapping));
  Object out{{"ImageId", row.id},
             {"Name", row.name},
             {"OwnerId", row.owner},
             {"ImageLocation", fmt::format("{}/{}", row.owner, row.name)},
             {"CreationDate", iso_ms(row.created)},
             {"State", to_string(row.state)},
             {"Public", row.is_public},
             {"ImageType", "machine"},
             {"Architecture", "x86_64"},
             {"Hypervisor", "xen"},
             {"VirtualizationType", "hvm"},
             {"EnaSupport", true},
             {"RootDeviceType", "ebs"},
             {"RootDeviceName", row.mappings.empty() ? "" : row.mappings.front().device},
             {"BlockDeviceMappings", std::move(disks)}};
  add_platform(row.platform, out);
  if (!row.description.empty()) out["Description"] = row.description;
  if (!row.owner_alias.empty()) out["ImageOwnerAlias"] = row.owner_alias;
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
  if (!row.message.empty()) out["StateMessage"] = row.message;
  out["Tags"] = render(row.tags);
  return out;
}

}  // namespace hikae::sandbox
