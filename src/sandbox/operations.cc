#include "sandbox/operations.h"

#include <array>

namespace hikae::sandbox {
namespace {

constexpr std::array kOperations{
    OperationEntry{"ec2", "DescribeInstances", describe_instances, Effect::Reads},
    OperationEntry{"ec2", "DescribeInstanceStatus", describe_instance_status, Effect::Reads},
    OperationEntry{"ec2", "StartInstances", start_instances, Effect::Changes},
    OperationEntry{"ec2", "StopInstances", stop_instances, Effect::Changes},
    OperationEntry{"ec2", "RebootInstances", reboot_instances, Effect::Changes},
    OperationEntry{"ec2", "TerminateInstances", terminate_instances, Effect::Changes},
    OperationEntry{"ec2", "RunInstances", run_instances, Effect::Changes},
    OperationEntry{"ec2", "CreateImage", create_image, Effect::Changes},
    OperationEntry{"ec2", "DescribeImages", describe_images, Effect::Reads},
    OperationEntry{"ec2", "DeregisterImage", deregister_image, Effect::Changes},
    OperationEntry{"ec2", "DescribeImageAttribute", describe_image_attribute, Effect::Reads},
    OperationEntry{"ec2", "ModifyImageAttribute", modify_image_attribute, Effect::Changes},
    OperationEntry{"ec2", "DescribeSnapshots", describe_snapshots, Effect::Reads},
    OperationEntry{"ec2", "DeleteSnapshot", delete_snapshot, Effect::Changes},
    OperationEntry{"ec2", "DescribeVolumes", describe_volumes, Effect::Reads},
    OperationEntry{"ec2", "CreateVolume", create_volume, Effect::Changes},
    OperationEntry{"ec2", "DeleteVolume", delete_volume, Effect::Changes},
    OperationEntry{"ec2", "AttachVolume", attach_volume, Effect::Changes},
    OperationEntry{"ec2", "DetachVolume", detach_volume, Effect::Changes},
    OperationEntry{"ec2", "ModifyVolume", modify_volume, Effect::Changes},
    OperationEntry{"ec2", "DescribeVolumesModifications", describe_volumes_modifications,
                   Effect::Reads},
    OperationEntry{"ec2", "DescribeVolumeStatus", describe_volume_status, Effect::Reads},
    OperationEntry{"ec2", "DescribeVolumeAttribute", describe_volume_attribute, Effect::Reads},
    OperationEntry{"ec2", "ModifyVolumeAttribute", modify_volume_attribute, Effect::Changes},
    OperationEntry{"ec2", "CreateTags", create_tags, Effect::Changes},
    OperationEntry{"ec2", "DeleteTags", delete_tags, Effect::Changes},
    OperationEntry{"ec2", "DescribeTags", describe_tags, Effect::Reads},
    OperationEntry{"ec2", "DescribeRegions", describe_regions, Effect::Reads},
    OperationEntry{"ec2", "DescribeAvailabilityZones", describe_availability_zones, Effect::Reads},
    OperationEntry{"ec2", "CreateSnapshot", create_snapshot, Effect::Changes},
    OperationEntry{"ec2", "CreateSnapshots", create_snapshots, Effect::Changes},
    OperationEntry{"ec2", "CopySnapshot", copy_snapshot, Effect::Changes},
    OperationEntry{"ec2", "DescribeSnapshotAttribute", describe_snapshot_attribute, Effect::Reads},
    OperationEntry{"ec2", "ModifySnapshotAttribute", modify_snapshot_attribute, Effect::Changes},
    OperationEntry{"ec2", "ResetSnapshotAttribute", reset_snapshot_attribute, Effect::Changes},
    OperationEntry{"ec2", "CopyImage", copy_image, Effect::Changes},
    OperationEntry{"ec2", "RegisterImage", register_image, Effect::Changes},
    OperationEntry{"ec2", "ResetImageAttribute", reset_image_attribute, Effect::Changes},
    OperationEntry{"ec2", "EnableImageDeprecation", enable_image_deprecation, Effect::Changes},
    OperationEntry{"ec2", "DisableImageDeprecation", disable_image_deprecation, Effect::Changes},
    OperationEntry{"ec2", "DescribeVpcs", describe_vpcs, Effect::Reads},
    OperationEntry{"ec2", "DescribeSubnets", describe_subnets, Effect::Reads},
    OperationEntry{"ec2", "DescribeRouteTables", describe_route_tables, Effect::Reads},
    OperationEntry{"ec2", "DescribeInternetGateways", describe_internet_gateways, Effect::Reads},
    OperationEntry{"ec2", "DescribeDhcpOptions", describe_dhcp_options, Effect::Reads},
    OperationEntry{"ec2", "DescribeNetworkInterfaces", describe_network_interfaces, Effect::Reads},
    OperationEntry{"ec2", "DescribeAddresses", describe_addresses, Effect::Reads},
    OperationEntry{"ec2", "CreateSecurityGroup", create_security_group, Effect::Changes},
    OperationEntry{"ec2", "DeleteSecurityGroup", delete_security_group, Effect::Changes},
    OperationEntry{"ec2", "DescribeSecurityGroups", describe_security_groups, Effect::Reads},
    OperationEntry{"ec2", "DescribeSecurityGroupRules", describe_security_group_rules,
                   Effect::Reads},
    OperationEntry{"ec2", "AuthorizeSecurityGroupIngress", authorize_security_group_ingress,
                   Effect::Changes},
    OperationEntry{"ec2", "AuthorizeSecurityGroupEgress", authorize_security_group_egress,
                   Effect::Changes},
    OperationEntry{"ec2", "RevokeSecurityGroupIngress", revoke_security_group_ingress,
                   Effect::Changes},
    OperationEntry{"ec2", "RevokeSecurityGroupEgress", revoke_security_group_egress,
                   Effect::Changes},
    OperationEntry{"ec2", "DescribeInstanceAttribute", describe_instance_attribute, Effect::Reads},
    OperationEntry{"ec2", "ModifyInstanceAttribute", modify_instance_attribute, Effect::Changes},
    OperationEntry{"ec2", "ResetInstanceAttribute", reset_instance_attribute, Effect::Changes},
    OperationEntry{"ec2", "CreateKeyPair", create_key_pair, Effect::Changes},
    OperationEntry{"ec2", "ImportKeyPair", import_key_pair, Effect::Changes},
    OperationEntry{"ec2", "DescribeKeyPairs", describe_key_pairs, Effect::Reads},
    OperationEntry{"ec2", "DeleteKeyPair", delete_key_pair, Effect::Changes},
    OperationEntry{"ec2", "DescribeInstanceTypes", describe_instance_types, Effect::Reads},
    OperationEntry{"ec2", "DescribeInstanceTypeOfferings", describe_instance_type_offerings,
                   Effect::Reads},
    OperationEntry{"ec2", "DescribeAccountAttributes", describe_account_attributes, Effect::Reads},
    OperationEntry{"ec2", "MonitorInstances", monitor_instances, Effect::Changes},
    OperationEntry{"ec2", "UnmonitorInstances", unmonitor_instances, Effect::Changes},
    OperationEntry{"ec2", "ModifyInstanceMetadataOptions", modify_instance_metadata_options,
                   Effect::Changes},
    OperationEntry{"ec2", "DescribeInstanceCreditSpecifications",
                   describe_instance_credit_specifications, Effect::Reads},
    OperationEntry{"ec2", "GetConsoleOutput", get_console_output, Effect::Reads},
    OperationEntry{"ec2", "AssociateIamInstanceProfile", associate_iam_instance_profile,
                   Effect::Changes},
    OperationEntry{"ec2", "ReplaceIamInstanceProfileAssociation",
                   replace_iam_instance_profile_association, Effect::Changes},
    OperationEntry{"ec2", "DisassociateIamInstanceProfile", disassociate_iam_instance_profile,
                   Effect::Changes},
    OperationEntry{"ec2", "DescribeIamInstanceProfileAssociations",
                   describe_iam_instance_profile_associations, Effect::Reads},
    OperationEntry{"ssm", "DescribeInstanceInformation", describe_instance_information,
                   Effect::Reads},
    OperationEntry{"ssm", "SendCommand", send_command, Effect::Changes},
    OperationEntry{"ssm", "CancelCommand", cancel_command, Effect::Changes},
    OperationEntry{"ssm", "ListCommands", list_commands, Effect::Reads},
    OperationEntry{"ssm", "ListCommandInvocations", list_command_invocations, Effect::Reads},
    OperationEntry{"ssm", "GetCommandInvocation", get_command_invocation, Effect::Reads},
};

}  // namespace

const OperationEntry* find_operation(std::string_view service, std::string_view name) {
  for (const auto& entry : kOperations)
    if (entry.service == service && entry.name == name) return &entry;
  return nullptr;
}

std::vector<std::string_view> operation_names() {
  std::vector<std::string_view> names;
  for (const auto& entry : kOperations) names.push_back(entry.name);
  return names;
}

}  // namespace hikae::sandbox
