// The operations of the embedded cloud: one handler each, one table from (service, name) to it.
#pragma once

#include <string_view>
#include <vector>

#include "sandbox/incoming.h"

namespace hikae::sandbox {

enum class Effect { Reads, Changes };

struct OperationEntry {
  std::string_view service;
  std::string_view name;
  Handler handler;
  Effect effect;
};

[[nodiscard]] const OperationEntry* find_operation(std::string_view service, std::string_view name);
/// Every name, for messages and for checking fault rules.
[[nodiscard]] std::vector<std::string_view> operation_names();

// instances.cc, power.cc, launch.cc
Result<Value> describe_instances(Incoming& in);
Result<Value> describe_instance_status(Incoming& in);
Result<Value> start_instances(Incoming& in);
Result<Value> stop_instances(Incoming& in);
Result<Value> reboot_instances(Incoming& in);
Result<Value> terminate_instances(Incoming& in);
Result<Value> run_instances(Incoming& in);
// create_image.cc, images.cc, deregister.cc, image_attributes.cc
Result<Value> create_image(Incoming& in);
Result<Value> describe_images(Incoming& in);
Result<Value> deregister_image(Incoming& in);
Result<Value> describe_image_attribute(Incoming& in);
Result<Value> modify_image_attribute(Incoming& in);
Result<Value> reset_image_attribute(Incoming& in);
// snapshots.cc, volumes.cc
Result<Value> describe_snapshots(Incoming& in);
Result<Value> delete_snapshot(Incoming& in);
Result<Value> describe_volumes(Incoming& in);
// create_volume.cc, attach_volume.cc, modify_volume.cc, volume_status.cc
Result<Value> create_volume(Incoming& in);
Result<Value> delete_volume(Incoming& in);
Result<Value> attach_volume(Incoming& in);
Result<Value> detach_volume(Incoming& in);
Result<Value> modify_volume(Incoming& in);
Result<Value> describe_volumes_modifications(Incoming& in);
Result<Value> describe_volume_status(Incoming& in);
Result<Value> describe_volume_attribute(Incoming& in);
Result<Value> modify_volume_attribute(Incoming& in);
// network_places.cc, security_groups.cc
Result<Value> describe_vpcs(Incoming& in);
Result<Value> describe_subnets(Incoming& in);
Result<Value> describe_route_tables(Incoming& in);
Result<Value> describe_internet_gateways(Incoming& in);
Result<Value> describe_dhcp_options(Incoming& in);
Result<Value> describe_network_interfaces(Incoming& in);
Result<Value> describe_addresses(Incoming& in);
Result<Value> create_security_group(Incoming& in);
Result<Value> delete_security_group(Incoming& in);
Result<Value> describe_security_groups(Incoming& in);
Result<Value> describe_security_group_rules(Incoming& in);
Result<Value> authorize_security_group_ingress(Incoming& in);
Result<Value> authorize_security_group_egress(Incoming& in);
Result<Value> revoke_security_group_ingress(Incoming& in);
Result<Value> revoke_security_group_egress(Incoming& in);
// create_snapshots.cc, snapshot_attributes.cc
Result<Value> create_snapshot(Incoming& in);
Result<Value> create_snapshots(Incoming& in);
Result<Value> copy_snapshot(Incoming& in);
Result<Value> describe_snapshot_attribute(Incoming& in);
Result<Value> modify_snapshot_attribute(Incoming& in);
Result<Value> reset_snapshot_attribute(Incoming& in);
// copies.cc, register_image.cc, image_deprecation.cc
Result<Value> copy_image(Incoming& in);
Result<Value> register_image(Incoming& in);
Result<Value> enable_image_deprecation(Incoming& in);
Result<Value> disable_image_deprecation(Incoming& in);
// tags.cc
Result<Value> create_tags(Incoming& in);
Result<Value> delete_tags(Incoming& in);
Result<Value> describe_tags(Incoming& in);
// places.cc, agents.cc
Result<Value> describe_regions(Incoming& in);
Result<Value> describe_availability_zones(Incoming& in);
Result<Value> describe_instance_information(Incoming& in);
// instance_attributes.cc, modify_instance.cc
Result<Value> describe_instance_attribute(Incoming& in);
Result<Value> modify_instance_attribute(Incoming& in);
Result<Value> reset_instance_attribute(Incoming& in);
// key_pairs.cc
Result<Value> create_key_pair(Incoming& in);
Result<Value> import_key_pair(Incoming& in);
Result<Value> describe_key_pairs(Incoming& in);
Result<Value> delete_key_pair(Incoming& in);
// describe_types.cc
Result<Value> describe_instance_types(Incoming& in);
Result<Value> describe_instance_type_offerings(Incoming& in);
Result<Value> describe_account_attributes(Incoming& in);
// machine_options.cc
Result<Value> monitor_instances(Incoming& in);
Result<Value> unmonitor_instances(Incoming& in);
Result<Value> modify_instance_metadata_options(Incoming& in);
Result<Value> describe_instance_credit_specifications(Incoming& in);
Result<Value> get_console_output(Incoming& in);
// profiles.cc
Result<Value> associate_iam_instance_profile(Incoming& in);
Result<Value> replace_iam_instance_profile_association(Incoming& in);
Result<Value> disassociate_iam_instance_profile(Incoming& in);
Result<Value> describe_iam_instance_profile_associations(Incoming& in);
// send_command.cc, list_commands.cc
Result<Value> send_command(Incoming& in);
Result<Value> cancel_command(Incoming& in);
Result<Value> list_commands(Incoming& in);
Result<Value> list_command_invocations(Incoming& in);
Result<Value> get_command_invocation(Incoming& in);

}  // namespace hikae::sandbox
