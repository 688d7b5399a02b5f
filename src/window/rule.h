// A scheduled EventBridge rule: the machine of kind "rule", one for each enabled one.
//
// `Started.input`: {Name, Arn, ScheduleExpression, CreatedAt, Enabled}. At each instant it starts a
// machine of kind "event" with the Scheduled Event (docs/reference/schedules-events-… 3.6), which
// carries `hikae-rule` (the rule's ARN) so that the bus delivers it to that rule's targets alone.
// After downtime the latest instant of the last 24 hours runs; those before it are told in one
// event "Rule Missed" (source "hikae").
// Signals: "update" {the same members}, "disable", "delete".
// Outcome: {"Reason": "deleted"}.
#pragma once

#include <memory>

#include "base/machine.h"

namespace hikae::window {

inline constexpr std::string_view kRuleKind = "rule";

[[nodiscard]] std::unique_ptr<MachineKind> make_rule_kind();

}  // namespace hikae::window
