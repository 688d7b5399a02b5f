#include "plan/runbooks.h"

#include "base/invariant.h"
#include "text/yaml.h"

extern "C" {
extern const char hikae_runbook_backup[];
extern const char hikae_runbook_backup_end[];
extern const char hikae_runbook_start[];
extern const char hikae_runbook_start_end[];
}

namespace hikae::plan {

std::string_view backup_runbook() { return {hikae_runbook_backup, hikae_runbook_backup_end}; }
std::string_view start_runbook() { return {hikae_runbook_start, hikae_runbook_start_end}; }

Value runbook_value(std::string_view text) {
  text::Diagnostics problems;
  auto tree = text::read_tree(text, problems);
  INVARIANT(tree.has_value(), "a document of our own does not read");
  return std::move(tree->value);
}

}  // namespace hikae::plan
