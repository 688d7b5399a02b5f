// Rate control (docs/reference/ssm-automation.md 7.2): one execution, the parent, runs a document
// once for each of many targets, a child run for each, and the place in line that executions wait
// for (7.3). Both are machines of the kind "run", as a single run is: whoever awaits an execution
// need not know which it is.
//
// `Started.input` of a parent is that of a run (run.h), and:
// - Targets [{Key, Values}] with TargetParameterName, or TargetMaps [{parameter: [texts]}].
// - MaxConcurrency, MaxErrors: "10" or "10%".
// - ChildPlace: the Place of its children, or empty.
// Of any execution: Place: a resource of the engine's leases ("ssm:executions*100") to hold from
// its begin to its end, or empty. While it waits for it the execution is Pending.
//
// Targets are resolved once, at the begin: values that are given (ParameterValues, InstanceIds) are
// taken as they are, tags are looked up by ec2:DescribeInstances, page by page. A target that
// vanishes afterwards is a child that fails. A target that is named twice is one target.
//
// A child is started in the parent's own commit, under an id made of (parent, number of the
// target): a crash can neither lose nor double it. It takes the lease of its instance as a single
// run does, unless a run above the parent holds leases already.
//
// Signals: "cancel" (running children are cancelled, no more are started), "complete" (running
// children end by themselves, no more are started).
// Outcome: {"Status", "FailureMessage", "Outputs": {}, "Targets": n, "NotStarted": n}.
//
// On disk if the process dies: as for every machine, the events up to the last commit.
#pragma once

#include <memory>
#include <string_view>

#include "base/machine.h"
#include "runbook/run.h"

namespace hikae::runbook {

/// The tag by which a child names its target.
inline constexpr std::string_view kTargetTag = "hikae:target";

/// The kind "run" for the engine: single runs and parents, each behind its place in line. As
/// make_run_kind.
[[nodiscard]] std::unique_ptr<MachineKind> make_execution_kind(DocumentSource source);

/// What a start asks for: the members of ssm:StartAutomationExecution. Checks what belongs to rate
/// control, and binds the parameters of as many children as are known. Errors as the API answers
/// them: ValidationException, InvalidTarget, InvalidAutomationExecutionParametersException.
[[nodiscard]] Result<> check_rate_control(const Document& document, const Value& asked);
/// Whether it asks for more than one run.
[[nodiscard]] bool asks_for_rate_control(const Value& asked);

enum class Execution { Queued, Single, Parent };
/// Which a saved record is.
[[nodiscard]] Execution execution_of(const Value& saved);
/// The id of the execution above it; empty: it is the topmost.
[[nodiscard]] std::string_view parent_of_execution(const Value& saved);
/// The resource whose lease an execution waits for before its first step; empty: none.
[[nodiscard]] std::string_view awaited_lease(const Value& saved);

/// As describe_run, for all three. A parent's StepExecutions are its targets, at most the first
/// `kTargetsShown` with StepExecutionsTruncated; ProgressCounters count all.
[[nodiscard]] Value describe_execution(const MachineId& id, const Value& saved,
                                       const Document& document);
inline constexpr std::size_t kTargetsShown = 100;
/// All StepExecutions of an execution, in the order of their start.
[[nodiscard]] Array steps_of_execution(const MachineId& id, const Value& saved,
                                       const Document& document);

}  // namespace hikae::runbook
