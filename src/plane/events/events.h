// EventBridge as hikae answers it: the rules of the default bus, their targets, the events put by
// others; and the bus itself, which hikae's machines ask who wants an event
// (docs/reference/schedules-events-sns-lambda-cfn.md 2, 3.6).
//
// An event is a machine of kind "event" (src/delivery), an enabled scheduled rule one of kind
// "rule" (src/window): both begin in the turn of the request that makes them.
#pragma once

#include <memory>

#include "plane/service.h"

namespace hikae::plane {

namespace events {
class RuleBook;
}

class Events final : public Service {
 public:
  explicit Events(engine::Kernel& kernel);
  ~Events() override;

  /// The internal service "hikae-bus": Match {Event} answers {Matches: [{RuleArn, TargetId,
  /// TargetArn, Input (text), RoleArn?, RetryPolicy?, DeadLetterArn?, GroupId?}]}. An event with
  /// the member "hikae-rule" (a rule's ARN) goes to that rule's targets alone, without the member.
  /// An event of source "hikae" that reaches no target goes to every topic that somebody listens
  /// to, under the RuleArn "hikae:fallback" (docs/decisions/0006).
  [[nodiscard]] aws::Cloud& bus() { return bus_; }

 private:
  void add_rules();
  void add_rule_tags();
  void add_targets();
  void add_entries();
  void add_bus();
  void add_views();

  std::unique_ptr<events::RuleBook> book_;
  Service bus_;
};

}  // namespace hikae::plane
