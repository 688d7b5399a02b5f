// The resources of a deployed stack, as the commands with --stack need them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/plans.h"
#include "cli/session.h"

namespace hikae::cli {

struct StackPart {
  std::string id;        // logical
  std::string physical;  // AWS's
};

/// Those of that type, in the stack's order. Errors: `NotFound` where there is no such stack, or
/// `Conflict` where hikae did not make it.
[[nodiscard]] Result<std::vector<StackPart>> stack_parts(Session& session, std::string_view type);
/// As planned_backups(), of the stack's own windows.
[[nodiscard]] Result<std::vector<PlannedBackup>> planned_backups_of_stack(Session& session);
/// A document's physical name by its logical id or by itself ("BackupDocument"); the given name
/// where the stack has no such document.
[[nodiscard]] Result<std::string> document_of_stack(Session& session, const std::string& name);
/// Which hikae its images are tagged with; empty where the stack does not say.
[[nodiscard]] Result<std::string> installation_of_stack(Session& session);

}  // namespace hikae::cli
