// What references in a running document name: parameters, outputs of visited steps, global:,
// automation: and variable: (docs/reference/ssm-automation.md 3.1).
#pragma once

#include <optional>

#include "base/machine.h"
#include "runbook/document.h"
#include "runbook/resolve.h"
#include "runbook/run_record.h"

namespace hikae::runbook {

/// The iteration of a loop within which something is resolved.
struct LoopPlace {
  std::size_t index = 0;  // of the loop in Document::steps
  int iteration = 0;
  const Value* iterators = nullptr;  // of its record; null where it has none
};

/// From where references are looked at: what had ended by then, in which iteration, and when.
struct Viewpoint {
  const Visits& visits;
  std::optional<LoopPlace> loop;
  WallTime at;  // for the time variables: the start of the step that uses them
};
/// Of the step that is under way, or of what comes next.
[[nodiscard]] Viewpoint viewpoint_of(const RunRecord& record, WallTime at);

/// Looks into `document`, `record` and the viewpoint's visits, which must outlive it.
class RunReferences final : public References {
 public:
  RunReferences(const MachineId& run, const Document& document, const RunRecord& record,
                Viewpoint from)
      : run_(run), document_(document), record_(record), from_(from) {}

  [[nodiscard]] Result<std::optional<Value>> value_of(std::string_view reference) const override;

 private:
  [[nodiscard]] Result<std::optional<Value>> global(std::string_view name) const;
  [[nodiscard]] Result<std::optional<Value>> variable(std::string_view name) const;
  [[nodiscard]] Result<std::optional<Value>> parameter(std::string_view name) const;
  [[nodiscard]] Result<std::optional<Value>> output(std::string_view step,
                                                    std::string_view name) const;
  [[nodiscard]] Result<std::optional<Value>> of_iteration(std::string_view name) const;
  const MachineId& run_;
  const Document& document_;
  const RunRecord& record_;
  Viewpoint from_;
};

/// Whether every step that the record names is one of the document.
[[nodiscard]] bool fits(const RunRecord& record, const Document& document);

/// The inputs of a step as they are at this point of the run.
[[nodiscard]] Result<Object> resolved_inputs(const Step& step, const References& references);

/// The value of that iteration, or null where the loop goes through no list.
[[nodiscard]] Value iterator_value(const LoopPlace& loop);

/// The document's `outputs` of a run: "step.Name" -> texts, in order of declaration; outputs that
/// are not there become the service's sentence.
[[nodiscard]] Object document_outputs(const Document& document, const RunRecord& record);

/// "aws", "aws-cn" or "aws-us-gov".
[[nodiscard]] std::string_view partition_of(std::string_view region);

}  // namespace hikae::runbook
