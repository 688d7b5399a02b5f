#include "sandbox/rare_filters.h"

#include <fmt/format.h>

#include <array>

#include "sandbox/incoming.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

constexpr std::array kRareOfInstances{
    PathField{"affinity", ""},
    PathField{"architecture", "Architecture"},
    PathField{"availability-zone-id", "ZoneId"},
    PathField{"block-device-mapping.attach-time", "BlockDeviceMappings.Ebs.AttachTime"},
    PathField{"block-device-mapping.delete-on-termination",
              "BlockDeviceMappings.Ebs.DeleteOnTermination"},
    PathField{"block-device-mapping.device-name", "BlockDeviceMappings.DeviceName"},
    PathField{"block-device-mapping.status", "BlockDeviceMappings.Ebs.Status"},
    PathField{"boot-mode", ""},
    PathField{"capacity-reservation-id", ""},
    PathField{"capacity-reservation-specification.capacity-reservation-preference", "Preference"},
    PathField{"capacity-reservation-specification.capacity-reservation-target."
              "capacity-reservation-id",
              ""},
    PathField{"capacity-reservation-specification.capacity-reservation-target."
              "capacity-reservation-resource-group-arn",
              ""},
    PathField{"current-instance-boot-mode", ""},
    PathField{"dns-name", ""},
    PathField{"ebs-optimized", "EbsOptimized"},
    PathField{"ena-support", "EnaSupport"},
    PathField{"enclave-options.enabled", "Never"},
    PathField{"group-id", "SecurityGroups.GroupId"},
    PathField{"group-name", "SecurityGroups.GroupName"},
    PathField{"hibernation-options.configured", "Never"},
    PathField{"host-id", ""},
    PathField{"hypervisor", "Hypervisor"},
    PathField{"iam-instance-profile.id", "IamInstanceProfile.Id"},
    PathField{"iam-instance-profile.name", "ProfileName"},
    PathField{"instance-lifecycle", ""},
    PathField{"instance.group-id", "SecurityGroups.GroupId"},
    PathField{"instance.group-name", "SecurityGroups.GroupName"},
    PathField{"ip-address", ""},
    PathField{"ipv6-address", ""},
    PathField{"kernel-id", "KernelId"},
    PathField{"key-name", "KeyName"},
    PathField{"launch-index", "AmiLaunchIndex"},
    PathField{"launch-time", "LaunchTime"},
    PathField{"maintenance-options.auto-recovery", "AutoRecovery"},
    PathField{"metadata-options.http-endpoint", "MetadataOptions.HttpEndpoint"},
    PathField{"metadata-options.http-protocol-ipv4", "MetadataOptions.HttpEndpoint"},
    PathField{"metadata-options.http-protocol-ipv6", "MetadataOptions.HttpProtocolIpv6"},
    PathField{"metadata-options.http-put-response-hop-limit",
              "MetadataOptions.HttpPutResponseHopLimit"},
    PathField{"metadata-options.http-tokens", "MetadataOptions.HttpTokens"},
    PathField{"metadata-options.instance-metadata-tags", "MetadataOptions.InstanceMetadataTags"},
    PathField{"metadata-options.state", "MetadataOptions.State"},
    PathField{"monitoring-state", "Monitoring.State"},
    PathField{"network-interface.addresses.association.allocation-id", ""},
    PathField{"network-interface.addresses.association.association-id", ""},
    PathField{"network-interface.addresses.association.carrier-ip", ""},
    PathField{"network-interface.addresses.association.customer-owned-ip", ""},
    PathField{"network-interface.addresses.association.ip-owner-id", ""},
    PathField{"network-interface.addresses.association.public-dns-name", ""},
    PathField{"network-interface.addresses.association.public-ip", ""},
    PathField{"network-interface.addresses.primary",
              "NetworkInterfaces.PrivateIpAddresses.Primary"},
    PathField{"network-interface.addresses.private-dns-name",
              "NetworkInterfaces.PrivateIpAddresses.PrivateDnsName"},
    PathField{"network-interface.addresses.private-ip-address",
              "NetworkInterfaces.PrivateIpAddresses.PrivateIpAddress"},
    PathField{"network-interface.association.allocation-id", ""},
    PathField{"network-interface.association.association-id", ""},
    PathField{"network-interface.association.carrier-ip", ""},
    PathField{"network-interface.association.customer-owned-ip", ""},
    PathField{"network-interface.association.ip-owner-id", ""},
    PathField{"network-interface.association.public-dns-name", ""},
    PathField{"network-interface.association.public-ip", ""},
    PathField{"network-interface.attachment.attach-time",
              "NetworkInterfaces.Attachment.AttachTime"},
    PathField{"network-interface.attachment.attachment-id",
              "NetworkInterfaces.Attachment.AttachmentId"},
    PathField{"network-interface.attachment.delete-on-termination",
              "NetworkInterfaces.Attachment.DeleteOnTermination"},
    PathField{"network-interface.attachment.device-index",
              "NetworkInterfaces.Attachment.DeviceIndex"},
    PathField{"network-interface.attachment.instance-id", "AttachedTo"},
    PathField{"network-interface.attachment.instance-owner-id", "NetworkInterfaces.OwnerId"},
    PathField{"network-interface.attachment.network-card-index",
              "NetworkInterfaces.Attachment.NetworkCardIndex"},
    PathField{"network-interface.attachment.status", "NetworkInterfaces.Attachment.Status"},
    PathField{"network-interface.availability-zone", "InterfaceZone"},
    PathField{"network-interface.deny-all-igw-traffic", "Never"},
    PathField{"network-interface.description", "NetworkInterfaces.Description"},
    PathField{"network-interface.group-id", "NetworkInterfaces.Groups.GroupId"},
    PathField{"network-interface.group-name", "NetworkInterfaces.Groups.GroupName"},
    PathField{"network-interface.ipv4-prefixes.ipv4-prefix", ""},
    PathField{"network-interface.ipv6-address", ""},
    PathField{"network-interface.ipv6-addresses.ipv6-address", ""},
    PathField{"network-interface.ipv6-addresses.is-primary-ipv6", ""},
    PathField{"network-interface.ipv6-native", "Never"},
    PathField{"network-interface.ipv6-prefixes.ipv6-prefix", ""},
    PathField{"network-interface.mac-address", "NetworkInterfaces.MacAddress"},
    PathField{"network-interface.network-interface-id", "NetworkInterfaces.NetworkInterfaceId"},
    PathField{"network-interface.operator.managed", "Never"},
    PathField{"network-interface.operator.principal", ""},
    PathField{"network-interface.outpost-arn", ""},
    PathField{"network-interface.owner-id", "NetworkInterfaces.OwnerId"},
    PathField{"network-interface.private-dns-name", "NetworkInterfaces.PrivateDnsName"},
    PathField{"network-interface.private-ip-address", "NetworkInterfaces.PrivateIpAddress"},
    PathField{"network-interface.public-dns-name", ""},
    PathField{"network-interface.requester-id", ""},
    PathField{"network-interface.requester-managed", "Never"},
    PathField{"network-interface.source-dest-check", "NetworkInterfaces.SourceDestCheck"},
    PathField{"network-interface.status", "NetworkInterfaces.Status"},
    PathField{"network-interface.subnet-id", "NetworkInterfaces.SubnetId"},
    PathField{"network-interface.tag-key", "InterfaceTags.Key"},
    PathField{"network-interface.tag-value", "InterfaceTags.Value"},
    PathField{"network-interface.vpc-id", "NetworkInterfaces.VpcId"},
    PathField{"network-performance-options.bandwidth-weighting", ""},
    PathField{"operator.managed", "Never"},
    PathField{"operator.principal", ""},
    PathField{"outpost-arn", ""},
    PathField{"owner-id", "OwnerId"},
    PathField{"placement-group-name", ""},
    PathField{"placement-partition-number", ""},
    PathField{"platform-details", "PlatformDetails"},
    PathField{"private-dns-name", "PrivateDnsName"},
    PathField{"private-dns-name-options.enable-resource-name-dns-a-record", "Never"},
    PathField{"private-dns-name-options.enable-resource-name-dns-aaaa-record", "Never"},
    PathField{"private-dns-name-options.hostname-type", "HostnameType"},
    PathField{"product-code", ""},
    PathField{"product-code.type", ""},
    PathField{"ramdisk-id", "RamdiskId"},
    PathField{"reason", "StateTransitionReason"},
    PathField{"requester-id", ""},
    PathField{"root-device-name", "RootDeviceName"},
    PathField{"source-dest-check", "SourceDestCheck"},
    PathField{"spot-instance-request-id", ""},
    PathField{"state-reason-code", "StateReason.Code"},
    PathField{"state-reason-message", "StateReason.Message"},
    PathField{"subnet-id", "SubnetId"},
    PathField{"tenancy", "Placement.Tenancy"},
    PathField{"tpm-support", ""},
    PathField{"usage-operation", "UsageOperation"},
    PathField{"usage-operation-update-time", "LaunchTime"},
    PathField{"virtualization-type", "VirtualizationType"},
    PathField{"vpc-id", "VpcId"}};

constexpr std::array kRareOfImages{
    PathField{"architecture", "Architecture"},
    PathField{"block-device-mapping.delete-on-termination",
              "BlockDeviceMappings.Ebs.DeleteOnTermination"},
    PathField{"block-device-mapping.device-name", "BlockDeviceMappings.DeviceName"},
    PathField{"block-device-mapping.encrypted", "BlockDeviceMappings.Ebs.Encrypted"},
    PathField{"block-device-mapping.volume-size", "BlockDeviceMappings.Ebs.VolumeSize"},
    PathField{"block-device-mapping.volume-type", "BlockDeviceMappings.Ebs.VolumeType"},
    PathField{"ena-support", "EnaSupport"},
    PathField{"free-tier-eligible", "Never"},
    PathField{"hypervisor", "Hypervisor"},
    PathField{"image-allowed", "Always"},
    PathField{"kernel-id", "KernelId"},
    PathField{"manifest-location", "ImageLocation"},
    PathField{"product-code", ""},
    PathField{"product-code.type", ""},
    PathField{"ramdisk-id", "RamdiskId"},
    PathField{"root-device-name", "RootDeviceName"},
    PathField{"source-image-id", "SourceImageId"},
    PathField{"source-image-region", "SourceImageRegion"},
    PathField{"sriov-net-support", "SriovNetSupport"},
    PathField{"state-reason-code", "StateReason.Code"},
    PathField{"state-reason-message", "StateReason.Message"},
    PathField{"virtualization-type", "VirtualizationType"}};

constexpr std::array kRareOfSnapshots{PathField{"progress", "Progress"},
                                      PathField{"transfer-type", "TransferType"}};

constexpr std::array kRareOfVolumes{
    PathField{"attachment.attach-time", "Attachments.AttachTime"},
    PathField{"attachment.delete-on-termination", "Attachments.DeleteOnTermination"},
    PathField{"attachment.status", "Attachments.State"},
    PathField{"availability-zone-id", "ZoneId"},
    PathField{"create-time", "CreateTime"},
    PathField{"fast-restored", "Never"},
    PathField{"multi-attach-enabled", "MultiAttachEnabled"},
    PathField{"operator.managed", "Never"},
    PathField{"operator.principal", ""}};

/// "web" of "arn:aws:iam::123456789012:instance-profile/ops/web"
std::string profile_name(const std::string& arn) { return arn.substr(arn.rfind('/') + 1); }

}  // namespace

std::string zone_id_of(std::string_view zone) {
  if (zone.empty()) return {};
  return fmt::format("{}-az{}", zone.substr(0, zone.size() - 1), zone.back() - 'a' + 1);
}

std::span<const PathField> rare_fields(const Instance*) { return kRareOfInstances; }
std::span<const PathField> rare_fields(const Image*) { return kRareOfImages; }
std::span<const PathField> rare_fields(const Snapshot*) { return kRareOfSnapshots; }
std::span<const PathField> rare_fields(const Volume*) { return kRareOfVolumes; }

Object filtered_form(const Instance& row, const Incoming& in) {
  auto form = render(row, in.region.scope);
  form["Never"] = false;
  form["OwnerId"] = in.account();
  form["ZoneId"] = zone_id_of(row.zone);
  form["Preference"] = "open";
  form["AutoRecovery"] = "default";
  form["HostnameType"] = "ip-name";
  if (!row.profile.empty()) form["ProfileName"] = profile_name(row.profile);
  if (row.power == Power::Terminated) return form;
  form["AttachedTo"] = row.id;
  form["InterfaceZone"] = row.zone;
  form["InterfaceTags"] = render(row.interface_tags);
  return form;
}

Object filtered_form(const Image& row, const Incoming&) {
  auto form = render(row);
  form["Never"] = false;
  form["Always"] = true;
  return form;
}

Object filtered_form(const Snapshot& row, const Incoming& in) { return render(row, in.seen); }

Object filtered_form(const Volume& row, const Incoming&) {
  auto form = render(row);
  form["Never"] = false;
  form["ZoneId"] = zone_id_of(row.zone);
  return form;
}

}  // namespace hikae::sandbox
