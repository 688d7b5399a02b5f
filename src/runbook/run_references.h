// What references in a running document name: parameters, outputs of visited steps, global:,
// automation: and variable: (docs/reference/ssm-automation.md 3.1).
#pragma once

#include "base/machine.h"
#include "runbook/document.h"
#include "runbook/resolve.h"
#include "runbook/run_record.h"

namespace hikae::runbook {

/// Looks into `document` and `record`, which must outlive it. `at` is the instant of the time
/// variables: the start of the step that uses them.
class RunReferences final : public References {
 public:
  RunReferences(const MachineId& run, const Document& document, const RunRecord& record,
                WallTime at)
      : run_(run), document_(document), record_(record), at_(at) {}

  [[nodiscard]] Result<std::optional<Value>> value_of(std::string_view reference) const override;

 private:
  [[nodiscard]] Result<std::optional<Value>> global(std::string_view name) const;
  [[nodiscard]] Result<std::optional<Value>> variable(std::string_view name) const;
  [[nodiscard]] Result<std::optional<Value>> parameter(std::string_view name) const;
  [[nodiscard]] Result<std::optional<Value>> output(std::string_view step,
                                                    std::string_view name) const;
  const MachineId& run_;
  const Document& document_;
  const RunRecord& record_;
  WallTime at_;
};

/// The inputs of a step as they are at this point of the run.
[[nodiscard]] Result<Object> resolved_inputs(const Step& step, const References& references);

/// The document's `outputs` of a run: "step.Name" -> texts, in order of declaration; outputs that
/// are not there become the service's sentence.
[[nodiscard]] Object document_outputs(const Document& document, const RunRecord& record);

/// "aws", "aws-cn" or "aws-us-gov".
[[nodiscard]] std::string_view partition_of(std::string_view region);

}  // namespace hikae::runbook
