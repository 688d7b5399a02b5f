// The linter of documents: what AWS would refuse, what the service models do not know, and the
// hazards P1-P43 (docs/reference/hazards.md) that can be seen in a document. Every path is walked,
// also those after a failure, a time-out and a cancel.
//
// Pure: nothing is called and nothing is kept. docs/linter.md tells authors what each rule sees.
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "runbook/document.h"
#include "text/diagnostic.h"

namespace hikae::plan {

/// A hazard that can be seen in a document. Texts live for ever.
struct LintRule {
  std::string_view code;   // "P9"
  std::string_view title;  // what it is, in a few words
  std::string_view why;    // what happens at night
  std::string_view fix;
  text::Severity severity = text::Severity::Error;  // a finding may be milder
};

/// All rules, by number.
[[nodiscard]] std::span<const LintRule> lint_rules();
/// nullptr: `code` is no hazard but one of the structural checks.
[[nodiscard]] const LintRule* lint_rule(std::string_view code);

/// A document that aws:executeAutomation may name.
struct LintChild {
  std::string name;
  std::shared_ptr<const runbook::Document> document;
};

/// AWS's three documents that stop, start and restart, and hikae's own two.
[[nodiscard]] const std::vector<LintChild>& bundled_children();

/// Everything that is wrong with a document, by line. Structural findings have the codes of
/// read_document; "unknown-api", "streaming-api", "default-not-allowed" and "too-many-paths" are
/// the linter's own; hazards have their P number. A document with structural errors is not looked
/// at for hazards: what it would do is unknown. `children` come before the bundled ones. At most
/// limits::kDiagnostics findings.
[[nodiscard]] text::Diagnostics lint_document(std::string_view text,
                                              std::span<const LintChild> children = {});

}  // namespace hikae::plan
