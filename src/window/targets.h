// Which instances a window's targets mean when it opens (docs/reference/ssm-automation.md 9.2).
// Internal to this folder.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/machine.h"
#include "window/occurrence_state.h"

namespace hikae::window {

/// One search for each registered target that a task uses, and for each task's own instance ids.
/// `Unsupported` for resource groups.
[[nodiscard]] Result<std::vector<Lookup>> lookups_for(const Definition& definition);

/// ec2:DescribeInstances of one page; `page` is empty for the first. Terminated ones are left out.
[[nodiscard]] Call instances_call(const Lookup& lookup, std::string_view page);
/// Adds what an answer holds. EC2's filters know wildcards and windows do not: what matches only
/// as a pattern is dropped again.
void take_instances(Lookup& lookup, const Value& answer);

/// ssm:DescribeInstanceInformation of one page: who is in it has had an agent once.
[[nodiscard]] Call agents_call(std::string_view page);
void take_agents(std::set<std::string>& agents, const Value& answer);

/// The task's own lookups, in the order of its targets.
[[nodiscard]] std::vector<const Lookup*> lookups_of(const Task& task,
                                                    const std::vector<Lookup>& lookups);

struct SkippedTarget {
  std::string instance;
  std::string reason;
};
/// Instances that were meant but cannot be targets: without an agent where one is required, or
/// named by an id that no instance has. Sorted by id.
[[nodiscard]] std::vector<SkippedTarget> skipped_targets(const Occurrence& occurrence);
/// Whether an instance that was found may be worked on.
[[nodiscard]] bool is_eligible(const Occurrence& occurrence, const std::string& instance);

}  // namespace hikae::window
