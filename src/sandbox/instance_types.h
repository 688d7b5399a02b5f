// The instance types that the embedded cloud knows: common families of EC2, made from a table of
// families and one of sizes. A launch takes any type; what is described and what a machine can be
// changed to stands here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace hikae::sandbox {

struct MachineType {
  std::string name{};               // "m5.xlarge"
  std::string_view architecture{};  // "x86_64" or "arm64"
  std::string_view hypervisor{};    // "nitro" or "xen"
  std::string_view network{};       // "Up to 10 Gigabit"
  double clock_ghz = 0;
  std::int64_t vcpus = 0;
  std::int64_t threads_per_core = 2;
  std::int64_t memory_mib = 0;
  std::int64_t interfaces = 0;
  std::int64_t addresses = 0;  // of each interface
  bool is_burstable = false;
  bool is_free = false;
};

/// In the order of their names.
[[nodiscard]] const std::vector<MachineType>& all_types();
/// nullptr: no type of the table.
[[nodiscard]] const MachineType* find_type(std::string_view name);
/// As DescribeInstanceTypes shows it.
[[nodiscard]] Object render(const MachineType& type);

}  // namespace hikae::sandbox
