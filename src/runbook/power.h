// The power obligation: an instance that a run stopped does not stay stopped. The machine of kind
// "power", one for each (instance, topmost run), opened in the commit that releases the stop.
//
// `Started.input`: InstanceId, RunId (the topmost run), Reason (for texts).
// Signals, all from runs of that tree:
//   "stopping"    another stop goes out: a discharged obligation is owed again
//   "ours"        it was running before the stop (seen before it, or said by the stop's answer):
//                 whatever follows, it is ours to restore
//   "not-ours"    it was stopped already: nothing is owed, unless it was "ours" before
//   "discharged"  the run saw its own start come up: nothing is owed any more
// When the topmost run has ended and something is owed, it looks, starts the instance where it is
// stopped, and keeps trying for six hours. It starts machines of kind "event" with source "hikae"
// and detail-type "Instance Left Stopped" (at the first failure, at each doubling, at giving up)
// and "Instance Started Again"; detail {InstanceId, RunId, Message, Since, Attempts}. An instance
// tagged hikae:hold=true is left alone, and the event says so. Outcome: {"Outcome":
// "NothingOwed|Running|Gone|StartedAgain|Held|GivenUp", "InstanceId", "Attempts"}.
#pragma once

#include <memory>
#include <string_view>

#include "base/machine.h"

namespace hikae::runbook {

inline constexpr std::string_view kPowerKind = "power";
inline constexpr std::string_view kPowerStopping = "stopping";
inline constexpr std::string_view kPowerOurs = "ours";
inline constexpr std::string_view kPowerNotOurs = "not-ours";
inline constexpr std::string_view kPowerDischarged = "discharged";

[[nodiscard]] std::unique_ptr<MachineKind> make_power_kind();

/// The obligation of that instance within the tree of `root_run`: "<instance>/<root run>".
[[nodiscard]] MachineId power_machine(const Scope& scope, std::string_view instance_id,
                                      std::string_view root_run);
/// Opens the obligation, or owes it again. To be asked for in the decide that sends the stop.
void oblige_power(Commands& commands, const Scope& scope, std::string_view instance_id,
                  std::string_view root_run, std::string_view reason);
/// Tells the obligations what the answer of StopInstances says about the states before it.
void tell_power(Commands& commands, const Scope& scope, const Value& stop_answer,
                std::string_view root_run);

}  // namespace hikae::runbook
