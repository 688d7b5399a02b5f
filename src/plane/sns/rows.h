// The rows of topics and subscriptions, and what stands in them.
#pragma once

#include <vector>

#include "plane/checks.h"

namespace hikae::plane::sns {

/// By topic name: {Name, Arn, CreatedAt, Attributes: {name: text}, Tags: {key: value}}.
inline constexpr std::string_view kTopicRows = "sns-topic";
/// By "TOPIC/UUID": {SubscriptionArn, TopicArn, Owner, Protocol, Endpoint, CreatedAt, Attributes}.
inline constexpr std::string_view kSubscriptionRows = "sns-subscription";

inline constexpr std::size_t kTopicsPerPage = 100;   // SNS's own
inline constexpr std::size_t kTopics = 10'000;       // of one account and region
inline constexpr std::size_t kSubscriptions = 1000;  // of one topic: each is one mail a message
inline constexpr std::size_t kAttributeBytes = 30 * 1024;  // a policy's limit
inline constexpr PageWords kPageWords{"NextToken", "", "InvalidParameter"};

[[nodiscard]] std::unexpected<Error> invalid(std::string why);

/// The topic of an ARN in the scope asked. Errors: InvalidParameter where it is no ARN of a topic
/// here, NotFound where there is none.
[[nodiscard]] Result<const Value*> topic_of(const Ask& ask, std::string_view arn);
/// The row's id of a subscription's ARN. Errors: InvalidParameter.
[[nodiscard]] Result<std::string> subscription_id(const Ask& ask, std::string_view arn);
[[nodiscard]] Result<const Value*> subscription_of(const Ask& ask, std::string_view arn);

/// The subscriptions of one topic, ordered by their id.
[[nodiscard]] std::vector<const Value*> subscriptions_of(const engine::Tables& tables,
                                                         const Scope& scope,
                                                         std::string_view topic_name);
/// The ARNs of all topics of that scope that somebody listens to.
[[nodiscard]] std::vector<std::string> topics_with_subscribers(const engine::Tables& tables,
                                                               const Scope& scope);

/// Of those, as few as it takes in the order of their names, so that everybody who listens to any
/// of them hears a message: whoever listens to two of them should not hear it twice.
[[nodiscard]] std::vector<std::string> topics_that_reach_everybody(const engine::Tables& tables,
                                                                   const Scope& scope);

/// The policy of a topic that was given none: its account may do everything.
[[nodiscard]] std::string default_policy(const Scope& scope, std::string_view arn);
[[nodiscard]] Result<> check_topic_attribute(std::string_view name, std::string_view value);
/// Of a subscription of that protocol; `scope` is its FilterPolicyScope.
[[nodiscard]] Result<> check_subscription_attribute(std::string_view protocol,
                                                    std::string_view name, std::string_view value,
                                                    std::string_view scope);

/// Whether the subscription's filter policy lets this message through. A policy that cannot be
/// evaluated on it lets it through: a notification too many is better than none.
[[nodiscard]] bool wants(const Value& subscription, std::string_view message,
                         const Value& message_attributes);

}  // namespace hikae::plane::sns
