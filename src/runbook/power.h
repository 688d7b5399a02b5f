// The power obligation: an instance that a run stopped does not stay stopped. The machine of kind
// "power", one for each (instance, topmost run), opened in the commit that releases the stop.
//
// `Started.input`: InstanceId, RunId (the topmost run), Reason (for texts). Of a stop that only the
// instance's tag tells of (hikae recover), also Since (ISO) and Mark: the run is not known here any
// more, and the instance is owed its start from the beginning.
// Signals, all from runs of that tree. The first four carry {Stop, Run, At}: which stop (any text
// that is its own), the run that asks for it, and when that happened, in ms.
//   "stopping"    a stop goes out: owed until somebody says what it found
//   "answered"    that stop is not on its way any more
//   "ours"        that stop found it running: it is ours to restore, whatever other stops find
//   "not-ours"    that stop found it stopped already, or was refused: nothing is owed for it
//   "starting"    the run asks for a start of its own
//   "discharged"  the run saw its own start come up: nothing is owed any more, once a look has
//   shown
//                 that it was launched after the stop (a look may be minutes old)
//   "leaving"     {Stop, At, Mark}: the stop waited for its tag until now (run_stop.cc), and the
//                 instance bears, or may bear, hikae:stopped-by with the value Mark. It is taken
//                 away as soon as nothing is owed; it stays where the instance is left stopped (on
//                 hold, given up).
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
// What somebody else has stopped on purpose since (runbook/last_stop.h) is theirs: nothing is owed.
// Where nobody knows what became of our own stop, people are told ("Instance Left Stopped").
// Outcome:
// {"Outcome": "NothingOwed|Running|Gone|StartedAgain|Held|GivenUp", "InstanceId", "Attempts"}.
#pragma once

#include <memory>
#include <string_view>

#include "base/machine.h"

namespace hikae::runbook {

inline constexpr std::string_view kPowerKind = "power";
inline constexpr std::string_view kPowerStopping = "stopping";
inline constexpr std::string_view kPowerAnswered = "answered";
inline constexpr std::string_view kPowerOurs = "ours";
inline constexpr std::string_view kPowerNotOurs = "not-ours";
inline constexpr std::string_view kPowerStarting = "starting";
inline constexpr std::string_view kPowerDischarged = "discharged";
inline constexpr std::string_view kPowerLeaving = "leaving";

/// `stopped_max` of docs/reference/reliability.md S3.
inline constexpr Duration kStoppedMax = minutes(60);

[[nodiscard]] std::unique_ptr<MachineKind> make_power_kind();

/// The obligation of that instance within the tree of `root_run`: "<instance>/<root run>".
[[nodiscard]] MachineId power_machine(const Scope& scope, std::string_view instance_id,
                                      std::string_view root_run);

}  // namespace hikae::runbook
