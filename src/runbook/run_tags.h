// The tags of a run's open items: "<step>.<attempt>.<item>"; inside a loop
// "<step>@<visit>.<attempt>.<item>", since the same step comes again there.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/machine.h"
#include "runbook/run_record.h"

namespace hikae::runbook {

// Items of the run itself, beside those that the action asks for.
inline constexpr std::string_view kStepTimer = "step-timer";
inline constexpr std::string_view kLeaveTimer = "leave-timer";
inline constexpr std::string_view kMark = "mark-stop";
inline constexpr std::string_view kMarkTimer = "mark-stop-timer";
/// The look that comes before a start; the item of the start follows (run_start.cc).
inline constexpr std::string_view kLookBeforeStart = "look-before-start/";

/// The tag of an item of the step at that place of `record.steps`.
[[nodiscard]] std::string item_tag(const RunRecord& record, std::size_t place,
                                   std::string_view item);
/// The item, where the tag belongs to the attempt that is under way and is open.
[[nodiscard]] std::optional<std::string_view> open_item(const RunRecord& record,
                                                        std::string_view tag);
/// Empty for events without one.
[[nodiscard]] std::string_view tag_of(const Event& event);

}  // namespace hikae::runbook
