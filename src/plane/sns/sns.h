// SNS as hikae answers it: topics, their subscriptions, publishing
// (docs/reference/schedules-events-sns-lambda-cfn.md 3).
//
// Subscriptions are of email, email-json, lambda and sqs; all are confirmed at once
// (docs/decisions/0005). A Publish starts, in its own turn, one machine for each subscription that
// wants the message: kind "mail" for email, kind "delivery" for functions and queues. On disk if
// the process dies: the message with all of its deliveries, or (not answered) nothing.
#pragma once

#include "plane/service.h"

namespace hikae::plane {

class Sns final : public Service {
 public:
  explicit Sns(engine::Kernel& kernel);

 private:
  void add_topics();
  void add_topic_tags();
  void add_subscriptions();
  void add_subscription_attributes();
  void add_publish();
  void add_permissions();
};

}  // namespace hikae::plane
