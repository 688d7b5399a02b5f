// Stops of runs that restore power: whether one may still go out, and what its answer says about
// whose stop it was. power.h keeps what follows from it.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/machine.h"
#include "base/stopped_by.h"
#include "runbook/document.h"
#include "runbook/run_record.h"

namespace hikae::runbook {

/// The run's tag with the instant from which on it stops nothing: when its window closes. Absent
/// where the run has no window.
inline constexpr std::string_view kStopBeforeTag = "hikae:stop-before";
/// The tag by which a window marks its runs.
inline constexpr std::string_view kWindowTag = "hikae:window";
/// The document's parameter that stands in for kStopBeforeTag where the window did not give it.
inline constexpr std::string_view kStopWithinParameter = "StopWithinMinutes";

/// Sets the run's latest moment for a stop, where it has one: the window's own word, else
/// `created` and the minutes of the document's parameter.
void limit_stops(RunRecord& record, WallTime created);
/// nullopt: it has none. A tag that is no instant is none.
[[nodiscard]] std::optional<WallTime> stop_limit(const RunRecord& record);
/// Why a stop of these instances does not go out at that time, if so.
[[nodiscard]] std::optional<Failure> refusal_of_stop(const RunRecord& record, const Value& input,
                                                     WallTime now);

/// One stop, or one step's worth of it.
struct StopAsked {
  const Scope& scope;
  std::string_view root;  // the topmost run
  std::string_view run;   // that asks
  std::string key;        // its own within the tree
  const Array& instance_ids;
  WallTime now;
};
/// How long a stop waits for its tag.
inline constexpr Duration kMarkPatience = minutes(5);
/// Writes the tag (base/stopped_by.h) to the instances.
[[nodiscard]] Call marking_call(const Array& instance_ids, std::string_view mark,
                                std::string_view caller);
/// The stop leaves now, and the instances bear the tag, or nobody knows whether they do; an empty
/// `mark`: they do not.
void note_leaving(Commands& commands, const StopAsked& stop, std::string_view mark);
/// Whether that step may stop instances, whatever its inputs resolve to.
[[nodiscard]] bool may_ask_for_stop(const Step& step);
/// Whether an item of that step is a call that stops instances.
[[nodiscard]] bool asks_for_stop(const Step& step, const Object& inputs, std::string_view item);
/// Opens the obligations, or owes them again. To be asked for before the stop is sent.
void oblige_power(Commands& commands, const StopAsked& stop, std::string_view reason);
/// Nothing is owed for that stop.
void excuse_power(Commands& commands, const StopAsked& stop, std::string_view instance_id);
/// Tells the obligations what the answer of StopInstances says about the states before it. An
/// answer that came `took` after the sending may be that of a second sending: then a PreviousState
/// that our own first one may have made says nothing, and is taken out of the answer, unless the
/// engine has proven that it was not ours (engine/probes.h; its proof is taken out too).
void settle_stop(Commands& commands, const StopAsked& stop, Duration took, Result<Value>& answer);

}  // namespace hikae::runbook
