// The power obligation: an instance that a run stopped does not stay stopped. The machine of kind
// "power", one for each (instance, topmost run), opened in the commit that releases the stop.
//
// `Started.input`: InstanceId, RunId (the topmost run), Reason (for texts).
// Signals, all from runs of that tree. The first three carry {Stop, Run}: which stop (any text that
// is its own), and the run that asks for it.
//   "stopping"    a stop goes out: owed until somebody says what it found
//   "ours"        that stop found it running: it is ours to restore, whatever other stops find
//   "not-ours"    that stop found it stopped already, or was refused: nothing is owed for it
//   "starting"    the run asks for a start of its own
//   "discharged"  the run saw its own start come up: nothing is owed any more, once a look has
//   shown
//                 that it was launched after the stop (a look may be minutes old)
// What is owed is restored when the topmost run has ended, and kStoppedMax after the stop even
// while it goes on; the images of the run that stopped are then marked hikae:consistency=unknown,
// so that the run refuses them. It looks, starts the instance where it is stopped, and keeps trying
// for six hours. It stands in line for the lease `ec2:instance/<id>` from the stop on; once the
// topmost run has ended it starts nothing without it, so never in the middle of another run.
//
// It starts machines of kind "event" with source "hikae" and detail-type "Instance Left Stopped"
// (at the first failure, at each doubling, at giving up; when it is stopped for too long; when
// another run keeps the lease) and "Instance Started Again"; detail {InstanceId, RunId, Message,
// Since, Attempts}. An instance on hold (base/hold.h) is left alone, and the event says so.
// Outcome:
// {"Outcome": "NothingOwed|Running|Gone|StartedAgain|Held|GivenUp", "InstanceId", "Attempts"}.
#pragma once

#include <memory>
#include <string_view>

#include "base/machine.h"

namespace hikae::runbook {

inline constexpr std::string_view kPowerKind = "power";
inline constexpr std::string_view kPowerStopping = "stopping";
inline constexpr std::string_view kPowerOurs = "ours";
inline constexpr std::string_view kPowerNotOurs = "not-ours";
inline constexpr std::string_view kPowerStarting = "starting";
inline constexpr std::string_view kPowerDischarged = "discharged";

/// `stopped_max` of docs/reference/reliability.md S3.
inline constexpr Duration kStoppedMax = minutes(60);

[[nodiscard]] std::unique_ptr<MachineKind> make_power_kind();

/// The obligation of that instance within the tree of `root_run`: "<instance>/<root run>".
[[nodiscard]] MachineId power_machine(const Scope& scope, std::string_view instance_id,
                                      std::string_view root_run);

}  // namespace hikae::runbook
