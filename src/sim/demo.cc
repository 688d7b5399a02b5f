#include "sim/demo.h"

#include <fmt/format.h>

#include "base/invariant.h"
#include "text/yaml.h"

extern "C" {
extern const char hikae_demo_fleet[];
extern const char hikae_demo_fleet_end[];
extern const char hikae_demo_config[];
extern const char hikae_demo_config_end[];
extern const char hikae_demo_hooks[];
extern const char hikae_demo_hooks_end[];
extern const char hikae_demo_faults[];
extern const char hikae_demo_faults_end[];
}

namespace hikae::sim {
namespace {

std::string_view embedded_text(const char* begin, const char* end) {
  return {begin, static_cast<std::size_t>(end - begin)};
}

Value embedded_tree(const char* begin, const char* end) {
  text::Diagnostics problems;
  auto tree = text::read_tree(embedded_text(begin, end), problems);
  INVARIANT(tree.has_value(), "the demo's own files can be read");
  return std::move(tree->value);
}

/// Every third is stopped for its backup; all have more generations than they keep.
Value measured_fleet(std::int64_t instances) {
  Array list;
  for (std::int64_t i = 0; i < instances; ++i) {
    const Value image = Object{{"name", "hikae/{instance}/old-{n}"},
                               {"age", "1d"},
                               {"every", "1d"},
                               {"count", 3},
                               {"tags", Object{{"Name", "{name}"},
                                               {"AutoBackup", "true"},
                                               {"hikae:source-instance", "{instance}"},
                                               {"hikae:run", "old-{n}"}}}};
    list.push_back(Object{{"name", fmt::format("server-{:04}", i)},
                          {"id", fmt::format("i-{:017x}", i + 1)},
                          {"tags", Object{{"BackupGroup", "ssm-backup-group"},
                                          {"EC2BackupGen", "3"},
                                          {"BackupEC2StopStart", i % 3 == 0 ? "true" : "false"}}},
                          {"images", Array{image}}});
  }
  return Object{{"instances", std::move(list)}};
}

}  // namespace

Value demo_fleet(std::int64_t instances) {
  if (instances > 0) return measured_fleet(instances);
  return embedded_tree(hikae_demo_fleet, hikae_demo_fleet_end);
}

std::string_view demo_config() { return embedded_text(hikae_demo_config, hikae_demo_config_end); }
std::string_view demo_hooks() { return embedded_text(hikae_demo_hooks, hikae_demo_hooks_end); }

Value demo_faults(std::int64_t instances) {
  if (instances > 0) return Array{};
  return embedded_tree(hikae_demo_faults, hikae_demo_faults_end);
}

// 2026-05-01T18:15:00Z and 18:30:00Z.
WallTime demo_begin() { return wall_ms(1'777'659'300'000); }
WallTime demo_window() { return demo_begin() + minutes(15); }

}  // namespace hikae::sim
