// Which step follows which (docs/reference/ssm-automation.md 2.2, 5.4). Private to the linter.
//
// A loop is taken to go round once: into its body, and from the body's end to what follows the
// loop.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "runbook/document.h"

namespace hikae::plan {

inline constexpr std::size_t kEnd = static_cast<std::size_t>(-1);  // the run ends

[[nodiscard]] std::size_t after_success(const runbook::Document& document, std::size_t step);
/// What comes next where nothing fails: into a loop's body.
[[nodiscard]] std::size_t into_step(const runbook::Document& document, std::size_t step);
[[nodiscard]] std::size_t after_failure(const runbook::Document& document, std::size_t step);
[[nodiscard]] std::size_t after_cancel(const runbook::Document& document, std::size_t step);
/// Where a branch goes if no choice holds.
[[nodiscard]] std::size_t after_no_choice(const runbook::Document& document, std::size_t step);

/// A loop fails by its inner steps.
[[nodiscard]] bool can_fail(const runbook::Step& step);
/// Whether a failure of the step counts for the run. An inner step that ends its loop counts as the
/// loop does.
[[nodiscard]] bool failure_counts(const runbook::Document& document, std::size_t step);
/// Where the step stands in the document: a JSON pointer.
[[nodiscard]] std::string pointer_of_step(const runbook::Document& document, std::size_t step);
/// Whether a cancel can find it at work: a branch takes no time, a loop's inner steps take it.
[[nodiscard]] bool takes_time(const runbook::Step& step);

enum class Ways { All, WithoutCancel, OnlyGood };
/// Every step that can come next, each once.
[[nodiscard]] std::vector<std::size_t> ways_from(const runbook::Document& document,
                                                 std::size_t step, Ways ways);
/// Every step that can be reached from `from` (kEnd: none), `from` among them.
[[nodiscard]] std::vector<bool> reached_from(const runbook::Document& document, std::size_t from,
                                             Ways ways);
/// The steps in an order in which nothing leads back. Documents have no circles: read_document
/// refuses them.
[[nodiscard]] std::vector<std::size_t> in_order(const runbook::Document& document);

}  // namespace hikae::plan
