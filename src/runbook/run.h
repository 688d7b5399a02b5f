// A run of a document: the machine of kind "run". Pure: all it does is in `decide`.
//
// `Started.input`:
// - DocumentName, DocumentVersion ("3"), DocumentHash: which document; compiled ones come from the
//   DocumentSource by hash.
// - Parameters {name: [texts]}: as given, with defaults from Parameter Store looked up
//   (with_store_defaults), already bound once by the caller.
// - ExecutedBy (ARN), Caller (ARN in whose name the steps call where the document names no
//   assumeRole, and children are started in any case; may be empty).
// - ParentId, RootId, Depth: of child runs; RootId is the id of the topmost (empty: it is that).
// - Lease: a resource to hold before the first step, or empty.
// - Mode: "Interactive" (each step waits for the signal StartStep) or "Auto".
// - Power ("restore" or empty): with "restore" a power obligation is opened before an instance is
//   stopped (power.h).
// - TellSteps (true or absent): whether steps that went well make events too.
// - Tags: carried along, shown by describe. With Power, `hikae:stop-before` (an instant) is when
// the
//   run's window closes: from then on no stop goes out, its step fails instead (power_stop.h).
// Outcome: {"Status": "Success|Failed|TimedOut|Cancelled", "FailureMessage": "…", "Outputs":
//   {"step.Name": [texts]}, "FailedStep": "…"}; FailedStep is there where a step decided the
//   status.
// Signals: "cancel"; "complete" (ends after the current step); those of signals.h: "Approve",
// "Reject", "Revoke" {Caller, Comment}, "Resume" and "StartStep" {StepName}, "StopStep"
// {StepExecutionId}. What does not fit the step under way is ignored.
//
// A child run is started by ssm:StartAutomationExecution with these tags, which whoever answers it
// turns into the child's input: hikae:parent-run, hikae:root-run, hikae:depth, hikae:parent-step,
// and hikae:power ("restore", where the parent has it). It is cancelled by
// ssm:StopAutomationExecution.
//
// A run starts machines of kind "event" with status-change events (docs/reference/
// ssm-automation.md 7.6), in the same commit: its own InProgress and final status, and each step
// that ended in anything but Success
// (with TellSteps: each). Ids of events and step executions are hashes of (run id,
// step, …), so a replay makes the same.
#pragma once

#include <functional>
#include <memory>

#include "base/machine.h"
#include "runbook/document.h"

namespace hikae::runbook {

/// A compiled document by the hash of its content; nullptr where there is none.
using DocumentSource = std::function<std::shared_ptr<const Document>(std::string_view hash)>;

inline constexpr std::string_view kRunKind = "run";

/// The kind for the engine. What `source` refers to must outlive it; the kind must outlive its
/// machines.
[[nodiscard]] std::unique_ptr<MachineKind> make_run_kind(DocumentSource source);

/// What GetAutomationExecution shows of a run, from what `Machine::save` gave: the members of
/// AutomationExecution (8.1); times as ISO text with milliseconds; steps never visited are Pending,
/// behind the visited ones. Resolved inputs are made again from the record; `run` names the scope
/// for global:REGION and its kin.
[[nodiscard]] Value describe_run(const MachineId& run, const Value& saved,
                                 const Document& document);
/// The same without a scope: inputs that use global:REGION or ACCOUNT_ID show them empty.
[[nodiscard]] Value describe_run(std::string_view id, const Value& saved, const Document& document);

}  // namespace hikae::runbook
