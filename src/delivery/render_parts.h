// Parts of a rendered mail: sentences about an instance, lists, times.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "delivery/facts.h"

namespace hikae::delivery {

/// "web-1 (i-0123456…)": for a subject.
[[nodiscard]] std::string instance_shortly(const InstanceFacts& instance);
/// "web-1 (i-0123456789abcdef0)".
[[nodiscard]] std::string instance_in_full(const InstanceFacts& instance);
/// "instance is running", "INSTANCE IS STOPPED": for a subject.
[[nodiscard]] std::string power_shortly(const InstanceFacts& instance);
[[nodiscard]] std::string power_in_full(const InstanceFacts& instance);
/// The first line of the body: what matters most, in capitals where it is bad.
[[nodiscard]] std::string headline(const InstanceFacts& instance);

/// A heading and numbered lines; empty where there are none.
[[nodiscard]] std::string numbered(std::string_view heading, const std::vector<std::string>& list);
/// ISO text or AWS's own; "2026-01-01 18:30:00 UTC" where it can be read.
[[nodiscard]] std::string shown_time(std::string_view text);
/// Whom one of hikae's own events is about: its window, rule, or first instances.
[[nodiscard]] std::string whom_of(const Object& detail);
/// The members of an event's detail and its place, a line each, bounded.
[[nodiscard]] std::string facts_of(const Value& event);
/// What to do about one of hikae's own events.
[[nodiscard]] std::vector<std::string> advice_for_event(const Value& event,
                                                        const InstanceFacts& instance);

}  // namespace hikae::delivery
