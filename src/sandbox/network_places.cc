// The default VPC and what is in it, as the Describe operations show them.
#include "sandbox/network_places.h"

#include <fmt/format.h>

#include <array>

#include "sandbox/operations.h"
#include "sandbox/render.h"

namespace hikae::sandbox {
namespace {

constexpr std::int64_t kSubnetAddresses = 4091;  // of a /20, without the five that are reserved

std::string in_region(const Incoming& in, std::string_view prefix, std::string_view what) {
  const auto& scope = in.region.scope;
  return derived_id(prefix, fmt::format("{} {} {}", what, scope.account, scope.region));
}

Object cidr_association(const Incoming& in) {
  return {{"AssociationId", in_region(in, "vpc-cidr-assoc-", "cidr")},
          {"CidrBlock", kVpcCidr},
          {"CidrBlockState", Object{{"State", "associated"}}}};
}

Object subnet_object(const Incoming& in, char letter) {
  const auto& scope = in.region.scope;
  const auto zone = scope.region + letter;
  const auto id = subnet_of(scope, zone);
  return {
      {"SubnetId", id},
      {"SubnetArn", fmt::format("arn:aws:ec2:{}:{}:subnet/{}", scope.region, scope.account, id)},
      {"VpcId", vpc_of(scope)},
      {"OwnerId", scope.account},
      {"State", "available"},
      {"CidrBlock", fmt::format("172.31.{}.0/20", subnet_block(zone))},
      {"AvailabilityZone", zone},
      {"AvailabilityZoneId", fmt::format("{}-az{}", scope.region, kZoneLetters.find(letter) + 1)},
      {"AvailableIpAddressCount", kSubnetAddresses},
      {"DefaultForAz", true},
      {"MapPublicIpOnLaunch", false},
      {"AssignIpv6AddressOnCreation", false},
      {"Ipv6Native", false},
      {"EnableDns64", false},
      {"Ipv6CidrBlockAssociationSet", Array{}},
      {"Tags", Array{}}};
}

Object route_table_object(const Incoming& in) {
  const auto& scope = in.region.scope;
  const auto id = in_region(in, "rtb-", "routes");
  return {{"RouteTableId", id},
          {"VpcId", vpc_of(scope)},
          {"OwnerId", scope.account},
          {"Associations",
           Array{Object{{"Main", true},
                        {"RouteTableId", id},
                        {"RouteTableAssociationId", in_region(in, "rtbassoc-", "association")},
                        {"AssociationState", Object{{"State", "associated"}}}}}},
          {"Routes", Array{Object{{"DestinationCidrBlock", kVpcCidr},
                                  {"GatewayId", "local"},
                                  {"Origin", "CreateRouteTable"},
                                  {"State", "active"}},
                           Object{{"DestinationCidrBlock", "0.0.0.0/0"},
                                  {"GatewayId", in_region(in, "igw-", "gateway")},
                                  {"Origin", "CreateRoute"},
                                  {"State", "active"}}}},
          {"PropagatingVgws", Array{}},
          {"Tags", Array{}}};
}

Object dhcp_value(std::string_view key, std::string_view value) {
  return {{"Key", key}, {"Values", Array{Object{{"Value", value}}}}};
}

constexpr std::array kVpcFields{
    PathField{"vpc-id", "VpcId"},
    PathField{"cidr", "CidrBlock"},
    PathField{"cidr-block", "CidrBlock"},
    PathField{"cidr-block-association.cidr-block", "CidrBlockAssociationSet.CidrBlock"},
    PathField{"cidr-block-association.association-id", "CidrBlockAssociationSet.AssociationId"},
    PathField{"cidr-block-association.state", "CidrBlockAssociationSet.CidrBlockState.State"},
    PathField{"dhcp-options-id", "DhcpOptionsId"},
    PathField{"ipv6-cidr-block-association.ipv6-cidr-block", ""},
    PathField{"ipv6-cidr-block-association.ipv6-pool", ""},
    PathField{"ipv6-cidr-block-association.association-id", ""},
    PathField{"ipv6-cidr-block-association.state", ""},
    PathField{"is-default", "IsDefault"},
    PathField{"isDefault", "IsDefault"},
    PathField{"owner-id", "OwnerId"},
    PathField{"state", "State"}};

constexpr std::array kSubnetFields{
    PathField{"availability-zone", "AvailabilityZone"},
    PathField{"availabilityZone", "AvailabilityZone"},
    PathField{"availability-zone-id", "AvailabilityZoneId"},
    PathField{"available-ip-address-count", "AvailableIpAddressCount"},
    PathField{"cidr-block", "CidrBlock"},
    PathField{"customer-owned-ipv4-pool", ""},
    PathField{"default-for-az", "DefaultForAz"},
    PathField{"enable-dns64", "EnableDns64"},
    PathField{"ipv6-cidr-block-association.ipv6-cidr-block", ""},
    PathField{"ipv6-cidr-block-association.association-id", ""},
    PathField{"ipv6-cidr-block-association.state", ""},
    PathField{"ipv6-native", "Ipv6Native"},
    PathField{"map-public-ip-on-launch", "MapPublicIpOnLaunch"},
    PathField{"outpost-arn", ""},
    PathField{"owner-id", "OwnerId"},
    PathField{"state", "State"},
    PathField{"subnet-arn", "SubnetArn"},
    PathField{"subnet-id", "SubnetId"},
    PathField{"vpc-id", "VpcId"}};

constexpr std::array kRouteTableFields{
    PathField{"association.gateway-id", ""},
    PathField{"association.route-table-association-id", "Associations.RouteTableAssociationId"},
    PathField{"association.route-table-id", "Associations.RouteTableId"},
    PathField{"association.subnet-id", "Associations.SubnetId"},
    PathField{"association.main", "Associations.Main"},
    PathField{"owner-id", "OwnerId"},
    PathField{"route-table-id", "RouteTableId"},
    PathField{"route.destination-cidr-block", "Routes.DestinationCidrBlock"},
    PathField{"route.destination-ipv6-cidr-block", ""},
    PathField{"route.destination-prefix-list-id", ""},
    PathField{"route.egress-only-internet-gateway-id", ""},
    PathField{"route.gateway-id", "Routes.GatewayId"},
    PathField{"route.instance-id", ""},
    PathField{"route.nat-gateway-id", ""},
    PathField{"route.transit-gateway-id", ""},
    PathField{"route.origin", "Routes.Origin"},
    PathField{"route.state", "Routes.State"},
    PathField{"route.vpc-peering-connection-id", ""},
    PathField{"vpc-id", "VpcId"}};

constexpr std::array kGatewayFields{PathField{"attachment.state", "Attachments.State"},
                                    PathField{"attachment.vpc-id", "Attachments.VpcId"},
                                    PathField{"internet-gateway-id", "InternetGatewayId"},
                                    PathField{"owner-id", "OwnerId"}};

constexpr std::array kDhcpFields{
    PathField{"dhcp-options-id", "DhcpOptionsId"}, PathField{"key", "DhcpConfigurations.Key"},
    PathField{"value", "DhcpConfigurations.Values.Value"}, PathField{"owner-id", "OwnerId"}};

constexpr std::array kInterfaceFields{
    PathField{"addresses.private-ip-address", "PrivateIpAddresses.PrivateIpAddress"},
    PathField{"addresses.primary", "PrivateIpAddresses.Primary"},
    PathField{"addresses.association.public-ip", ""},
    PathField{"association.public-ip", ""},
    PathField{"attachment.attach-time", "Attachment.AttachTime"},
    PathField{"attachment.attachment-id", "Attachment.AttachmentId"},
    PathField{"attachment.delete-on-termination", "Attachment.DeleteOnTermination"},
    PathField{"attachment.device-index", "Attachment.DeviceIndex"},
    PathField{"attachment.instance-id", "Attachment.InstanceId"},
    PathField{"attachment.instance-owner-id", "Attachment.InstanceOwnerId"},
    PathField{"attachment.status", "Attachment.Status"},
    PathField{"availability-zone", "AvailabilityZone"},
    PathField{"description", "Description"},
    PathField{"group-id", "Groups.GroupId"},
    PathField{"group-name", "Groups.GroupName"},
    PathField{"interface-type", "InterfaceType"},
    PathField{"mac-address", "MacAddress"},
    PathField{"network-interface-id", "NetworkInterfaceId"},
    PathField{"owner-id", "OwnerId"},
    PathField{"private-dns-name", "PrivateDnsName"},
    PathField{"private-ip-address", "PrivateIpAddress"},
    PathField{"requester-id", ""},
    PathField{"requester-managed", "RequesterManaged"},
    PathField{"source-dest-check", "SourceDestCheck"},
    PathField{"status", "Status"},
    PathField{"subnet-id", "SubnetId"},
    PathField{"vpc-id", "VpcId"}};

constexpr std::array kAddressFields{PathField{"allocation-id", ""},
                                    PathField{"association-id", ""},
                                    PathField{"domain", ""},
                                    PathField{"instance-id", ""},
                                    PathField{"network-border-group", ""},
                                    PathField{"network-interface-id", ""},
                                    PathField{"network-interface-owner-id", ""},
                                    PathField{"private-ip-address", ""},
                                    PathField{"public-ip", ""}};

Object interface_object(const Instance& row, const Scope& scope) {
  auto out = render_interface(row, scope);
  out["AvailabilityZone"] = row.zone;
  out["RequesterManaged"] = false;
  auto tags = render(row.interface_tags);
  out["Tags"] = tags;
  out["TagSet"] = std::move(tags);
  auto& attachment = out["Attachment"].get_object();
  attachment["InstanceId"] = row.id;
  attachment["InstanceOwnerId"] = scope.account;
  return out;
}

/// The rows of the ids that the request names, all of which must be there; all where it names none.
Result<Array> named_objects(const Incoming& in, const ObjectKind& kind, Array rows) {
  const auto ids = TRY(text_list(in, kind.ids));
  if (ids.empty()) return rows;
  Array kept;
  for (const auto& id : ids) {
    const auto found =
        std::ranges::find_if(rows, [&](const Value& row) { return text_at(row, kind.id) == id; });
    if (found == rows.end())
      return std::unexpected(
          ec2_error(str(kind.not_found), fmt::format("The {} '{}' does not exist", kind.noun, id)));
    kept.push_back(*found);
  }
  return kept;
}

}  // namespace

Result<Value> describe_objects(const Incoming& in, const ObjectKind& kind, Array rows,
                               std::span<const PathField> fields) {
  TRY_DO(ids_or_pages(in, kind.ids));
  const auto page =
      TRY(read_page(in.input(), {.operation = in.request.operation, .most = kind.page_most}));
  auto kept = TRY(named_objects(in, kind, std::move(rows)));
  kept = TRY(fitting_objects(std::move(kept), in.input(), fields));
  TRY_DO(end_dry_run(in));
  std::vector<Value> sorted(std::make_move_iterator(kept.begin()),
                            std::make_move_iterator(kept.end()));
  const auto id_of = [&](const Value& row) { return str(text_at(row, kind.id)); };
  std::ranges::sort(sorted, {}, id_of);
  Object output;
  cut_page(sorted, page, id_of, output);
  output[kind.list] =
      Array(std::make_move_iterator(sorted.begin()), std::make_move_iterator(sorted.end()));
  return output;
}

Result<Value> describe_vpcs(Incoming& in) {
  const auto& scope = in.region.scope;
  Array rows{Object{{"VpcId", vpc_of(scope)},
                    {"CidrBlock", kVpcCidr},
                    {"CidrBlockAssociationSet", Array{cidr_association(in)}},
                    {"Ipv6CidrBlockAssociationSet", Array{}},
                    {"DhcpOptionsId", in_region(in, "dopt-", "dhcp")},
                    {"InstanceTenancy", "default"},
                    {"IsDefault", true},
                    {"OwnerId", scope.account},
                    {"State", "available"},
                    {"Tags", Array{}}}};
  return describe_objects(in, {"Vpcs", "VpcIds", "VpcId", "InvalidVpcID.NotFound", "vpc ID"},
                          std::move(rows), kVpcFields);
}

Result<Value> describe_subnets(Incoming& in) {
  Array rows;
  for (const char letter : kZoneLetters) rows.push_back(subnet_object(in, letter));
  return describe_objects(
      in, {"Subnets", "SubnetIds", "SubnetId", "InvalidSubnetID.NotFound", "subnet ID"},
      std::move(rows), kSubnetFields);
}

Result<Value> describe_route_tables(Incoming& in) {
  return describe_objects(in,
                          {"RouteTables", "RouteTableIds", "RouteTableId",
                           "InvalidRouteTableID.NotFound", "routeTable ID", 100},
                          Array{route_table_object(in)}, kRouteTableFields);
}

Result<Value> describe_internet_gateways(Incoming& in) {
  Array rows{Object{
      {"InternetGatewayId", in_region(in, "igw-", "gateway")},
      {"OwnerId", in.account()},
      {"Attachments", Array{Object{{"State", "available"}, {"VpcId", vpc_of(in.region.scope)}}}},
      {"Tags", Array{}}}};
  return describe_objects(in,
                          {"InternetGateways", "InternetGatewayIds", "InternetGatewayId",
                           "InvalidInternetGatewayID.NotFound", "internetGateway ID"},
                          std::move(rows), kGatewayFields);
}

Result<Value> describe_dhcp_options(Incoming& in) {
  const auto domain = in.region.scope.region + ".compute.internal";
  Array rows{
      Object{{"DhcpOptionsId", in_region(in, "dopt-", "dhcp")},
             {"OwnerId", in.account()},
             {"DhcpConfigurations", Array{dhcp_value("domain-name", domain),
                                          dhcp_value("domain-name-servers", "AmazonProvidedDNS")}},
             {"Tags", Array{}}}};
  return describe_objects(in,
                          {"DhcpOptions", "DhcpOptionsIds", "DhcpOptionsId",
                           "InvalidDhcpOptionID.NotFound", "dhcpOption ID"},
                          std::move(rows), kDhcpFields);
}

Result<Value> describe_network_interfaces(Incoming& in) {
  Array rows;
  for (const auto& [id, row] : in.region.instances.rows())
    if (row.power != Power::Terminated) rows.push_back(interface_object(row, in.region.scope));
  return describe_objects(in,
                          {"NetworkInterfaces", "NetworkInterfaceIds", "NetworkInterfaceId",
                           "InvalidNetworkInterfaceID.NotFound", "networkInterface ID"},
                          std::move(rows), kInterfaceFields);
}

/// No machine here has a public address.
Result<Value> describe_addresses(Incoming& in) {
  for (const auto& id : TRY(text_list(in, "AllocationIds")))
    return std::unexpected(ec2_error("InvalidAllocationID.NotFound",
                                     fmt::format("The allocation ID '{}' does not exist", id)));
  for (const auto& address : TRY(text_list(in, "PublicIps")))
    return std::unexpected(
        ec2_error("InvalidAddress.NotFound", fmt::format("Address '{}' not found.", address)));
  auto rows = TRY(fitting_objects({}, in.input(), kAddressFields));
  TRY_DO(end_dry_run(in));
  return Object{{"Addresses", std::move(rows)}};
}

}  // namespace hikae::sandbox
