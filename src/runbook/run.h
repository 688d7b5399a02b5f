// A run of a document: the machine of kind "run". Pure: all it does is in `decide`.
//
// `Started.input`:
//   DocumentName, DocumentVersion ("3"), DocumentHash   which document; compiled ones come from the
//                                                       DocumentSource by hash
//   Parameters {name: [texts]}                          as given, already bound once by the caller
//   ExecutedBy (ARN), Caller (ARN in whose name the steps call; may be empty)
//   ParentId, RootId, Depth                             of child runs; RootId is the id of the
//   topmost Lease                                               a resource to hold before the first
//   step, or "" Power ("restore" or "")                             with "restore" a power
//   obligation is opened
//                                                       before an instance is stopped (power.h)
//   Tags {…}                                            carried along, shown by describe
// Outcome: {"Status": "Success|Failed|TimedOut|Cancelled", "FailureMessage": "…", "Outputs": {…},
//   "FailedStep": "…"}.
// Signals: "cancel", "complete", "resume" {StepName}, "approve"/"reject" {…} for the actions that
// wait.
//
// At its end a run starts a machine of kind "event" with the status-change event
// (docs/reference/ssm-automation.md 7.6), in the same commit. Ids of events and step executions are
// hashes of (run id, step, attempt), so a replay makes the same.
#pragma once

#include <functional>
#include <memory>

#include "base/machine.h"
#include "runbook/document.h"

namespace hikae::runbook {

/// A compiled document by the hash of its content; nullptr where there is none.
using DocumentSource = std::function<std::shared_ptr<const Document>(std::string_view hash)>;

inline constexpr std::string_view kRunKind = "run";

/// The kind for the engine. `source` must outlive it.
[[nodiscard]] std::unique_ptr<MachineKind> make_run_kind(DocumentSource source);

/// What GetAutomationExecution shows of a run, from what `Machine::save` gave: the members of
/// AutomationExecution (8.1); times as ISO text with milliseconds; steps never visited are Pending.
[[nodiscard]] Value describe_run(std::string_view id, const Value& saved, const Document& document);

}  // namespace hikae::runbook
