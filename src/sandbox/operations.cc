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
    OperationEntry{"ec2", "CreateTags", create_tags, Effect::Changes},
    OperationEntry{"ec2", "DeleteTags", delete_tags, Effect::Changes},
    OperationEntry{"ec2", "DescribeTags", describe_tags, Effect::Reads},
    OperationEntry{"ec2", "DescribeRegions", describe_regions, Effect::Reads},
    OperationEntry{"ec2", "DescribeAvailabilityZones", describe_availability_zones, Effect::Reads},
    OperationEntry{"ec2", "CreateSnapshot", create_snapshot, Effect::Changes},
    OperationEntry{"ec2", "CopyImage", copy_image, Effect::Changes},
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
