// The smallest policy with which a runbook's steps can do what they do, told by reading it and its
// children. Resources are narrowed where an input is literal; a reference is a `*`.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "base/value.h"
#include "runbook/document.h"

namespace hikae::plan {

struct NamedDocument {
  std::string name;
  std::shared_ptr<const runbook::Document> document;
};

struct DocumentPolicy {
  Value policy;                    // {Version, Statement}; no statements: nothing is needed
  std::vector<std::string> notes;  // what reading cannot tell, for people
};

/// `documents` and, by their names, whichever of them or of hikae's own they start; a child that is
/// neither is noted. Account and region of `scope` may be "*".
[[nodiscard]] DocumentPolicy smallest_policy(const std::vector<NamedDocument>& documents,
                                             const Scope& scope);

}  // namespace hikae::plan
