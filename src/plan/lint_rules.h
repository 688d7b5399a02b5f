// The rules of the linter: one function each, listed in lint_table.cc. Private to the linter.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plan/lint.h"
#include "plan/lint_effects.h"
#include "plan/lint_walk.h"
#include "text/yaml.h"

namespace hikae::plan {

/// What a rule looks at.
struct LintSubject {
  const runbook::Document& document;
  const std::vector<Effect>& effects;
  const Walk& walk;

  [[nodiscard]] const runbook::Step& step(std::size_t index) const { return document.steps[index]; }
  [[nodiscard]] std::size_t size() const { return document.steps.size(); }
  /// Steps that do that to that instance.
  [[nodiscard]] std::vector<std::size_t> steps_with(PowerWork work,
                                                    const std::string& machine) const;
  /// Every instance whose power some step switches.
  [[nodiscard]] std::vector<std::string> machines() const;
  /// Whether this run stops that instance and does something before it starts it again.
  [[nodiscard]] bool works_on_stopped(const std::string& machine) const;
  /// Whether such a step comes after the failure of this one.
  [[nodiscard]] bool failure_leads_to(std::size_t index, std::initializer_list<PowerWork> works,
                                      const std::string& machine) const;
  [[nodiscard]] bool makes_images() const;
};

/// Where a rule's findings go.
class LintFindings {
 public:
  LintFindings(const runbook::Document& document, const text::Places& places,
               text::Diagnostics& list)
      : document_(document), places_(places), list_(list) {}

  void begin(const LintRule& rule) { rule_ = &rule; }
  /// `below`: a JSON pointer below the step ("/onFailure"); where it is absent, the step's place.
  void add(std::size_t step, std::string_view below, std::string message,
           std::optional<text::Severity> severity = std::nullopt);
  /// About the document as a whole.
  void add_whole(std::string message);

 private:
  const runbook::Document& document_;
  const text::Places& places_;
  text::Diagnostics& list_;
  const LintRule* rule_ = nullptr;
};

/// A function that deletes images: what it checks is not seen here, unlike a script's.
[[nodiscard]] bool prunes_by_function(const LintSubject& subject, std::size_t step);
/// "A, B, C and 4 more".
[[nodiscard]] std::string steps_named(const LintSubject& subject,
                                      const std::vector<std::size_t>& steps);

using LintCheck = void (*)(const LintSubject& subject, LintFindings& findings);

void find_hidden_failures(const LintSubject& subject, LintFindings& findings);       // P1
void find_late_reports(const LintSubject& subject, LintFindings& findings);          // P2
void find_single_answers(const LintSubject& subject, LintFindings& findings);        // P6
void find_single_looks(const LintSubject& subject, LintFindings& findings);          // P7
void find_outliving_children(const LintSubject& subject, LintFindings& findings);    // P8
void find_left_stopped(const LintSubject& subject, LintFindings& findings);          // P9
void find_needless_downtime(const LintSubject& subject, LintFindings& findings);     // P10
void find_needless_restarts(const LintSubject& subject, LintFindings& findings);     // P11
void find_blind_starts(const LintSubject& subject, LintFindings& findings);          // P12
void find_slow_boots_punished(const LintSubject& subject, LintFindings& findings);   // P13
void find_risky_switches(const LintSubject& subject, LintFindings& findings);        // P14
void find_snapshot_races(const LintSubject& subject, LintFindings& findings);        // P16
void find_foreign_looks(const LintSubject& subject, LintFindings& findings);         // P17
void find_long_lists(const LintSubject& subject, LintFindings& findings);            // P18
void find_tag_names(const LintSubject& subject, LintFindings& findings);             // P19
void find_shared_names(const LintSubject& subject, LintFindings& findings);          // P20
void find_dated_names(const LintSubject& subject, LintFindings& findings);           // P21
void find_late_tags(const LintSubject& subject, LintFindings& findings);             // P22
void find_endless_waits(const LintSubject& subject, LintFindings& findings);         // P23
void find_unmarked_consistency(const LintSubject& subject, LintFindings& findings);  // P24
void find_wide_scopes(const LintSubject& subject, LintFindings& findings);           // P25
void find_early_pruning(const LintSubject& subject, LintFindings& findings);         // P26
void find_unchecked_numbers(const LintSubject& subject, LintFindings& findings);     // P27
void find_capped_timeouts(const LintSubject& subject, LintFindings& findings);       // P32
void find_text_payloads(const LintSubject& subject, LintFindings& findings);         // P33
void find_queueing_children(const LintSubject& subject, LintFindings& findings);     // P36
void find_borrowed_rights(const LintSubject& subject, LintFindings& findings);       // P40
void find_idle_ends(const LintSubject& subject, LintFindings& findings);             // P42

/// A rule and how it is looked for.
struct LintEntry {
  LintRule rule;
  LintCheck check;
  bool needs_paths;  // not applied where the walk is not complete
};
[[nodiscard]] std::span<const LintEntry> lint_entries();

}  // namespace hikae::plan
