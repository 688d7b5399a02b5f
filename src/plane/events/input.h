// What a target gets: the whole event, a constant, a part of it, or a template filled with parts
// (docs/reference/schedules-events-sns-lambda-cfn.md 3.6).
//
// In a template <name> stands for a value. Where a JSON value is expected it goes in as JSON, with
// its own quotes; inside of a quoted string it goes in bare and is not escaped:
//   {"instance": <id>, "text": "the state of <id> is <state>"}
// A path that finds nothing leaves nothing. Reserved names: aws.events.rule-arn,
// aws.events.rule-name, aws.events.event.ingestion-time, aws.events.event (without its detail) and
// aws.events.event.json (the whole event, only as a value).
#pragma once

#include <string>

#include "base/result.h"
#include "base/time.h"
#include "base/value.h"

namespace hikae::plane::events {

inline constexpr std::size_t kInputBytes = 8192;  // EventBridge's own
inline constexpr std::size_t kInputPaths = 100;   // EventBridge's own

/// What the reserved names stand for.
struct RuleFacts {
  std::string arn;
  std::string name;
  WallTime ingested;
};

/// Checks Input, InputPath and InputTransformer of a target. Error: ValidationException, naming the
/// target.
[[nodiscard]] Result<> check_input(const Value& target);

/// The text for a target that was checked.
[[nodiscard]] std::string input_of(const Value& target, const Value& event, const RuleFacts& rule);

}  // namespace hikae::plane::events
