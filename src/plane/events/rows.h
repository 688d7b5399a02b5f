// The rows of rules and targets.
#pragma once

#include <vector>

#include "plane/checks.h"

namespace hikae::plane::events {

/// By name: {Name, Arn, EventPattern?, ScheduleExpression?, State, Description?, RoleArn?,
/// EventBusName, CreatedAt, Tags, Machine? (the id of the machine of kind "rule")}.
inline constexpr std::string_view kRuleRows = "events-rule";
/// By "RULE/ID": the target as it was put.
inline constexpr std::string_view kTargetRows = "events-target";

inline constexpr std::size_t kRules = 2000;        // of one account and region; AWS begins with 300
inline constexpr std::size_t kTargetsPerRule = 5;  // EventBridge's own
inline constexpr std::size_t kEntriesPerPut = 10;  // EventBridge's own
inline constexpr std::size_t kPageItems = 100;     // EventBridge's own
inline constexpr PageWords kPageWords{"NextToken", "Limit", "ValidationException"};

[[nodiscard]] std::unexpected<Error> not_valid(std::string why);
/// There is one bus, "default". Error: ResourceNotFoundException.
[[nodiscard]] Result<> check_bus(const Value& input);
/// The rule of that name. Error: ResourceNotFoundException.
[[nodiscard]] Result<const Value*> rule_of(const Ask& ask, std::string_view name);
[[nodiscard]] bool is_enabled(const Value& rule);
/// Ordered by their id.
[[nodiscard]] std::vector<const Value*> targets_of(const engine::Tables& tables, const Scope& scope,
                                                   std::string_view rule);

}  // namespace hikae::plane::events
