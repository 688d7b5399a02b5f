// Signals of people to a run, as ssm:SendAutomationSignal and ssm:StopAutomationExecution carry
// them (docs/reference/ssm-automation.md 8.1). The machine ignores what does not fit;
// `check_signal` says beforehand, for the API's answer, that it does not.
#pragma once

#include <string>
#include <string_view>

#include "base/machine.h"
#include "runbook/document.h"
#include "runbook/run_record.h"

namespace hikae::runbook {

inline constexpr std::string_view kSignalApprove = "Approve";
inline constexpr std::string_view kSignalReject = "Reject";
inline constexpr std::string_view kSignalRevoke = "Revoke";
inline constexpr std::string_view kSignalResume = "Resume";
inline constexpr std::string_view kSignalStartStep = "StartStep";
inline constexpr std::string_view kSignalStopStep = "StopStep";

/// The payload for the machine: `given` as the API has it (names to lists of texts, or texts), with
/// one text for each name, and who sends it. {Caller, Comment, StepName, StepExecutionId}
[[nodiscard]] Value signal_payload(const Value& given, std::string_view caller);

/// Whether a run with that saved record takes the signal now. `payload` as signal_payload gives it.
/// Errors: AutomationStepNotFoundException, InvalidAutomationSignalException.
[[nodiscard]] Result<> check_signal(const MachineId& run, const Value& saved,
                                    const Document& document, std::string_view signal,
                                    const Value& payload);

/// The id of the step at that place of `record.steps`.
[[nodiscard]] std::string step_execution_id(const MachineId& run, const Document& document,
                                            const RunRecord& record, std::size_t place);
/// Of a step that was never visited.
[[nodiscard]] std::string step_execution_id(const MachineId& run, const Step& step);

/// Whether `caller` (an ARN) is one of an approve step's approvers: a user's name or ARN, a role's
/// ARN, or that of an assumed role.
[[nodiscard]] bool is_approver(const Array& approvers, std::string_view caller);

}  // namespace hikae::runbook
