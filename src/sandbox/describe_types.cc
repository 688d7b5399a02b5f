// DescribeInstanceTypes, DescribeInstanceTypeOfferings, DescribeAccountAttributes.
#include <fmt/format.h>

#include <array>

#include "sandbox/instance_types.h"
#include "sandbox/object_filters.h"
#include "sandbox/operations.h"

namespace hikae::sandbox {
namespace {

constexpr std::size_t kTypesPerCall = 100;

constexpr std::array kTypeFields{
    PathField{"auto-recovery-supported", "AutoRecoverySupported"},
    PathField{"bare-metal", "BareMetal"},
    PathField{"burstable-performance-supported", "BurstablePerformanceSupported"},
    PathField{"current-generation", "CurrentGeneration"},
    PathField{"dedicated-hosts-supported", "DedicatedHostsSupported"},
    PathField{"ebs-info.ebs-optimized-info.baseline-bandwidth-in-mbps", ""},
    PathField{"ebs-info.ebs-optimized-info.baseline-iops", ""},
    PathField{"ebs-info.ebs-optimized-info.baseline-throughput-in-mbps", ""},
    PathField{"ebs-info.ebs-optimized-info.maximum-bandwidth-in-mbps", ""},
    PathField{"ebs-info.ebs-optimized-info.maximum-iops", ""},
    PathField{"ebs-info.ebs-optimized-info.maximum-throughput-in-mbps", ""},
    PathField{"ebs-info.ebs-optimized-support", "EbsInfo.EbsOptimizedSupport"},
    PathField{"ebs-info.encryption-support", "EbsInfo.EncryptionSupport"},
    PathField{"ebs-info.nvme-support", "EbsInfo.NvmeSupport"},
    PathField{"free-tier-eligible", "FreeTierEligible"},
    PathField{"hibernation-supported", "HibernationSupported"},
    PathField{"hypervisor", "Hypervisor"},
    PathField{"instance-storage-info.disk.count", ""},
    PathField{"instance-storage-info.disk.size-in-gb", ""},
    PathField{"instance-storage-info.disk.type", ""},
    PathField{"instance-storage-info.encryption-support", ""},
    PathField{"instance-storage-info.nvme-support", ""},
    PathField{"instance-storage-info.total-size-in-gb", ""},
    PathField{"instance-storage-supported", "InstanceStorageSupported"},
    PathField{"instance-type", "InstanceType"},
    PathField{"memory-info.size-in-mib", "MemoryInfo.SizeInMiB"},
    PathField{"network-info.efa-info.maximum-efa-interfaces", ""},
    PathField{"network-info.efa-supported", "NetworkInfo.EfaSupported"},
    PathField{"network-info.ena-support", "NetworkInfo.EnaSupport"},
    PathField{"network-info.encryption-in-transit-supported",
              "NetworkInfo.EncryptionInTransitSupported"},
    PathField{"network-info.ipv4-addresses-per-interface", "NetworkInfo.Ipv4AddressesPerInterface"},
    PathField{"network-info.ipv6-addresses-per-interface", "NetworkInfo.Ipv6AddressesPerInterface"},
    PathField{"network-info.ipv6-supported", "NetworkInfo.Ipv6Supported"},
    PathField{"network-info.maximum-network-cards", "NetworkInfo.MaximumNetworkCards"},
    PathField{"network-info.maximum-network-interfaces", "NetworkInfo.MaximumNetworkInterfaces"},
    PathField{"network-info.network-performance", "NetworkInfo.NetworkPerformance"},
    PathField{"processor-info.supported-architecture", "ProcessorInfo.SupportedArchitectures"},
    PathField{"processor-info.sustained-clock-speed-in-ghz",
              "ProcessorInfo.SustainedClockSpeedInGhz"},
    PathField{"supported-boot-mode", "SupportedBootModes"},
    PathField{"supported-root-device-type", "SupportedRootDeviceTypes"},
    PathField{"supported-usage-class", "SupportedUsageClasses"},
    PathField{"supported-virtualization-type", "SupportedVirtualizationTypes"},
    PathField{"vcpu-info.default-cores", "VCpuInfo.DefaultCores"},
    PathField{"vcpu-info.default-threads-per-core", "VCpuInfo.DefaultThreadsPerCore"},
    PathField{"vcpu-info.default-vcpus", "VCpuInfo.DefaultVCpus"},
    PathField{"vcpu-info.valid-cores", ""},
    PathField{"vcpu-info.valid-threads-per-core", ""}};

constexpr std::array kOfferingFields{PathField{"instance-type", "InstanceType"},
                                     PathField{"location", "Location"}};

/// The types that the request names; all where it names none.
Result<Array> named_types(const Incoming& in) {
  const auto names = TRY(text_list(in, "InstanceTypes"));
  if (names.size() > kTypesPerCall)
    return std::unexpected(invalid_value(fmt::format("{} items", names.size()), "InstanceTypes",
                                         "At most 100 are allowed in one request."));
  Array rows;
  std::vector<std::string> unknown;
  for (const auto& name : names) {
    const auto* type = find_type(name);
    if (type) rows.push_back(render(*type));
    if (!type) unknown.push_back(name);
  }
  if (!unknown.empty())
    return std::unexpected(
        ec2_error("InvalidInstanceType",
                  fmt::format("The following supplied instance types do not exist: [{}]",
                              fmt::join(unknown, ", "))));
  if (names.empty())
    for (const auto& type : all_types()) rows.push_back(render(type));
  return rows;
}

Result<std::vector<std::string>> locations(const Incoming& in) {
  const auto& region = in.region.scope.region;
  const auto type = text_at(in.input(), "LocationType", "region");
  if (type == "region") return std::vector{region};
  if (type != "availability-zone" && type != "availability-zone-id")
    return std::unexpected(invalid_value(
        type, "LocationType", "It is region, availability-zone or availability-zone-id."));
  std::vector<std::string> zones;
  for (std::size_t i = 0; i < kZoneLetters.size(); ++i)
    zones.push_back(type == "availability-zone" ? region + kZoneLetters[i]
                                                : fmt::format("{}-az{}", region, i + 1));
  return zones;
}

/// One page of what the filters have left, in the order of `key`.
template <class KeyOf>
Value paged(Array rows, const Page& page, std::string_view list, KeyOf key_of) {
  std::vector<Value> kept(std::make_move_iterator(rows.begin()),
                          std::make_move_iterator(rows.end()));
  std::ranges::sort(kept, {}, key_of);
  Object output;
  cut_page(kept, page, key_of, output);
  output[list] = Array(std::make_move_iterator(kept.begin()), std::make_move_iterator(kept.end()));
  return output;
}

struct AccountAttribute {
  std::string_view name;
  std::string_view value;
};

constexpr std::array kAccountAttributes{
    AccountAttribute{"supported-platforms", "VPC"},
    AccountAttribute{"vpc-max-security-groups-per-interface", "16"},
    AccountAttribute{"max-elastic-ips", "5"},
    AccountAttribute{"max-instances", "50000"},
    AccountAttribute{"vpc-max-elastic-ips", "5"},
    AccountAttribute{"default-vpc", ""},
};

Object attribute_object(const AccountAttribute& attribute, const Scope& scope) {
  const auto value = attribute.value.empty() ? vpc_of(scope) : std::string(attribute.value);
  return {{"AttributeName", attribute.name},
          {"AttributeValues", Array{Object{{"AttributeValue", value}}}}};
}

}  // namespace

Result<Value> describe_instance_types(Incoming& in) {
  TRY_DO(ids_or_pages(in, "InstanceTypes"));
  const auto page =
      TRY(read_page(in.input(), {.operation = "DescribeInstanceTypes", .most = 100, .usual = 100}));
  auto rows = TRY(fitting_objects(TRY(named_types(in)), in.input(), kTypeFields));
  TRY_DO(end_dry_run(in));
  return paged(std::move(rows), page, "InstanceTypes",
               [](const Value& row) { return str(text_at(row, "InstanceType")); });
}

Result<Value> describe_instance_type_offerings(Incoming& in) {
  const auto page = TRY(read_page(in.input(), {.operation = "DescribeInstanceTypeOfferings"}));
  const auto type = text_at(in.input(), "LocationType", "region");
  Array rows;
  for (const auto& location : TRY(locations(in)))
    for (const auto& machine : all_types())
      rows.push_back(
          Object{{"InstanceType", machine.name}, {"LocationType", type}, {"Location", location}});
  rows = TRY(fitting_objects(std::move(rows), in.input(), kOfferingFields));
  TRY_DO(end_dry_run(in));
  return paged(std::move(rows), page, "InstanceTypeOfferings", [](const Value& row) {
    return fmt::format("{} {}", text_at(row, "InstanceType"), text_at(row, "Location"));
  });
}

Result<Value> describe_account_attributes(Incoming& in) {
  const auto names = TRY(text_list(in, "AttributeNames"));
  for (const auto& name : names)
    if (std::ranges::find(kAccountAttributes, name, &AccountAttribute::name) ==
        kAccountAttributes.end())
      return std::unexpected(invalid_value(name, "attributeName", "Unknown account attribute."));
  TRY_DO(end_dry_run(in));
  Array list;
  for (const auto& attribute : kAccountAttributes)
    if (names.empty() || std::ranges::find(names, attribute.name) != names.end())
      list.push_back(attribute_object(attribute, in.region.scope));
  return Object{{"AccountAttributes", std::move(list)}};
}

}  // namespace hikae::sandbox
