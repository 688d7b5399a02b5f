#include "sandbox/instance_types.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <span>

namespace hikae::sandbox {
namespace {

/// Sizes whose processors and interfaces are the same in all families that have them.
struct PlainSize {
  std::string_view name;
  std::int64_t vcpus, interfaces, addresses;
  std::string_view network_5, network_6, network_arm;  // of the fifth, sixth generation, Graviton
};

constexpr std::string_view kUpTo10 = "Up to 10 Gigabit";
constexpr std::string_view kUpTo12 = "Up to 12.5 Gigabit";

constexpr std::array kPlainSizes{
    PlainSize{"medium", 1, 2, 4, "", "", kUpTo10},
    PlainSize{"large", 2, 3, 10, kUpTo10, kUpTo12, kUpTo10},
    PlainSize{"xlarge", 4, 4, 15, kUpTo10, kUpTo12, kUpTo10},
    PlainSize{"2xlarge", 8, 4, 15, kUpTo10, kUpTo12, kUpTo10},
    PlainSize{"4xlarge", 16, 8, 30, kUpTo10, kUpTo12, kUpTo10},
    PlainSize{"8xlarge", 32, 8, 30, "10 Gigabit", "12.5 Gigabit", "12 Gigabit"},
    PlainSize{"9xlarge", 36, 8, 30, "12 Gigabit", "", ""},
    PlainSize{"12xlarge", 48, 8, 30, "12 Gigabit", "18.75 Gigabit", "20 Gigabit"},
    PlainSize{"16xlarge", 64, 15, 50, "20 Gigabit", "25 Gigabit", "25 Gigabit"},
    PlainSize{"18xlarge", 72, 15, 50, "25 Gigabit", "", ""},
    PlainSize{"24xlarge", 96, 15, 50, "25 Gigabit", "37.5 Gigabit", ""},
    PlainSize{"32xlarge", 128, 15, 50, "", "50 Gigabit", ""},
};

constexpr std::string_view kUsual5 =
    "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge ";
constexpr std::string_view kCompute5 =
    "large xlarge 2xlarge 4xlarge 9xlarge 12xlarge 18xlarge 24xlarge ";
constexpr std::string_view kUsual6 =
    "large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge 24xlarge 32xlarge ";
constexpr std::string_view kGraviton =
    "medium large xlarge 2xlarge 4xlarge 8xlarge 12xlarge 16xlarge ";

struct PlainFamily {
  std::string_view name;
  std::string_view sizes;  // each with a blank behind it
  std::int64_t gib_per_vcpu;
  double clock_ghz;
  std::string_view PlainSize::*network;
};

constexpr std::array kPlainFamilies{
    PlainFamily{"c5", kCompute5, 2, 3.4, &PlainSize::network_5},
    PlainFamily{"c6a", kUsual6, 2, 3.6, &PlainSize::network_6},
    PlainFamily{"c6g", kGraviton, 2, 2.5, &PlainSize::network_arm},
    PlainFamily{"c6i", kUsual6, 2, 3.5, &PlainSize::network_6},
    PlainFamily{"m5", kUsual5, 4, 3.1, &PlainSize::network_5},
    PlainFamily{"m6a", kUsual6, 4, 3.6, &PlainSize::network_6},
    PlainFamily{"m6g", kGraviton, 4, 2.5, &PlainSize::network_arm},
    PlainFamily{"m6i", kUsual6, 4, 3.5, &PlainSize::network_6},
    PlainFamily{"r5", kUsual5, 8, 3.1, &PlainSize::network_5},
    PlainFamily{"r6g", kGraviton, 8, 2.5, &PlainSize::network_arm},
    PlainFamily{"r6i", kUsual6, 8, 3.5, &PlainSize::network_6},
};

/// Burstable ones: memory follows no rule.
struct BurstSize {
  std::string_view name;
  std::int64_t memory_mib, vcpus, old_vcpus, interfaces, addresses, old_interfaces, old_addresses;
  std::string_view old_network;
};

constexpr std::array kBurstSizes{
    BurstSize{"nano", 512, 2, 1, 2, 2, 2, 2, "Low to Moderate"},
    BurstSize{"micro", 1'024, 2, 1, 2, 2, 2, 2, "Low to Moderate"},
    BurstSize{"small", 2'048, 2, 1, 3, 4, 3, 4, "Low to Moderate"},
    BurstSize{"medium", 4'096, 2, 2, 3, 6, 3, 6, "Low to Moderate"},
    BurstSize{"large", 8'192, 2, 2, 3, 12, 3, 12, "Low to Moderate"},
    BurstSize{"xlarge", 16'384, 4, 4, 4, 15, 3, 15, "Moderate"},
    BurstSize{"2xlarge", 32'768, 8, 8, 4, 15, 3, 15, "Moderate"},
};

struct BurstFamily {
  std::string_view name;
  double clock_ghz;
};

constexpr std::array kBurstFamilies{BurstFamily{"t2", 2.3}, BurstFamily{"t3", 2.5},
                                    BurstFamily{"t3a", 2.2}, BurstFamily{"t4g", 2.5}};

bool is_graviton(std::string_view family) { return family.ends_with('g'); }

void add_plain(const PlainFamily& family, std::vector<MachineType>& types) {
  constexpr std::int64_t kMibPerGib = 1'024;
  for (const auto& size : kPlainSizes) {
    const auto at = (" " + std::string(family.sizes)).find(fmt::format(" {} ", size.name));
    if (at == std::string::npos) continue;
    const bool is_arm = is_graviton(family.name);
    types.push_back({.name = fmt::format("{}.{}", family.name, size.name),
                     .architecture = is_arm ? "arm64" : "x86_64",
                     .hypervisor = "nitro",
                     .network = size.*family.network,
                     .clock_ghz = family.clock_ghz,
                     .vcpus = size.vcpus,
                     .threads_per_core = is_arm ? 1 : 2,
                     .memory_mib = size.vcpus * family.gib_per_vcpu * kMibPerGib,
                     .interfaces = size.interfaces,
                     .addresses = size.addresses});
  }
}

void add_burstable(const BurstFamily& family, std::vector<MachineType>& types) {
  const bool is_arm = is_graviton(family.name);
  const bool is_old = family.name == "t2";
  for (const auto& size : kBurstSizes)
    types.push_back({.name = fmt::format("{}.{}", family.name, size.name),
                     .architecture = is_arm ? "arm64" : "x86_64",
                     .hypervisor = is_old ? "xen" : "nitro",
                     .network = is_old ? size.old_network : "Up to 5 Gigabit",
                     .clock_ghz = family.clock_ghz,
                     .vcpus = is_old ? size.old_vcpus : size.vcpus,
                     .threads_per_core = is_arm || is_old ? 1 : 2,
                     .memory_mib = size.memory_mib,
                     .interfaces = is_old ? size.old_interfaces : size.interfaces,
                     .addresses = is_old ? size.old_addresses : size.addresses,
                     .is_burstable = true,
                     .is_free = size.name == "micro" && (is_old || family.name == "t3")});
}

std::vector<MachineType> make_types() {
  std::vector<MachineType> types;
  for (const auto& family : kPlainFamilies) add_plain(family, types);
  for (const auto& family : kBurstFamilies) add_burstable(family, types);
  std::ranges::sort(types, {}, &MachineType::name);
  return types;
}

Object processors(const MachineType& type) {
  return {{"DefaultVCpus", type.vcpus},
          {"DefaultCores", std::max<std::int64_t>(1, type.vcpus / type.threads_per_core)},
          {"DefaultThreadsPerCore", type.threads_per_core}};
}

Object network_of(const MachineType& type) {
  return {{"NetworkPerformance", type.network},
          {"MaximumNetworkInterfaces", type.interfaces},
          {"MaximumNetworkCards", 1},
          {"DefaultNetworkCardIndex", 0},
          {"NetworkCards", Array{Object{{"NetworkCardIndex", 0},
                                        {"NetworkPerformance", type.network},
                                        {"MaximumNetworkInterfaces", type.interfaces}}}},
          {"Ipv4AddressesPerInterface", type.addresses},
          {"Ipv6AddressesPerInterface", type.addresses},
          {"Ipv6Supported", true},
          {"EnaSupport", type.hypervisor == "xen" ? "unsupported" : "required"},
          {"EfaSupported", false},
          {"EncryptionInTransitSupported", false}};
}

Object disks_of_type(const MachineType& type) {
  const bool is_old = type.hypervisor == "xen";
  return {{"EbsOptimizedSupport", is_old ? "unsupported" : "default"},
          {"EncryptionSupport", "supported"},
          {"NvmeSupport", is_old ? "unsupported" : "required"}};
}

Array boot_modes(const MachineType& type) {
  if (type.architecture == "arm64") return {"uefi"};
  if (type.hypervisor == "xen") return {"legacy-bios"};
  return {"legacy-bios", "uefi"};
}

Array architectures(const MachineType& type) {
  if (type.name.starts_with("t2.") && type.memory_mib <= 4'096) return {"i386", "x86_64"};
  return {type.architecture};
}

}  // namespace

const std::vector<MachineType>& all_types() {
  static const auto kTypes = make_types();
  return kTypes;
}

const MachineType* find_type(std::string_view name) {
  const auto& types = all_types();
  const auto found = std::ranges::lower_bound(types, name, {}, &MachineType::name);
  return found != types.end() && found->name == name ? &*found : nullptr;
}

Object render(const MachineType& type) {
  return {{"InstanceType", type.name},
          {"CurrentGeneration", true},
          {"FreeTierEligible", type.is_free},
          {"SupportedUsageClasses", Array{"on-demand", "spot"}},
          {"SupportedRootDeviceTypes", Array{"ebs"}},
          {"SupportedVirtualizationTypes", Array{"hvm"}},
          {"BareMetal", false},
          {"Hypervisor", type.hypervisor},
          {"ProcessorInfo", Object{{"SupportedArchitectures", architectures(type)},
                                   {"SustainedClockSpeedInGhz", type.clock_ghz}}},
          {"VCpuInfo", processors(type)},
          {"MemoryInfo", Object{{"SizeInMiB", type.memory_mib}}},
          {"InstanceStorageSupported", false},
          {"EbsInfo", disks_of_type(type)},
          {"NetworkInfo", network_of(type)},
          {"PlacementGroupInfo", Object{{"SupportedStrategies", Array{"partition", "spread"}}}},
          {"HibernationSupported", false},
          {"BurstablePerformanceSupported", type.is_burstable},
          {"DedicatedHostsSupported", !type.is_burstable},
          {"AutoRecoverySupported", true},
          {"SupportedBootModes", boot_modes(type)}};
}

}  // namespace hikae::sandbox
