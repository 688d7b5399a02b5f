// What the applied plans say: which document backs an instance up, and with which parameters. Read
// from the windows themselves, so that a backup by hand goes the same way as at night.
#pragma once

#include <string>
#include <vector>

#include "cli/session.h"

namespace hikae::cli {

struct PlannedBackup {
  std::string window;  // the window's name
  std::string document;
  Object parameters;  // of the task, pseudo parameters not replaced
  Array targets;      // [{Key, Values}] of the window's target
};

/// The first value of a task's parameter; empty where it has none.
[[nodiscard]] std::string_view parameter_of(const PlannedBackup& backup, std::string_view name);
/// The plan by whose name the document tags its images; "manual" where the task names none.
[[nodiscard]] std::string plan_name(const PlannedBackup& backup);
/// What the plan keeps, as retention::read_rule wants it; empty where the document has no such
/// parameters.
[[nodiscard]] Object keep_of(const PlannedBackup& backup);
/// A window's target as the input of DescribeInstances.
[[nodiscard]] Object describe_input(const Array& targets);

/// One AUTOMATION task of the window of that name, with the targets registered there.
[[nodiscard]] PlannedBackup planned_backup(std::string window, const Value& task,
                                           const Array& registered);
/// The AUTOMATION tasks of all windows with their targets; of a deployed stack, of its own.
[[nodiscard]] Result<std::vector<PlannedBackup>> planned_backups(Session& session);
/// The instances that the targets name, not terminated, by id.
[[nodiscard]] Result<std::vector<std::string>> instances_of_targets(Session& session,
                                                                    const Array& targets);
/// The parameters for one instance.
[[nodiscard]] Object parameters_for(const PlannedBackup& backup, const std::string& instance);

}  // namespace hikae::cli
