// What an opening leaves alone because an earlier one of the same window still works on it: overlap
// is judged target by target, so that one run that is stuck holds up its own server and no other
// (docs/differences.md). Internal to this folder.
//
// An opening asks each earlier one that has not ended by the signal "who-is-busy" {To}; it is
// answered by the signal "busy" {From, Execution, Looking, Targets: [{Target, Task, Run, Since,
// IsCommand}]},
// or by that machine's end.
#pragma once

#include <optional>

#include "window/occurrence_tell.h"

namespace hikae::window {

/// Asks all of `earlier`, the ids of machines.
void ask_earlier(Turn& turn, const Array& earlier);
/// An answer. Nothing where it is none of those awaited; else the earlier opening's execution id
/// where that one does not know its own targets yet, else an empty text.
[[nodiscard]] std::optional<std::string> take_busy(Turn& turn, const Value& payload);
/// The end of an earlier opening: `tag` is of this folder's "earlier:".
void take_earlier_end(Turn& turn, std::string_view tag);
/// What this opening answers.
void report_busy(Turn& turn, std::string_view own_id, const Value& question);

/// The earlier work on that target, or (empty target) of that task; nullptr: none.
[[nodiscard]] const Busy* busy_with(const Occurrence& o, std::string_view task,
                                    std::string_view target);
/// Why a target is skipped: which execution, since when, how to look at it and how to end it.
[[nodiscard]] std::string busy_reason(const Busy& busy);
/// A row for each target that an earlier opening still works on, and one event for all of them.
void record_overlapping(Turn& turn);

}  // namespace hikae::window
